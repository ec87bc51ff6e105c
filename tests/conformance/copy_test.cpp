// C_CopyObject (PKCS#11 3.2 section 5.7.2): the rules, and that copies stand on their own though they share their key.
#include "conformance/token_test.h"

namespace holdfast::conformance {
namespace {

class Copies : public TokenTest {
 protected:
  static Attributes flags(std::initializer_list<std::pair<CK_ATTRIBUTE_TYPE, bool>> values) {
    Attributes attributes;
    for (const auto& [type, value] : values) attributes.flag(type, value);
    return attributes;
  }
  CK_OBJECT_HANDLE token_key() const {
    Attributes key;
    key.flag(CKA_TOKEN, true).number(CKA_VALUE_LEN, 32).text(CKA_LABEL, "original").flag(CKA_SENSITIVE, true);
    return generate(mechanism(CKM_GENERIC_SECRET_KEY_GEN), std::move(key));
  }
  Pair token_pair() const {
    Attributes for_public;
    for_public.bytes(CKA_EC_PARAMS, hex("06082A8648CE3D030107"));
    return generate_pair(mechanism(CKM_EC_KEY_PAIR_GEN), std::move(for_public), flags({{CKA_TOKEN, true}}));
  }
  Bytes mac(CK_OBJECT_HANDLE key) const { return sign(mechanism(CKM_SHA256_HMAC), key, text("data")); }
};

TEST_F(Copies, OfATokenKeyInTheSessionIsTheSameKey) {
  const CK_OBJECT_HANDLE key = token_key();
  const Bytes expected = mac(key);
  const CK_OBJECT_HANDLE twin = copy(key, flags({{CKA_TOKEN, false}}));
  EXPECT_NE(twin, key);
  EXPECT_FALSE(get_flag(twin, CKA_TOKEN));
  EXPECT_NE(get(twin, CKA_UNIQUE_ID), get(key, CKA_UNIQUE_ID));
  EXPECT_EQ(get(twin, CKA_LABEL), text("original"));
  EXPECT_TRUE(get_flag(twin, CKA_LOCAL));
  EXPECT_EQ(get_number(twin, CKA_KEY_GEN_MECHANISM), CKM_GENERIC_SECRET_KEY_GEN);
  EXPECT_TRUE(get_flag(twin, CKA_ALWAYS_SENSITIVE));
  EXPECT_EQ(mac(twin), expected);
}

TEST_F(Copies, LiveOnWhenTheirSourceIsDestroyed) {
  const CK_OBJECT_HANDLE key = token_key();
  const Bytes expected = mac(key);
  const CK_OBJECT_HANDLE twin = copy(key, flags({{CKA_TOKEN, false}}));
  ASSERT_RV(module().C_DestroyObject(session_, key), CKR_OK);
  EXPECT_EQ(mac(twin), expected);
}

TEST_F(Copies, AndTheirSourceChangeApart) {
  const CK_OBJECT_HANDLE key = token_key();
  const CK_OBJECT_HANDLE twin = copy(key, flags({{CKA_TOKEN, false}}));
  ASSERT_RV(try_set(twin, flags({{CKA_SIGN, false}})), CKR_OK);
  CK_MECHANISM hmac = mechanism(CKM_SHA256_HMAC);
  EXPECT_RV(module().C_SignInit(session_, &hmac, twin), CKR_KEY_FUNCTION_NOT_PERMITTED);
  EXPECT_EQ(mac(key).size(), 32u) << "the source signs on";
  ASSERT_RV(module().C_DestroyObject(session_, twin), CKR_OK);
  EXPECT_EQ(mac(key).size(), 32u);
}

TEST_F(Copies, OfAPrivateTokenKeySignWithoutItsValueEverSeen) {
  const Pair pair = token_pair();
  for (int i = 0; i < 3; ++i) {
    const CK_OBJECT_HANDLE twin = copy(pair.private_key, flags({{CKA_TOKEN, false}}));
    EXPECT_RV(try_get(twin, CKA_VALUE), CKR_ATTRIBUTE_SENSITIVE);
    const Bytes hash(32, std::byte{7});
    const Bytes signature = sign(mechanism(CKM_ECDSA), twin, hash);
    EXPECT_RV(verify(mechanism(CKM_ECDSA), pair.public_key, hash, signature), CKR_OK);
  }
}

TEST_F(Copies, OfASessionKeyOnTheTokenAreDurableAndTheSameKey) {
  Attributes key;
  key.number(CKA_VALUE_LEN, 32);
  const CK_OBJECT_HANDLE source = generate(mechanism(CKM_GENERIC_SECRET_KEY_GEN), std::move(key));
  const Bytes expected = mac(source);
  const CK_OBJECT_HANDLE kept = copy(source, flags({{CKA_TOKEN, true}}));
  EXPECT_TRUE(get_flag(kept, CKA_TOKEN));
  ASSERT_RV(module().C_DestroyObject(session_, source), CKR_OK);
  EXPECT_EQ(mac(kept), expected);
}

TEST_F(Copies, GoWhenTheUserLogsOut) {
  const CK_OBJECT_HANDLE twin = copy(token_key(), flags({{CKA_TOKEN, false}}));
  ASSERT_RV(module().C_Logout(session_), CKR_OK);
  ASSERT_RV(login(session_, CKU_USER, kUserPin), CKR_OK);
  EXPECT_RV(try_get(twin, CKA_CLASS), CKR_OBJECT_HANDLE_INVALID);
}

TEST_F(Copies, ObeyTheSourcesFlags) {
  const CK_OBJECT_HANDLE key = token_key();
  EXPECT_RV(try_copy(key, flags({{CKA_PRIVATE, false}})), CKR_TEMPLATE_INCONSISTENT);
  EXPECT_RV(try_copy(key, flags({{CKA_SENSITIVE, false}})), CKR_ATTRIBUTE_READ_ONLY);
  EXPECT_RV(try_copy(key, flags({{CKA_EXTRACTABLE, true}})), CKR_ATTRIBUTE_READ_ONLY);
  Attributes material;
  material.text(CKA_VALUE, "mine");
  EXPECT_RV(try_copy(key, std::move(material)), CKR_ATTRIBUTE_READ_ONLY);
  const CK_OBJECT_HANDLE fixed = copy(key, flags({{CKA_TOKEN, false}, {CKA_COPYABLE, false}, {CKA_MODIFIABLE, false}, {CKA_DESTROYABLE, false}}));
  EXPECT_RV(try_copy(fixed, Attributes()), CKR_ACTION_PROHIBITED);
  EXPECT_RV(try_set(fixed, flags({{CKA_SIGN, false}})), CKR_ACTION_PROHIBITED);
  EXPECT_RV(module().C_DestroyObject(session_, fixed), CKR_ACTION_PROHIBITED);
}

TEST_F(Copies, OnTheTokenNeedAReadWriteSession) {
  const CK_OBJECT_HANDLE key = token_key();
  session_ = open(0);
  EXPECT_RV(try_copy(key, Attributes()), CKR_SESSION_READ_ONLY);
  EXPECT_RV(try_copy(key, flags({{CKA_TOKEN, false}})), CKR_OK) << "a session object is free";
}

TEST_F(Copies, OfADataObjectBecomePrivate) {
  Attributes data;
  data.number(CKA_CLASS, CKO_DATA).text(CKA_VALUE, "some value");
  const CK_OBJECT_HANDLE hidden = copy(create(std::move(data)), flags({{CKA_PRIVATE, true}}));
  EXPECT_TRUE(get_flag(hidden, CKA_PRIVATE));
  EXPECT_EQ(get(hidden, CKA_VALUE), text("some value"));
}

}  // namespace
}  // namespace holdfast::conformance
