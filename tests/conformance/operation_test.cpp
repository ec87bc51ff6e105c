// The order of steps: PKCS#11 3.0 sections 5.2 (output of variable length) and 5.8 to 5.13.
#include "conformance/keys.h"

namespace holdfast::conformance {
namespace {

class Operation : public TokenTest {
 protected:
  void SetUp() override {
    TokenTest::SetUp();
    aes_ = create(secret_key(CKK_AES, Bytes(16)));
    hmac_key_ = create(secret_key(CKK_GENERIC_SECRET, Bytes(32)));
  }
  CK_RV encrypt_init() { return module().C_EncryptInit(session_, &cbc_, aes_); }
  CK_RV pad_init() { return module().C_EncryptInit(session_, &pad_, aes_); }
  CK_RV sign_init() { return module().C_SignInit(session_, &hmac_, hmac_key_); }
  CK_RV digest_init() { return module().C_DigestInit(session_, &sha_); }

  Bytes iv_{16};
  CK_MECHANISM cbc_ = mechanism_iv(CKM_AES_CBC, iv_);
  CK_MECHANISM pad_ = mechanism_iv(CKM_AES_CBC_PAD, iv_);
  CK_MECHANISM hmac_ = mechanism(CKM_SHA256_HMAC);
  CK_MECHANISM sha_ = mechanism(CKM_SHA256);
  CK_OBJECT_HANDLE aes_ = 0, hmac_key_ = 0;
  CK_BYTE data_[64] = {};
  CK_BYTE out_[128] = {};
  CK_ULONG length_ = sizeof out_;
};

TEST_F(Operation, StepsWithoutInitAreRefused) {
  const CK_FUNCTION_LIST& c = module();
  EXPECT_RV(c.C_Encrypt(session_, data_, 16, out_, &length_), CKR_OPERATION_NOT_INITIALIZED);
  EXPECT_RV(c.C_EncryptUpdate(session_, data_, 16, out_, &length_), CKR_OPERATION_NOT_INITIALIZED);
  EXPECT_RV(c.C_EncryptFinal(session_, out_, &length_), CKR_OPERATION_NOT_INITIALIZED);
  EXPECT_RV(c.C_Decrypt(session_, data_, 16, out_, &length_), CKR_OPERATION_NOT_INITIALIZED);
  EXPECT_RV(c.C_DecryptUpdate(session_, data_, 16, out_, &length_), CKR_OPERATION_NOT_INITIALIZED);
  EXPECT_RV(c.C_DecryptFinal(session_, out_, &length_), CKR_OPERATION_NOT_INITIALIZED);
  EXPECT_RV(c.C_Digest(session_, data_, 1, out_, &length_), CKR_OPERATION_NOT_INITIALIZED);
  EXPECT_RV(c.C_DigestUpdate(session_, data_, 1), CKR_OPERATION_NOT_INITIALIZED);
  EXPECT_RV(c.C_DigestKey(session_, aes_), CKR_OPERATION_NOT_INITIALIZED);
  EXPECT_RV(c.C_DigestFinal(session_, out_, &length_), CKR_OPERATION_NOT_INITIALIZED);
  EXPECT_RV(c.C_Sign(session_, data_, 1, out_, &length_), CKR_OPERATION_NOT_INITIALIZED);
  EXPECT_RV(c.C_SignUpdate(session_, data_, 1), CKR_OPERATION_NOT_INITIALIZED);
  EXPECT_RV(c.C_SignFinal(session_, out_, &length_), CKR_OPERATION_NOT_INITIALIZED);
  EXPECT_RV(c.C_Verify(session_, data_, 1, out_, 32), CKR_OPERATION_NOT_INITIALIZED);
  EXPECT_RV(c.C_VerifyUpdate(session_, data_, 1), CKR_OPERATION_NOT_INITIALIZED);
  EXPECT_RV(c.C_VerifyFinal(session_, out_, 32), CKR_OPERATION_NOT_INITIALIZED);
}

TEST_F(Operation, SecondInitIsRefusedAndTheFirstGoesOn) {
  ASSERT_RV(encrypt_init(), CKR_OK);
  EXPECT_RV(encrypt_init(), CKR_OPERATION_ACTIVE);
  EXPECT_RV(module().C_Encrypt(session_, data_, 16, out_, &length_), CKR_OK);
  ASSERT_RV(sign_init(), CKR_OK);
  EXPECT_RV(sign_init(), CKR_OPERATION_ACTIVE);
  ASSERT_RV(digest_init(), CKR_OK);
  EXPECT_RV(digest_init(), CKR_OPERATION_ACTIVE);
}

TEST_F(Operation, StepsOfAnotherVerbDoNotTouchIt) {
  ASSERT_RV(encrypt_init(), CKR_OK);
  EXPECT_RV(module().C_Decrypt(session_, data_, 16, out_, &length_), CKR_OPERATION_NOT_INITIALIZED);
  length_ = sizeof out_;
  EXPECT_RV(module().C_Encrypt(session_, data_, 16, out_, &length_), CKR_OK);
}

TEST_F(Operation, EndsWithItsLastStep) {
  ASSERT_RV(encrypt_init(), CKR_OK);
  ASSERT_RV(module().C_Encrypt(session_, data_, 16, out_, &length_), CKR_OK);
  EXPECT_RV(module().C_Encrypt(session_, data_, 16, out_, &length_), CKR_OPERATION_NOT_INITIALIZED);
  ASSERT_RV(digest_init(), CKR_OK);
  length_ = sizeof out_;
  ASSERT_RV(module().C_DigestFinal(session_, out_, &length_), CKR_OK);
  EXPECT_RV(module().C_DigestFinal(session_, out_, &length_), CKR_OPERATION_NOT_INITIALIZED);
}

TEST_F(Operation, EndsWithAnError) {
  ASSERT_RV(encrypt_init(), CKR_OK);
  EXPECT_RV(module().C_Encrypt(session_, data_, 17, out_, &length_), CKR_DATA_LEN_RANGE);
  EXPECT_RV(module().C_EncryptFinal(session_, out_, &length_), CKR_OPERATION_NOT_INITIALIZED);
  ASSERT_RV(encrypt_init(), CKR_OK) << "and the next begins afresh";
}

TEST_F(Operation, SinglePartStepMayNotFollowAnUpdate) {
  ASSERT_RV(sign_init(), CKR_OK);
  ASSERT_RV(module().C_SignUpdate(session_, data_, 3), CKR_OK);
  EXPECT_RV(module().C_Sign(session_, data_, 3, out_, &length_), CKR_OPERATION_ACTIVE);
}

TEST_F(Operation, LengthQueryAndShortBufferKeepIt) {
  CK_ULONG length = 0;
  ASSERT_RV(sign_init(), CKR_OK);
  EXPECT_RV(module().C_Sign(session_, data_, 3, nullptr, &length), CKR_OK);
  EXPECT_EQ(length, 32u);
  length = 31;
  EXPECT_RV(module().C_Sign(session_, data_, 3, out_, &length), CKR_BUFFER_TOO_SMALL);
  EXPECT_EQ(length, 32u);
  EXPECT_RV(module().C_Sign(session_, data_, 3, out_, &length), CKR_OK);
  const Bytes once(reinterpret_cast<std::byte*>(out_), reinterpret_cast<std::byte*>(out_) + 32);
  EXPECT_EQ(sign(hmac_, hmac_key_, Bytes(3)), once);
}

TEST_F(Operation, FinalQueryDoesNotDisturbTheHash) {
  CK_ULONG length = 0;
  ASSERT_RV(sign_init(), CKR_OK);
  ASSERT_RV(module().C_SignUpdate(session_, data_, 3), CKR_OK);
  EXPECT_RV(module().C_SignFinal(session_, nullptr, &length), CKR_OK);
  length = 1;
  EXPECT_RV(module().C_SignFinal(session_, out_, &length), CKR_BUFFER_TOO_SMALL);
  EXPECT_RV(module().C_SignFinal(session_, out_, &length), CKR_OK);
  const Bytes once(reinterpret_cast<std::byte*>(out_), reinterpret_cast<std::byte*>(out_) + 32);
  EXPECT_EQ(sign(hmac_, hmac_key_, Bytes(3)), once);
}

TEST_F(Operation, UpdateQueryDoesNotTakeTheData) {
  const Bytes expected = encrypt(cbc_, aes_, Bytes(32));
  CK_ULONG length = 0;
  ASSERT_RV(encrypt_init(), CKR_OK);
  EXPECT_RV(module().C_EncryptUpdate(session_, data_, 32, nullptr, &length), CKR_OK);
  EXPECT_GE(length, 32u);
  length = 31;
  EXPECT_RV(module().C_EncryptUpdate(session_, data_, 32, out_, &length), CKR_BUFFER_TOO_SMALL);
  EXPECT_GE(length, 32u);
  EXPECT_RV(module().C_EncryptUpdate(session_, data_, 32, out_, &length), CKR_OK);
  ASSERT_EQ(length, 32u);
  EXPECT_EQ(Bytes(reinterpret_cast<std::byte*>(out_), reinterpret_cast<std::byte*>(out_) + 32), expected);
}

// Where the answer is "no bytes", a query looks like a step that is done. It must not be one.
TEST_F(Operation, QueryOfAnEmptyUpdateDoesNotTakeTheData) {
  const Bytes expected = encrypt(pad_, aes_, Bytes(5));
  CK_ULONG length = 0;
  ASSERT_RV(pad_init(), CKR_OK);
  EXPECT_RV(module().C_EncryptUpdate(session_, data_, 5, nullptr, &length), CKR_OK);
  length = sizeof out_;
  EXPECT_RV(module().C_EncryptUpdate(session_, data_, 5, out_, &length), CKR_OK);
  const CK_ULONG first = length;
  length = sizeof out_ - first;
  EXPECT_RV(module().C_EncryptFinal(session_, out_ + first, &length), CKR_OK);
  ASSERT_EQ(first + length, expected.size());
  EXPECT_EQ(Bytes(reinterpret_cast<std::byte*>(out_), reinterpret_cast<std::byte*>(out_) + expected.size()), expected);
}

TEST_F(Operation, QueryOfAnEmptyFinalDoesNotEndIt) {
  CK_ULONG length = sizeof out_;
  ASSERT_RV(encrypt_init(), CKR_OK);
  ASSERT_RV(module().C_EncryptUpdate(session_, data_, 32, out_, &length), CKR_OK);
  length = 9;
  EXPECT_RV(module().C_EncryptFinal(session_, nullptr, &length), CKR_OK);
  EXPECT_EQ(length, 0u);
  EXPECT_RV(module().C_EncryptFinal(session_, out_, &length), CKR_OK) << "a buffer of no bytes suffices";
  EXPECT_EQ(length, 0u);
  EXPECT_RV(module().C_EncryptFinal(session_, out_, &length), CKR_OPERATION_NOT_INITIALIZED);
}

TEST_F(Operation, BufferOfNoBytesIsShortWhenThereIsOutput) {
  CK_ULONG length = 0;
  ASSERT_RV(encrypt_init(), CKR_OK);
  EXPECT_RV(module().C_EncryptUpdate(session_, data_, 16, out_, &length), CKR_BUFFER_TOO_SMALL);
  EXPECT_GE(length, 16u);
  EXPECT_RV(module().C_EncryptUpdate(session_, data_, 16, out_, &length), CKR_OK);
  EXPECT_EQ(length, 16u);
}

TEST_F(Operation, LogoutEndsWhatUsesAPrivateKey) {
  ASSERT_RV(sign_init(), CKR_OK);
  ASSERT_RV(module().C_Logout(session_), CKR_OK);
  EXPECT_RV(module().C_Sign(session_, data_, 3, out_, &length_), CKR_OPERATION_NOT_INITIALIZED);
}

TEST_F(Operation, SessionsHaveOperationsOfTheirOwn) {
  const CK_SESSION_HANDLE other = open();
  ASSERT_RV(digest_init(), CKR_OK);
  ASSERT_RV(module().C_DigestUpdate(session_, data_, 3), CKR_OK);
  EXPECT_RV(module().C_DigestUpdate(other, data_, 3), CKR_OPERATION_NOT_INITIALIZED);
  ASSERT_RV(module().C_DigestInit(other, &sha_), CKR_OK);
  EXPECT_RV(module().C_DigestUpdate(other, data_, 5), CKR_OK);
  EXPECT_RV(module().C_DigestFinal(session_, out_, &length_), CKR_OK);
  EXPECT_EQ(Bytes(reinterpret_cast<std::byte*>(out_), reinterpret_cast<std::byte*>(out_) + 32),
            digest(CKM_SHA256, Bytes(3)));
}

TEST_F(Operation, DestroyedKeyIsNotUsedOn) {
  ASSERT_RV(sign_init(), CKR_OK);
  EXPECT_RV(module().C_DestroyObject(session_, hmac_key_), CKR_OK);
  // Whether a running operation ends or goes on is the token's choice; it must not crash, and no new one begins.
  const CK_RV rv = module().C_Sign(session_, data_, 3, out_, &length_);
  EXPECT_TRUE(rv == CKR_OK || rv == CKR_OPERATION_NOT_INITIALIZED || rv == CKR_KEY_HANDLE_INVALID) << rv;
  EXPECT_RV(sign_init(), CKR_KEY_HANDLE_INVALID);
}

TEST_F(Operation, SinglePartMechanismsRefuseParts) {
  const Pair pair = generate_pair(mechanism(CKM_EC_KEY_PAIR_GEN), ec_public(kP256), Attributes());
  CK_MECHANISM ecdsa = mechanism(CKM_ECDSA);
  ASSERT_RV(module().C_SignInit(session_, &ecdsa, pair.private_key), CKR_OK);
  EXPECT_NE(module().C_SignUpdate(session_, data_, 32), CKR_OK);
  EXPECT_RV(module().C_SignFinal(session_, out_, &length_), CKR_OPERATION_NOT_INITIALIZED);
}

}  // namespace
}  // namespace holdfast::conformance
