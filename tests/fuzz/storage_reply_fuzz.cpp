// A hostile supplicant: it answers the truth, the truth with some bytes changed, anything at all, or not. Whatever it
// does, the secure world goes on, believes no altered record, and calls no change done that was refused.
#include "base/log.h"
#include "fuzz/fuzz_input.h"
#include "secure/storage/record_link.h"
#include "secure/storage/token_store.h"
#include "supplicant/memory/memory_record_store.h"
#include "supplicant/storage_service.h"
#include "support/secret_peek.h"

namespace {

using namespace holdfast;
using namespace holdfast::secure::storage;
using holdfast::testing::FuzzInput;
using holdfast::testing::require;
using holdfast::testing::SecretPeek;

/// HostileLink takes what to do from the fuzzer's bytes; when they are used up it is honest.
class HostileLink final : public RecordLink {
 public:
  explicit HostileLink(FuzzInput& input) : input_(input) {}

  Result<Bytes> call(ByteView request) override {
    switch (input_.u8() % 8) {
      case 1:
        return fail(Rv::device_removed, "away");
      case 2:
        return fail(Rv::device_error, "died before");
      case 3:
        service_.answer(request);
        return fail(Rv::device_error, "died after");
      case 4:
        return altered(service_.answer(request));
      case 5:
        return to_bytes(input_.sized());
      case 6:
        return shortened(service_.answer(request));
      default:
        return service_.answer(request);
    }
  }

 private:
  Bytes altered(Bytes reply) {
    for (std::uint8_t changes = input_.u8() % 8; changes > 0 && !reply.empty(); --changes)
      reply[input_.u16() % reply.size()] ^= std::byte{input_.u8()};
    return reply;
  }
  Bytes shortened(Bytes reply) {
    reply.resize(reply.size() - std::min<std::size_t>(reply.size(), input_.u8()));
    return reply;
  }

  FuzzInput& input_;
  supplicant::MemoryRecordStore store_;
  supplicant::StorageService service_{store_};
};

SecretBytes secret(std::string_view text) { return SecretPeek::make(as_bytes(text)); }

Result<std::unique_ptr<Store>> open(HostileLink& link) {
  return Store::open(SecretPeek::make(Bytes(32, std::byte{7})), link, {.slot_count = 2, .scrypt_log2_n = 1});
}

void use(TokenStore& token) {
  if (token.condition() == SlotCondition::uninitialised) (void)token.initialise(NewToken{}, secret("so pin"));
  const Result<PrivateObjectKey> key = token.open_with_pin(PinOwner::so, secret("so pin"));
  require(!token.open_with_pin(PinOwner::so, secret("another")).has_value());
  for (int i = 0; i < 3; ++i) {
    const Result<ObjectUid> uid = token.new_object_uid();
    if (!uid) return;
    StoredObject object{
        .uid = *uid, .version = 0, .public_part = to_bytes(as_bytes("public")), .sealed_secret_part = {}};
    if (key) {
      const Result<Bytes> sealed = token.seal_secret(*uid, secret("hidden"), *key);
      if (sealed) object.sealed_secret_part = *sealed;
    }
    if (!token.commit({.put = {object}, .removed = {}, .state = {}})) continue;
    if (i == 1) (void)token.commit({.put = {}, .removed = {*uid}, .state = {}});
  }
}

void check_found(TokenStore& token) {
  const Result<PrivateObjectKey> key = token.open_with_pin(PinOwner::so, secret("so pin"));
  for (const StoredObject& found : token.take_objects()) {
    // Authentic records only: what we wrote, or nothing.
    require(as_text(found.public_part) == "public");
    if (found.sealed_secret_part.empty() || !key) continue;
    const Result<SecretBytes> part = token.unseal_secret(found.uid, found.sealed_secret_part, &*key);
    require(part.has_value() && as_text(SecretPeek::see(*part)) == "hidden");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  log::set_sink(-1);
  FuzzInput input(data, size);
  HostileLink link(input);
  // Three lives of a secure world with the same supplicant.
  for (int life = 0; life < 3; ++life) {
    const Result<std::unique_ptr<Store>> store = open(link);
    if (!store) continue;
    for (SlotNumber slot = 0; slot < (*store)->slot_count(); ++slot) {
      TokenStore& token = *(*store)->token(slot);
      check_found(token);
      if (token.condition() != SlotCondition::damaged) use(token);
    }
  }
  return 0;
}
