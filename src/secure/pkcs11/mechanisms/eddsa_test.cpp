#include "secure/crypto/edwards.h"
#include "secure/pkcs11/mechanisms/test_support.h"

namespace holdfast::secure::pkcs11 {
namespace {

// RFC 8032, 7.1, TEST 2.
constexpr std::string_view kSeed = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
constexpr std::string_view kPoint = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
constexpr std::string_view kMessage = "72";
constexpr std::string_view kSignature =
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

TestKey private_key() {
  TestKey key(CKO_PRIVATE_KEY, CKK_EC_EDWARDS, {CKA_SIGN});
  key.with(CKA_EC_PARAMS, to_bytes(crypto::edwards_params(crypto::EdwardsCurve::ed25519))).with_secret(CKA_VALUE, hex(kSeed));
  return key;
}

TestKey public_key() {
  TestKey key(CKO_PUBLIC_KEY, CKK_EC_EDWARDS, {CKA_VERIFY});
  key.with(CKA_EC_PARAMS, to_bytes(crypto::edwards_params(crypto::EdwardsCurve::ed25519))).with(CKA_EC_POINT, hex(kPoint));
  return key;
}

Bytes eddsa_param(std::uint32_t prehash, ByteView context) {
  return std::move(ByteWriter().u32(prehash).sized(context)).take();
}

TEST(Eddsa, GivesTheVectorOfRfc8032) {
  EXPECT_EQ(to_hex(sign(mechanism(CKM_EDDSA), private_key(), hex(kMessage)).value()), kSignature);
  EXPECT_EQ(to_hex(sign(mechanism(CKM_EDDSA, eddsa_param(0, {})), private_key(), hex(kMessage)).value()), kSignature);
  EXPECT_EQ(rv_of(verify(mechanism(CKM_EDDSA), public_key(), hex(kMessage), hex(kSignature))), Rv::ok);
}

TEST(Eddsa, RefusesAnotherMessageAndAnotherLength) {
  EXPECT_EQ(rv_of(verify(mechanism(CKM_EDDSA), public_key(), hex("73"), hex(kSignature))), Rv::signature_invalid);
  EXPECT_EQ(rv_of(verify(mechanism(CKM_EDDSA), public_key(), hex(kMessage), Bytes(63))), Rv::signature_len_range);
}

TEST(Eddsa, RefusesParametersWithoutMeaning) {
  const auto outcome = [](const Bytes& param) {
    return rv_of(begin(Verb::sign, mechanism(CKM_EDDSA, param), private_key()));
  };
  EXPECT_EQ(outcome(eddsa_param(2, {})), Rv::mechanism_param_invalid);
  EXPECT_EQ(outcome(eddsa_param(0, Bytes(256))), Rv::mechanism_param_invalid);
  EXPECT_EQ(outcome(hex("00000000")), Rv::mechanism_param_invalid);
}

TEST(Eddsa, GeneratesAPairThatSigns) {
  for (const std::string_view params : {"06032b6570", "130c656477617264733235353139", "06092b06010401da470f01"}) {
    TestKey generated_public(CKO_PUBLIC_KEY, CKK_EC_EDWARDS, {CKA_VERIFY});
    generated_public.with(CKA_EC_PARAMS, hex(params));
    TestKey generated_private(CKO_PRIVATE_KEY, CKK_EC_EDWARDS, {CKA_SIGN});
    ASSERT_EQ(rv_of(generate_key_pair(mechanism(CKM_EC_EDWARDS_KEY_PAIR_GEN), generated_public.content,
                                      generated_private.content)),
              Rv::ok);
    EXPECT_EQ(to_hex(*generated_public.attributes().find(attribute(CKA_EC_POINT))).substr(0, 4), "0420");
    const Bytes signature = sign(mechanism(CKM_EDDSA), generated_private, as_bytes("a message")).value();
    EXPECT_EQ(rv_of(verify(mechanism(CKM_EDDSA), generated_public, as_bytes("a message"), signature)), Rv::ok);
  }
}

TEST(Eddsa, GeneratesOnlyOnItsCurves) {
  ObjectContent public_key = draft(CKO_PUBLIC_KEY, CKK_EC_EDWARDS);
  ObjectContent private_key = draft(CKO_PRIVATE_KEY, CKK_EC_EDWARDS);
  const wire::Mechanism with = mechanism(CKM_EC_EDWARDS_KEY_PAIR_GEN);
  EXPECT_EQ(rv_of(generate_key_pair(with, public_key, private_key)), Rv::template_incomplete);
  public_key.attributes.set(attribute(CKA_EC_PARAMS), hex("06032b656e"));  // X25519
  EXPECT_EQ(rv_of(generate_key_pair(with, public_key, private_key)), Rv::curve_not_supported);
  EXPECT_TRUE(private_key.secrets.empty());
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
