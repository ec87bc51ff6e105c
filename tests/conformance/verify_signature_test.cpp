// Verification of a signature that is known before the data (PKCS#11 3.2, C_VerifySignatureInit).
#include "conformance/keys.h"

namespace holdfast::conformance {
namespace {

using testing::module_3_2;

class VerifySignature : public TokenTest {
 protected:
  void SetUp() override {
    TokenTest::SetUp();
    hmac_key_ = create(secret_key(CKK_GENERIC_SECRET, Bytes(32)));
    mac_ = sign(hmac_, hmac_key_, data_);
    ASSERT_EQ(mac_.size(), 32u);
  }
  CK_RV init(CK_MECHANISM mechanism, CK_OBJECT_HANDLE key, const Bytes& signature) const {
    return module_3_2().C_VerifySignatureInit(session_, &mechanism, key, raw(signature), signature.size());
  }
  CK_RV oneshot(const Bytes& data) const { return module_3_2().C_VerifySignature(session_, raw(data), data.size()); }
  CK_RV update(const Bytes& data) const {
    return module_3_2().C_VerifySignatureUpdate(session_, raw(data), data.size());
  }
  CK_RV final() const { return module_3_2().C_VerifySignatureFinal(session_); }

  const Bytes data_ = text("data to be signed");
  CK_MECHANISM hmac_ = mechanism(CKM_SHA256_HMAC);
  CK_OBJECT_HANDLE hmac_key_ = 0;
  Bytes mac_;
};

TEST_F(VerifySignature, TakesTheRightDataAndNoOther) {
  ASSERT_RV(init(hmac_, hmac_key_, mac_), CKR_OK);
  EXPECT_RV(oneshot(data_), CKR_OK);
  EXPECT_RV(oneshot(data_), CKR_OPERATION_NOT_INITIALIZED);
  ASSERT_RV(init(hmac_, hmac_key_, mac_), CKR_OK);
  EXPECT_RV(oneshot(text("other data")), CKR_SIGNATURE_INVALID);
  EXPECT_RV(oneshot(data_), CKR_OPERATION_NOT_INITIALIZED);
}

TEST_F(VerifySignature, TakesDataInParts) {
  ASSERT_RV(init(hmac_, hmac_key_, mac_), CKR_OK);
  EXPECT_RV(update(text("data to be ")), CKR_OK);
  EXPECT_RV(update(text("signed")), CKR_OK);
  EXPECT_RV(final(), CKR_OK);
  EXPECT_RV(final(), CKR_OPERATION_NOT_INITIALIZED);
  ASSERT_RV(init(hmac_, hmac_key_, mac_), CKR_OK);
  EXPECT_RV(update(text("data to be")), CKR_OK);
  EXPECT_RV(final(), CKR_SIGNATURE_INVALID);
}

TEST_F(VerifySignature, TakesDataOfMoreThanOneCrossing) {
  const Bytes large(40 * 1024 * 1024, std::byte{7});
  const Bytes mac = sign(hmac_, hmac_key_, large);
  ASSERT_RV(init(hmac_, hmac_key_, mac), CKR_OK);
  EXPECT_RV(oneshot(large), CKR_OK);
}

TEST_F(VerifySignature, WorksWithKeyPairs) {
  const Pair ec = generate_pair(mechanism(CKM_EC_KEY_PAIR_GEN), std::move(ec_public(kP256).flag(CKA_VERIFY, true)),
                                std::move(Attributes().flag(CKA_SIGN, true)));
  const Bytes signature = sign(mechanism(CKM_ECDSA_SHA256), ec.private_key, data_);
  ASSERT_RV(init(mechanism(CKM_ECDSA_SHA256), ec.public_key, signature), CKR_OK);
  EXPECT_RV(oneshot(data_), CKR_OK);
  ASSERT_RV(init(mechanism(CKM_ECDSA_SHA256), ec.public_key, signature), CKR_OK);
  EXPECT_RV(oneshot(text("other")), CKR_SIGNATURE_INVALID);
  EXPECT_RV(init(mechanism(CKM_ECDSA_SHA256), ec.private_key, signature), CKR_KEY_FUNCTION_NOT_PERMITTED);
}

TEST_F(VerifySignature, ASignatureOfAnotherLengthIsRefusedAtTheEndAtTheLatest) {
  const Bytes shorter(mac_.begin(), mac_.end() - 1);
  const CK_RV begun = init(hmac_, hmac_key_, shorter);
  if (begun != CKR_OK) {
    EXPECT_RV(begun, CKR_SIGNATURE_LEN_RANGE);
    return;
  }
  EXPECT_RV(oneshot(data_), CKR_SIGNATURE_LEN_RANGE);
}

TEST_F(VerifySignature, BadArgumentsStartNothing) {
  const CK_FUNCTION_LIST_3_2& c = module_3_2();
  EXPECT_RV(c.C_VerifySignatureInit(session_, &hmac_, hmac_key_, nullptr, 32), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_VerifySignatureInit(session_, &hmac_, hmac_key_, nullptr, 0), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_VerifySignatureInit(session_, nullptr, hmac_key_, raw(mac_), 32), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_VerifySignatureInit(session_, &hmac_, hmac_key_, raw(mac_), ~0UL), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_VerifySignatureInit(session_, &hmac_, hmac_key_ + 999, raw(mac_), 32), CKR_KEY_HANDLE_INVALID);
  EXPECT_RV(c.C_VerifySignatureInit(session_ + 99, &hmac_, hmac_key_, raw(mac_), 32), CKR_SESSION_HANDLE_INVALID);
  const Bytes too_long(200 * 1024);
  EXPECT_RV(init(hmac_, hmac_key_, too_long), CKR_SIGNATURE_LEN_RANGE);
  EXPECT_RV(oneshot(data_), CKR_OPERATION_NOT_INITIALIZED);
}

TEST_F(VerifySignature, TheTwoWaysOfVerificationDoNotMix) {
  const CK_FUNCTION_LIST_3_2& c = module_3_2();
  ASSERT_RV(init(hmac_, hmac_key_, mac_), CKR_OK);
  EXPECT_RV(c.C_VerifyInit(session_, &hmac_, hmac_key_), CKR_OPERATION_ACTIVE);
  EXPECT_RV(c.C_VerifyUpdate(session_, raw(data_), data_.size()), CKR_OPERATION_NOT_INITIALIZED);
  EXPECT_RV(oneshot(data_), CKR_OK) << "the other way's step has not touched it";
  ASSERT_RV(c.C_VerifyInit(session_, &hmac_, hmac_key_), CKR_OK);
  EXPECT_RV(init(hmac_, hmac_key_, mac_), CKR_OPERATION_ACTIVE);
  EXPECT_RV(final(), CKR_OPERATION_NOT_INITIALIZED);
  EXPECT_RV(c.C_Verify(session_, raw(data_), data_.size(), raw(mac_), mac_.size()), CKR_OK);
}

TEST_F(VerifySignature, NullDataWithALengthEndsIt) {
  ASSERT_RV(init(hmac_, hmac_key_, mac_), CKR_OK);
  EXPECT_RV(module_3_2().C_VerifySignatureUpdate(session_, nullptr, 5), CKR_ARGUMENTS_BAD);
  EXPECT_RV(final(), CKR_OPERATION_NOT_INITIALIZED);
}

}  // namespace
}  // namespace holdfast::conformance
