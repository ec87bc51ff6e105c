// What a key may and may not: PKCS#11 3.0 sections 4.8 to 4.10 and 5.18.
#include "conformance/keys.h"
#include "conformance/token_test.h"

namespace holdfast::conformance {
namespace {

class KeyRules : public TokenTest {
 protected:
  CK_OBJECT_HANDLE aes(Attributes more = {}) const {
    return generate(mechanism(CKM_AES_KEY_GEN), aes_template(std::move(more)));
  }
  static Attributes aes_template(Attributes more = {}) {
    more.number(CKA_VALUE_LEN, 32);
    return more;
  }
  static Attributes flags(std::initializer_list<std::pair<CK_ATTRIBUTE_TYPE, bool>> list) {
    Attributes attributes;
    for (const auto& [type, value] : list) attributes.flag(type, value);
    return attributes;
  }
  CK_RV encrypt_init(CK_OBJECT_HANDLE key) {
    CK_MECHANISM cbc = mechanism_iv(CKM_AES_CBC, iv_);
    const CK_RV rv = module().C_EncryptInit(session_, &cbc, key);
    if (rv == CKR_OK) {
      CK_ULONG length = 0;
      module().C_EncryptFinal(session_, nullptr, nullptr);
      (void)length;
    }
    return rv;
  }
  Bytes iv_{16};
};

TEST_F(KeyRules, GeneratedKeysKnowWhereTheyComeFrom) {
  const CK_OBJECT_HANDLE key = aes(flags({{CKA_SENSITIVE, true}, {CKA_EXTRACTABLE, false}}));
  EXPECT_TRUE(get_flag(key, CKA_LOCAL));
  EXPECT_EQ(get_number(key, CKA_KEY_GEN_MECHANISM), CKM_AES_KEY_GEN);
  EXPECT_TRUE(get_flag(key, CKA_ALWAYS_SENSITIVE));
  EXPECT_TRUE(get_flag(key, CKA_NEVER_EXTRACTABLE));
  EXPECT_EQ(get_number(key, CKA_VALUE_LEN), 32u);
  EXPECT_EQ(get_number(key, CKA_KEY_TYPE), CKK_AES);
  EXPECT_RV(try_get(key, CKA_VALUE), CKR_ATTRIBUTE_SENSITIVE);
}

TEST_F(KeyRules, ImportedKeysWereNeverSafe) {
  Attributes attributes = flags({{CKA_SENSITIVE, true}, {CKA_EXTRACTABLE, false}});
  attributes.number(CKA_CLASS, CKO_SECRET_KEY).number(CKA_KEY_TYPE, CKK_AES).bytes(CKA_VALUE, Bytes(16));
  const CK_OBJECT_HANDLE key = create(std::move(attributes));
  EXPECT_FALSE(get_flag(key, CKA_LOCAL));
  EXPECT_FALSE(get_flag(key, CKA_ALWAYS_SENSITIVE));
  EXPECT_FALSE(get_flag(key, CKA_NEVER_EXTRACTABLE));
  EXPECT_EQ(get_number(key, CKA_KEY_GEN_MECHANISM), CK_UNAVAILABLE_INFORMATION);
  EXPECT_EQ(get(key, CKA_CHECK_VALUE), hex("66e94b"));
}

TEST_F(KeyRules, SensitiveAndExtractableChangeInOneDirectionOnly) {
  const CK_OBJECT_HANDLE key = aes(flags({{CKA_SENSITIVE, false}, {CKA_EXTRACTABLE, true}}));
  EXPECT_EQ(get(key, CKA_VALUE).size(), 32u);
  EXPECT_RV(try_set(key, flags({{CKA_SENSITIVE, true}})), CKR_OK);
  EXPECT_RV(try_get(key, CKA_VALUE), CKR_ATTRIBUTE_SENSITIVE);
  EXPECT_RV(try_set(key, flags({{CKA_SENSITIVE, false}})), CKR_ATTRIBUTE_READ_ONLY);
  EXPECT_RV(try_copy(key, flags({{CKA_SENSITIVE, false}})), CKR_ATTRIBUTE_READ_ONLY);
  EXPECT_RV(try_set(key, flags({{CKA_EXTRACTABLE, false}})), CKR_OK);
  EXPECT_RV(try_set(key, flags({{CKA_EXTRACTABLE, true}})), CKR_ATTRIBUTE_READ_ONLY);
  EXPECT_RV(try_copy(key, flags({{CKA_EXTRACTABLE, true}})), CKR_ATTRIBUTE_READ_ONLY);
  EXPECT_FALSE(get_flag(key, CKA_ALWAYS_SENSITIVE)) << "the history stays";
  EXPECT_FALSE(get_flag(key, CKA_NEVER_EXTRACTABLE));
  const CK_OBJECT_HANDLE twin = copy(key, Attributes());
  EXPECT_FALSE(get_flag(twin, CKA_ALWAYS_SENSITIVE));
  EXPECT_FALSE(get_flag(twin, CKA_NEVER_EXTRACTABLE));
  EXPECT_RV(try_get(twin, CKA_VALUE), CKR_ATTRIBUTE_SENSITIVE);
}

TEST_F(KeyRules, UnextractableIsNotTold) {
  const CK_OBJECT_HANDLE key = aes(flags({{CKA_SENSITIVE, false}, {CKA_EXTRACTABLE, false}}));
  EXPECT_RV(try_get(key, CKA_VALUE), CKR_ATTRIBUTE_SENSITIVE);
}

TEST_F(KeyRules, UsageIsObeyed) {
  const CK_OBJECT_HANDLE only_decrypt = aes(flags({{CKA_DECRYPT, true}, {CKA_ENCRYPT, false}}));
  EXPECT_RV(encrypt_init(only_decrypt), CKR_KEY_FUNCTION_NOT_PERMITTED);
  EXPECT_RV(try_set(only_decrypt, flags({{CKA_ENCRYPT, true}})), CKR_OK) << "usage may be changed";
  EXPECT_RV(encrypt_init(only_decrypt), CKR_OK);
  CK_MECHANISM cmac = mechanism(CKM_AES_CMAC);
  const CK_OBJECT_HANDLE no_sign = aes(flags({{CKA_ENCRYPT, true}, {CKA_SIGN, false}, {CKA_VERIFY, false}}));
  EXPECT_RV(module().C_SignInit(session_, &cmac, no_sign), CKR_KEY_FUNCTION_NOT_PERMITTED);
  EXPECT_RV(module().C_VerifyInit(session_, &cmac, no_sign), CKR_KEY_FUNCTION_NOT_PERMITTED);
  CK_MECHANISM ecdsa = mechanism(CKM_ECDSA);
  const Pair pair = generate_pair(mechanism(CKM_EC_KEY_PAIR_GEN), std::move(ec_public(kP256).flag(CKA_VERIFY, true)),
                                  flags({{CKA_SIGN, false}, {CKA_DERIVE, true}}));
  EXPECT_RV(module().C_SignInit(session_, &ecdsa, pair.private_key), CKR_KEY_FUNCTION_NOT_PERMITTED);
  EXPECT_RV(module().C_SignInit(session_, &ecdsa, pair.public_key), CKR_KEY_FUNCTION_NOT_PERMITTED);
}

TEST_F(KeyRules, MechanismAndKeyMustFit) {
  const CK_OBJECT_HANDLE key = aes();
  CK_MECHANISM ecdsa = mechanism(CKM_ECDSA);
  CK_MECHANISM hmac = mechanism(CKM_SHA256_HMAC);
  CK_MECHANISM unknown = mechanism(0x7654321);
  CK_MECHANISM digest = mechanism(CKM_SHA256);
  EXPECT_RV(module().C_SignInit(session_, &ecdsa, key), CKR_KEY_TYPE_INCONSISTENT);
  EXPECT_RV(module().C_SignInit(session_, &hmac, key), CKR_KEY_TYPE_INCONSISTENT);
  EXPECT_RV(module().C_SignInit(session_, &unknown, key), CKR_MECHANISM_INVALID);
  EXPECT_RV(module().C_EncryptInit(session_, &digest, key), CKR_MECHANISM_INVALID) << "known, but not for this";
  EXPECT_RV(module().C_DigestInit(session_, &ecdsa), CKR_MECHANISM_INVALID);
  const CK_OBJECT_HANDLE data = create(std::move(Attributes().number(CKA_CLASS, CKO_DATA)));
  CK_MECHANISM cbc = mechanism_iv(CKM_AES_CBC, iv_);
  EXPECT_RV(module().C_EncryptInit(session_, &cbc, data), CKR_KEY_HANDLE_INVALID);
}

TEST_F(KeyRules, AllowedMechanismsAreObeyed) {
  Attributes attributes;
  attributes.numbers(CKA_ALLOWED_MECHANISMS, {CKM_AES_GCM, CKM_AES_CTR});
  const CK_OBJECT_HANDLE key = aes(std::move(attributes));
  EXPECT_EQ(get(key, CKA_ALLOWED_MECHANISMS).size(), 2 * sizeof(CK_ULONG));
  EXPECT_RV(encrypt_init(key), CKR_KEY_FUNCTION_NOT_PERMITTED);
  CK_AES_CTR_PARAMS ctr{128, {}};
  CK_MECHANISM allowed = mechanism(CKM_AES_CTR, ctr);
  EXPECT_RV(module().C_EncryptInit(session_, &allowed, key), CKR_OK);
}

TEST_F(KeyRules, KeySizesHaveLimits) {
  for (const CK_ULONG bytes : {0u, 8u, 17u, 33u, 512u})
    EXPECT_RV(try_generate(mechanism(CKM_AES_KEY_GEN), std::move(Attributes().number(CKA_VALUE_LEN, bytes))),
              CKR_KEY_SIZE_RANGE)
        << bytes;
  EXPECT_RV(try_generate(mechanism(CKM_AES_KEY_GEN), Attributes()), CKR_TEMPLATE_INCOMPLETE);
  EXPECT_RV(try_generate(mechanism(CKM_GENERIC_SECRET_KEY_GEN), std::move(Attributes().number(CKA_VALUE_LEN, 100'000))),
            CKR_KEY_SIZE_RANGE);
  for (const CK_ULONG bits : {64u, 512u, 1'000'000u})
    EXPECT_RV(try_generate_pair(mechanism(CKM_RSA_PKCS_KEY_PAIR_GEN),
                                std::move(Attributes().number(CKA_MODULUS_BITS, bits)), {}),
              CKR_KEY_SIZE_RANGE)
        << bits;
  EXPECT_RV(try_generate_pair(mechanism(CKM_RSA_PKCS_KEY_PAIR_GEN), {}, {}), CKR_TEMPLATE_INCOMPLETE);
  EXPECT_RV(try_generate_pair(mechanism(CKM_EC_KEY_PAIR_GEN), {}, {}), CKR_TEMPLATE_INCOMPLETE);
  const CK_RV unknown_curve = try_generate_pair(mechanism(CKM_EC_KEY_PAIR_GEN),
                                                std::move(Attributes().bytes(CKA_EC_PARAMS, hex("06032a0304"))), {});
  EXPECT_TRUE(unknown_curve == CKR_CURVE_NOT_SUPPORTED || unknown_curve == CKR_DOMAIN_PARAMS_INVALID) << unknown_curve;
  Attributes odd_aes;
  odd_aes.number(CKA_CLASS, CKO_SECRET_KEY).number(CKA_KEY_TYPE, CKK_AES).bytes(CKA_VALUE, Bytes(17));
  EXPECT_NE(try_create(std::move(odd_aes)), CKR_OK);
  EXPECT_RV(try_generate(mechanism(CKM_EC_KEY_PAIR_GEN), Attributes()), CKR_MECHANISM_INVALID);
  EXPECT_RV(try_generate_pair(mechanism(CKM_AES_KEY_GEN), {}, {}), CKR_MECHANISM_INVALID);
}

TEST_F(KeyRules, GenerationRefusesAnotherClassOrType) {
  EXPECT_RV(try_generate(mechanism(CKM_AES_KEY_GEN), std::move(aes_template().number(CKA_CLASS, CKO_PRIVATE_KEY))),
            CKR_TEMPLATE_INCONSISTENT);
  EXPECT_RV(
      try_generate(mechanism(CKM_AES_KEY_GEN), std::move(aes_template().number(CKA_KEY_TYPE, CKK_GENERIC_SECRET))),
      CKR_TEMPLATE_INCONSISTENT);
  EXPECT_NE(try_generate(mechanism(CKM_AES_KEY_GEN), std::move(aes_template().bytes(CKA_VALUE, Bytes(32)))), CKR_OK);
}

// One half that cannot be made leaves no other half behind.
TEST_F(KeyRules, RefusedPairLeavesNothing) {
  Attributes wanted;
  wanted.text(CKA_LABEL, "half a pair");
  EXPECT_NE(try_generate_pair(mechanism(CKM_EC_KEY_PAIR_GEN),
                              std::move(ec_public(kP256).text(CKA_LABEL, "half a pair")), flags({{CKA_LOCAL, true}})),
            CKR_OK);
  EXPECT_TRUE(find(std::move(wanted)).empty());
}

TEST_F(KeyRules, WrappingRespectsExtractableTrustedAndItself) {
  CK_MECHANISM kw = mechanism(CKM_AES_KEY_WRAP);
  const CK_OBJECT_HANDLE wrapper = aes(flags({{CKA_WRAP, true}, {CKA_UNWRAP, true}, {CKA_SENSITIVE, true}}));
  const CK_OBJECT_HANDLE locked_in = aes(flags({{CKA_EXTRACTABLE, false}}));
  const CK_OBJECT_HANDLE target = aes(flags({{CKA_EXTRACTABLE, true}}));
  const CK_OBJECT_HANDLE picky = aes(flags({{CKA_EXTRACTABLE, true}, {CKA_WRAP_WITH_TRUSTED, true}}));
  EXPECT_RV(try_wrap(kw, wrapper, locked_in), CKR_KEY_UNEXTRACTABLE);
  EXPECT_RV(try_wrap(kw, wrapper, target), CKR_OK);
  EXPECT_RV(try_wrap(kw, wrapper, picky), CKR_KEY_NOT_WRAPPABLE);
  EXPECT_RV(try_set(picky, flags({{CKA_WRAP_WITH_TRUSTED, false}})), CKR_ATTRIBUTE_READ_ONLY);
  const CK_OBJECT_HANDLE no_wrapper = aes(flags({{CKA_WRAP, false}, {CKA_ENCRYPT, true}}));
  EXPECT_RV(try_wrap(kw, no_wrapper, target), CKR_WRAPPING_KEY_TYPE_INCONSISTENT) << "the code C_WrapKey has for it";
  const CK_OBJECT_HANDLE data = create(std::move(Attributes().number(CKA_CLASS, CKO_DATA)));
  EXPECT_RV(try_wrap(kw, wrapper, data), CKR_KEY_NOT_WRAPPABLE);
}

TEST_F(KeyRules, OnlyTheSecurityOfficerMakesAKeyTrusted) {
  const CK_OBJECT_HANDLE wrapper = aes(flags({{CKA_WRAP, true}, {CKA_TOKEN, true}, {CKA_PRIVATE, false}}));
  EXPECT_RV(try_set(wrapper, flags({{CKA_TRUSTED, true}})), CKR_ATTRIBUTE_READ_ONLY);
  EXPECT_NE(try_generate(mechanism(CKM_AES_KEY_GEN), aes_template(flags({{CKA_TRUSTED, true}}))), CKR_OK);
  ASSERT_RV(module().C_Logout(session_), CKR_OK);
  ASSERT_RV(login(session_, CKU_SO, kSoPin), CKR_OK);
  EXPECT_RV(try_set(wrapper, flags({{CKA_TRUSTED, true}})), CKR_OK);
  ASSERT_RV(module().C_Logout(session_), CKR_OK);
  ASSERT_RV(login(session_, CKU_USER, kUserPin), CKR_OK);
  const CK_OBJECT_HANDLE picky = aes(flags({{CKA_EXTRACTABLE, true}, {CKA_WRAP_WITH_TRUSTED, true}}));
  EXPECT_RV(try_wrap(mechanism(CKM_AES_KEY_WRAP), wrapper, picky), CKR_OK);
}

TEST_F(KeyRules, TemplatesOnWrappingKeysBind) {
  Attributes must_be_sensitive = flags({{CKA_SENSITIVE, true}});
  Attributes wrapper_template = flags({{CKA_WRAP, true}, {CKA_UNWRAP, true}});
  wrapper_template.nested(CKA_WRAP_TEMPLATE, must_be_sensitive).nested(CKA_UNWRAP_TEMPLATE, must_be_sensitive);
  const CK_OBJECT_HANDLE wrapper = aes(std::move(wrapper_template));
  const CK_MECHANISM kw = mechanism(CKM_AES_KEY_WRAP);
  EXPECT_RV(try_wrap(kw, wrapper, aes(flags({{CKA_EXTRACTABLE, true}, {CKA_SENSITIVE, false}}))),
            CKR_KEY_HANDLE_INVALID);
  const Bytes wrapped = wrap(kw, wrapper, aes(flags({{CKA_EXTRACTABLE, true}, {CKA_SENSITIVE, true}})));
  const auto new_key = [](bool sensitive) {
    Attributes attributes;
    attributes.number(CKA_CLASS, CKO_SECRET_KEY).number(CKA_KEY_TYPE, CKK_AES);
    if (!sensitive) attributes.flag(CKA_SENSITIVE, false);
    return attributes;
  };
  EXPECT_RV(try_unwrap(kw, wrapper, wrapped, new_key(false)), CKR_TEMPLATE_INCONSISTENT);
  const CK_OBJECT_HANDLE unwrapped = unwrap(kw, wrapper, wrapped, new_key(true));
  EXPECT_TRUE(get_flag(unwrapped, CKA_SENSITIVE)) << "the template adds it";
  EXPECT_FALSE(get_flag(unwrapped, CKA_LOCAL));
  EXPECT_FALSE(get_flag(unwrapped, CKA_ALWAYS_SENSITIVE));
  EXPECT_FALSE(get_flag(unwrapped, CKA_NEVER_EXTRACTABLE));
}

TEST_F(KeyRules, AlwaysAuthenticateAsksForThePinBeforeEachUse) {
  const Pair pair = generate_pair(mechanism(CKM_EC_KEY_PAIR_GEN), ec_public(kP256),
                                  flags({{CKA_SIGN, true}, {CKA_PRIVATE, true}, {CKA_ALWAYS_AUTHENTICATE, true}}));
  CK_MECHANISM ecdsa = mechanism(CKM_ECDSA_SHA256);
  CK_BYTE signature[128];
  CK_ULONG length = sizeof signature;
  CK_BYTE data[3] = {1, 2, 3};
  ASSERT_RV(module().C_SignInit(session_, &ecdsa, pair.private_key), CKR_OK);
  EXPECT_RV(module().C_Sign(session_, data, 3, signature, &length), CKR_USER_NOT_LOGGED_IN);
  for (int use = 0; use < 2; ++use) {
    ASSERT_RV(module().C_SignInit(session_, &ecdsa, pair.private_key), CKR_OK);
    EXPECT_RV(login(session_, CKU_CONTEXT_SPECIFIC, "not the pin"), CKR_PIN_INCORRECT);
    EXPECT_RV(login(session_, CKU_CONTEXT_SPECIFIC, kUserPin), CKR_OK);
    length = sizeof signature;
    EXPECT_RV(module().C_Sign(session_, data, 3, signature, &length), CKR_OK);
    EXPECT_EQ(length, 64u);
  }
}

TEST_F(KeyRules, PublicKeyInfoDescribesTheKey) {
  const Pair pair = generate_pair(mechanism(CKM_EC_KEY_PAIR_GEN), ec_public(kP256), Attributes());
  const Bytes of_public = get(pair.public_key, CKA_PUBLIC_KEY_INFO);
  ASSERT_EQ(of_public.size(), 91u) << "SubjectPublicKeyInfo of a P-256 point";
  EXPECT_EQ(Bytes(of_public.end() - 65, of_public.end()), ec_point(get(pair.public_key, CKA_EC_POINT)));
  EXPECT_EQ(get(pair.private_key, CKA_PUBLIC_KEY_INFO), of_public);
}

TEST_F(KeyRules, PrivateKeysDoNotTellTheirSecrets) {
  const Pair ec = generate_pair(mechanism(CKM_EC_KEY_PAIR_GEN), ec_public(kP256),
                                flags({{CKA_SENSITIVE, true}, {CKA_EXTRACTABLE, false}}));
  EXPECT_RV(try_get(ec.private_key, CKA_VALUE), CKR_ATTRIBUTE_SENSITIVE);
  EXPECT_RV(try_get(ec.private_key, CKA_EC_PARAMS), CKR_OK);
  const Pair rsa =
      generate_pair(mechanism(CKM_RSA_PKCS_KEY_PAIR_GEN), std::move(Attributes().number(CKA_MODULUS_BITS, 2048)),
                    flags({{CKA_SENSITIVE, true}}));
  for (const CK_ATTRIBUTE_TYPE type :
       {CKA_PRIVATE_EXPONENT, CKA_PRIME_1, CKA_PRIME_2, CKA_EXPONENT_1, CKA_EXPONENT_2, CKA_COEFFICIENT})
    EXPECT_RV(try_get(rsa.private_key, type), CKR_ATTRIBUTE_SENSITIVE) << std::hex << type;
  EXPECT_EQ(get(rsa.private_key, CKA_MODULUS), get(rsa.public_key, CKA_MODULUS));
  EXPECT_EQ(get(rsa.public_key, CKA_PUBLIC_EXPONENT), hex("010001"));
}

}  // namespace
}  // namespace holdfast::conformance
