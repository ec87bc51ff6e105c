// Triple DES under the usual policy: what is old is read, nothing new begins (ADR 0010).
#include "conformance/keys.h"

namespace holdfast::conformance {
namespace {

constexpr const char* kKey = "0123456789abcdef23456789abcdef01456789abcdef0123";

class TripleDes : public TokenTest {
 protected:
  CK_OBJECT_HANDLE key() const { return create(secret_key(CKK_DES3, hex(kKey))); }
};

TEST_F(TripleDes, DecryptsTheVectorOfSp80067) {
  EXPECT_EQ(decrypt(mechanism(CKM_DES3_ECB), key(), hex("a826fd8ce53b855fcce21c8112256fe668d5c05dd9b6b900")),
            text("The qufck brown fox jump"));
}

TEST_F(TripleDes, VerifiesTheVectorsOfSp80038b) {
  const CK_OBJECT_HANDLE three = create(secret_key(CKK_DES3, hex("8aa83bf8cbda10620bc1bf19fbb6cd58bc313d4a371ca8b5")));
  EXPECT_RV(verify(mechanism(CKM_DES3_CMAC), three, hex("6bc1bee22e409f96"), hex("8e8f293136283797")), CKR_OK);
  EXPECT_RV(verify(mechanism(CKM_DES3_CMAC), three, hex("6bc1bee22e409f97"), hex("8e8f293136283797")), CKR_SIGNATURE_INVALID);
}

TEST_F(TripleDes, BeginsNothingNew) {
  Bytes iv(8);
  CK_MECHANISM cbc = mechanism_iv(CKM_DES3_CBC, iv);
  const CK_OBJECT_HANDLE old = key();
  EXPECT_RV(module().C_EncryptInit(session_, &cbc, old), CKR_MECHANISM_INVALID);
  CK_MECHANISM cmac = mechanism(CKM_DES3_CMAC);
  EXPECT_RV(module().C_SignInit(session_, &cmac, old), CKR_MECHANISM_INVALID);
  EXPECT_RV(try_generate(mechanism(CKM_DES3_KEY_GEN), {}), CKR_MECHANISM_INVALID);
  EXPECT_RV(try_wrap(mechanism_iv(CKM_DES3_CBC_PAD, iv), old, create(secret_key(CKK_AES, Bytes(16)))), CKR_MECHANISM_INVALID);
  CK_MECHANISM_INFO info{};
  ASSERT_RV(module().C_GetMechanismInfo(kSlot, CKM_DES3_CBC, &info), CKR_OK);
  EXPECT_EQ(info.flags, CK_FLAGS{CKF_DECRYPT | CKF_UNWRAP});
}

TEST_F(TripleDes, RefusesKeysOfWrongParityAndLength) {
  EXPECT_RV(try_create(secret_key(CKK_DES3, Bytes(24))), CKR_ATTRIBUTE_VALUE_INVALID);
  EXPECT_RV(try_create(secret_key(CKK_DES3, Bytes(16, std::byte{1}))), CKR_KEY_SIZE_RANGE);
  EXPECT_RV(try_decrypt(mechanism(CKM_DES3_ECB), key(), Bytes(7)), CKR_ENCRYPTED_DATA_LEN_RANGE);
}

}  // namespace
}  // namespace holdfast::conformance
