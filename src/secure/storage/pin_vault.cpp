#include "secure/storage/pin_vault.h"

#include "base/byte_reader.h"
#include "base/byte_writer.h"
#include "secure/crypto/kdf.h"
#include "secure/crypto/random.h"
#include "secure/crypto/secrets.h"

namespace holdfast::secure::storage {

namespace {

constexpr std::uint8_t kFormat = 1;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kStretchedBytes = 32;
constexpr std::string_view kKekLabel = "holdfast pin kek 1";

/// derive_kek: HKDF over pepper and stretched PIN together, so that both are needed. The PIN's length is told apart: to
/// scrypt's HMAC a PIN and the same with zero bytes behind it are one key.
Result<SealingKey> derive_kek(const StoreKeys& keys, const PinPlace& place, const SecretBytes& pin, ByteView salt,
                              const crypto::ScryptCost& cost) {
  HF_ASSIGN_OR_RETURN(const SecretBytes stretched, crypto::scrypt(pin, salt, cost, kStretchedBytes));
  HF_ASSIGN_OR_RETURN(const SecretBytes both, crypto::concatenate(keys.pepper(), stretched));
  ByteWriter info;
  info.raw(as_bytes(kKekLabel)).raw(place.token.view()).u8(static_cast<std::uint8_t>(place.owner));
  info.u32(static_cast<std::uint32_t>(pin.size()));
  HF_ASSIGN_OR_RETURN(SecretBytes kek, crypto::hkdf_sha256(both, salt, info.view(), SealingKey::kBytes));
  return SealingKey::make(KeyKind::pin, std::move(kek));
}

SealHeader vault_header(const StoreKeys& keys, const PinPlace& place) {
  return {.kind = BlobKind::pin_vault,
          .store = keys.store(),
          .token = place.token,
          .object = {},
          .version = static_cast<std::uint64_t>(place.owner)};
}

}  // namespace

Result<Bytes> make_pin_vault(const StoreKeys& keys, const PinPlace& place, const SecretBytes& pin,
                             std::uint8_t scrypt_log2_n, const SecretBytes& private_object_key) {
  if (scrypt_log2_n == 0 || scrypt_log2_n > kMaxScryptLog2N) return fail(Rv::arguments_bad, "scrypt cost out of range");
  const crypto::ScryptCost cost{.log2_n = scrypt_log2_n, .r = 8, .p = 1};
  std::array<std::byte, kSaltBytes> salt;
  HF_TRY(crypto::fill_random(salt));
  HF_ASSIGN_OR_RETURN(const SealingKey kek, derive_kek(keys, place, pin, salt, cost));
  HF_ASSIGN_OR_RETURN(const Bytes blob, seal_secret(kek, vault_header(keys, place), private_object_key));
  ByteWriter out;
  out.u8(kFormat).u8(cost.log2_n).u32(cost.r).u32(cost.p).raw(salt).raw(blob);
  return std::move(out).take();
}

Result<SecretBytes> open_pin_vault(const StoreKeys& keys, const PinPlace& place, const SecretBytes& pin,
                                   ByteView vault) {
  ByteReader in(vault);
  crypto::ScryptCost cost;
  HF_ASSIGN_OR_RETURN(const std::uint8_t format, in.u8());
  HF_ASSIGN_OR_RETURN(cost.log2_n, in.u8());
  HF_ASSIGN_OR_RETURN(cost.r, in.u32());
  HF_ASSIGN_OR_RETURN(cost.p, in.u32());
  HF_ASSIGN_OR_RETURN(const ByteView salt, in.take(kSaltBytes));
  if (format != kFormat || cost.log2_n == 0 || cost.log2_n > kMaxScryptLog2N || cost.r != 8 || cost.p != 1)
    return fail(Rv::device_error, "a PIN vault of unknown format or cost");
  HF_ASSIGN_OR_RETURN(const SealingKey kek, derive_kek(keys, place, pin, salt, cost));
  SealResult<SecretBytes> key = unseal_secret(kek, vault_header(keys, place), in.rest());
  if (key) return std::move(key).value();
  if (key.error() == SealFault::not_authentic) return fail(Rv::pin_incorrect, "the PIN does not open the vault");
  if (key.error() == SealFault::no_memory) return fail(Rv::host_memory, "no memory to open a PIN vault");
  return fail(Rv::device_error, "a PIN vault of another place");
}

}  // namespace holdfast::secure::storage
