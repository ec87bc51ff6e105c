// The four functions that run two operations over the same data (PKCS#11 3.0 section 5.17).
#include "conformance/keys.h"
#include "conformance/reference.h"

namespace holdfast::conformance {
namespace {

using testing::module_3_2;

class Dual : public TokenTest {
 protected:
  void SetUp() override {
    TokenTest::SetUp();
    aes_ = create(secret_key(CKK_AES, key_));
    hmac_key_ = create(secret_key(CKK_GENERIC_SECRET, Bytes(32)));
  }
  Bytes digest_final() const {
    Bytes out(32);
    CK_ULONG size = 32;
    EXPECT_RV(module_3_2().C_DigestFinal(session_, raw(out), &size), CKR_OK);
    return out;
  }

  const Bytes key_ = Bytes(16, std::byte{1});
  Bytes iv_ = Bytes(16);
  const Bytes data_ = pattern(64);
  const Bytes sealed_ = reference::encrypt("AES-128-CBC", key_, Bytes(16), data_);
  CK_MECHANISM cbc_ = mechanism_iv(CKM_AES_CBC, iv_);
  CK_MECHANISM sha_ = mechanism(CKM_SHA256);
  CK_MECHANISM hmac_ = mechanism(CKM_SHA256_HMAC);
  CK_OBJECT_HANDLE aes_ = 0, hmac_key_ = 0;
};

TEST_F(Dual, IsInTheTokensFlags) {
  CK_TOKEN_INFO info{};
  ASSERT_RV(module_3_2().C_GetTokenInfo(kSlot, &info), CKR_OK);
  EXPECT_NE(info.flags & CKF_DUAL_CRYPTO_OPERATIONS, 0u);
}

TEST_F(Dual, DigestsWhatItEncrypts) {
  const CK_FUNCTION_LIST_3_2& c = module_3_2();
  ASSERT_RV(c.C_EncryptInit(session_, &cbc_, aes_), CKR_OK);
  ASSERT_RV(c.C_DigestInit(session_, &sha_), CKR_OK);
  Bytes out(64);
  CK_ULONG size = 63;
  EXPECT_RV(c.C_DigestEncryptUpdate(session_, raw(data_), 64, raw(out), &size), CKR_BUFFER_TOO_SMALL);
  EXPECT_EQ(size, 64u);
  EXPECT_RV(c.C_DigestEncryptUpdate(session_, raw(data_), 64, nullptr, &size), CKR_OK);
  ASSERT_RV(c.C_DigestEncryptUpdate(session_, raw(data_), 64, raw(out), &size), CKR_OK);
  EXPECT_EQ(out, sealed_) << "neither refusal took any of it";
  EXPECT_EQ(digest_final(), reference::digest("SHA256", data_));
}

TEST_F(Dual, DigestsWhatItDecrypts) {
  const CK_FUNCTION_LIST_3_2& c = module_3_2();
  ASSERT_RV(c.C_DecryptInit(session_, &cbc_, aes_), CKR_OK);
  ASSERT_RV(c.C_DigestInit(session_, &sha_), CKR_OK);
  Bytes out(64);
  CK_ULONG size = 64;
  ASSERT_RV(c.C_DecryptDigestUpdate(session_, raw(sealed_), 64, raw(out), &size), CKR_OK);
  EXPECT_EQ(out, data_);
  EXPECT_EQ(digest_final(), reference::digest("SHA256", data_));
}

TEST_F(Dual, SignsWhatItEncryptsAndVerifiesWhatItDecrypts) {
  const CK_FUNCTION_LIST_3_2& c = module_3_2();
  ASSERT_RV(c.C_EncryptInit(session_, &cbc_, aes_), CKR_OK);
  ASSERT_RV(c.C_SignInit(session_, &hmac_, hmac_key_), CKR_OK);
  Bytes out(64), mac(32);
  CK_ULONG size = 64, mac_size = 32;
  ASSERT_RV(c.C_SignEncryptUpdate(session_, raw(data_), 64, raw(out), &size), CKR_OK);
  ASSERT_RV(c.C_SignFinal(session_, raw(mac), &mac_size), CKR_OK);
  EXPECT_EQ(out, sealed_);
  EXPECT_EQ(mac, reference::hmac("SHA256", Bytes(32), data_));
  ASSERT_RV(c.C_DecryptInit(session_, &cbc_, aes_), CKR_OK);
  ASSERT_RV(c.C_VerifyInit(session_, &hmac_, hmac_key_), CKR_OK);
  ASSERT_RV(c.C_DecryptVerifyUpdate(session_, raw(out), 64, raw(out), &size), CKR_OK) << "in place";
  EXPECT_EQ(out, data_);
  EXPECT_RV(c.C_VerifyFinal(session_, raw(mac), 32), CKR_OK);
}

TEST_F(Dual, AsksForBothOperationsAndHarmsNeither) {
  const CK_FUNCTION_LIST_3_2& c = module_3_2();
  Bytes out(64);
  CK_ULONG size = 64;
  EXPECT_RV(c.C_DigestEncryptUpdate(session_, raw(data_), 64, raw(out), &size), CKR_OPERATION_NOT_INITIALIZED);
  ASSERT_RV(c.C_EncryptInit(session_, &cbc_, aes_), CKR_OK);
  EXPECT_RV(c.C_DigestEncryptUpdate(session_, raw(data_), 64, raw(out), &size), CKR_OPERATION_NOT_INITIALIZED);
  ASSERT_RV(c.C_EncryptUpdate(session_, raw(data_), 64, raw(out), &size), CKR_OK) << "still there";
  EXPECT_EQ(out, sealed_);
  EXPECT_RV(c.C_DigestEncryptUpdate(session_, raw(data_), 64, raw(out), nullptr), CKR_ARGUMENTS_BAD);
}

}  // namespace
}  // namespace holdfast::conformance
