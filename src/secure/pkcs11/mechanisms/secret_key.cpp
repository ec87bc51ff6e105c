#include "secure/crypto/aes_xts.h"
#include "secure/crypto/chacha20.h"
#include "secure/crypto/keyed_mac.h"
#include "secure/crypto/random.h"
#include "secure/crypto/triple_des.h"
#include "secure/pkcs11/attributes/key_types.h"
#include "secure/pkcs11/mechanisms/row.h"
#include "secure/pkcs11/mechanisms/sha512_t.h"

// Every CKM_…_KEY_GEN of a secret key, but for one-time passwords.

namespace holdfast::secure::pkcs11 {
namespace {

/// bytes_of is the size of the key to make: that of its type if there is only one, else what the template says.
Result<std::size_t> bytes_of(const ObjectContent& key) {
  const KeyTypeRow* const type = find_key_type(key.attributes.key_type());
  if (type != nullptr && type->sizes.first == type->sizes.last) return type->sizes.first;
  const std::optional<std::uint32_t> bytes = key.attributes.ulong(ck::AttributeType{CKA_VALUE_LEN});
  if (!bytes.has_value()) return fail(Rv::template_incomplete, "template has no CKA_VALUE_LEN");
  if (!secret_size_fits(key.attributes.key_type(), *bytes))
    return fail(Rv::key_size_range, "key type has no such size");
  return std::size_t{*bytes};
}

Result<void> generate(const MechanismRow&, ObjectContent& key) {
  HF_ASSIGN_OR_RETURN(const std::size_t bytes, bytes_of(key));
  HF_ASSIGN_OR_RETURN(SecretBytes value, crypto::random_secret(bytes));
  key.secrets.set(ck::AttributeType{CKA_VALUE}, std::move(value));
  return {};
}

Result<void> generate_xts(const MechanismRow&, ObjectContent& key) {
  HF_ASSIGN_OR_RETURN(const std::size_t bytes, bytes_of(key));
  HF_ASSIGN_OR_RETURN(SecretBytes value, crypto::random_secret(bytes));
  if (!crypto::xts_halves_differ(value)) return fail(Rv::random_no_rng, "the generator repeats itself");
  key.secrets.set(ck::AttributeType{CKA_VALUE}, std::move(value));
  return {};
}

Result<void> generate_triple_des(const MechanismRow&, ObjectContent& key) {
  HF_ASSIGN_OR_RETURN(const std::size_t bytes, bytes_of(key));
  HF_ASSIGN_OR_RETURN(SecretBytes value, crypto::random_triple_des_key(bytes));
  key.secrets.set(ck::AttributeType{CKA_VALUE}, std::move(value));
  return {};
}

using crypto::DigestKind;

template <DigestKind digest>
bool has_digest() {
  return crypto::available(digest);
}

/// hmac_row makes keys for the HMAC over a digest.
template <DigestKind digest>
constexpr MechanismRow hmac_row(CK_MECHANISM_TYPE id, CK_KEY_TYPE type) {
  return {.id = static_cast<std::uint32_t>(id),
          .keys = {type},
          .size = Octets{1, 512},
          .ops = {.generate = &generate},
          .available = &has_digest<digest>};
}

constexpr MechanismRow blake2b_row(CK_MECHANISM_TYPE id, CK_KEY_TYPE type) {
  return {.id = static_cast<std::uint32_t>(id),
          .keys = {type},
          .size = Octets{1, 64},
          .ops = {.generate = &generate},
          .available = &crypto::has_blake2b_mac};
}

constexpr MechanismRow kRows[] = {
    {.id = CKM_AES_KEY_GEN, .keys = {CKK_AES}, .size = Octets{16, 32}, .ops = {.generate = &generate}},
    {.id = CKM_AES_XTS_KEY_GEN,
     .keys = {CKK_AES_XTS},
     .size = Octets{32, 64},
     .ops = {.generate = &generate_xts},
     .available = &crypto::has_aes_xts},
    {.id = CKM_CHACHA20_KEY_GEN,
     .keys = {CKK_CHACHA20},
     .size = Octets{32, 32},
     .ops = {.generate = &generate},
     .available = &crypto::has_chacha20},
    {.id = CKM_POLY1305_KEY_GEN,
     .keys = {CKK_POLY1305},
     .size = Octets{32, 32},
     .ops = {.generate = &generate},
     .available = &crypto::has_poly1305},
    {.id = CKM_DES2_KEY_GEN,
     .keys = {CKK_DES2},
     .ops = {.generate = &generate_triple_des},
     .available = &crypto::has_triple_des},
    {.id = CKM_DES3_KEY_GEN,
     .keys = {CKK_DES3},
     .ops = {.generate = &generate_triple_des},
     .available = &crypto::has_triple_des},
    // PKCS#11 3.2, "Generic secret key generation": its sizes are in bits.
    {.id = CKM_GENERIC_SECRET_KEY_GEN,
     .keys = {CKK_GENERIC_SECRET},
     .size = Bits{8, 4096},
     .ops = {.generate = &generate}},
    hmac_row<DigestKind::sha1>(CKM_SHA_1_KEY_GEN, CKK_SHA_1_HMAC),
    hmac_row<DigestKind::sha224>(CKM_SHA224_KEY_GEN, CKK_SHA224_HMAC),
    hmac_row<DigestKind::sha256>(CKM_SHA256_KEY_GEN, CKK_SHA256_HMAC),
    hmac_row<DigestKind::sha384>(CKM_SHA384_KEY_GEN, CKK_SHA384_HMAC),
    hmac_row<DigestKind::sha512>(CKM_SHA512_KEY_GEN, CKK_SHA512_HMAC),
    hmac_row<DigestKind::sha512_224>(CKM_SHA512_224_KEY_GEN, CKK_SHA512_224_HMAC),
    hmac_row<DigestKind::sha512_256>(CKM_SHA512_256_KEY_GEN, CKK_SHA512_256_HMAC),
    {.id = CKM_SHA512_T_KEY_GEN,
     .keys = {CKK_SHA512_T_HMAC},
     .size = Octets{1, 512},
     .ops = {.generate = &generate},
     .available = &has_sha512_t},
    hmac_row<DigestKind::sha3_224>(CKM_SHA3_224_KEY_GEN, CKK_SHA3_224_HMAC),
    hmac_row<DigestKind::sha3_256>(CKM_SHA3_256_KEY_GEN, CKK_SHA3_256_HMAC),
    hmac_row<DigestKind::sha3_384>(CKM_SHA3_384_KEY_GEN, CKK_SHA3_384_HMAC),
    hmac_row<DigestKind::sha3_512>(CKM_SHA3_512_KEY_GEN, CKK_SHA3_512_HMAC),
    blake2b_row(CKM_BLAKE2B_160_KEY_GEN, CKK_BLAKE2B_160_HMAC),
    blake2b_row(CKM_BLAKE2B_256_KEY_GEN, CKK_BLAKE2B_256_HMAC),
    blake2b_row(CKM_BLAKE2B_384_KEY_GEN, CKK_BLAKE2B_384_HMAC),
    blake2b_row(CKM_BLAKE2B_512_KEY_GEN, CKK_BLAKE2B_512_HMAC),
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> secret_key_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
