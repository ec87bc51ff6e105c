#include "secure/pkcs11/mechanisms/optee_rows.h"

#include <algorithm>

#include <pkcs11/pkcs11.h>

namespace holdfast::secure::pkcs11 {
namespace {

constexpr std::uint32_t kCipher = CKF_ENCRYPT | CKF_DECRYPT;
constexpr std::uint32_t kWrapping = CKF_WRAP | CKF_UNWRAP;
constexpr std::uint32_t kSignature = CKF_SIGN | CKF_VERIFY;
constexpr std::uint32_t kPair = CKF_GENERATE_KEY_PAIR;

constexpr OpteeRow kRows[] = {
    {CKM_AES_ECB, kCipher | kWrapping, 16, 32},
    {CKM_AES_CBC, kCipher | kWrapping, 16, 32},
    {CKM_AES_CBC_PAD, 0, 0, 0},
    {CKM_AES_CTR, kCipher, 16, 32},
    {CKM_AES_GCM, kCipher | kWrapping, 16, 32},
    {CKM_AES_CTS, kCipher, 16, 32},
    {CKM_AES_CMAC, kSignature, 16, 32},
    {CKM_AES_CMAC_GENERAL, kSignature, 16, 32},
    {CKM_AES_ECB_ENCRYPT_DATA, CKF_DERIVE, 0, 0},
    {CKM_AES_CBC_ENCRYPT_DATA, CKF_DERIVE, 0, 0},
    {CKM_ECDH1_DERIVE, CKF_DERIVE, 160, 521},
    {CKM_AES_KEY_GEN, CKF_GENERATE, 16, 32},
    {CKM_GENERIC_SECRET_KEY_GEN, CKF_GENERATE, 1, 4096},
    {CKM_MD5, CKF_DIGEST, 0, 0},
    {CKM_SHA_1, CKF_DIGEST, 0, 0},
    {CKM_SHA224, CKF_DIGEST, 0, 0},
    {CKM_SHA256, CKF_DIGEST, 0, 0},
    {CKM_SHA384, CKF_DIGEST, 0, 0},
    {CKM_SHA512, CKF_DIGEST, 0, 0},
    {CKM_MD5_HMAC, kSignature, 8, 64},
    {CKM_SHA_1_HMAC, kSignature, 10, 64},
    {CKM_SHA224_HMAC, kSignature, 14, 64},
    {CKM_SHA256_HMAC, kSignature, 24, 128},
    {CKM_SHA384_HMAC, kSignature, 32, 128},
    {CKM_SHA512_HMAC, kSignature, 32, 128},
    {CKM_MD5_HMAC_GENERAL, kSignature, 8, 64},
    {CKM_SHA_1_HMAC_GENERAL, kSignature, 10, 64},
    {CKM_SHA224_HMAC_GENERAL, kSignature, 14, 64},
    {CKM_SHA256_HMAC_GENERAL, kSignature, 24, 128},
    {CKM_SHA384_HMAC_GENERAL, kSignature, 32, 128},
    {CKM_SHA512_HMAC_GENERAL, kSignature, 32, 128},
    {CKM_EC_KEY_PAIR_GEN, kPair, 160, 521},
    {CKM_EC_EDWARDS_KEY_PAIR_GEN, kPair, 256, 448},
    {CKM_ECDSA, kSignature, 160, 521},
    {CKM_ECDSA_SHA1, kSignature, 160, 521},
    {CKM_ECDSA_SHA224, kSignature, 160, 521},
    {CKM_ECDSA_SHA256, kSignature, 160, 521},
    {CKM_ECDSA_SHA384, kSignature, 160, 521},
    {CKM_ECDSA_SHA512, kSignature, 160, 521},
    {CKM_EDDSA, kSignature, 256, 448},
    // OP-TEE also claims encryption and decryption, which PKCS#11 does not give this mechanism.
    {CKM_RSA_AES_KEY_WRAP, kWrapping, 0, 0},
    {CKM_RSA_PKCS_KEY_PAIR_GEN, kPair, 256, 4096},
    {CKM_RSA_PKCS, kCipher | kSignature, 256, 4096},
    {CKM_RSA_X_509, kCipher | kSignature, 256, 4096},
    {CKM_RSA_PKCS_PSS, kSignature, 0, 0},
    {CKM_MD5_RSA_PKCS, kSignature, 256, 4096},
    {CKM_SHA1_RSA_PKCS, kSignature, 256, 4096},
    {CKM_RSA_PKCS_OAEP, kCipher, 256, 4096},
    {CKM_SHA1_RSA_PKCS_PSS, kSignature, 256, 4096},
    {CKM_SHA256_RSA_PKCS, kSignature, 256, 4096},
    {CKM_SHA384_RSA_PKCS, kSignature, 256, 4096},
    {CKM_SHA512_RSA_PKCS, kSignature, 256, 4096},
    {CKM_SHA256_RSA_PKCS_PSS, kSignature, 256, 4096},
    {CKM_SHA384_RSA_PKCS_PSS, kSignature, 256, 4096},
    {CKM_SHA512_RSA_PKCS_PSS, kSignature, 256, 4096},
    {CKM_SHA224_RSA_PKCS, kSignature, 256, 4096},
    {CKM_SHA224_RSA_PKCS_PSS, kSignature, 256, 4096},
};

}  // namespace

std::span<const OpteeRow> optee_rows() { return kRows; }

const OpteeRow* find_optee_row(ck::MechanismType type) {
  const auto* const found = std::ranges::find(kRows, type.value, &OpteeRow::id);
  return found == std::ranges::end(kRows) ? nullptr : found;
}

}  // namespace holdfast::secure::pkcs11
