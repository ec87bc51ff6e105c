#include "secure/pkcs11/operations/begin.h"

#include "secure/pkcs11/mechanisms/ec_test_keys.h"
#include "secure/pkcs11/mechanisms/rsa_test_key.h"

namespace holdfast::secure::pkcs11 {
namespace {

Rv outcome(Verb verb, const wire::Mechanism& with, const Key& key) { return rv_of(begin(verb, with, key)); }

Bytes mechanisms(std::initializer_list<CK_MECHANISM_TYPE> types) {
  ByteWriter out;
  for (const CK_MECHANISM_TYPE type : types) out.u32(static_cast<std::uint32_t>(type));
  return std::move(out).take();
}

TEST(Begin, RefusesMechanismsNotOfferedForTheVerb) {
  EXPECT_EQ(outcome(Verb::encrypt, mechanism(CKM_ECDSA), p256_public()), Rv::mechanism_invalid);
  EXPECT_EQ(outcome(Verb::sign, mechanism(CKM_XEDDSA), p256_private()), Rv::mechanism_invalid);
  EXPECT_EQ(outcome(Verb::sign, mechanism(0xFFFFFFFF), p256_private()), Rv::mechanism_invalid);
}

TEST(Begin, RefusesKeysWithoutTheUsageAttribute) {
  EXPECT_EQ(outcome(Verb::verify, mechanism(CKM_ECDSA), p256_private()), Rv::key_function_not_permitted);
  EXPECT_EQ(outcome(Verb::sign, mechanism(CKM_ECDSA), p256_public()), Rv::key_function_not_permitted);
  EXPECT_EQ(outcome(Verb::encrypt, mechanism(CKM_AES_ECB), secret_key(CKK_AES, Bytes(16), {CKA_DECRYPT})),
            Rv::key_function_not_permitted);
  TestKey denied = p256_private();
  denied.content.attributes.set_flag(attribute(CKA_SIGN), false);
  EXPECT_EQ(outcome(Verb::sign, mechanism(CKM_ECDSA), denied), Rv::key_function_not_permitted);
}

TEST(Begin, RefusesOtherKeyTypesAndClasses) {
  EXPECT_EQ(outcome(Verb::sign, mechanism(CKM_ECDSA), rsa_private_key()), Rv::key_type_inconsistent);
  EXPECT_EQ(outcome(Verb::encrypt, mechanism(CKM_AES_ECB), rsa_public_key()), Rv::key_type_inconsistent);
  TestKey public_with_sign = p256_public();
  public_with_sign.content.attributes.set_flag(attribute(CKA_SIGN), true);
  EXPECT_EQ(outcome(Verb::sign, mechanism(CKM_ECDSA), public_with_sign), Rv::key_type_inconsistent);
  TestKey data(CKO_DATA, CKK_AES, {CKA_ENCRYPT});
  EXPECT_EQ(outcome(Verb::encrypt, mechanism(CKM_AES_ECB), data), Rv::key_type_inconsistent);
}

TEST(Begin, RefusesSizesOutsideTheRow) {
  TestKey small(CKO_PRIVATE_KEY, CKK_RSA, {CKA_SIGN});
  small.with(CKA_MODULUS, Bytes(63, std::byte{0xFF}));
  EXPECT_EQ(outcome(Verb::sign, mechanism(CKM_RSA_PKCS), small), Rv::key_size_range);
  // Leading zero bytes do not make a modulus longer.
  Bytes padded(128, std::byte{0});
  padded.back() = std::byte{1};
  small.with(CKA_MODULUS, padded);
  EXPECT_EQ(outcome(Verb::sign, mechanism(CKM_RSA_PKCS), small), Rv::key_size_range);
  EXPECT_EQ(outcome(Verb::encrypt, mechanism(CKM_AES_ECB), secret_key(CKK_AES, Bytes(8), {CKA_ENCRYPT})),
            Rv::key_size_range);
  EXPECT_EQ(outcome(Verb::sign, mechanism(CKM_ECDSA), TestKey(CKO_PRIVATE_KEY, CKK_EC, {CKA_SIGN})),
            Rv::key_size_range);
}

TEST(Begin, AllowsOnlyTheKeysMechanisms) {
  TestKey key = p256_private();
  key.with(CKA_ALLOWED_MECHANISMS, mechanisms({CKM_ECDSA_SHA256, CKM_ECDH1_DERIVE}));
  EXPECT_EQ(outcome(Verb::sign, mechanism(CKM_ECDSA_SHA256), key), Rv::ok);
  EXPECT_EQ(outcome(Verb::sign, mechanism(CKM_ECDSA), key), Rv::key_function_not_permitted);
  key.with(CKA_ALLOWED_MECHANISMS, {});
  EXPECT_EQ(outcome(Verb::sign, mechanism(CKM_ECDSA), key), Rv::ok);
}

TEST(Begin, AsksForALoginOnlyAfterTheAttributesHavePassed) {
  TestKey key = p256_private();
  key.sealed = true;
  EXPECT_EQ(outcome(Verb::sign, mechanism(CKM_ECDSA), key), Rv::user_not_logged_in);
  EXPECT_EQ(outcome(Verb::sign, mechanism(CKM_RSA_PKCS), key), Rv::key_type_inconsistent);
  EXPECT_EQ(outcome(Verb::verify, mechanism(CKM_ECDSA), key), Rv::key_function_not_permitted);
}

TEST(Begin, LooksAtTheParameterLast) {
  TestKey key = p256_private();
  const Bytes junk = hex("00");
  EXPECT_EQ(outcome(Verb::sign, mechanism(CKM_ECDSA, junk), key), Rv::mechanism_param_invalid);
  key.sealed = true;
  EXPECT_EQ(outcome(Verb::sign, mechanism(CKM_ECDSA, junk), key), Rv::user_not_logged_in);
}

TEST(Begin, ChecksTheParentOfADerivedKey) {
  const Bytes param = std::move(ByteWriter().u32(CKD_NULL).u32(0).sized(hex(kP256Point))).take();
  const wire::Mechanism with = mechanism(CKM_ECDH1_DERIVE, param);
  const auto derived = [&](const Key& parent) {
    ObjectContent key = draft(CKO_SECRET_KEY, CKK_GENERIC_SECRET);
    return rv_of(derive_key(with, parent, key));
  };
  EXPECT_EQ(derived(p256_private()), Rv::ok);
  TestKey denied = p256_private();
  denied.content.attributes.set_flag(attribute(CKA_DERIVE), false);
  EXPECT_EQ(derived(denied), Rv::key_type_inconsistent);
  EXPECT_EQ(derived(aes_key("000102030405060708090a0b0c0d0e0f")), Rv::key_type_inconsistent);
  TestKey sealed = p256_private();
  sealed.sealed = true;
  EXPECT_EQ(derived(sealed), Rv::user_not_logged_in);
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
