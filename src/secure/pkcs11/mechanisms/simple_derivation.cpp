#include <algorithm>

#include "secure/crypto/digest.h"
#include "secure/crypto/secrets.h"
#include "secure/pkcs11/mechanisms/row.h"
#include "wire/codec.h"

// The derivations that move bytes (PKCS#11 3.2, "Miscellaneous simple key derivation mechanisms") and those that hash them
// ("Hash-based key derivation").

namespace holdfast::secure::pkcs11 {
namespace {

using crypto::DigestKind;
using wire::SecretCodec;

/// leading_bytes cuts what is too long from the end; Rv::key_size_range when there is too little.
Result<SecretBytes> leading_bytes(SecretBytes value, std::optional<std::size_t> bytes) {
  if (!bytes.has_value() || *bytes == value.size()) return value;
  if (*bytes > value.size()) return fail(Rv::key_size_range, "less material than the key asks for");
  return crypto::slice(value, 0, *bytes);
}

Result<SecretBytes> concatenate_key(const Start& start, std::optional<std::size_t> bytes) {
  HF_ASSIGN_OR_RETURN(const auto base, base_value(start));
  HF_ASSIGN_OR_RETURN(const ObjectHandleParam param, start.parameter<ObjectHandleParam>());
  HF_ASSIGN_OR_RETURN(const auto other, other_value(start, param.key));
  HF_ASSIGN_OR_RETURN(SecretBytes value, crypto::concatenate(*base, *other));
  return leading_bytes(std::move(value), bytes);
}

Result<SecretBytes> concatenate_data(const Start& start, std::optional<std::size_t> bytes) {
  HF_ASSIGN_OR_RETURN(const auto base, base_value(start));
  HF_ASSIGN_OR_RETURN(const EncryptDataParam param, start.parameter<EncryptDataParam>());
  HF_ASSIGN_OR_RETURN(const SecretBytes data, crypto::to_secret(param.data));
  HF_ASSIGN_OR_RETURN(SecretBytes value, start.row.id == CKM_CONCATENATE_BASE_AND_DATA ? crypto::concatenate(*base, data)
                                                                                       : crypto::concatenate(data, *base));
  return leading_bytes(std::move(value), bytes);
}

Result<SecretBytes> exclusive_or(const Start& start, std::optional<std::size_t> bytes) {
  HF_ASSIGN_OR_RETURN(const auto base, base_value(start));
  HF_ASSIGN_OR_RETURN(const EncryptDataParam param, start.parameter<EncryptDataParam>());
  HF_ASSIGN_OR_RETURN(SecretBytes value, crypto::slice(*base, 0, std::min(base->size(), param.data.size())));
  const MutableByteView mixed = SecretCodec::fill(value);
  for (std::size_t i = 0; i < mixed.size(); ++i) mixed[i] ^= param.data[i];
  return leading_bytes(std::move(value), bytes);
}

/// extract takes bits from a ring: after the last comes the first.
Result<SecretBytes> extract(const Start& start, std::optional<std::size_t> bytes) {
  HF_ASSIGN_OR_RETURN(const auto base, base_value(start));
  HF_ASSIGN_OR_RETURN(const ExtractParam param, start.parameter<ExtractParam>());
  if (!bytes.has_value()) return fail(Rv::template_incomplete, "extracting needs CKA_VALUE_LEN");
  if (param.first_bit >= base->size() * 8) return fail(Rv::mechanism_param_invalid, "first bit beyond the key");
  if (*bytes > base->size()) return fail(Rv::key_size_range, "less material than the key asks for");
  HF_ASSIGN_OR_RETURN(SecretBytes value, SecretBytes::allocate(*bytes));
  const ByteView from = SecretCodec::see(*base);
  const MutableByteView to = SecretCodec::fill(value);
  const unsigned shift = param.first_bit % 8;
  for (std::size_t i = 0; i < to.size(); ++i) {
    const std::size_t at = (param.first_bit / 8 + i) % from.size();
    const unsigned pair = std::to_integer<unsigned>(from[at]) << 8 | std::to_integer<unsigned>(from[(at + 1) % from.size()]);
    to[i] = static_cast<std::byte>(pair >> (8 - shift));
  }
  return value;
}

Result<SecretBytes> hash(const Start& start, std::optional<std::size_t> bytes) {
  HF_ASSIGN_OR_RETURN(const auto base, base_value(start));
  HF_ASSIGN_OR_RETURN(crypto::Digest digest, crypto::Digest::create(*start.row.digest));
  HF_TRY(digest.update_secret(*base));
  HF_ASSIGN_OR_RETURN(SecretBytes value, SecretBytes::allocate(digest.size()));
  HF_TRY(digest.finish(SecretCodec::fill(value)));
  return leading_bytes(std::move(value), bytes);
}

/// expand takes as much of an extendable output as the key asks for (PKCS#11 3.2, "SHAKE Key Derivation").
Result<SecretBytes> expand(const Start& start, std::optional<std::size_t> bytes) {
  if (!bytes.has_value()) return fail(Rv::template_incomplete, "SHAKE has no length of its own");
  HF_ASSIGN_OR_RETURN(const auto base, base_value(start));
  HF_ASSIGN_OR_RETURN(crypto::Digest digest, crypto::Digest::create(*start.row.digest));
  HF_TRY(digest.update_secret(*base));
  return digest.squeeze_secret(*bytes);
}

/// public_half gives the SubjectPublicKeyInfo, from which the public key object is made.
Result<SecretBytes> public_half(const Start& start, std::optional<std::size_t>) {
  const Bytes* const info = start.attributes->find(ck::AttributeType{CKA_PUBLIC_KEY_INFO});
  if (info == nullptr || info->empty()) return fail(Rv::key_type_inconsistent, "private key does not tell its public half");
  return crypto::to_secret(*info);
}

using Derive = Result<SecretBytes> (*)(const Start&, std::optional<std::size_t>);

constexpr MechanismRow moving(CK_MECHANISM_TYPE id, wire::ParamKind param, Derive derive) {
  return {.id = static_cast<std::uint32_t>(id),
          .keys = kSecretKeyTypes,
          .param = param,
          .derives = {.secrecy = Secrecy::strictest, .generic_by_default = true},
          .ops = {.derive = derive}};
}

constexpr MechanismRow hashing(CK_MECHANISM_TYPE id, DigestKind digest, Derive derive = &hash) {
  return {.id = static_cast<std::uint32_t>(id),
          .keys = kSecretKeyTypes,
          .digest = digest,
          .parts = Parts::any,
          .derives = {.generic_by_default = true},
          .ops = {.derive = derive}};
}

constexpr MechanismRow kRows[] = {
    moving(CKM_CONCATENATE_BASE_AND_KEY, wire::ParamKind::object_handle, &concatenate_key),
    moving(CKM_CONCATENATE_BASE_AND_DATA, wire::ParamKind::key_derivation_string, &concatenate_data),
    moving(CKM_CONCATENATE_DATA_AND_BASE, wire::ParamKind::key_derivation_string, &concatenate_data),
    moving(CKM_XOR_BASE_AND_DATA, wire::ParamKind::key_derivation_string, &exclusive_or),
    moving(CKM_EXTRACT_KEY_FROM_KEY, wire::ParamKind::extract, &extract),
    hashing(CKM_MD5_KEY_DERIVATION, DigestKind::md5),
    hashing(CKM_SHA1_KEY_DERIVATION, DigestKind::sha1),
    hashing(CKM_SHA224_KEY_DERIVATION, DigestKind::sha224),
    hashing(CKM_SHA256_KEY_DERIVATION, DigestKind::sha256),
    hashing(CKM_SHA384_KEY_DERIVATION, DigestKind::sha384),
    hashing(CKM_SHA512_KEY_DERIVATION, DigestKind::sha512),
    hashing(CKM_SHA512_224_KEY_DERIVATION, DigestKind::sha512_224),
    hashing(CKM_SHA512_256_KEY_DERIVATION, DigestKind::sha512_256),
    hashing(CKM_SHA3_224_KEY_DERIVATION, DigestKind::sha3_224),
    hashing(CKM_SHA3_256_KEY_DERIVATION, DigestKind::sha3_256),
    hashing(CKM_SHA3_384_KEY_DERIVATION, DigestKind::sha3_384),
    hashing(CKM_SHA3_512_KEY_DERIVATION, DigestKind::sha3_512),
    hashing(CKM_SHAKE_128_KEY_DERIVATION, DigestKind::shake128, &expand),
    hashing(CKM_SHAKE_256_KEY_DERIVATION, DigestKind::shake256, &expand),
    hashing(CKM_BLAKE2B_160_KEY_DERIVE, DigestKind::blake2b_160),
    hashing(CKM_BLAKE2B_256_KEY_DERIVE, DigestKind::blake2b_256),
    hashing(CKM_BLAKE2B_384_KEY_DERIVE, DigestKind::blake2b_384),
    hashing(CKM_BLAKE2B_512_KEY_DERIVE, DigestKind::blake2b_512),
    {.id = CKM_PUB_KEY_FROM_PRIV_KEY,
     .keys = {CKK_RSA, CKK_EC, CKK_EC_EDWARDS, CKK_EC_MONTGOMERY, CKK_ML_DSA, CKK_ML_KEM, CKK_SLH_DSA, CKK_DH, CKK_DSA,
              CKK_X9_42_DH},
     .derives = {.object_class = CKO_PUBLIC_KEY, .asks_derive = false},
     .ops = {.derive = &public_half}},
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> simple_derivation_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
