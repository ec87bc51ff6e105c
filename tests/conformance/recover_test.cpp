// Signatures that hold their data: CKM_RSA_PKCS and CKM_RSA_X_509 (PKCS#11 3.2, C_SignRecover and C_VerifyRecover).
#include "conformance/keys.h"

namespace holdfast::conformance {
namespace {

class Recover : public TokenTest {
 protected:
  static constexpr std::size_t kModulusBytes = 256;

  void SetUp() override {
    TokenTest::SetUp();
    pair_ = generate_pair(
        mechanism(CKM_RSA_PKCS_KEY_PAIR_GEN),
        std::move(
            Attributes().number(CKA_MODULUS_BITS, 2048).flag(CKA_VERIFY_RECOVER, true).flag(CKA_VERIFY, true)),
        std::move(Attributes().flag(CKA_SIGN_RECOVER, true).flag(CKA_SIGN, true)));
  }
  Bytes sign_recover(CK_MECHANISM mechanism, const Bytes& data) const {
    EXPECT_RV(module().C_SignRecoverInit(session_, &mechanism, pair_.private_key), CKR_OK);
    Bytes out(kModulusBytes);
    CK_ULONG length = out.size();
    EXPECT_RV(module().C_SignRecover(session_, raw(data), data.size(), raw(out), &length), CKR_OK);
    EXPECT_EQ(length, kModulusBytes);
    return out;
  }
  CK_RV verify_recover(CK_MECHANISM mechanism, const Bytes& signature, Bytes& data) const {
    EXPECT_RV(module().C_VerifyRecoverInit(session_, &mechanism, pair_.public_key), CKR_OK);
    data.assign(kModulusBytes, std::byte{0});
    CK_ULONG length = data.size();
    const CK_RV rv = module().C_VerifyRecover(session_, raw(signature), signature.size(), raw(data), &length);
    data.resize(rv == CKR_OK ? length : 0);
    return rv;
  }

