// Making, agreeing on and wrapping keys (OP-TEE ABI sections 10, 11 and 19.3).
#include "optee_test.h"

namespace holdfast::optee {
namespace {

class Keys : public TokenTest {
 protected:
  /// agree derives a generic secret with the point given; `bytes` of 0 leaves CKA_VALUE_LEN out.
  CK_RV agree(CK_OBJECT_HANDLE key, Octets point, CK_ULONG bytes, CK_OBJECT_HANDLE& derived, Octets shared = {},
              CK_EC_KDF_TYPE kdf = CKD_NULL) {
    CK_ECDH1_DERIVE_PARAMS params{kdf, shared.size(), shared.data(), point.size(), point.data()};
    CK_MECHANISM mechanism{CKM_ECDH1_DERIVE, &params, sizeof params};
    CK_OBJECT_CLASS object_class = CKO_SECRET_KEY;
    CK_KEY_TYPE type = CKK_GENERIC_SECRET;
    std::vector<CK_ATTRIBUTE> attributes{attribute(CKA_CLASS, object_class), attribute(CKA_KEY_TYPE, type),
                                         attribute(CKA_EXTRACTABLE, yes), attribute(CKA_SENSITIVE, no)};
    if (bytes != 0) attributes.push_back(attribute(CKA_VALUE_LEN, bytes));
    return p11().C_DeriveKey(session, &mechanism, key, attributes.data(), attributes.size(), &derived);
  }
  Pair generate_wrapping() {
    CK_ULONG bits = 2048;
    return generate(CKM_RSA_PKCS_KEY_PAIR_GEN, {attribute(CKA_MODULUS_BITS, bits), attribute(CKA_WRAP, yes)},
                    {attribute(CKA_UNWRAP, yes)});
  }
  static Octets raw(const Octets& der) { return {der.begin() + (der[1] == 0x81 ? 3 : 2), der.end()}; }
};

TEST_F(Keys, AgreeOnTheWholeSecretWhateverFormThePointHas) {
  for (const Octets& params : {p256, p384}) {
    const Pair a = ec(params);
    const Pair b = ec(params);
    const Octets of_a = read(a.public_key, CKA_EC_POINT);
    const Octets of_b = read(b.public_key, CKA_EC_POINT);
    const CK_ULONG field = (raw(of_a).size() - 1) / 2;
    CK_OBJECT_HANDLE derived = 0;
    ASSERT_EQ(agree(a.private_key, of_b, 0, derived), CKR_OK) << "DER, no length";
    const Octets secret = read(derived, CKA_VALUE);
    EXPECT_EQ(secret.size(), field);
    ASSERT_EQ(agree(a.private_key, raw(of_b), 0, derived), CKR_OK) << "raw";
    EXPECT_EQ(read(derived, CKA_VALUE), secret);
    ASSERT_EQ(agree(b.private_key, of_a, field, derived), CKR_OK) << "the other side";
    EXPECT_EQ(read(derived, CKA_VALUE), secret);
    EXPECT_EQ(agree(a.private_key, of_b, 16, derived), CKR_KEY_SIZE_RANGE) << "OP-TEE keeps the wrong end";
    EXPECT_EQ(agree(a.private_key, of_b, field + 1, derived), CKR_KEY_SIZE_RANGE);
  }
}

TEST_F(Keys, AgreementsThatEndTheApplicationAreRefused) {
  const Pair a = ec(p256);
  const Octets point = raw(read(ec(p256).public_key, CKA_EC_POINT));
  const Octets of_another_curve = raw(read(ec(p384).public_key, CKA_EC_POINT));
  CK_OBJECT_HANDLE derived = 0;
  EXPECT_EQ(agree(a.private_key, {}, 32, derived), CKR_MECHANISM_PARAM_INVALID);
  EXPECT_EQ(agree(a.private_key, point, 32, derived, Octets(4)), CKR_MECHANISM_PARAM_INVALID) << "shared data";
  EXPECT_EQ(agree(a.private_key, point, 32, derived, {}, CKD_SHA256_KDF), CKR_MECHANISM_PARAM_INVALID);
  EXPECT_EQ(agree(a.private_key, of_another_curve, 32, derived), CKR_MECHANISM_PARAM_INVALID);
  EXPECT_EQ(agree(a.private_key, Octets{0x04}, 32, derived), CKR_MECHANISM_PARAM_INVALID);
  EXPECT_EQ(agree(a.private_key, Octets(point.begin(), point.end() - 1), 32, derived), CKR_MECHANISM_PARAM_INVALID);
  Octets off_curve = point;
  off_curve.back() = static_cast<CK_BYTE>(off_curve.back() ^ 1);
  EXPECT_EQ(agree(a.private_key, off_curve, 32, derived), CKR_MECHANISM_PARAM_INVALID);
  Octets beyond_the_field = point;
  std::fill(beyond_the_field.begin() + 1, beyond_the_field.end(), CK_BYTE{0xFF});
  EXPECT_EQ(agree(a.private_key, beyond_the_field, 32, derived), CKR_MECHANISM_PARAM_INVALID);
  const Pair large = ec(p521);
  EXPECT_EQ(agree(large.private_key, read(large.public_key, CKA_EC_POINT), 66, derived), CKR_KEY_SIZE_RANGE);
}

TEST_F(Keys, WrapsSecretKeysAndNoPrivateOnes) {
  const CK_OBJECT_HANDLE wrapping = aes();
  CK_BYTE iv[16] = {};
  CK_MECHANISM mechanism{CKM_AES_CBC, iv, sizeof iv};
  CK_ULONG size = 0;
  const Pair pair = rsa();
  EXPECT_EQ(p11().C_WrapKey(session, &mechanism, wrapping, pair.private_key, nullptr, &size), CKR_KEY_NOT_WRAPPABLE);
  const CK_OBJECT_HANDLE target = secret(CKK_AES, Octets(32, 0x77));
  EXPECT_EQ(p11().C_WrapKey(session, &mechanism, wrapping, target, nullptr, &size), CKR_OK);
  EXPECT_EQ(size, 32u);
  Octets wrapped(32);
  ASSERT_EQ(p11().C_WrapKey(session, &mechanism, wrapping, target, wrapped.data(), &size), CKR_OK);
  CK_OBJECT_CLASS object_class = CKO_SECRET_KEY;
  CK_KEY_TYPE type = CKK_AES;
  std::vector<CK_ATTRIBUTE> attributes{attribute(CKA_CLASS, object_class), attribute(CKA_KEY_TYPE, type)};
  CK_OBJECT_HANDLE unwrapped = 0;
  ASSERT_EQ(p11().C_UnwrapKey(session, &mechanism, wrapping, wrapped.data(), size, attributes.data(), 2, &unwrapped),
            CKR_OK);
  EXPECT_EQ(read(unwrapped, CKA_VALUE), Octets(32, 0x77));
}

TEST_F(Keys, LabelThatOpteeWouldLeaveOutIsRefused) {
  CK_BYTE label[3] = {1, 2, 3};
  CK_RSA_PKCS_OAEP_PARAMS oaep{CKM_SHA256, CKG_MGF1_SHA256, CKZ_DATA_SPECIFIED, label, sizeof label};
  CK_RSA_AES_KEY_WRAP_PARAMS params{256, &oaep};
  CK_MECHANISM mechanism{CKM_RSA_AES_KEY_WRAP, &params, sizeof params};
  CK_ULONG size = 0;
  const Pair pair = generate_wrapping();
  EXPECT_EQ(p11().C_WrapKey(session, &mechanism, pair.public_key, aes(), nullptr, &size), CKR_MECHANISM_PARAM_INVALID);

  oaep.source = 0;
  oaep.ulSourceDataLen = 0;
  Octets wrapped(512);
  size = wrapped.size();
  ASSERT_EQ(p11().C_WrapKey(session, &mechanism, pair.public_key, aes(), wrapped.data(), &size), CKR_OK);
  CK_OBJECT_CLASS object_class = CKO_SECRET_KEY;
  CK_KEY_TYPE type = CKK_AES;
  std::vector<CK_ATTRIBUTE> attributes{attribute(CKA_CLASS, object_class), attribute(CKA_KEY_TYPE, type)};
  CK_OBJECT_HANDLE key = 0;
  EXPECT_EQ(p11().C_UnwrapKey(session, &mechanism, pair.private_key, wrapped.data(), 256, attributes.data(), 2, &key),
            CKR_WRAPPED_KEY_LEN_RANGE);
  EXPECT_EQ(p11().C_UnwrapKey(session, &mechanism, pair.private_key, wrapped.data(), size, attributes.data(), 2, &key),
            CKR_OK);
}

TEST_F(Keys, EdwardsPairsNeedNoKeyTypeAndHaveDerPoints) {
  Octets params{0x06, 0x09, 0x2B, 0x06, 0x01, 0x04, 0x01, 0xDA, 0x47, 0x0F, 0x01};
  const Pair pair = generate(CKM_EC_EDWARDS_KEY_PAIR_GEN, {attribute(CKA_EC_PARAMS, params), attribute(CKA_VERIFY, yes)},
                             {attribute(CKA_SIGN, yes)});
  ASSERT_NE(pair.private_key, 0u);
  Octets point = read(pair.public_key, CKA_EC_POINT);
  ASSERT_EQ(point.size(), 34u);
  EXPECT_EQ(point[0], 0x04);
  EXPECT_EQ(point[1], 32);
  CK_ATTRIBUTE too_small{CKA_EC_POINT, point.data(), 33};
  EXPECT_EQ(p11().C_GetAttributeValue(session, pair.public_key, &too_small, 1), CKR_BUFFER_TOO_SMALL);
  EXPECT_EQ(too_small.ulValueLen, CK_UNAVAILABLE_INFORMATION);
  EXPECT_EQ(count({attribute(CKA_EC_POINT, point)}), 2u) << "OP-TEE has the point on both halves";

  Octets message(5, 3);
  CK_MECHANISM mechanism{CKM_EDDSA, nullptr, 0};
  ASSERT_EQ(p11().C_SignInit(session, &mechanism, pair.private_key), CKR_OK);
  Octets signature(64);
  CK_ULONG size = 0;
  ASSERT_EQ(p11().C_Sign(session, message.data(), 5, nullptr, &size), CKR_OK);
  EXPECT_EQ(size, 64u);
  ASSERT_EQ(p11().C_Sign(session, message.data(), 5, signature.data(), &size), CKR_OK);

  CK_OBJECT_CLASS object_class = CKO_PUBLIC_KEY;
  CK_KEY_TYPE type = CKK_EC_EDWARDS;
  CK_OBJECT_HANDLE imported = 0;
  ASSERT_EQ(create({attribute(CKA_CLASS, object_class), attribute(CKA_KEY_TYPE, type), attribute(CKA_EC_PARAMS, params),
                    attribute(CKA_EC_POINT, point), attribute(CKA_VERIFY, yes)},
                   imported),
            CKR_OK);
  EXPECT_EQ(read(imported, CKA_EC_POINT), point);
  ASSERT_EQ(p11().C_VerifyInit(session, &mechanism, imported), CKR_OK);
  EXPECT_EQ(p11().C_Verify(session, message.data(), 5, signature.data(), 64), CKR_OK);
}

TEST_F(Keys, KeysOfAUserArePrivateAndPrivateOnesSensitive) {
  const Pair pair = ec(p256);
  EXPECT_EQ(read(pair.private_key, CKA_PRIVATE), Octets{CK_TRUE});
  EXPECT_EQ(read(pair.private_key, CKA_SENSITIVE), Octets{CK_TRUE});
  EXPECT_EQ(read(pair.public_key, CKA_PRIVATE), Octets{CK_FALSE});
  const CK_OBJECT_HANDLE imported = aes();
  EXPECT_EQ(read(imported, CKA_PRIVATE), Octets{CK_TRUE});
  CK_MECHANISM mechanism{CKM_AES_KEY_GEN, nullptr, 0};
  CK_ULONG bytes = 16;
  std::vector<CK_ATTRIBUTE> attributes{attribute(CKA_VALUE_LEN, bytes), attribute(CKA_PRIVATE, no)};
  CK_OBJECT_HANDLE key = 0;
  ASSERT_EQ(p11().C_GenerateKey(session, &mechanism, attributes.data(), 2, &key), CKR_OK);
  EXPECT_EQ(read(key, CKA_PRIVATE), Octets{CK_FALSE}) << "the caller's word counts";
  ASSERT_EQ(p11().C_GenerateKey(session, &mechanism, attributes.data(), 1, &key), CKR_OK);
  EXPECT_EQ(read(key, CKA_PRIVATE), Octets{CK_TRUE});
}

TEST_F(Keys, WithoutAUserKeysArePublicSessionKeysAsInOptee) {
  ASSERT_EQ(p11().C_Logout(session), CKR_OK);
  CK_MECHANISM mechanism{CKM_AES_KEY_GEN, nullptr, 0};
  CK_ULONG bytes = 16;
  std::vector<CK_ATTRIBUTE> attributes{attribute(CKA_VALUE_LEN, bytes)};
  CK_OBJECT_HANDLE key = 0;
  ASSERT_EQ(p11().C_GenerateKey(session, &mechanism, attributes.data(), 1, &key), CKR_OK);
  EXPECT_EQ(read(key, CKA_PRIVATE), Octets{CK_FALSE});
  attributes.push_back(attribute(CKA_PRIVATE, yes));
  EXPECT_EQ(p11().C_GenerateKey(session, &mechanism, attributes.data(), 2, &key), CKR_USER_NOT_LOGGED_IN);
}

TEST_F(Keys, KeysThatAlwaysAuthenticateAreRefusedBecauseOpteeCannotUseThem) {
  CK_MECHANISM mechanism{CKM_EC_KEY_PAIR_GEN, nullptr, 0};
  Octets params = p256;
  std::vector<CK_ATTRIBUTE> of_public{attribute(CKA_EC_PARAMS, params)};
  std::vector<CK_ATTRIBUTE> of_private{attribute(CKA_ALWAYS_AUTHENTICATE, yes)};
  CK_OBJECT_HANDLE a = 0;
  CK_OBJECT_HANDLE b = 0;
  EXPECT_EQ(p11().C_GenerateKeyPair(session, &mechanism, of_public.data(), 1, of_private.data(), 1, &a, &b),
            CKR_ATTRIBUTE_VALUE_INVALID);
}

TEST_F(Keys, RefusalsOfSizesComeThrough) {
  CK_MECHANISM mechanism{CKM_RSA_PKCS_KEY_PAIR_GEN, nullptr, 0};
  CK_ULONG bits = 8192;
  std::vector<CK_ATTRIBUTE> of_public{attribute(CKA_MODULUS_BITS, bits)};
  CK_OBJECT_HANDLE a = 0;
  CK_OBJECT_HANDLE b = 0;
  EXPECT_EQ(p11().C_GenerateKeyPair(session, &mechanism, of_public.data(), 1, nullptr, 0, &a, &b), CKR_KEY_SIZE_RANGE);
}

}  // namespace
}  // namespace holdfast::optee
