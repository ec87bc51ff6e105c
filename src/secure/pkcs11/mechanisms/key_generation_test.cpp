#include "secure/crypto/der.h"
#include "secure/pkcs11/mechanisms/ec_test_keys.h"

namespace holdfast::secure::pkcs11 {
namespace {

Rv generated(CK_MECHANISM_TYPE type, CK_KEY_TYPE key_type, std::optional<std::uint32_t> bytes,
             std::string* value = nullptr) {
  ObjectContent key = draft(CKO_SECRET_KEY, key_type);
  if (bytes.has_value()) key.attributes.set_ulong(attribute(CKA_VALUE_LEN), *bytes);
  const Rv rv = rv_of(generate_key(mechanism(type), key));
  if (value != nullptr) *value = value_of(key);
  return rv;
}

TEST(GenerateKey, MakesKeysOfTheLengthAskedFor) {
  std::string first, second;
  for (const std::uint32_t bytes : {16u, 24u, 32u}) {
    EXPECT_EQ(generated(CKM_AES_KEY_GEN, CKK_AES, bytes, &first), Rv::ok);
    EXPECT_EQ(generated(CKM_AES_KEY_GEN, CKK_AES, bytes, &second), Rv::ok);
    EXPECT_EQ(first.size(), 2 * bytes);
    EXPECT_NE(first, second);
  }
  EXPECT_EQ(generated(CKM_GENERIC_SECRET_KEY_GEN, CKK_GENERIC_SECRET, 1, &first), Rv::ok);
  EXPECT_EQ(generated(CKM_GENERIC_SECRET_KEY_GEN, CKK_GENERIC_SECRET, 512, &first), Rv::ok);
  EXPECT_EQ(first.size(), 1024u);
}

TEST(GenerateKey, RefusesOtherLengths) {
  EXPECT_EQ(generated(CKM_AES_KEY_GEN, CKK_AES, std::nullopt), Rv::template_incomplete);
  for (const std::uint32_t bytes : {0u, 8u, 17u, 33u, 0xFFFFFFFFu})
    EXPECT_EQ(generated(CKM_AES_KEY_GEN, CKK_AES, bytes), Rv::key_size_range) << bytes;
  EXPECT_EQ(generated(CKM_GENERIC_SECRET_KEY_GEN, CKK_GENERIC_SECRET, std::nullopt), Rv::template_incomplete);
  EXPECT_EQ(generated(CKM_GENERIC_SECRET_KEY_GEN, CKK_GENERIC_SECRET, 0), Rv::key_size_range);
  EXPECT_EQ(generated(CKM_GENERIC_SECRET_KEY_GEN, CKK_GENERIC_SECRET, 513), Rv::key_size_range);
}

TEST(GenerateKey, RefusesMechanismsThatGenerateNothing) {
  EXPECT_EQ(generated(CKM_AES_CBC, CKK_AES, 16), Rv::mechanism_invalid);
  EXPECT_EQ(generated(CKM_EC_KEY_PAIR_GEN, CKK_EC, 16), Rv::mechanism_invalid);
  ObjectContent key = draft(CKO_SECRET_KEY, CKK_AES);
  EXPECT_EQ(rv_of(generate_key(mechanism(CKM_AES_KEY_GEN, as_bytes("x")), key)), Rv::mechanism_param_invalid);
}

TEST(GeneratedKind, FollowsFromTheMechanism) {
  const KeyKind aes = generated_kind(Verb::generate, mechanism(CKM_AES_KEY_GEN)).value();
  EXPECT_EQ(aes.object_class.value, CKO_SECRET_KEY);
  EXPECT_EQ(aes.key_type->value, CKK_AES);
  const KeyKind edwards = generated_kind(Verb::generate_pair, mechanism(CKM_EC_EDWARDS_KEY_PAIR_GEN)).value();
  EXPECT_EQ(edwards.object_class.value, CKO_PUBLIC_KEY);
  EXPECT_EQ(edwards.key_type->value, CKK_EC_EDWARDS);
  EXPECT_EQ(rv_of(generated_kind(Verb::generate, mechanism(CKM_EC_KEY_PAIR_GEN))), Rv::mechanism_invalid);
  EXPECT_EQ(rv_of(generated_kind(Verb::sign, mechanism(CKM_ECDSA))), Rv::mechanism_invalid);
}

TEST(EcKeyPair, FillsBothHalves) {
  ObjectContent public_key = draft(CKO_PUBLIC_KEY, CKK_EC);
  ObjectContent private_key = draft(CKO_PRIVATE_KEY, CKK_EC);
  const Bytes params = to_bytes(crypto::curve_params(crypto::Curve::p256));
  public_key.attributes.set(attribute(CKA_EC_PARAMS), params);
  ASSERT_EQ(rv_of(generate_key_pair(mechanism(CKM_EC_KEY_PAIR_GEN), public_key, private_key)), Rv::ok);
  EXPECT_EQ(to_hex(*public_key.attributes.find(attribute(CKA_EC_POINT))).substr(0, 6), "044104");
  EXPECT_EQ(*private_key.attributes.find(attribute(CKA_EC_PARAMS)), params);
  EXPECT_EQ(value_of(private_key).size(), 64u);
  EXPECT_TRUE(public_key.secrets.empty());
  // Both halves have one public key.
  EXPECT_EQ(public_key_info(public_key.attributes, public_key.secrets).value(),
            public_key_info(private_key.attributes, private_key.secrets).value());
}

TEST(EcKeyPair, RefusesCurvesItDoesNotHave) {
  ObjectContent public_key = draft(CKO_PUBLIC_KEY, CKK_EC);
  ObjectContent private_key = draft(CKO_PRIVATE_KEY, CKK_EC);
  const auto outcome = [&](std::string_view params) {
    public_key.attributes.set(attribute(CKA_EC_PARAMS), hex(params));
    return rv_of(generate_key_pair(mechanism(CKM_EC_KEY_PAIR_GEN), public_key, private_key));
  };
  EXPECT_EQ(rv_of(generate_key_pair(mechanism(CKM_EC_KEY_PAIR_GEN), public_key, private_key)), Rv::template_incomplete);
  EXPECT_EQ(outcome("06052b81040010"), Rv::curve_not_supported);          // sect283k1
  EXPECT_EQ(outcome("06032b6570"), Rv::curve_not_supported);              // Ed25519
  EXPECT_EQ(outcome("ff"), Rv::domain_params_invalid);
  EXPECT_TRUE(private_key.secrets.empty());
}

TEST(EcKeyPair, RefusesAPrivateTemplateForAnotherCurve) {
  ObjectContent public_key = draft(CKO_PUBLIC_KEY, CKK_EC);
  ObjectContent private_key = draft(CKO_PRIVATE_KEY, CKK_EC);
  public_key.attributes.set(attribute(CKA_EC_PARAMS), to_bytes(crypto::curve_params(crypto::Curve::p256)));
  private_key.attributes.set(attribute(CKA_EC_PARAMS), to_bytes(crypto::curve_params(crypto::Curve::p384)));
  EXPECT_EQ(rv_of(generate_key_pair(mechanism(CKM_EC_KEY_PAIR_GEN), public_key, private_key)),
            Rv::template_inconsistent);
}

// `openssl ecparam -name prime192v1 -param_enc explicit`.
TEST(EcKeyPair, KeepsExplicitParametersAsGiven) {
  const Bytes params =
      hex("3081c7020101302406072a8648ce3d0101021900fffffffffffffffffffffffffffffffeffffffffffffffff304b0418ffffffffffff"
          "fffffffffffffffffffefffffffffffffffc041864210519e59c80e70fa7e9ab72243049feb8deecc146b9b10315003045ae6fc8422f"
          "64ed579528d38120eae12196d5043104188da80eb03090f67cbf20eb43a18800f4ff0afd82ff101207192b95ffc8da78631011ed6b24"
          "cdd573f977a11e794811021900ffffffffffffffffffffffff99def836146bc9b1b4d22831020101");
  TestKey public_key(CKO_PUBLIC_KEY, CKK_EC, {CKA_VERIFY});
  public_key.with(CKA_EC_PARAMS, params);
  TestKey private_key(CKO_PRIVATE_KEY, CKK_EC, {CKA_SIGN});
  ASSERT_EQ(rv_of(generate_key_pair(mechanism(CKM_EC_KEY_PAIR_GEN), public_key.content, private_key.content)), Rv::ok);
  for (const TestKey* half : {&public_key, &private_key})
    EXPECT_EQ(*half->attributes().find(attribute(CKA_EC_PARAMS)), params);
  const Bytes signature = sign(mechanism(CKM_ECDSA_SHA256), private_key, as_bytes("a message")).value();
  EXPECT_EQ(signature.size(), 48u);
  EXPECT_EQ(rv_of(verify(mechanism(CKM_ECDSA_SHA256), public_key, as_bytes("a message"), signature)), Rv::ok);
}

TEST(RsaKeyPair, FillsBothHalves) {
  TestKey public_key(CKO_PUBLIC_KEY, CKK_RSA, {CKA_VERIFY});
  public_key.with_ulong(CKA_MODULUS_BITS, 1024);
  TestKey private_key(CKO_PRIVATE_KEY, CKK_RSA, {CKA_SIGN});
  const wire::Mechanism with = mechanism(CKM_RSA_PKCS_KEY_PAIR_GEN);
  ASSERT_EQ(rv_of(generate_key_pair(with, public_key.content, private_key.content)), Rv::ok);
  EXPECT_EQ(public_key.attributes().find(attribute(CKA_MODULUS))->size(), 128u);
  EXPECT_EQ(to_hex(*public_key.attributes().find(attribute(CKA_PUBLIC_EXPONENT))), "010001");
  for (const CK_ATTRIBUTE_TYPE type : {CKA_MODULUS, CKA_PUBLIC_EXPONENT})
    EXPECT_EQ(*private_key.attributes().find(attribute(type)), *public_key.attributes().find(attribute(type)));
  for (const CK_ATTRIBUTE_TYPE type :
       {CKA_PRIVATE_EXPONENT, CKA_PRIME_1, CKA_PRIME_2, CKA_EXPONENT_1, CKA_EXPONENT_2, CKA_COEFFICIENT})
    EXPECT_NE(value_of(private_key.content, type), "absent");
  const Bytes signature = sign(mechanism(CKM_SHA256_RSA_PKCS), private_key, as_bytes("a message")).value();
  EXPECT_EQ(rv_of(verify(mechanism(CKM_SHA256_RSA_PKCS), public_key, as_bytes("a message"), signature)), Rv::ok);
}

TEST(RsaKeyPair, TakesThePublicExponentAskedFor) {
  ObjectContent public_key = draft(CKO_PUBLIC_KEY, CKK_RSA);
  ObjectContent private_key = draft(CKO_PRIVATE_KEY, CKK_RSA);
  public_key.attributes.set_ulong(attribute(CKA_MODULUS_BITS), 1024);
  const auto outcome = [&](std::string_view exponent) {
    public_key.attributes.set(attribute(CKA_PUBLIC_EXPONENT), hex(exponent));
    return rv_of(generate_key_pair(mechanism(CKM_RSA_PKCS_KEY_PAIR_GEN), public_key, private_key));
  };
  EXPECT_EQ(outcome("03"), Rv::ok);
  EXPECT_EQ(to_hex(*private_key.attributes.find(attribute(CKA_PUBLIC_EXPONENT))), "03");
  EXPECT_EQ(outcome("04"), Rv::attribute_value_invalid);
  EXPECT_EQ(outcome("01"), Rv::attribute_value_invalid);
}

TEST(RsaKeyPair, RefusesOtherSizes) {
  ObjectContent public_key = draft(CKO_PUBLIC_KEY, CKK_RSA);
  ObjectContent private_key = draft(CKO_PRIVATE_KEY, CKK_RSA);
  const wire::Mechanism with = mechanism(CKM_RSA_PKCS_KEY_PAIR_GEN);
  EXPECT_EQ(rv_of(generate_key_pair(with, public_key, private_key)), Rv::template_incomplete);
  for (const std::uint32_t bits : {0u, 256u, 511u, 8193u, 0xFFFFFFFFu}) {
    public_key.attributes.set_ulong(attribute(CKA_MODULUS_BITS), bits);
    EXPECT_EQ(rv_of(generate_key_pair(with, public_key, private_key)), Rv::key_size_range) << bits;
  }
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
