// Making objects in OP-TEE's dialect (ABI sections 10.2 to 10.4).

#include <gtest/gtest.h>

#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/attributes/apply.h"
#include "support/is_rv.h"
#include "support/sample_templates.h"

namespace holdfast::secure::pkcs11 {
namespace {

using namespace holdfast::testing;

constexpr ck::KeyType kNoKey{0xFFFFFFFF};

Result<ObjectContent> create(const TemplateBuilder& attributes) {
  return draft_object(Origin::create, attributes.view(), {.dialect = Dialect::optee});
}
Result<ObjectContent> make(Origin origin, const TemplateBuilder& attributes, std::uint32_t object_class, ck::KeyType key_type) {
  Expectation expected{.dialect = Dialect::optee, .object_class = ck::ObjectClass{object_class}};
  if (key_type != kNoKey) expected.key_type = key_type;
  return draft_object(origin, attributes.view(), expected);
}
Result<ObjectContent> generate_aes(const TemplateBuilder& attributes) {
  return make(Origin::generate, attributes, CKO_SECRET_KEY, ck::KeyType{CKK_AES});
}
bool has(const Result<ObjectContent>& object, std::uint32_t type) {
  return object->attributes.contains(ck::AttributeType{type});
}
bool flag(const Result<ObjectContent>& object, std::uint32_t type) {
  return object->attributes.flag(ck::AttributeType{type});
}

TemplateBuilder aes() { return key_template(CKO_SECRET_KEY, CKK_AES); }
TemplateBuilder bare_certificate() {
  return TemplateBuilder().ulong(CKA_CLASS, CKO_CERTIFICATE).ulong(CKA_CERTIFICATE_TYPE, CKC_X_509);
}

struct Refusal {
  const char* name;
  TemplateBuilder attributes;
  Rv code;
};

TEST(OpteeCreate, AnswersEachTemplateWithOpteesCode) {
  const Refusal kCases[] = {
      {"no class", TemplateBuilder().text(CKA_LABEL, "x"), Rv::template_inconsistent},
      {"no key type", TemplateBuilder().ulong(CKA_CLASS, CKO_SECRET_KEY).text(CKA_VALUE, "v"), Rv::template_inconsistent},
      {"hardware feature", TemplateBuilder().ulong(CKA_CLASS, CKO_HW_FEATURE), Rv::template_inconsistent},
      {"domain parameters", TemplateBuilder().ulong(CKA_CLASS, CKO_DOMAIN_PARAMETERS), Rv::template_inconsistent},
      {"mechanism", TemplateBuilder().ulong(CKA_CLASS, CKO_MECHANISM), Rv::template_inconsistent},
      {"OTP key", key_template(CKO_OTP_KEY, CKK_HOTP), Rv::template_inconsistent},
      {"secret RSA key", key_template(CKO_SECRET_KEY, CKK_RSA).text(CKA_VALUE, "v"), Rv::template_inconsistent},
      {"public AES key", key_template(CKO_PUBLIC_KEY, CKK_AES), Rv::template_inconsistent},
      {"DSA key", key_template(CKO_PRIVATE_KEY, CKK_DSA), Rv::template_inconsistent},
      {"OP-TEE's EDDSA key type", key_template(CKO_PRIVATE_KEY, 4), Rv::template_inconsistent},
      {"unknown attribute", data_template().ulong(CKA_UNIQUE_ID, 1), Rv::template_inconsistent},
      {"number of a wrong size", data_template().text(CKA_CERTIFICATE_CATEGORY, "x"), Rv::template_inconsistent},
      {"boolean of a wrong size", data_template().text(CKA_TOKEN, "xx"), Rv::function_failed},
      {"LOCAL on data", data_template().flag(CKA_LOCAL, false), Rv::template_inconsistent},
      {"LOCAL on a key", secret_key_template().flag(CKA_LOCAL, true), Rv::template_inconsistent},
      {"generation mechanism", secret_key_template().ulong(CKA_KEY_GEN_MECHANISM, CKM_AES_KEY_GEN), Rv::template_inconsistent},
      {"generation mechanism numbered as the key type (19.3, 12)",
       secret_key_template().ulong(CKA_KEY_GEN_MECHANISM, CKK_AES), Rv::template_inconsistent},
      {"secret key without value", aes(), Rv::template_inconsistent},
      {"secret key with an empty value", aes().text(CKA_VALUE, ""), Rv::template_inconsistent},
      {"secret key with its length", secret_key_template().ulong(CKA_VALUE_LEN, 16), Rv::template_inconsistent},
      {"RSA public key without modulus", key_template(CKO_PUBLIC_KEY, CKK_RSA).text(CKA_PUBLIC_EXPONENT, "e"), Rv::template_incomplete},
      {"RSA public key without exponent", key_template(CKO_PUBLIC_KEY, CKK_RSA).text(CKA_MODULUS, "m"), Rv::template_incomplete},
      {"EC public key without curve", key_template(CKO_PUBLIC_KEY, CKK_EC).text(CKA_EC_POINT, "p"), Rv::template_incomplete},
      {"Edwards public key without curve", key_template(CKO_PUBLIC_KEY, CKK_EC_EDWARDS), Rv::template_incomplete},
      {"EC private key without curve", key_template(CKO_PRIVATE_KEY, CKK_EC).text(CKA_VALUE, "v"), Rv::attribute_type_invalid},
      {"EC private key without value", key_template(CKO_PRIVATE_KEY, CKK_EC).text(CKA_EC_PARAMS, "c"), Rv::attribute_type_invalid},
      {"Edwards private key without curve", key_template(CKO_PRIVATE_KEY, CKK_EC_EDWARDS).text(CKA_VALUE, "v"), Rv::template_incomplete},
      {"certificate without type", TemplateBuilder().ulong(CKA_CLASS, CKO_CERTIFICATE).text(CKA_SUBJECT, "s"), Rv::template_incomplete},
      {"WTLS certificate", TemplateBuilder().ulong(CKA_CLASS, CKO_CERTIFICATE).ulong(CKA_CERTIFICATE_TYPE, CKC_WTLS), Rv::template_inconsistent},
      {"certificate without subject", bare_certificate().text(CKA_VALUE, "v"), Rv::template_incomplete},
      {"certificate of category 4", certificate_template().ulong(CKA_CERTIFICATE_CATEGORY, 4), Rv::attribute_value_invalid},
      {"certificate with neither value nor URL", bare_certificate().text(CKA_SUBJECT, "s"), Rv::template_incomplete},
  };
  for (const Refusal& one : kCases) EXPECT_THAT(create(one.attributes), IsRv(one.code)) << one.name;
}

TEST(OpteeCreate, TakesWhatTheStandardRefuses) {
  const TemplateBuilder kCases[] = {
      data_template().flag(CKA_SIGN, true).ulong(CKA_KEY_TYPE, CKK_AES).text(CKA_MODULUS, "m"),
      secret_key_template().flag(CKA_ALWAYS_SENSITIVE, true).flag(CKA_NEVER_EXTRACTABLE, true),
      secret_key_template().ulong(CKA_MECHANISM_TYPE, 7),
      private_key_template(CKK_EC).flag(CKA_ALWAYS_AUTHENTICATE, true),
      key_template(CKO_PRIVATE_KEY, CKK_RSA),
      key_template(CKO_PUBLIC_KEY, CKK_EC).text(CKA_EC_PARAMS, "c"),
      key_template(CKO_PRIVATE_KEY, CKK_EC_EDWARDS).text(CKA_VALUE, "a seed of thirty-two bytes' size"),
      public_key_template(CKK_RSA).ulong(CKA_MODULUS_BITS, 1),
      bare_certificate().text(CKA_SUBJECT, "s").text(CKA_URL, "https://ca.example/1"),
  };
  for (const TemplateBuilder& one : kCases) EXPECT_THAT(create(one), IsOk());
}

TEST(OpteeCreate, DropsWhatMeansNothingForTheClass) {
  const auto data = create(data_template().flag(CKA_SIGN, true).text(CKA_MODULUS, "m").raw(0x80010000, Bytes(3)));
  EXPECT_FALSE(has(data, CKA_SIGN));
  EXPECT_FALSE(has(data, CKA_MODULUS));
  EXPECT_FALSE(has(data, 0x80010000));
  EXPECT_FALSE(has(create(public_key_template(CKK_RSA).ulong(CKA_MODULUS_BITS, 1)), CKA_MODULUS_BITS));
  EXPECT_FALSE(has(create(private_key_template(CKK_EC).text(CKA_EC_POINT, "p")), CKA_EC_POINT));
  EXPECT_TRUE(has(create(private_key_template(CKK_EC_EDWARDS).text(CKA_EC_POINT, "p")), CKA_EC_POINT));
}

TEST(OpteeCreate, UsesTheFirstOfTwoValues) {
  const auto data = create(data_template().text(CKA_LABEL, "first").text(CKA_LABEL, "second"));
  EXPECT_EQ(as_text(*data->attributes.find(ck::AttributeType{CKA_LABEL})), "first");
}

// ---- Defaults (ABI section 10.3)

TEST(OpteeDefaults, AreFalseButForModifiableCopyableAndDestroyable) {
  const TemplateBuilder kKinds[] = {data_template(),
                                    certificate_template(),
                                    secret_key_template(),
                                    public_key_template(CKK_RSA),
                                    public_key_template(CKK_EC),
                                    private_key_template(CKK_RSA),
                                    private_key_template(CKK_EC)};
  constexpr std::uint32_t kFalse[] = {CKA_TOKEN,        CKA_PRIVATE,      CKA_TRUSTED,      CKA_SENSITIVE,
                                      CKA_ENCRYPT,      CKA_DECRYPT,      CKA_WRAP,         CKA_UNWRAP,
                                      CKA_SIGN,         CKA_SIGN_RECOVER, CKA_VERIFY,       CKA_VERIFY_RECOVER,
                                      CKA_DERIVE,       CKA_EXTRACTABLE,  CKA_WRAP_WITH_TRUSTED, CKA_ALWAYS_AUTHENTICATE};
  for (const TemplateBuilder& kind : kKinds) {
    const auto object = create(kind);
    ASSERT_THAT(object, IsOk());
    for (const std::uint32_t type : kFalse) EXPECT_FALSE(flag(object, type)) << std::hex << type;
    for (const std::uint32_t type : Types{CKA_MODIFIABLE, CKA_COPYABLE, CKA_DESTROYABLE}) EXPECT_TRUE(flag(object, type));
  }
}

TEST(OpteeDefaults, LeaveUnwrappedKeysExtractable) {
  const auto unwrap = [](const TemplateBuilder& attributes) {
    return draft_object(Origin::unwrap, attributes.view(), {.dialect = Dialect::optee});
  };
  EXPECT_TRUE(flag(unwrap(aes()), CKA_EXTRACTABLE));
  EXPECT_FALSE(flag(unwrap(aes().flag(CKA_EXTRACTABLE, false)), CKA_EXTRACTABLE));
}

TEST(OpteeDefaults, LeaveOutWhatACertificateDoesNotName) {
  const auto certificate = create(certificate_template());
  for (const std::uint32_t type :
       Types{CKA_START_DATE, CKA_END_DATE, CKA_PUBLIC_KEY_INFO, CKA_ID, CKA_ISSUER, CKA_SERIAL_NUMBER, CKA_URL,
             CKA_HASH_OF_SUBJECT_PUBLIC_KEY, CKA_HASH_OF_ISSUER_PUBLIC_KEY, CKA_JAVA_MIDP_SECURITY_DOMAIN})
    EXPECT_FALSE(has(certificate, type)) << std::hex << type;
  EXPECT_EQ(certificate->attributes.ulong(ck::AttributeType{CKA_CERTIFICATE_CATEGORY}), 0u);
  EXPECT_EQ(certificate->attributes.ulong(ck::AttributeType{CKA_NAME_HASH_ALGORITHM}), std::uint32_t{CKM_SHA_1});
}

TEST(OpteeDefaults, AreEmptyWhereTheAbiSaysSo) {
  const struct {
    TemplateBuilder attributes;
    Types empty;
  } kCases[] = {{data_template(), {CKA_LABEL, CKA_OBJECT_ID, CKA_APPLICATION, CKA_VALUE}},
                {secret_key_template(), {CKA_LABEL, CKA_ID, CKA_START_DATE, CKA_END_DATE, CKA_WRAP_TEMPLATE, CKA_UNWRAP_TEMPLATE, CKA_DERIVE_TEMPLATE}},
                {public_key_template(CKK_RSA), {CKA_SUBJECT, CKA_WRAP_TEMPLATE}},
                {key_template(CKO_PRIVATE_KEY, CKK_RSA), {CKA_SUBJECT, CKA_UNWRAP_TEMPLATE, CKA_MODULUS, CKA_PUBLIC_EXPONENT}}};
  for (const auto& one : kCases) {
    const auto object = create(one.attributes);
    ASSERT_THAT(object, IsOk());
    for (const std::uint32_t type : one.empty) {
      ASSERT_TRUE(has(object, type)) << std::hex << type;
      EXPECT_TRUE(object->attributes.find(ck::AttributeType{type})->empty()) << std::hex << type;
    }
  }
}

// ---- Keys that the token makes

TEST(OpteeGenerate, HintsClassAndKeyType) {
  const auto key = generate_aes(TemplateBuilder().ulong(CKA_VALUE_LEN, 16));
  ASSERT_THAT(key, IsOk());
  EXPECT_EQ(key->attributes.key_type(), ck::KeyType{CKK_AES});
  EXPECT_THAT(generate_aes(TemplateBuilder().ulong(CKA_VALUE_LEN, 16).ulong(CKA_KEY_TYPE, CKK_GENERIC_SECRET)), IsRv(Rv::template_inconsistent));
  EXPECT_THAT(generate_aes(TemplateBuilder().ulong(CKA_VALUE_LEN, 16).ulong(CKA_CLASS, CKO_DATA)), IsRv(Rv::template_inconsistent));
}

TEST(OpteeGenerate, NeedsALengthAndTakesNoValue) {
  EXPECT_THAT(generate_aes({}), IsRv(Rv::template_incomplete));
  EXPECT_THAT(generate_aes(TemplateBuilder().ulong(CKA_VALUE_LEN, 16).text(CKA_VALUE, "v")), IsRv(Rv::template_inconsistent));
  EXPECT_THAT(generate_aes(TemplateBuilder().ulong(CKA_VALUE_LEN, 16).flag(CKA_LOCAL, true)), IsRv(Rv::template_inconsistent));
}

TEST(OpteeGenerate, NeedsModulusBitsOrACurveForAPairAndDropsMaterial) {
  EXPECT_THAT(make(Origin::generate, {}, CKO_PUBLIC_KEY, ck::KeyType{CKK_RSA}), IsRv(Rv::template_incomplete));
  EXPECT_THAT(make(Origin::generate, {}, CKO_PUBLIC_KEY, ck::KeyType{CKK_EC}), IsRv(Rv::template_incomplete));
  EXPECT_THAT(make(Origin::generate, {}, CKO_PRIVATE_KEY, ck::KeyType{CKK_EC}), IsOk());
  // OP-TEE's own test suite sends these empty.
  const auto half = make(Origin::generate, TemplateBuilder().text(CKA_VALUE, "").text(CKA_EC_POINT, ""), CKO_PRIVATE_KEY,
                         ck::KeyType{CKK_EC_EDWARDS});
  ASSERT_THAT(half, IsOk());
  EXPECT_TRUE(half->secrets.empty());
}

TEST(OpteeDerive, NeedsClassAndKeyType) {
  const auto derive = [](const TemplateBuilder& attributes) { return make(Origin::derive, attributes, CKO_SECRET_KEY, kNoKey); };
  EXPECT_THAT(derive({}), IsRv(Rv::template_inconsistent));
  EXPECT_THAT(derive(TemplateBuilder().ulong(CKA_KEY_TYPE, CKK_AES)), IsRv(Rv::template_inconsistent));
  EXPECT_THAT(derive(TemplateBuilder().ulong(CKA_CLASS, CKO_SECRET_KEY)), IsRv(Rv::template_inconsistent));
  EXPECT_THAT(derive(aes()), IsOk());
  EXPECT_THAT(derive(aes().text(CKA_VALUE, "mine")), IsRv(Rv::template_inconsistent));
}

TEST(OpteeDerive, AgreesWithTheParentsTemplate) {
  const Bytes required = TemplateBuilder().ulong(CKA_CLASS, CKO_SECRET_KEY).flag(CKA_SIGN, true).with_head();
  const auto derive = [&](const TemplateBuilder& attributes) {
    return draft_object(Origin::derive, attributes.view(), {.dialect = Dialect::optee, .required_template = &required});
  };
  const auto key = derive(TemplateBuilder().ulong(CKA_KEY_TYPE, CKK_AES));
  ASSERT_THAT(key, IsOk());
  EXPECT_TRUE(flag(key, CKA_SIGN));
  EXPECT_THAT(derive(aes().flag(CKA_SIGN, false)), IsRv(Rv::template_inconsistent));
}

TEST(OpteeDerive, TrustsNoShapeInTheParentsTemplate) {
  const Bytes required = TemplateBuilder().text(CKA_SIGN, "long").with_head();
  EXPECT_THAT(draft_object(Origin::derive, aes().view(), {.dialect = Dialect::optee, .required_template = &required}),
              IsRv(Rv::template_inconsistent));
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
