// Any bytes as a sealed blob, and any bytes inside one: nothing altered unseals, nothing decodes to more than it holds.
#include "fuzz/fuzz_input.h"
#include "secure/storage/key_ladder.h"
#include "secure/storage/manifest.h"
#include "secure/storage/pin_vault.h"
#include "secure/storage/sealed_blob.h"
#include "support/secret_peek.h"

namespace {

using namespace holdfast;
using namespace holdfast::secure::storage;
using holdfast::testing::FuzzInput;
using holdfast::testing::require;
using holdfast::testing::SecretPeek;

const SealingKey& sealing_key() {
  static const SealingKey kKey = SealingKey::make(KeyKind::token, SecretPeek::make(Bytes(32, std::byte{3}))).value();
  return kKey;
}
const StoreKeys& store_keys() {
  static const StoreKeys kKeys = StoreKeys::derive(SecretPeek::make(Bytes(32, std::byte{5})), {}).value();
  return kKeys;
}
constexpr SealHeader kHeader{.kind = BlobKind::object, .version = 9};

/// A true blob with some bytes changed unseals only when they were changed back.
void check_altered(FuzzInput& input) {
  static const Bytes kTrue = seal(sealing_key(), kHeader, as_bytes("the plain text")).value();
  Bytes altered = kTrue;
  while (!input.empty()) {
    const std::size_t at = input.u8() % altered.size();
    altered[at] ^= std::byte{input.u8()};
  }
  const SealResult<Bytes> plain = unseal(sealing_key(), kHeader, altered);
  require(plain.has_value() == equal(altered, kTrue));
  require(!plain || as_text(*plain) == "the plain text");
  (void)read_clear_header(altered);
}

void check_alien(ByteView blob) {
  require(!unseal(sealing_key(), kHeader, blob).has_value());
  require(!unseal_secret(sealing_key(), kHeader, blob).has_value());
  (void)read_clear_header(blob);
  // One of low cost at most: the format says how dear an attempt is.
  if (blob.size() > 1 && std::to_integer<int>(blob[1]) <= 4)
    require(!open_pin_vault(store_keys(), {}, SecretPeek::make(as_bytes("1234")), blob).has_value());
}

void check_token_manifest(ByteView plain) {
  const Result<TokenManifest> manifest = decode_token_manifest(plain);
  if (!manifest) return;
  require(equal(encode(manifest->state, manifest->wrapped_token_key, manifest->records), plain));
  static const MarkHasher kHasher = MarkHasher::create(SecretPeek::make(Bytes(32, std::byte{4}))).value();
  (void)RecordSet{}.difference(manifest->records, kHasher);
}

void check_bodies(ByteView plain) {
  if (const auto store = decode_store_manifest(plain)) require(equal(encode(*store), plain));
  if (const auto object = decode_object(plain))
    require(equal(encode_object(object->public_part, object->sealed_secret_part), plain));
  check_token_manifest(plain);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzInput input(data, size);
  switch (input.u8() % 3) {
    case 0:
      check_altered(input);
      break;
    case 1:
      check_alien(input.rest());
      break;
    default:
      check_bodies(input.rest());
      break;
  }
  return 0;
}
