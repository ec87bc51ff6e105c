#include "secure/storage/sealed_blob.h"

#include <algorithm>

#include "base/byte_reader.h"
#include "base/byte_writer.h"
#include "secure/crypto/hmac.h"
#include "secure/crypto/kdf.h"
#include "secure/crypto/random.h"
#include "secure/crypto/seal.h"

namespace holdfast::secure::storage {

namespace {

constexpr std::uint32_t kMagic = 0x42534648;  // "HFSB" in memory
constexpr std::uint16_t kFormat = 1;
constexpr std::string_view kKeyIdLabel = "holdfast key id 1";
constexpr std::string_view kBlobKeyLabel = "holdfast sealed blob 1";

static_assert(kSealOverhead == kSealHeaderBytes + crypto::kSealNonceBytes + crypto::kSealTagBytes);

Unexpected<SealFault> refuse(SealFault fault) { return {fault}; }

Bytes encode_header(const SealingKey& key, const SealHeader& header) {
  ByteWriter out;
  out.u32(kMagic).u16(kFormat);
  out.u8(static_cast<std::uint8_t>(header.kind)).u8(static_cast<std::uint8_t>(key.kind)).raw(key.id);
  out.raw(header.store.view()).raw(header.token.view()).raw(header.object.view()).u64(header.version);
  return std::move(out).take();
}

Result<SecretBytes> blob_key(const SealingKey& key, ByteView header) {
  ByteWriter info;
  info.raw(as_bytes(kBlobKeyLabel)).raw(header);
  return crypto::hkdf_sha256(key.key, {}, info.view(), crypto::kSealKeyBytes);
}

using Nonce = std::array<std::byte, crypto::kSealNonceBytes>;

/// seal_with does what the two seals share; `encrypt` is (key, nonce, header) → ciphertext and tag.
template <class Encrypt>
Result<Bytes> seal_with(const SealingKey& key, const SealHeader& header, Encrypt encrypt) {
  Bytes blob = encode_header(key, header);
  HF_ASSIGN_OR_RETURN(const SecretBytes own_key, blob_key(key, blob));
  Nonce nonce;
  HF_TRY(crypto::fill_random(nonce));
  HF_ASSIGN_OR_RETURN(const Bytes sealed, encrypt(own_key, nonce, ByteView(blob)));
  blob.reserve(blob.size() + nonce.size() + sealed.size());
  blob.insert(blob.end(), nonce.begin(), nonce.end());
  blob.insert(blob.end(), sealed.begin(), sealed.end());
  return blob;
}

/// check_place compares what the blob says of itself with what is expected, to name the difference.
SealResult<void> check_place(const SealingKey& key, const SealHeader& expected, ByteView blob) {
  HF_ASSIGN_OR_RETURN(const ClearHeader clear, read_clear_header(blob));
  if (clear.header.kind != expected.kind) return refuse(SealFault::other_kind);
  if (clear.header.store != expected.store) return refuse(SealFault::other_store);
  if (clear.header.token != expected.token) return refuse(SealFault::other_token);
  if (clear.header.object != expected.object) return refuse(SealFault::other_object);
  if (clear.key_kind != key.kind || clear.key_id != key.id) return refuse(SealFault::other_key);
  if (clear.header.version != expected.version) return refuse(SealFault::other_version);
  return {};
}

template <class Plain, class Decrypt>
SealResult<Plain> unseal_with(const SealingKey& key, const SealHeader& expected, ByteView blob, Decrypt decrypt) {
  HF_TRY(check_place(key, expected, blob));
  const ByteView header = blob.first(kSealHeaderBytes);
  const Result<SecretBytes> own_key = blob_key(key, header);
  if (!own_key) return refuse(SealFault::no_memory);
  const ByteView nonce = blob.subspan(kSealHeaderBytes, crypto::kSealNonceBytes);
  Result<Plain> plain = decrypt(*own_key, nonce, header, blob.subspan(kSealHeaderBytes + crypto::kSealNonceBytes));
  if (plain) return std::move(plain).value();
  return refuse(plain.error().rv == Rv::encrypted_data_invalid ? SealFault::not_authentic : SealFault::no_memory);
}

}  // namespace

Result<SealingKey> SealingKey::make(KeyKind kind, SecretBytes key) {
  if (key.size() != kBytes) return fail(Rv::arguments_bad, "a sealing key is 32 bytes");
  SealingKey made{.kind = kind, .id = {}, .key = std::move(key)};
  if (kind != KeyKind::pin) {
    HF_ASSIGN_OR_RETURN(const crypto::Sha256Bytes mac, crypto::hmac_sha256(made.key, as_bytes(kKeyIdLabel)));
    std::copy_n(mac.begin(), made.id.size(), made.id.begin());
  }
  return made;
}

Result<Bytes> seal(const SealingKey& key, const SealHeader& header, ByteView plain) {
  return seal_with(key, header, [plain](const SecretBytes& own_key, ByteView nonce, ByteView aad) {
    return crypto::seal(own_key, nonce, aad, plain);
  });
}

Result<Bytes> seal_secret(const SealingKey& key, const SealHeader& header, const SecretBytes& plain) {
  return seal_with(key, header, [&plain](const SecretBytes& own_key, ByteView nonce, ByteView aad) {
    return crypto::seal_secret(own_key, nonce, aad, plain);
  });
}

SealResult<Bytes> unseal(const SealingKey& key, const SealHeader& expected, ByteView blob) {
  return unseal_with<Bytes>(key, expected, blob, &crypto::unseal);
}

SealResult<SecretBytes> unseal_secret(const SealingKey& key, const SealHeader& expected, ByteView blob) {
  return unseal_with<SecretBytes>(key, expected, blob, &crypto::unseal_secret);
}

SealResult<ClearHeader> read_clear_header(ByteView blob) {
  if (blob.size() < kSealOverhead) return refuse(SealFault::malformed);
  // The size was checked for all of it.
  ByteReader in(blob.first(kSealHeaderBytes));
  const bool ours = in.u32().value() == kMagic && in.u16().value() == kFormat;
  const std::uint8_t kind = in.u8().value();
  const std::uint8_t key_kind = in.u8().value();
  const bool known = kind >= 1 && kind <= static_cast<std::uint8_t>(BlobKind::identity_vault) && key_kind >= 1 &&
                     key_kind <= static_cast<std::uint8_t>(KeyKind::identity);
  if (!ours || !known) return refuse(SealFault::malformed);
  ClearHeader clear{.header = {.kind = static_cast<BlobKind>(kind)}, .key_kind = static_cast<KeyKind>(key_kind)};
  std::ranges::copy(in.take(clear.key_id.size()).value(), clear.key_id.begin());
  clear.header.store = StoreUid::from(in.take(StoreUid::kBytes).value().first<StoreUid::kBytes>());
  clear.header.token = TokenUid::from(in.take(TokenUid::kBytes).value().first<TokenUid::kBytes>());
  clear.header.object = ObjectUid::from(in.take(ObjectUid::kBytes).value().first<ObjectUid::kBytes>());
  clear.header.version = in.u64().value();
  return clear;
}

SealTag tag_of(ByteView blob) {
  SealTag tag{};
  if (blob.size() >= kSealOverhead) std::ranges::copy(blob.last(tag.size()), tag.begin());
  return tag;
}

}  // namespace holdfast::secure::storage
