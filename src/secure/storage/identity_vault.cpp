#include "secure/storage/identity_vault.h"

#include "base/byte_reader.h"
#include "base/byte_writer.h"
#include "secret/constant_time.h"
#include "secure/crypto/kdf.h"
#include "secure/crypto/random.h"

namespace holdfast::secure::storage {

namespace {

// Told from a PIN vault, which begins with 1, by its first byte.
constexpr std::uint8_t kFormat = 2;
constexpr std::size_t kIdentityBytes = 20;
constexpr std::size_t kSaltBytes = 16;
constexpr std::string_view kKekLabel = "holdfast identity kek 1";

Bytes encode(const CallerIdentity& identity) {
  ByteWriter out;
  out.u32(identity.login).raw(identity.uuid);
  return std::move(out).take();
}

Result<SealingKey> derive_kek(const TokenKeys& keys, PinOwner owner, ByteView identity, ByteView salt) {
  ByteWriter info;
  info.raw(as_bytes(kKekLabel)).raw(keys.token().view()).u8(static_cast<std::uint8_t>(owner)).raw(identity);
  HF_ASSIGN_OR_RETURN(SecretBytes kek,
                      crypto::hkdf_sha256(keys.token_key().key, salt, info.view(), SealingKey::kBytes));
  return SealingKey::make(KeyKind::identity, std::move(kek));
}

SealHeader vault_header(const StoreUid& store, const TokenKeys& keys, PinOwner owner) {
  return {.kind = BlobKind::identity_vault,
          .store = store,
          .token = keys.token(),
          .object = {},
          .version = static_cast<std::uint64_t>(owner)};
}

}  // namespace

bool PinRecord::opens_to_identity() const noexcept { return is_set() && vault.front() == std::byte{kFormat}; }

Result<Bytes> make_identity_vault(const StoreUid& store, const TokenKeys& keys, PinOwner owner,
                                  const CallerIdentity& identity, const SecretBytes& private_object_key) {
  std::array<std::byte, kSaltBytes> salt;
  HF_TRY(crypto::fill_random(salt));
  const Bytes who = encode(identity);
  HF_ASSIGN_OR_RETURN(const SealingKey kek, derive_kek(keys, owner, who, salt));
  HF_ASSIGN_OR_RETURN(const Bytes blob, seal_secret(kek, vault_header(store, keys, owner), private_object_key));
  ByteWriter out;
  out.u8(kFormat).raw(who).raw(salt).raw(blob);
  return std::move(out).take();
}

Result<SecretBytes> open_identity_vault(const StoreUid& store, const TokenKeys& keys, PinOwner owner,
                                        const CallerIdentity& caller, ByteView vault) {
  ByteReader in(vault);
  HF_ASSIGN_OR_RETURN(const std::uint8_t format, in.u8());
  if (format != kFormat) return fail(Rv::device_error, "an identity vault of unknown format");
  HF_ASSIGN_OR_RETURN(const ByteView who, in.take(kIdentityBytes));
  HF_ASSIGN_OR_RETURN(const ByteView salt, in.take(kSaltBytes));
  if (!equal_constant_time(who, encode(caller))) return fail(Rv::pin_incorrect, "the token belongs to another caller");
  HF_ASSIGN_OR_RETURN(const SealingKey kek, derive_kek(keys, owner, who, salt));
  SealResult<SecretBytes> key = unseal_secret(kek, vault_header(store, keys, owner), in.rest());
  if (key) return std::move(key).value();
  if (key.error() == SealFault::no_memory) return fail(Rv::host_memory, "no memory to open an identity vault");
  return fail(Rv::device_error, "an identity vault of another place");
}

}  // namespace holdfast::secure::storage
