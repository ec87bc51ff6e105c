// C_SessionCancel and a C_…Init without a mechanism (PKCS#11 3.2 sections 5.6 and 5.8 ff.).
#include "conformance/keys.h"

namespace holdfast::conformance {
namespace {

using testing::module_3_2;

class Cancel : public TokenTest {
 protected:
  void SetUp() override {
    TokenTest::SetUp();
    aes_ = create(secret_key(CKK_AES, Bytes(16)));
    hmac_key_ = create(secret_key(CKK_GENERIC_SECRET, Bytes(32)));
  }
  void begin_all() {
    const CK_FUNCTION_LIST_3_2& c = module_3_2();
    ASSERT_RV(c.C_EncryptInit(session_, &ecb_, aes_), CKR_OK);
    ASSERT_RV(c.C_DecryptInit(session_, &ecb_, aes_), CKR_OK);
    ASSERT_RV(c.C_SignInit(session_, &hmac_, hmac_key_), CKR_OK);
    ASSERT_RV(c.C_VerifyInit(session_, &hmac_, hmac_key_), CKR_OK);
    ASSERT_RV(c.C_DigestInit(session_, &sha_), CKR_OK);
    ASSERT_RV(c.C_FindObjectsInit(session_, nullptr, 0), CKR_OK);
  }
  /// active are the flags of what is active, learnt by trying to begin it again.
  CK_FLAGS active() {
    const CK_FUNCTION_LIST_3_2& c = module_3_2();
    CK_FLAGS flags = 0;
    if (c.C_EncryptInit(session_, &ecb_, aes_) == CKR_OPERATION_ACTIVE) flags |= CKF_ENCRYPT;
    if (c.C_DecryptInit(session_, &ecb_, aes_) == CKR_OPERATION_ACTIVE) flags |= CKF_DECRYPT;
    if (c.C_SignInit(session_, &hmac_, hmac_key_) == CKR_OPERATION_ACTIVE) flags |= CKF_SIGN;
    if (c.C_VerifyInit(session_, &hmac_, hmac_key_) == CKR_OPERATION_ACTIVE) flags |= CKF_VERIFY;
    if (c.C_DigestInit(session_, &sha_) == CKR_OPERATION_ACTIVE) flags |= CKF_DIGEST;
    if (c.C_FindObjectsInit(session_, nullptr, 0) == CKR_OPERATION_ACTIVE) flags |= CKF_FIND_OBJECTS;
    return flags;
  }
  static constexpr CK_FLAGS kAll = CKF_ENCRYPT | CKF_DECRYPT | CKF_SIGN | CKF_VERIFY | CKF_DIGEST | CKF_FIND_OBJECTS;

  CK_MECHANISM ecb_ = mechanism(CKM_AES_ECB);
  CK_MECHANISM hmac_ = mechanism(CKM_SHA256_HMAC);
  CK_MECHANISM sha_ = mechanism(CKM_SHA256);
  CK_OBJECT_HANDLE aes_ = 0, hmac_key_ = 0;
};

TEST_F(Cancel, EndsEachThatIsNamedAndNoOther) {
  for (const CK_FLAGS flag : {CKF_ENCRYPT, CKF_DECRYPT, CKF_SIGN, CKF_VERIFY, CKF_DIGEST, CKF_FIND_OBJECTS}) {
    begin_all();
    ASSERT_RV(module_3_2().C_SessionCancel(session_, flag), CKR_OK);
    EXPECT_EQ(active(), kAll & ~flag);
    ASSERT_RV(module_3_2().C_SessionCancel(session_, kAll), CKR_OK);
  }
}

TEST_F(Cancel, EndsAllAtOnceAndAgain) {
  begin_all();
  ASSERT_RV(module_3_2().C_SessionCancel(session_, kAll), CKR_OK);
  EXPECT_RV(module_3_2().C_SessionCancel(session_, kAll), CKR_OK) << "what is not active is cancelled already";
  EXPECT_EQ(active(), 0u);
}

TEST_F(Cancel, OfNothingLeavesAll) {
  begin_all();
  EXPECT_RV(module_3_2().C_SessionCancel(session_, 0), CKR_OK);
  EXPECT_RV(module_3_2().C_SessionCancel(session_, CKF_WRAP | CKF_DERIVE | CKF_SIGN_RECOVER), CKR_OK);
  EXPECT_EQ(active(), kAll);
  EXPECT_RV(module_3_2().C_SessionCancel(session_ + 99, kAll), CKR_SESSION_HANDLE_INVALID);
}

TEST_F(Cancel, ASignatureKnownBeforeIsAVerification) {
  const Bytes mac(32);
  ASSERT_RV(module_3_2().C_VerifySignatureInit(session_, &hmac_, hmac_key_, raw(mac), mac.size()), CKR_OK);
  ASSERT_RV(module_3_2().C_SessionCancel(session_, CKF_VERIFY), CKR_OK);
  EXPECT_RV(module_3_2().C_VerifySignatureFinal(session_), CKR_OPERATION_NOT_INITIALIZED);
}

TEST_F(Cancel, AnInitWithoutAMechanismEndsItsVerbAlone) {
  const CK_FUNCTION_LIST_3_2& c = module_3_2();
  begin_all();
  ASSERT_RV(c.C_EncryptInit(session_, nullptr, 0), CKR_OK);
  ASSERT_RV(c.C_DigestInit(session_, nullptr), CKR_OK);
  EXPECT_EQ(active(), kAll & ~(CKF_ENCRYPT | CKF_DIGEST));
  ASSERT_RV(c.C_SessionCancel(session_, kAll), CKR_OK);
  begin_all();
  ASSERT_RV(c.C_DecryptInit(session_, nullptr, 0), CKR_OK);
  ASSERT_RV(c.C_SignInit(session_, nullptr, 0), CKR_OK);
  ASSERT_RV(c.C_VerifyInit(session_, nullptr, 0), CKR_OK);
  EXPECT_EQ(active(), kAll & ~(CKF_DECRYPT | CKF_SIGN | CKF_VERIFY));
}

TEST_F(Cancel, AnInitWithoutAMechanismNeedsSomethingToEnd) {
  const CK_FUNCTION_LIST_3_2& c = module_3_2();
  EXPECT_RV(c.C_EncryptInit(session_, nullptr, aes_), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_DigestInit(session_, nullptr), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_SignRecoverInit(session_, nullptr, aes_), CKR_ARGUMENTS_BAD);
}

}  // namespace
}  // namespace holdfast::conformance
