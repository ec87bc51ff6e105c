#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/self_test/known_answer.h"

namespace holdfast::secure::pkcs11::self_test {
namespace {

constexpr SameAlgorithm kSame[] = {
    // Moved bytes, and results that become another kind of object.
    {CKM_CONCATENATE_BASE_AND_KEY, CKM_CONCATENATE_BASE_AND_DATA},
    {CKM_HKDF_DATA, CKM_HKDF_DERIVE},
    {CKM_PUB_KEY_FROM_PRIV_KEY, CKM_EC_KEY_PAIR_GEN},
    // TLS 1.2's key block is its PRF again; its premaster secret is random behind two bytes of version.
    {CKM_TLS12_KEY_AND_MAC_DERIVE, CKM_TLS12_KDF},
    {CKM_TLS12_KEY_SAFE_DERIVE, CKM_TLS12_KDF},
    {CKM_TLS_PRE_MASTER_KEY_GEN, CKM_GENERIC_SECRET_KEY_GEN},
    // A wrapped AES key, and that key's wrapping.
    {CKM_RSA_AES_KEY_WRAP, CKM_RSA_PKCS_OAEP},
    {CKM_ECDH_AES_KEY_WRAP, CKM_ECDH1_DERIVE},
    {CKM_ECDH_X_AES_KEY_WRAP, CKM_ECDH1_DERIVE},
    {CKM_ECDH_COF_AES_KEY_WRAP, CKM_ECDH1_COFACTOR_DERIVE},
    // Domain parameters are used by the pairs made from them.
    {CKM_DSA_PARAMETER_GEN, CKM_DSA},
    {CKM_DH_PKCS_PARAMETER_GEN, CKM_DH_PKCS_DERIVE},
    {CKM_X9_42_DH_PARAMETER_GEN, CKM_X9_42_DH_DERIVE},
    // A digest with an algorithm of its own is signed.
    {CKM_HASH_ML_DSA, CKM_ML_DSA},
    {CKM_HASH_ML_DSA_SHA224, CKM_ML_DSA},
    {CKM_HASH_ML_DSA_SHA256, CKM_ML_DSA},
    {CKM_HASH_ML_DSA_SHA384, CKM_ML_DSA},
    {CKM_HASH_ML_DSA_SHA512, CKM_ML_DSA},
    {CKM_HASH_ML_DSA_SHA3_224, CKM_ML_DSA},
    {CKM_HASH_ML_DSA_SHA3_256, CKM_ML_DSA},
    {CKM_HASH_ML_DSA_SHA3_384, CKM_ML_DSA},
    {CKM_HASH_ML_DSA_SHA3_512, CKM_ML_DSA},
    {CKM_HASH_ML_DSA_SHAKE128, CKM_ML_DSA},
    {CKM_HASH_ML_DSA_SHAKE256, CKM_ML_DSA},
    {CKM_HASH_SLH_DSA, CKM_SLH_DSA},
    {CKM_HASH_SLH_DSA_SHA224, CKM_SLH_DSA},
    {CKM_HASH_SLH_DSA_SHA256, CKM_SLH_DSA},
    {CKM_HASH_SLH_DSA_SHA384, CKM_SLH_DSA},
    {CKM_HASH_SLH_DSA_SHA512, CKM_SLH_DSA},
    {CKM_HASH_SLH_DSA_SHA3_224, CKM_SLH_DSA},
    {CKM_HASH_SLH_DSA_SHA3_256, CKM_SLH_DSA},
    {CKM_HASH_SLH_DSA_SHA3_384, CKM_SLH_DSA},
    {CKM_HASH_SLH_DSA_SHA3_512, CKM_SLH_DSA},
    {CKM_HASH_SLH_DSA_SHAKE128, CKM_SLH_DSA},
    {CKM_HASH_SLH_DSA_SHAKE256, CKM_SLH_DSA},
};

}  // namespace

std::span<const SameAlgorithm> same_algorithms() { return kSame; }

}  // namespace holdfast::secure::pkcs11::self_test