  Pair pair_;
  const Bytes data_ = text("the data itself");
  CK_MECHANISM pkcs_ = mechanism(CKM_RSA_PKCS);
  CK_MECHANISM raw_rsa_ = mechanism(CKM_RSA_X_509);
};

TEST_F(Recover, GivesTheDataBack) {
  const Bytes signature = sign_recover(pkcs_, data_);
  Bytes recovered;
  ASSERT_RV(verify_recover(pkcs_, signature, recovered), CKR_OK);
  EXPECT_EQ(recovered, data_);
  EXPECT_RV(verify(pkcs_, pair_.public_key, data_, signature), CKR_OK) << "it is a signature like any other";
  EXPECT_EQ(sign(pkcs_, pair_.private_key, data_), signature);
}

TEST_F(Recover, RawRsaGivesTheWholeBlock) {
  const Bytes signature = sign_recover(raw_rsa_, data_);
  Bytes recovered;
  ASSERT_RV(verify_recover(raw_rsa_, signature, recovered), CKR_OK);
  EXPECT_EQ(recovered, Bytes(kModulusBytes - data_.size()) + data_);
}

TEST_F(Recover, NoDataAtAllIsData) {
  Bytes recovered{std::byte{1}};
  ASSERT_RV(verify_recover(pkcs_, sign_recover(pkcs_, {}), recovered), CKR_OK);
  EXPECT_TRUE(recovered.empty());
}

TEST_F(Recover, AChangedSignatureGivesNothing) {
  Bytes signature = sign_recover(pkcs_, data_);
  signature[100] ^= std::byte{1};
  Bytes recovered;
  EXPECT_RV(verify_recover(pkcs_, signature, recovered), CKR_SIGNATURE_INVALID);
  signature.pop_back();
  EXPECT_RV(verify_recover(pkcs_, signature, recovered), CKR_SIGNATURE_LEN_RANGE);
  EXPECT_RV(module().C_VerifyRecover(session_, raw(signature), 1, raw(recovered), nullptr), CKR_ARGUMENTS_BAD);
}

TEST_F(Recover, LengthQueriesAndShortBuffersLeaveItActive) {
  CK_ULONG length = 0;
  ASSERT_RV(module().C_SignRecoverInit(session_, &pkcs_, pair_.private_key), CKR_OK);
  ASSERT_RV(module().C_SignRecover(session_, raw(data_), data_.size(), nullptr, &length), CKR_OK);
  EXPECT_EQ(length, kModulusBytes);
  Bytes signature(kModulusBytes);
  length = kModulusBytes - 1;
  EXPECT_RV(module().C_SignRecover(session_, raw(data_), data_.size(), raw(signature), &length), CKR_BUFFER_TOO_SMALL);
  EXPECT_EQ(length, kModulusBytes);
  ASSERT_RV(module().C_SignRecover(session_, raw(data_), data_.size(), raw(signature), &length), CKR_OK);

  ASSERT_RV(module().C_VerifyRecoverInit(session_, &pkcs_, pair_.public_key), CKR_OK);
  ASSERT_RV(module().C_VerifyRecover(session_, raw(signature), signature.size(), nullptr, &length), CKR_OK);
  EXPECT_GE(length, data_.size());
  Bytes recovered(kModulusBytes);
  length = data_.size() - 1;
  EXPECT_RV(module().C_VerifyRecover(session_, raw(signature), signature.size(), raw(recovered), &length),
            CKR_BUFFER_TOO_SMALL);
  EXPECT_EQ(length, data_.size());
  ASSERT_RV(module().C_VerifyRecover(session_, raw(signature), signature.size(), raw(recovered), &length), CKR_OK);
  recovered.resize(length);
  EXPECT_EQ(recovered, data_);
}

TEST_F(Recover, AsksForItsOwnUsageAttributesAndMechanisms) {
  const Pair plain = generate_pair(mechanism(CKM_RSA_PKCS_KEY_PAIR_GEN),
                                   std::move(Attributes().number(CKA_MODULUS_BITS, 2048).flag(CKA_VERIFY, true)),
                                   std::move(Attributes().flag(CKA_SIGN, true)));
  EXPECT_RV(module().C_SignRecoverInit(session_, &pkcs_, plain.private_key), CKR_KEY_FUNCTION_NOT_PERMITTED);
  EXPECT_RV(module().C_VerifyRecoverInit(session_, &pkcs_, plain.public_key), CKR_KEY_FUNCTION_NOT_PERMITTED);
  CK_MECHANISM hashing = mechanism(CKM_SHA256_RSA_PKCS);
  EXPECT_RV(module().C_SignRecoverInit(session_, &hashing, pair_.private_key), CKR_MECHANISM_INVALID);
  EXPECT_RV(module().C_VerifyRecoverInit(session_, &hashing, pair_.public_key), CKR_MECHANISM_INVALID);
  CK_MECHANISM_INFO info{};
  ASSERT_RV(module().C_GetMechanismInfo(kSlot, CKM_RSA_PKCS, &info), CKR_OK);
  EXPECT_EQ(info.flags & (CKF_SIGN_RECOVER | CKF_VERIFY_RECOVER), CKF_SIGN_RECOVER | CKF_VERIFY_RECOVER);
}

TEST_F(Recover, TakesNoMoreThanTheBlockHolds) {
  CK_ULONG length = kModulusBytes;
  Bytes out(kModulusBytes);
  const Bytes too_long(kModulusBytes - 10);
  ASSERT_RV(module().C_SignRecoverInit(session_, &pkcs_, pair_.private_key), CKR_OK);
  EXPECT_RV(module().C_SignRecover(session_, raw(too_long), too_long.size(), raw(out), &length), CKR_DATA_LEN_RANGE);
  EXPECT_RV(module().C_SignRecover(session_, raw(data_), data_.size(), raw(out), &length),
            CKR_OPERATION_NOT_INITIALIZED);
}

}  // namespace
}  // namespace holdfast::conformance
