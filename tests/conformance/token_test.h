#pragma once

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

#include <pkcs11/pkcs11.h>

#include "base/bytes.h"
#include "ck/names.h"
#include "support/attributes.h"
#include "support/daemon.h"
#include "support/module.h"

namespace holdfast::conformance {

using testing::Attributes;
using testing::module;

/// Code prints a CK_RV by its name.
struct Code {
  CK_RV rv;
  friend bool operator==(const Code&, const Code&) = default;
  friend void PrintTo(const Code& code, std::ostream* out) {
    *out << ck::name_of_rv(static_cast<std::uint32_t>(code.rv)) << " (0x" << std::hex << code.rv << ")";
  }
};
#define EXPECT_RV(call, expected) \
  EXPECT_EQ(::holdfast::conformance::Code{call}, ::holdfast::conformance::Code{expected})
#define ASSERT_RV(call, expected) \
  ASSERT_EQ(::holdfast::conformance::Code{call}, ::holdfast::conformance::Code{expected})

inline constexpr std::string_view kSoPin = "so-pin-1234";
inline constexpr std::string_view kUserPin = "user-pin";
inline constexpr CK_SLOT_ID kSlot = 0;

inline CK_UTF8CHAR_PTR chars(std::string_view text) {
  return reinterpret_cast<CK_UTF8CHAR_PTR>(const_cast<char*>(text.data()));
}
inline CK_BYTE_PTR raw(ByteView bytes) { return reinterpret_cast<CK_BYTE_PTR>(const_cast<std::byte*>(bytes.data())); }
/// hex reads digits; blanks between them do not matter.
Bytes hex(std::string_view digits);
inline Bytes text(std::string_view characters) { return to_bytes(as_bytes(characters)); }
Bytes operator+(const Bytes& a, const Bytes& b);

/// mechanism is a CK_MECHANISM without a parameter, or with one that must outlive it.
inline CK_MECHANISM mechanism(CK_MECHANISM_TYPE type) { return {type, nullptr, 0}; }
template <class Param>
CK_MECHANISM mechanism(CK_MECHANISM_TYPE type, Param& param) {
  return {type, &param, sizeof param};
}
inline CK_MECHANISM mechanism_iv(CK_MECHANISM_TYPE type, Bytes& iv) { return {type, iv.data(), iv.size()}; }

/// ModuleTest has a running daemon (one for all tests of a process) and an initialised module.
class ModuleTest : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;
  static testing::Daemon& daemon();
  /// daemon_options are what the common daemon is started with; to be set before the first test.
  static inline std::vector<std::string> daemon_options = {};

  /// init_token puts a new token into the slot, with its user PIN, and leaves no session.
  static void init_token(CK_SLOT_ID slot);
  static CK_SESSION_HANDLE open(CK_FLAGS flags = CKF_RW_SESSION, CK_SLOT_ID slot = kSlot);
  static CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, std::string_view pin);
};

/// OwnDaemon is a service for one test alone, with tokens that nobody has touched: the initialised module talks to it
/// as long as it lives, and to the common one again after.
class OwnDaemon {
 public:
  OwnDaemon();
  ~OwnDaemon();
  OwnDaemon(const OwnDaemon&) = delete;
  OwnDaemon& operator=(const OwnDaemon&) = delete;
  /// restart stops the service, starts it on the same store and reconnects the module.
  void restart();

 private:
  std::unique_ptr<testing::Daemon> daemon_;
  std::string common_socket_;
};

/// TokenTest has a fresh token in kSlot, and a read-write session on it that the user is logged in to.
class TokenTest : public ModuleTest {
 protected:
  void SetUp() override;

  // ---- Objects. These fail the test and return an invalid handle when the module refuses.
  CK_OBJECT_HANDLE create(Attributes attributes) const;
  CK_OBJECT_HANDLE copy(CK_OBJECT_HANDLE object, Attributes attributes) const;
  CK_OBJECT_HANDLE generate(CK_MECHANISM mechanism, Attributes attributes) const;
  struct Pair {
    CK_OBJECT_HANDLE public_key = CK_INVALID_HANDLE;
    CK_OBJECT_HANDLE private_key = CK_INVALID_HANDLE;
  };
  Pair generate_pair(CK_MECHANISM mechanism, Attributes for_public, Attributes for_private) const;
  CK_OBJECT_HANDLE derive(CK_MECHANISM mechanism, CK_OBJECT_HANDLE base, Attributes attributes) const;
  CK_OBJECT_HANDLE unwrap(CK_MECHANISM mechanism, CK_OBJECT_HANDLE key, const Bytes& wrapped,
                          Attributes attributes) const;
  std::vector<CK_OBJECT_HANDLE> find(Attributes attributes) const;

  // ---- The codes of refused calls.
  CK_RV try_create(Attributes attributes) const;
  CK_RV try_generate(CK_MECHANISM mechanism, Attributes attributes) const;
  CK_RV try_generate_pair(CK_MECHANISM mechanism, Attributes for_public, Attributes for_private) const;
  CK_RV try_set(CK_OBJECT_HANDLE object, Attributes attributes) const;
  CK_RV try_copy(CK_OBJECT_HANDLE object, Attributes attributes) const;
  CK_RV try_derive(CK_MECHANISM mechanism, CK_OBJECT_HANDLE base, Attributes attributes) const;
  CK_RV try_unwrap(CK_MECHANISM mechanism, CK_OBJECT_HANDLE key, const Bytes& wrapped, Attributes attributes) const;
  CK_RV try_wrap(CK_MECHANISM mechanism, CK_OBJECT_HANDLE key, CK_OBJECT_HANDLE target) const;
  CK_RV try_get(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) const;

  // ---- Reading.
  Bytes get(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) const;
  bool get_flag(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) const;
  CK_ULONG get_number(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) const;

  // ---- Whole operations.
  Bytes sign(CK_MECHANISM mechanism, CK_OBJECT_HANDLE key, const Bytes& data) const;
  Bytes sign_in_parts(CK_MECHANISM mechanism, CK_OBJECT_HANDLE key, const Bytes& data, std::size_t part) const;
  CK_RV verify(CK_MECHANISM mechanism, CK_OBJECT_HANDLE key, const Bytes& data, const Bytes& signature) const;
  CK_RV verify_in_parts(CK_MECHANISM mechanism, CK_OBJECT_HANDLE key, const Bytes& data, const Bytes& signature,
                        std::size_t part) const;
  Bytes encrypt(CK_MECHANISM mechanism, CK_OBJECT_HANDLE key, const Bytes& data) const;
  Bytes decrypt(CK_MECHANISM mechanism, CK_OBJECT_HANDLE key, const Bytes& data) const;
  Bytes encrypt_in_parts(CK_MECHANISM mechanism, CK_OBJECT_HANDLE key, const Bytes& data, std::size_t part) const;
  Bytes decrypt_in_parts(CK_MECHANISM mechanism, CK_OBJECT_HANDLE key, const Bytes& data, std::size_t part) const;
  CK_RV try_decrypt(CK_MECHANISM mechanism, CK_OBJECT_HANDLE key, const Bytes& data) const;
  Bytes digest(CK_MECHANISM_TYPE type, const Bytes& data) const;
  Bytes wrap(CK_MECHANISM mechanism, CK_OBJECT_HANDLE key, CK_OBJECT_HANDLE target) const;

  CK_SESSION_HANDLE session_ = CK_INVALID_HANDLE;
};

}  // namespace holdfast::conformance
