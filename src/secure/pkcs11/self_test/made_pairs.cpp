#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/self_test/known_answer.h"

namespace holdfast::secure::pkcs11::self_test {
namespace {

constexpr KeyPart kRsaSize[] = {{CKA_MODULUS_BITS, "00080000"}, {CKA_PUBLIC_EXPONENT, "010001"}};
constexpr KeyPart kP256[] = {{CKA_EC_PARAMS, "06082a8648ce3d030107"}};
constexpr KeyPart kEd25519[] = {{CKA_EC_PARAMS, "06032b6570"}};

constexpr KeyPart kX25519[] = {{CKA_EC_PARAMS, "06032b656e"}};
constexpr KeyPart kMlKem768[] = {{CKA_PARAMETER_SET, "02000000"}};
constexpr KeyPart kMlDsa44[] = {{CKA_PARAMETER_SET, "01000000"}};
constexpr KeyPart kSlhDsa128f[] = {{CKA_PARAMETER_SET, "03000000"}};

// RFC 6979, A.2.1.
constexpr std::string_view kDsaPrime =
    "86f5ca03dcfeb225063ff830a0c769b9dd9d6153ad91d7ce27f787c43278b447e6533b86b18bed6e8a48b784a14c252c5be0"
    "dbf60b86d6385bd2f12fb763ed8873abfd3f5ba2e0a8c0a59082eac056935e529daf7c610467899c77adedfc846c881870b7"
    "b19b2b58f9be0521a17002e3bdd6b86685ee90b3d9a1b02b782b1779";
constexpr std::string_view kDsaBase =
    "07b0f92546150b62514bb771e2a0c0ce387f03bda6c56b505209ff25fd3c133d89bbcd97e904e09114d9a7defdeadfc9078e"
    "a544d2e401aeecc40bb9fbbf78fd87995a10a1c27cb7789b594ba7efb5c4326a9fe59a070e136db77175464adca417be5dce"
    "2f40d10a46a3a3943f26ab7fd9c0398ff8c76ee0a56826a8a88f1dbd";
constexpr KeyPart kDsaDomain[] = {
    {CKA_PRIME, kDsaPrime}, {CKA_SUBPRIME, "996f967f6c8e388d9e28d01e205fba957a5698b1"}, {CKA_BASE, kDsaBase}};

// RFC 7919, A.1: ffdhe2048 and (p - 1) / 2.
constexpr std::string_view kFfdhe2048 =
    "ffffffffffffffffadf85458a2bb4a9aafdc5620273d3cf1d8b9c583ce2d3695a9e13641146433fbcc939dce249b3ef97d2f"
    "e363630c75d8f681b202aec4617ad3df1ed5d5fd65612433f51f5f066ed0856365553ded1af3b557135e7f57c935984f0c70"
    "e0e68b77e2a689daf3efe8721df158a136ade73530acca4f483a797abc0ab182b324fb61d108a94bb2c8e3fbb96adab760d7"
    "f4681d4f42a3de394df4ae56ede76372bb190b07a7c8ee0a6d709e02fce1cdf7e2ecc03404cd28342f619172fe9ce98583ff"
    "8e4f1232eef28183c3fe3b1b4c6fad733bb5fcbc2ec22005c58ef1837d1683b2c6f34a26c1b2effa886b423861285c97ffff"
    "ffffffffffff";
constexpr std::string_view kFfdhe2048Subprime =
    "7fffffffffffffffd6fc2a2c515da54d57ee2b10139e9e78ec5ce2c1e7169b4ad4f09b208a3219fde649cee7124d9f7cbe97"
    "f1b1b1863aec7b40d901576230bd69ef8f6aeafeb2b09219fa8faf83376842b1b2aa9ef68d79daab89af3fabe49acc278638"
    "707345bbf15344ed79f7f4390ef8ac509b56f39a98566527a41d3cbd5e0558c159927db0e88454a5d96471fddcb56d5bb06b"
    "fa340ea7a151ef1ca6fa572b76f3b1b95d8c8583d3e4770536b84f017e70e6fbf176601a0266941a17b0c8b97f4e74c2c1ff"
    "c7278919777940c1e1ff1d8da637d6b99ddafe5e17611002e2c778c1be8b41d96379a51360d977fd4435a11c30942e4bffff"
    "ffffffffffff";
constexpr KeyPart kDhDomain[] = {{CKA_PRIME, kFfdhe2048}, {CKA_BASE, "02"}};
constexpr KeyPart kX942Domain[] = {{CKA_PRIME, kFfdhe2048}, {CKA_SUBPRIME, kFfdhe2048Subprime}, {CKA_BASE, "02"}};

// A key derivation of none, no shared data.
constexpr std::string_view kPlainAgreement = "0100000000000000";
// No hedge asked for, no context.
constexpr std::string_view kNoContext = "0000000000000000";

constexpr MadePair kPairs[] = {
    {CKM_RSA_PKCS_KEY_PAIR_GEN, CKK_RSA, kRsaSize, CKM_SHA256_RSA_PKCS, ""},
    {CKM_EC_KEY_PAIR_GEN, CKK_EC, kP256, CKM_ECDSA_SHA256, ""},
    {CKM_EC_EDWARDS_KEY_PAIR_GEN, CKK_EC_EDWARDS, kEd25519, CKM_EDDSA, kNoContext},
    {CKM_EC_KEY_PAIR_GEN_W_EXTRA_BITS, CKK_EC, kP256, CKM_ECDSA_SHA256, ""},
    {CKM_EC_MONTGOMERY_KEY_PAIR_GEN, CKK_EC_MONTGOMERY, kX25519, CKM_ECDH1_DERIVE, kPlainAgreement},
    {CKM_DSA_KEY_PAIR_GEN, CKK_DSA, kDsaDomain, CKM_DSA_SHA256, ""},
    {CKM_DH_PKCS_KEY_PAIR_GEN, CKK_DH, kDhDomain, CKM_DH_PKCS_DERIVE, ""},
    {CKM_X9_42_DH_KEY_PAIR_GEN, CKK_X9_42_DH, kX942Domain, CKM_X9_42_DH_DERIVE, kPlainAgreement},
    {CKM_ML_KEM_KEY_PAIR_GEN, CKK_ML_KEM, kMlKem768, CKM_ML_KEM, ""},
    {CKM_ML_DSA_KEY_PAIR_GEN, CKK_ML_DSA, kMlDsa44, CKM_ML_DSA, kNoContext},
    {CKM_SLH_DSA_KEY_PAIR_GEN, CKK_SLH_DSA, kSlhDsa128f, CKM_SLH_DSA, kNoContext},
};

}  // namespace

std::span<const MadePair> made_pairs() { return kPairs; }

}  // namespace holdfast::secure::pkcs11::self_test
