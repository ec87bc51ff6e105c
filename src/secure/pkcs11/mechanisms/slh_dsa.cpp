#include "secure/pkcs11/mechanisms/pq_signature.h"

// SLH-DSA (FIPS 205). The small signatures ("s") take up to a second to make.

namespace holdfast::secure::pkcs11 {
namespace {

using crypto::DigestKind;

constexpr PqFamilyIds kIds = {
    .key_type = CKK_SLH_DSA,
    .pair = CKM_SLH_DSA_KEY_PAIR_GEN,
    .pure = CKM_SLH_DSA,
    .given_hash = CKM_HASH_SLH_DSA,
    .variants = {{
        {CKM_HASH_SLH_DSA_SHA224, DigestKind::sha224},
        {CKM_HASH_SLH_DSA_SHA256, DigestKind::sha256},
        {CKM_HASH_SLH_DSA_SHA384, DigestKind::sha384},
        {CKM_HASH_SLH_DSA_SHA512, DigestKind::sha512},
        {CKM_HASH_SLH_DSA_SHA3_224, DigestKind::sha3_224},
        {CKM_HASH_SLH_DSA_SHA3_256, DigestKind::sha3_256},
        {CKM_HASH_SLH_DSA_SHA3_384, DigestKind::sha3_384},
        {CKM_HASH_SLH_DSA_SHA3_512, DigestKind::sha3_512},
        {CKM_HASH_SLH_DSA_SHAKE128, DigestKind::shake128},
        {CKM_HASH_SLH_DSA_SHAKE256, DigestKind::shake256},
    }},
    .size = Octets{32, 64},
};
constexpr auto kRows = pq_signature_rows<crypto::PqFamily::slh_dsa>(kIds);
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> slh_dsa_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
