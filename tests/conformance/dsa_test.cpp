// DSA: RFC 6979's signature is verified whatever the policy says; a token's usual policy lets nobody begin new ones.
#include "conformance/keys.h"

namespace holdfast::conformance {
namespace {

class Dsa : public TokenTest {
 protected:
  // RFC 6979, A.2.1.
  Attributes domain() const {
    Attributes attributes;
    attributes
        .bytes(CKA_PRIME, hex("86f5ca03dcfeb225063ff830a0c769b9dd9d6153ad91d7ce27f787c43278b447e6533b86b18bed6e8a48b784a1"
                              "4c252c5be0dbf60b86d6385bd2f12fb763ed8873abfd3f5ba2e0a8c0a59082eac056935e529daf7c610467899c"
                              "77adedfc846c881870b7b19b2b58f9be0521a17002e3bdd6b86685ee90b3d9a1b02b782b1779"))
        .bytes(CKA_SUBPRIME, hex("996f967f6c8e388d9e28d01e205fba957a5698b1"))
        .bytes(CKA_BASE, hex("07b0f92546150b62514bb771e2a0c0ce387f03bda6c56b505209ff25fd3c133d89bbcd97e904e09114d9a7defd"
                             "eadfc9078ea544d2e401aeecc40bb9fbbf78fd87995a10a1c27cb7789b594ba7efb5c4326a9fe59a070e136db7"
                             "7175464adca417be5dce2f40d10a46a3a3943f26ab7fd9c0398ff8c76ee0a56826a8a88f1dbd"));
    return attributes;
  }
  Attributes public_key() const {
    Attributes attributes = domain();
    attributes.number(CKA_CLASS, CKO_PUBLIC_KEY).number(CKA_KEY_TYPE, CKK_DSA).flag(CKA_VERIFY, true);
    attributes.bytes(CKA_VALUE,
                     hex("5df5e01ded31d0297e274e1691c192fe5868fef9e19a84776454b100cf16f65392195a38b90523e2542ee61871c0440c"
                         "b87c322fc4b4d2ec5e1e7ec766e1be8d4ce935437dc11c3c8fd426338933ebfe739cb3465f4d3668c5e473508253b1e6"
                         "82f65cbdc4fae93c2ea212390e54905a86e2223170b44eaa7da5dd9ffcfb7f3b"));
    return attributes;
  }
};

TEST_F(Dsa, VerifiesRfc6979) {
  const CK_OBJECT_HANDLE key = create(public_key());
  const Bytes signature = hex("2e1a0c2562b2912caaf89186fb0f42001585da5529efb6b0aff2d7a68eb70ca313022253b9a88df5");
  EXPECT_RV(verify(mechanism(CKM_DSA_SHA1), key, text("sample"), signature), CKR_OK);
  EXPECT_RV(verify(mechanism(CKM_DSA_SHA1), key, text("another"), signature), CKR_SIGNATURE_INVALID);
  EXPECT_RV(verify(mechanism(CKM_DSA), key, digest(CKM_SHA_1, text("sample")), signature), CKR_OK);
  EXPECT_RV(verify(mechanism(CKM_DSA_SHA1), key, text("sample"), Bytes(39)), CKR_SIGNATURE_LEN_RANGE);
}

TEST_F(Dsa, TheUsualPolicyRefusesNewKeysAndSignatures) {
  EXPECT_RV(try_generate_pair(mechanism(CKM_DSA_KEY_PAIR_GEN), domain(), std::move(Attributes().flag(CKA_SIGN, true))),
            CKR_MECHANISM_INVALID);
  CK_MECHANISM_INFO info{};
  ASSERT_RV(module().C_GetMechanismInfo(kSlot, CKM_DSA_SHA256, &info), CKR_OK);
  EXPECT_EQ(info.flags & (CKF_SIGN | CKF_VERIFY), CK_FLAGS{CKF_VERIFY});
}

TEST_F(Dsa, RefusesUnsoundKeys) {
  Attributes outside = domain();
  outside.number(CKA_CLASS, CKO_PUBLIC_KEY).number(CKA_KEY_TYPE, CKK_DSA).bytes(CKA_VALUE, hex("02"));
  EXPECT_RV(try_create(std::move(outside)), CKR_ATTRIBUTE_VALUE_INVALID);
  Attributes large = domain();
  large.number(CKA_CLASS, CKO_PRIVATE_KEY).number(CKA_KEY_TYPE, CKK_DSA);
  large.bytes(CKA_VALUE, hex("996f967f6c8e388d9e28d01e205fba957a5698b1"));
  EXPECT_RV(try_create(std::move(large)), CKR_ATTRIBUTE_VALUE_INVALID) << "as large as the subprime";
}

}  // namespace
}  // namespace holdfast::conformance
