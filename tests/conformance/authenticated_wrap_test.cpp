// C_WrapKeyAuthenticated, C_UnwrapKeyAuthenticated, and C_WrapKey with a nonce that the token makes.
#include "conformance/keys.h"

namespace holdfast::conformance {
namespace {

class AuthenticatedWrap : public TokenTest {
 protected:
  void SetUp() override {
    TokenTest::SetUp();
    kek_ = create(secret_key(CKK_AES, hex("000102030405060708090a0b0c0d0e0f")));
    target_ = create(secret_key(CKK_GENERIC_SECRET, hex("0011223344556677")));
  }
  static Attributes open_secret() {
    Attributes attributes;
    attributes.number(CKA_CLASS, CKO_SECRET_KEY).number(CKA_KEY_TYPE, CKK_GENERIC_SECRET).flag(CKA_SENSITIVE, false);
    return attributes;
  }
  CK_RV wrap_key(CK_MECHANISM with, const Bytes& associated, Bytes& wrapped) const {
    CK_ULONG size = wrapped.size();
    const CK_RV rv = testing::module_3_2().C_WrapKeyAuthenticated(session_, &with, kek_, target_, raw(associated), associated.size(), raw(wrapped), &size);
    if (rv == CKR_OK) wrapped.resize(size);
    return rv;
  }
  CK_RV unwrap_key(CK_MECHANISM with, const Bytes& associated, const Bytes& wrapped, CK_OBJECT_HANDLE& key) const {
    Attributes attributes = open_secret();
    return testing::module_3_2().C_UnwrapKeyAuthenticated(session_, &with, kek_, raw(wrapped), wrapped.size(), attributes.data(), attributes.count(),
                                             raw(associated), associated.size(), &key);
  }
  CK_OBJECT_HANDLE kek_ = CK_INVALID_HANDLE;
  CK_OBJECT_HANDLE target_ = CK_INVALID_HANDLE;
};

TEST_F(AuthenticatedWrap, GcmMakesItsIvAndTagAndComesBack) {
  Bytes iv(12), tag(16);
  CK_GCM_MESSAGE_PARAMS param{raw(iv), iv.size(), 0, CKG_GENERATE, raw(tag), 128};
  const Bytes associated = text("who and what for");
  Bytes wrapped(64);
  ASSERT_RV(wrap_key(mechanism(CKM_AES_GCM, param), associated, wrapped), CKR_OK);
  EXPECT_EQ(wrapped.size(), 8u);
  EXPECT_NE(iv, Bytes(12));
  EXPECT_NE(tag, Bytes(16));
  param.ivGenerator = CKG_NO_GENERATE;
  CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
  ASSERT_RV(unwrap_key(mechanism(CKM_AES_GCM, param), associated, wrapped, key), CKR_OK);
  EXPECT_EQ(get(key, CKA_VALUE), hex("0011223344556677"));
  EXPECT_RV(unwrap_key(mechanism(CKM_AES_GCM, param), text("somebody else"), wrapped, key), CKR_WRAPPED_KEY_INVALID);
  tag[0] ^= std::byte{1};
  EXPECT_RV(unwrap_key(mechanism(CKM_AES_GCM, param), associated, wrapped, key), CKR_WRAPPED_KEY_INVALID);
}

TEST_F(AuthenticatedWrap, RefusesWhatWouldRepeatANonce) {
  Bytes iv(12), tag(16), wrapped(64);
  CK_GCM_MESSAGE_PARAMS param{raw(iv), iv.size(), 0, CKG_GENERATE_COUNTER, raw(tag), 128};
  EXPECT_RV(wrap_key(mechanism(CKM_AES_GCM, param), {}, wrapped), CKR_MECHANISM_PARAM_INVALID);
  param.ivGenerator = CKG_GENERATE;
  param.ulTagBits = 127;
  EXPECT_RV(wrap_key(mechanism(CKM_AES_GCM, param), {}, wrapped), CKR_MECHANISM_PARAM_INVALID);
  EXPECT_RV(wrap_key(mechanism(CKM_AES_CBC_PAD), {}, wrapped), CKR_MECHANISM_INVALID);
}

TEST_F(AuthenticatedWrap, TellsTheLengthAndTakesNoShortBuffer) {
  Bytes iv(12), tag(16);
  CK_GCM_MESSAGE_PARAMS param{raw(iv), iv.size(), 0, CKG_GENERATE, raw(tag), 128};
  CK_MECHANISM with = mechanism(CKM_AES_GCM, param);
  CK_ULONG size = 0;
  EXPECT_RV(testing::module_3_2().C_WrapKeyAuthenticated(session_, &with, kek_, target_, nullptr, 0, nullptr, &size), CKR_OK);
  EXPECT_EQ(size, 8u);
  Bytes wrapped(7);
  EXPECT_RV(wrap_key(with, {}, wrapped), CKR_BUFFER_TOO_SMALL);
  EXPECT_EQ(iv, Bytes(12));
}

TEST_F(AuthenticatedWrap, PlainWrappingMakesItsIvToo) {
  Bytes iv(12);
  CK_GCM_WRAP_PARAMS param{raw(iv), iv.size(), 0, CKG_GENERATE, nullptr, 0, 128};
  const Bytes wrapped = wrap(mechanism(CKM_AES_GCM, param), kek_, target_);
  EXPECT_EQ(wrapped.size(), 8u + 16u);
  EXPECT_NE(iv, Bytes(12));
  param.ivGenerator = CKG_NO_GENERATE;
  EXPECT_EQ(get(unwrap(mechanism(CKM_AES_GCM, param), kek_, wrapped, open_secret()), CKA_VALUE), hex("0011223344556677"));
}

}  // namespace
}  // namespace holdfast::conformance
