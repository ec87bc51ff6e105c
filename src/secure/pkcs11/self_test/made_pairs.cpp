#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/self_test/known_answer.h"

namespace holdfast::secure::pkcs11::self_test {
namespace {

constexpr KeyPart kRsaSize[] = {{CKA_MODULUS_BITS, "00080000"}, {CKA_PUBLIC_EXPONENT, "010001"}};
constexpr KeyPart kP256[] = {{CKA_EC_PARAMS, "06082a8648ce3d030107"}};
constexpr KeyPart kEd25519[] = {{CKA_EC_PARAMS, "06032b6570"}};

constexpr MadePair kPairs[] = {
    {CKM_RSA_PKCS_KEY_PAIR_GEN, CKK_RSA, kRsaSize, CKM_SHA256_RSA_PKCS, ""},
    {CKM_EC_KEY_PAIR_GEN, CKK_EC, kP256, CKM_ECDSA_SHA256, ""},
    {CKM_EC_EDWARDS_KEY_PAIR_GEN, CKK_EC_EDWARDS, kEd25519, CKM_EDDSA, "0000000000000000"},
};

}  // namespace

std::span<const MadePair> made_pairs() { return kPairs; }

}  // namespace holdfast::secure::pkcs11::self_test
