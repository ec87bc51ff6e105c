#include "secure/pkcs11/attributes/key_types.h"

#include <pkcs11/pkcs11.h>

namespace holdfast::secure::pkcs11 {
namespace {

// Of secrets that may have any length: no key of ours is longer than this.
constexpr SecretSizes kAnySize{.first = 1, .last = 512};

/// hmac_key gives the type of keys for one HMAC.
constexpr KeyTypeRow hmac_key(std::uint32_t type, bool in_optee = false) {
  return {.type = ck::KeyType{type}, .secret_rows = &sized_secret_attribute_rows, .sizes = kAnySize, .in_optee = in_optee};
}

constexpr KeyTypeRow kKeyTypes[] = {
    // ---- Pairs
    {.type = ck::KeyType{CKK_RSA}, .public_rows = &rsa_public_attribute_rows,
     .private_rows = &rsa_private_attribute_rows, .in_optee = true},
    {.type = ck::KeyType{CKK_DSA}, .public_rows = &dsa_public_attribute_rows,
     .private_rows = &dsa_private_attribute_rows, .domain_rows = &dsa_domain_attribute_rows},
    {.type = ck::KeyType{CKK_DH}, .public_rows = &dh_public_attribute_rows,
     .private_rows = &dh_private_attribute_rows, .domain_rows = &dh_domain_attribute_rows},
    {.type = ck::KeyType{CKK_X9_42_DH}, .public_rows = &x9_42_dh_public_attribute_rows,
     .private_rows = &x9_42_dh_private_attribute_rows, .domain_rows = &x9_42_dh_domain_attribute_rows},
    {.type = ck::KeyType{CKK_EC}, .public_rows = &ec_public_attribute_rows,
     .private_rows = &ec_private_attribute_rows, .in_optee = true},
    {.type = ck::KeyType{CKK_EC_EDWARDS}, .public_rows = &ec_public_attribute_rows,
     .private_rows = &ec_private_attribute_rows, .in_optee = true},
    {.type = ck::KeyType{CKK_EC_MONTGOMERY}, .public_rows = &montgomery_public_attribute_rows,
     .private_rows = &montgomery_private_attribute_rows},
    {.type = ck::KeyType{CKK_ML_KEM}, .public_rows = &ml_kem_public_attribute_rows,
     .private_rows = &ml_kem_private_attribute_rows},
    {.type = ck::KeyType{CKK_ML_DSA}, .public_rows = &parameter_set_public_attribute_rows,
     .private_rows = &ml_dsa_private_attribute_rows},
    {.type = ck::KeyType{CKK_SLH_DSA}, .public_rows = &parameter_set_public_attribute_rows,
     .private_rows = &slh_dsa_private_attribute_rows},

    // ---- Stateful hash signatures: we verify. Their private keys wear out, and copies of a store would sign twice with one.
    {.type = ck::KeyType{CKK_HSS}, .public_rows = &hss_public_attribute_rows},
    {.type = ck::KeyType{CKK_XMSS}, .public_rows = &parameter_set_public_attribute_rows},
    {.type = ck::KeyType{CKK_XMSSMT}, .public_rows = &parameter_set_public_attribute_rows},

    // ---- Secrets
    {.type = ck::KeyType{CKK_GENERIC_SECRET}, .secret_rows = &sized_secret_attribute_rows, .sizes = kAnySize, .in_optee = true},
    {.type = ck::KeyType{CKK_AES}, .secret_rows = &sized_secret_attribute_rows,
     .sizes = {.first = 16, .last = 32, .step = 8}, .in_optee = true},
    {.type = ck::KeyType{CKK_AES_XTS}, .secret_rows = &sized_secret_attribute_rows,
     .sizes = {.first = 32, .last = 64, .step = 32}},
    {.type = ck::KeyType{CKK_DES2}, .secret_rows = &fixed_secret_attribute_rows, .sizes = {.first = 16, .last = 16}},
    {.type = ck::KeyType{CKK_DES3}, .secret_rows = &fixed_secret_attribute_rows, .sizes = {.first = 24, .last = 24}},
    {.type = ck::KeyType{CKK_CHACHA20}, .secret_rows = &fixed_secret_attribute_rows, .sizes = {.first = 32, .last = 32}},
    {.type = ck::KeyType{CKK_POLY1305}, .secret_rows = &fixed_secret_attribute_rows, .sizes = {.first = 32, .last = 32}},
    {.type = ck::KeyType{CKK_HKDF}, .secret_rows = &sized_secret_attribute_rows, .sizes = kAnySize},
    {.type = ck::KeyType{CKK_HOTP}, .otp_rows = &otp_key_attribute_rows, .sizes = kAnySize},
    hmac_key(CKK_MD5_HMAC, true),
    hmac_key(CKK_SHA_1_HMAC, true),
    hmac_key(CKK_SHA224_HMAC, true),
    hmac_key(CKK_SHA256_HMAC, true),
    hmac_key(CKK_SHA384_HMAC, true),
    hmac_key(CKK_SHA512_HMAC, true),
    hmac_key(CKK_SHA512_224_HMAC),
    hmac_key(CKK_SHA512_256_HMAC),
    hmac_key(CKK_SHA512_T_HMAC),
    hmac_key(CKK_SHA3_224_HMAC),
    hmac_key(CKK_SHA3_256_HMAC),
    hmac_key(CKK_SHA3_384_HMAC),
    hmac_key(CKK_SHA3_512_HMAC),
    hmac_key(CKK_BLAKE2B_160_HMAC),
    hmac_key(CKK_BLAKE2B_256_HMAC),
    hmac_key(CKK_BLAKE2B_384_HMAC),
    hmac_key(CKK_BLAKE2B_512_HMAC),
};

}  // namespace

std::span<const KeyTypeRow> all_key_types() { return kKeyTypes; }

const KeyTypeRow* find_key_type(ck::KeyType type) {
  for (const KeyTypeRow& row : kKeyTypes)
    if (row.type == type) return &row;
  return nullptr;
}

}  // namespace holdfast::secure::pkcs11
