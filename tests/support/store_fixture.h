#pragma once

#include <gtest/gtest.h>
#include <map>

#include "base/log.h"
#include "secure/storage/store_parts.h"
#include "secure/storage/token_store.h"
#include "support/memory_record_link.h"
#include "support/secret_peek.h"

namespace holdfast::secure::storage {

/// StoreFixture (for tests) opens stores over one supplicant in memory.
class StoreFixture : public ::testing::Test {
 protected:
  using Fault = holdfast::testing::MemoryRecordLink::Fault;

  StoreFixture() { log::set_sink(-1); }

  static SecretBytes secret(std::string_view text) { return holdfast::testing::SecretPeek::make(as_bytes(text)); }
  static SecretBytes root_key(int value = 0x21) {
    return holdfast::testing::SecretPeek::make(Bytes(kRootKeyBytes, static_cast<std::byte>(value)));
  }
  Result<std::unique_ptr<Store>> try_open(int root = 0x21) {
    return Store::open(root_key(root), link, {.slot_count = 3, .scrypt_log2_n = 2});
  }
  std::unique_ptr<Store> open() { return try_open().value(); }

  static void initialise(TokenStore& token, std::string_view so_pin = "so-pin") {
    NewToken fresh{.label = {}, .serial = {}, .flags = 7};
    fresh.label.fill(std::byte{'L'});
    fresh.serial.fill(std::byte{'9'});
    ASSERT_TRUE(token.initialise(fresh, secret(so_pin)));
  }
  static ObjectUid numbered(std::uint32_t number) {
    ObjectUid uid;
    std::memcpy(uid.octets.data(), &number, sizeof number);
    uid.octets.back() = std::byte{0xEE};
    return uid;
  }
  static StoredObject object(std::uint32_t number, std::string_view text) {
    return {.uid = numbered(number), .version = 0, .public_part = to_bytes(as_bytes(text)), .sealed_secret_part = {}};
  }
  static Result<void> put(TokenStore& token, std::uint32_t number, std::string_view text) {
    return token.commit({.put = {object(number, text)}, .removed = {}, .state = {}});
  }
  static std::map<ObjectUid, std::string> texts(TokenStore& token) {
    std::map<ObjectUid, std::string> found;
    for (const StoredObject& one : token.take_objects()) found[one.uid] = as_text(one.public_part);
    return found;
  }

  holdfast::testing::MemoryRecordLink link;
};

}  // namespace holdfast::secure::storage
