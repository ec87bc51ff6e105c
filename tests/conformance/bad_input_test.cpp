// Null pointers, absurd lengths and handles that are none, in every function that takes one: each gets the standard's
// code, and the service goes on.
#include "conformance/token_test.h"

namespace holdfast::conformance {
namespace {

constexpr CK_ULONG kAbsurd = ~0UL;
constexpr CK_ULONG kNoHandle = 0x7FFFFFF0;

class BadInput : public TokenTest {
 protected:
  void SetUp() override {
    TokenTest::SetUp();
    aes_ = generate(mechanism(CKM_AES_KEY_GEN), std::move(Attributes().number(CKA_VALUE_LEN, 32)));
  }
  void TearDown() override {
    // Whatever a test did, the service is there and the session works.
    CK_BYTE byte = 0;
    EXPECT_RV(module().C_GenerateRandom(session_, &byte, 1), CKR_OK);
    TokenTest::TearDown();
  }
  CK_OBJECT_HANDLE aes_ = CK_INVALID_HANDLE;
  CK_BYTE buffer_[64] = {};
  CK_ULONG length_ = sizeof buffer_;
  CK_OBJECT_HANDLE made_ = 0;
  Bytes iv_{16};
};

TEST_F(BadInput, NullPointersOfGeneralAndSlotFunctions) {
  const CK_FUNCTION_LIST& c = module();
  EXPECT_RV(c.C_GetInfo(nullptr), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_GetFunctionList(nullptr), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_GetSlotList(CK_TRUE, nullptr, nullptr), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_GetSlotInfo(kSlot, nullptr), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_GetTokenInfo(kSlot, nullptr), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_GetMechanismList(kSlot, nullptr, nullptr), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_GetMechanismInfo(kSlot, CKM_ECDSA, nullptr), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_WaitForSlotEvent(CKF_DONT_BLOCK, nullptr, nullptr), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_GetSessionInfo(session_, nullptr), CKR_ARGUMENTS_BAD);
}

TEST_F(BadInput, NullPointersOfObjectAndKeyFunctions) {
  const CK_FUNCTION_LIST& c = module();
  CK_MECHANISM aes_gen = mechanism(CKM_AES_KEY_GEN);
  CK_MECHANISM cbc = mechanism_iv(CKM_AES_CBC, iv_);
  CK_ATTRIBUTE attribute{CKA_LABEL, buffer_, 4};
  EXPECT_RV(c.C_CreateObject(session_, nullptr, 1, &made_), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_CreateObject(session_, &attribute, 1, nullptr), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_CopyObject(session_, aes_, nullptr, 1, &made_), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_CopyObject(session_, aes_, &attribute, 1, nullptr), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_GetObjectSize(session_, aes_, nullptr), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_GetAttributeValue(session_, aes_, nullptr, 1), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_SetAttributeValue(session_, aes_, nullptr, 1), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_FindObjectsInit(session_, nullptr, 1), CKR_ARGUMENTS_BAD);
  ASSERT_RV(c.C_FindObjectsInit(session_, nullptr, 0), CKR_OK);
  EXPECT_RV(c.C_FindObjects(session_, nullptr, 1, &length_), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_FindObjects(session_, &made_, 1, nullptr), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_FindObjectsFinal(session_), CKR_OK);
  EXPECT_RV(c.C_GenerateKey(session_, nullptr, nullptr, 0, &made_), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_GenerateKey(session_, &aes_gen, nullptr, 1, &made_), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_GenerateKey(session_, &aes_gen, &attribute, 1, nullptr), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_GenerateKeyPair(session_, nullptr, nullptr, 0, nullptr, 0, &made_, &made_), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_GenerateKeyPair(session_, &aes_gen, nullptr, 0, nullptr, 0, nullptr, &made_), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_WrapKey(session_, nullptr, aes_, aes_, buffer_, &length_), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_WrapKey(session_, &cbc, aes_, aes_, buffer_, nullptr), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_UnwrapKey(session_, &cbc, aes_, nullptr, 16, &attribute, 1, &made_), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_UnwrapKey(session_, &cbc, aes_, buffer_, 16, &attribute, 1, nullptr), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_DeriveKey(session_, nullptr, aes_, nullptr, 0, &made_), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_DeriveKey(session_, &cbc, aes_, &attribute, 1, nullptr), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_SeedRandom(session_, nullptr, 1), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_GenerateRandom(session_, nullptr, 1), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_SignInit(session_, nullptr, aes_), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_VerifyInit(session_, nullptr, aes_), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_EncryptInit(session_, nullptr, aes_), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_DecryptInit(session_, nullptr, aes_), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_DigestInit(session_, nullptr), CKR_ARGUMENTS_BAD);
}

// A caller's mistake in a step ends the operation; the next one begins afresh.
TEST_F(BadInput, NullPointersOfOperationSteps) {
  const CK_FUNCTION_LIST& c = module();
  CK_MECHANISM cbc = mechanism_iv(CKM_AES_CBC, iv_);
  CK_MECHANISM sha = mechanism(CKM_SHA256);
  const auto begun = [&](auto init, auto step, auto again) {
    EXPECT_RV(init(), CKR_OK);
    EXPECT_RV(step(), CKR_ARGUMENTS_BAD);
    EXPECT_RV(again(), CKR_OPERATION_NOT_INITIALIZED);
  };
  const auto encrypt = [&] { return c.C_EncryptInit(session_, &cbc, aes_); };
  const auto encrypt_final = [&] { return c.C_EncryptFinal(session_, buffer_, &length_); };
  begun(encrypt, [&] { return c.C_Encrypt(session_, nullptr, 16, buffer_, &length_); }, encrypt_final);
  begun(encrypt, [&] { return c.C_Encrypt(session_, buffer_, 16, buffer_, nullptr); }, encrypt_final);
  begun(encrypt, [&] { return c.C_EncryptUpdate(session_, nullptr, 16, buffer_, &length_); }, encrypt_final);
  begun(encrypt, [&] { return c.C_EncryptUpdate(session_, buffer_, 16, buffer_, nullptr); }, encrypt_final);
  begun(encrypt, [&] { return c.C_EncryptFinal(session_, buffer_, nullptr); }, encrypt_final);
  const auto decrypt = [&] { return c.C_DecryptInit(session_, &cbc, aes_); };
  const auto decrypt_final = [&] { return c.C_DecryptFinal(session_, buffer_, &length_); };
  begun(decrypt, [&] { return c.C_Decrypt(session_, nullptr, 16, buffer_, &length_); }, decrypt_final);
  begun(decrypt, [&] { return c.C_DecryptUpdate(session_, buffer_, 16, buffer_, nullptr); }, decrypt_final);
  const auto digest = [&] { return c.C_DigestInit(session_, &sha); };
  const auto digest_final = [&] { return c.C_DigestFinal(session_, buffer_, &length_); };
  begun(digest, [&] { return c.C_Digest(session_, nullptr, 1, buffer_, &length_); }, digest_final);
  begun(digest, [&] { return c.C_Digest(session_, buffer_, 1, buffer_, nullptr); }, digest_final);
  begun(digest, [&] { return c.C_DigestUpdate(session_, nullptr, 1); }, digest_final);
  begun(digest, [&] { return c.C_DigestFinal(session_, buffer_, nullptr); }, digest_final);
  const CK_OBJECT_HANDLE hmac_key =
      generate(mechanism(CKM_GENERIC_SECRET_KEY_GEN),
               std::move(Attributes().number(CKA_VALUE_LEN, 32).flag(CKA_SIGN, true).flag(CKA_VERIFY, true)));
  CK_MECHANISM hmac = mechanism(CKM_SHA256_HMAC);
  const auto sign = [&] { return c.C_SignInit(session_, &hmac, hmac_key); };
  const auto sign_final = [&] { return c.C_SignFinal(session_, buffer_, &length_); };
  begun(sign, [&] { return c.C_Sign(session_, nullptr, 1, buffer_, &length_); }, sign_final);
  begun(sign, [&] { return c.C_Sign(session_, buffer_, 1, buffer_, nullptr); }, sign_final);
  begun(sign, [&] { return c.C_SignUpdate(session_, nullptr, 1); }, sign_final);
  begun(sign, [&] { return c.C_SignFinal(session_, buffer_, nullptr); }, sign_final);
  const auto verify = [&] { return c.C_VerifyInit(session_, &hmac, hmac_key); };
  const auto verify_final = [&] { return c.C_VerifyFinal(session_, buffer_, 32); };
  begun(verify, [&] { return c.C_Verify(session_, nullptr, 1, buffer_, 32); }, verify_final);
  begun(verify, [&] { return c.C_Verify(session_, buffer_, 1, nullptr, 32); }, verify_final);
  begun(verify, [&] { return c.C_VerifyUpdate(session_, nullptr, 1); }, verify_final);
  begun(verify, [&] { return c.C_VerifyFinal(session_, nullptr, 32); }, verify_final);
}

TEST_F(BadInput, AbsurdLengths) {
  const CK_FUNCTION_LIST& c = module();
  CK_MECHANISM sha = mechanism(CKM_SHA256);
  CK_MECHANISM cbc = mechanism_iv(CKM_AES_CBC, iv_);
  CK_MECHANISM absurd{CKM_AES_CBC, iv_.data(), kAbsurd};
  CK_ATTRIBUTE attribute{CKA_LABEL, buffer_, kAbsurd};
  EXPECT_RV(c.C_CreateObject(session_, &attribute, 1, &made_), CKR_ATTRIBUTE_VALUE_INVALID);
  EXPECT_RV(c.C_CreateObject(session_, &attribute, kAbsurd, &made_), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_FindObjectsInit(session_, &attribute, kAbsurd), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_SetAttributeValue(session_, aes_, &attribute, kAbsurd), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_GetAttributeValue(session_, aes_, &attribute, kAbsurd), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_EncryptInit(session_, &absurd, aes_), CKR_MECHANISM_PARAM_INVALID);
  ASSERT_RV(c.C_DigestInit(session_, &sha), CKR_OK);
  EXPECT_RV(c.C_DigestUpdate(session_, buffer_, kAbsurd), CKR_ARGUMENTS_BAD);
  ASSERT_RV(c.C_DigestInit(session_, &sha), CKR_OK);
  length_ = kAbsurd;
  EXPECT_RV(c.C_Digest(session_, buffer_, 3, buffer_, &length_), CKR_OK) << "a claim of endless room harms nobody";
  EXPECT_EQ(length_, 32u);
  ASSERT_RV(c.C_EncryptInit(session_, &cbc, aes_), CKR_OK);
  EXPECT_RV(c.C_EncryptUpdate(session_, buffer_, kAbsurd, buffer_, &length_), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_GenerateRandom(session_, buffer_, kAbsurd), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_SeedRandom(session_, buffer_, kAbsurd), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_UnwrapKey(session_, &cbc, aes_, buffer_, kAbsurd, nullptr, 0, &made_), CKR_ARGUMENTS_BAD);
}

TEST_F(BadInput, HandlesThatAreNone) {
  const CK_FUNCTION_LIST& c = module();
  CK_MECHANISM cbc = mechanism_iv(CKM_AES_CBC, iv_);
  CK_MECHANISM hmac = mechanism(CKM_SHA256_HMAC);
  CK_ATTRIBUTE attribute{CKA_LABEL, buffer_, 4};
  for (const CK_ULONG bad : {CK_ULONG{0}, kNoHandle, kAbsurd, CK_ULONG{1} << 32 | aes_}) {
    EXPECT_RV(c.C_DestroyObject(session_, bad), CKR_OBJECT_HANDLE_INVALID) << bad;
    EXPECT_RV(c.C_GetObjectSize(session_, bad, &length_), CKR_OBJECT_HANDLE_INVALID) << bad;
    EXPECT_RV(c.C_GetAttributeValue(session_, bad, &attribute, 1), CKR_OBJECT_HANDLE_INVALID) << bad;
    EXPECT_RV(c.C_SetAttributeValue(session_, bad, &attribute, 1), CKR_OBJECT_HANDLE_INVALID) << bad;
    EXPECT_RV(c.C_CopyObject(session_, bad, &attribute, 1, &made_), CKR_OBJECT_HANDLE_INVALID) << bad;
    EXPECT_RV(c.C_EncryptInit(session_, &cbc, bad), CKR_KEY_HANDLE_INVALID) << bad;
    EXPECT_RV(c.C_DecryptInit(session_, &cbc, bad), CKR_KEY_HANDLE_INVALID) << bad;
    EXPECT_RV(c.C_SignInit(session_, &hmac, bad), CKR_KEY_HANDLE_INVALID) << bad;
    EXPECT_RV(c.C_VerifyInit(session_, &hmac, bad), CKR_KEY_HANDLE_INVALID) << bad;
    length_ = sizeof buffer_;
    EXPECT_RV(c.C_WrapKey(session_, &cbc, bad, aes_, buffer_, &length_), CKR_WRAPPING_KEY_HANDLE_INVALID) << bad;
    EXPECT_RV(c.C_WrapKey(session_, &cbc, aes_, bad, buffer_, &length_), CKR_KEY_HANDLE_INVALID) << bad;
    EXPECT_RV(c.C_UnwrapKey(session_, &cbc, bad, buffer_, 16, &attribute, 1, &made_), CKR_UNWRAPPING_KEY_HANDLE_INVALID)
        << bad;
    EXPECT_RV(c.C_DeriveKey(session_, &cbc, bad, &attribute, 1, &made_), CKR_KEY_HANDLE_INVALID) << bad;
  }
}

TEST_F(BadInput, SessionHandlesThatAreNone) {
  const CK_FUNCTION_LIST& c = module();
  CK_MECHANISM cbc = mechanism_iv(CKM_AES_CBC, iv_);
  CK_MECHANISM sha = mechanism(CKM_SHA256);
  CK_MECHANISM hmac = mechanism(CKM_SHA256_HMAC);
  CK_MECHANISM gen = mechanism(CKM_AES_KEY_GEN);
  CK_ATTRIBUTE a{CKA_LABEL, buffer_, 4};
  for (const CK_SESSION_HANDLE bad : {CK_ULONG{0}, kNoHandle, kAbsurd, CK_ULONG{1} << 32 | session_}) {
    const auto invalid = [&](CK_RV rv, const char* name) {
      EXPECT_RV(rv, CKR_SESSION_HANDLE_INVALID) << name << " " << bad;
    };
    invalid(c.C_CloseSession(bad), "CloseSession");
    invalid(c.C_Logout(bad), "Logout");
    invalid(c.C_Login(bad, CKU_USER, buffer_, 4), "Login");
    invalid(c.C_InitPIN(bad, buffer_, 4), "InitPIN");
    invalid(c.C_SetPIN(bad, buffer_, 4, buffer_, 4), "SetPIN");
    invalid(c.C_CreateObject(bad, &a, 1, &made_), "CreateObject");
    invalid(c.C_CopyObject(bad, aes_, &a, 1, &made_), "CopyObject");
    invalid(c.C_DestroyObject(bad, aes_), "DestroyObject");
    invalid(c.C_GetObjectSize(bad, aes_, &length_), "GetObjectSize");
    invalid(c.C_GetAttributeValue(bad, aes_, &a, 1), "GetAttributeValue");
    invalid(c.C_SetAttributeValue(bad, aes_, &a, 1), "SetAttributeValue");
    invalid(c.C_FindObjectsInit(bad, nullptr, 0), "FindObjectsInit");
    invalid(c.C_FindObjects(bad, &made_, 1, &length_), "FindObjects");
    invalid(c.C_FindObjectsFinal(bad), "FindObjectsFinal");
    length_ = sizeof buffer_;
    invalid(c.C_EncryptInit(bad, &cbc, aes_), "EncryptInit");
    invalid(c.C_Encrypt(bad, buffer_, 16, buffer_, &length_), "Encrypt");
    invalid(c.C_EncryptUpdate(bad, buffer_, 16, buffer_, &length_), "EncryptUpdate");
    invalid(c.C_EncryptFinal(bad, buffer_, &length_), "EncryptFinal");
    invalid(c.C_DecryptInit(bad, &cbc, aes_), "DecryptInit");
    invalid(c.C_Decrypt(bad, buffer_, 16, buffer_, &length_), "Decrypt");
    invalid(c.C_DecryptUpdate(bad, buffer_, 16, buffer_, &length_), "DecryptUpdate");
    invalid(c.C_DecryptFinal(bad, buffer_, &length_), "DecryptFinal");
    invalid(c.C_DigestInit(bad, &sha), "DigestInit");
    invalid(c.C_Digest(bad, buffer_, 1, buffer_, &length_), "Digest");
    invalid(c.C_DigestUpdate(bad, buffer_, 1), "DigestUpdate");
    invalid(c.C_DigestKey(bad, aes_), "DigestKey");
    invalid(c.C_DigestFinal(bad, buffer_, &length_), "DigestFinal");
    invalid(c.C_SignInit(bad, &hmac, aes_), "SignInit");
    invalid(c.C_Sign(bad, buffer_, 1, buffer_, &length_), "Sign");
    invalid(c.C_SignUpdate(bad, buffer_, 1), "SignUpdate");
    invalid(c.C_SignFinal(bad, buffer_, &length_), "SignFinal");
    invalid(c.C_VerifyInit(bad, &hmac, aes_), "VerifyInit");
    invalid(c.C_Verify(bad, buffer_, 1, buffer_, 32), "Verify");
    invalid(c.C_VerifyUpdate(bad, buffer_, 1), "VerifyUpdate");
    invalid(c.C_VerifyFinal(bad, buffer_, 32), "VerifyFinal");
    invalid(c.C_GenerateKey(bad, &gen, &a, 1, &made_), "GenerateKey");
    invalid(c.C_GenerateKeyPair(bad, &gen, &a, 1, &a, 1, &made_, &made_), "GenerateKeyPair");
    invalid(c.C_WrapKey(bad, &cbc, aes_, aes_, buffer_, &length_), "WrapKey");
    invalid(c.C_UnwrapKey(bad, &cbc, aes_, buffer_, 16, &a, 1, &made_), "UnwrapKey");
    invalid(c.C_DeriveKey(bad, &cbc, aes_, &a, 1, &made_), "DeriveKey");
    invalid(c.C_SeedRandom(bad, buffer_, 1), "SeedRandom");
    invalid(c.C_GenerateRandom(bad, buffer_, 1), "GenerateRandom");
  }
}

TEST_F(BadInput, LegacyFunctionsSayThatNothingRunsInParallel) {
  const CK_FUNCTION_LIST& c = module();
  EXPECT_RV(c.C_GetFunctionStatus(session_), CKR_FUNCTION_NOT_PARALLEL);
  EXPECT_RV(c.C_CancelFunction(session_), CKR_FUNCTION_NOT_PARALLEL);
}

TEST_F(BadInput, SeldomFunctionsAskForTheirOperations) {
  const CK_FUNCTION_LIST& c = module();
  CK_MECHANISM sha = mechanism(CKM_SHA256);
  EXPECT_RV(c.C_GetOperationState(session_, buffer_, &length_), CKR_OPERATION_NOT_INITIALIZED);
  EXPECT_RV(c.C_SetOperationState(session_, buffer_, 1, 0, 0), CKR_SAVED_STATE_INVALID);
  EXPECT_RV(c.C_SignRecoverInit(session_, &sha, aes_), CKR_MECHANISM_INVALID);
  EXPECT_RV(c.C_VerifyRecoverInit(session_, &sha, aes_), CKR_MECHANISM_INVALID);
  EXPECT_RV(c.C_SignRecover(session_, buffer_, 1, buffer_, &length_), CKR_OPERATION_NOT_INITIALIZED);
  EXPECT_RV(c.C_VerifyRecover(session_, buffer_, 1, buffer_, &length_), CKR_OPERATION_NOT_INITIALIZED);
  EXPECT_RV(c.C_DigestEncryptUpdate(session_, buffer_, 1, buffer_, &length_), CKR_OPERATION_NOT_INITIALIZED);
  EXPECT_RV(c.C_DecryptDigestUpdate(session_, buffer_, 1, buffer_, &length_), CKR_OPERATION_NOT_INITIALIZED);
  EXPECT_RV(c.C_SignEncryptUpdate(session_, buffer_, 1, buffer_, &length_), CKR_OPERATION_NOT_INITIALIZED);
  EXPECT_RV(c.C_DecryptVerifyUpdate(session_, buffer_, 1, buffer_, &length_), CKR_OPERATION_NOT_INITIALIZED);
}

}  // namespace
}  // namespace holdfast::conformance
