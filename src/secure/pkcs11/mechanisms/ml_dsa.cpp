#include "secure/pkcs11/mechanisms/pq_signature.h"

// ML-DSA (FIPS 204). PKCS#11 3.2 has no mechanism for a message representative (mu) made elsewhere, so there is none
// here.

namespace holdfast::secure::pkcs11 {
namespace {

using crypto::DigestKind;

constexpr PqFamilyIds kIds = {
    .key_type = CKK_ML_DSA,
    .pair = CKM_ML_DSA_KEY_PAIR_GEN,
    .pure = CKM_ML_DSA,
    .given_hash = CKM_HASH_ML_DSA,
    .variants = {{
        {CKM_HASH_ML_DSA_SHA224, DigestKind::sha224},
        {CKM_HASH_ML_DSA_SHA256, DigestKind::sha256},
        {CKM_HASH_ML_DSA_SHA384, DigestKind::sha384},
        {CKM_HASH_ML_DSA_SHA512, DigestKind::sha512},
        {CKM_HASH_ML_DSA_SHA3_224, DigestKind::sha3_224},
        {CKM_HASH_ML_DSA_SHA3_256, DigestKind::sha3_256},
        {CKM_HASH_ML_DSA_SHA3_384, DigestKind::sha3_384},
        {CKM_HASH_ML_DSA_SHA3_512, DigestKind::sha3_512},
        {CKM_HASH_ML_DSA_SHAKE128, DigestKind::shake128},
        {CKM_HASH_ML_DSA_SHAKE256, DigestKind::shake256},
    }},
    .size = Octets{1312, 2592},
};
constexpr auto kRows = pq_signature_rows<crypto::PqFamily::ml_dsa>(kIds);
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> ml_dsa_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
