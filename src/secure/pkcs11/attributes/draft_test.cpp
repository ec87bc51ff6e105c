// Making objects: what a template must, may and must not say, and what the token adds.

#include <gtest/gtest.h>

#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/attributes/apply.h"
#include "support/is_rv.h"
#include "support/sample_templates.h"
#include "support/secret_peek.h"

namespace holdfast::secure::pkcs11 {
namespace {

using namespace holdfast::testing;

Result<ObjectContent> create(const TemplateBuilder& attributes) {
  return draft_object(Origin::create, attributes.view(), {});
}

Expectation expecting(std::uint32_t object_class, std::uint32_t key_type) {
  return {.object_class = ck::ObjectClass{object_class}, .key_type = ck::KeyType{key_type}};
}
Result<ObjectContent> generate_aes(const TemplateBuilder& attributes) {
  return draft_object(Origin::generate, attributes.view(), expecting(CKO_SECRET_KEY, CKK_AES));
}

bool flag(const Result<ObjectContent>& object, std::uint32_t type) {
  return object->attributes.flag(ck::AttributeType{type});
}

TEST(DraftObject, NeedsAClass) {
  EXPECT_THAT(create(TemplateBuilder()), IsRv(Rv::template_incomplete));
  EXPECT_THAT(create(TemplateBuilder().text(CKA_LABEL, "lonely")), IsRv(Rv::template_incomplete));
}

TEST(DraftObject, RefusesClassesItDoesNotKeep) {
  for (const std::uint32_t other :
       Types{CKO_HW_FEATURE, CKO_MECHANISM, CKO_PROFILE, CKO_VALIDATION, CKO_VENDOR_DEFINED})
    EXPECT_THAT(create(TemplateBuilder().ulong(CKA_CLASS, other)), IsRv(Rv::attribute_value_invalid)) << other;
}

TEST(DraftObject, NeedsAKeyTypeForKeysOnly) {
  EXPECT_THAT(create(TemplateBuilder().ulong(CKA_CLASS, CKO_SECRET_KEY).text(CKA_VALUE, "v")),
              IsRv(Rv::template_incomplete));
  EXPECT_THAT(create(data_template()), IsOk());
  EXPECT_THAT(create(data_template().ulong(CKA_KEY_TYPE, CKK_AES)), IsRv(Rv::template_inconsistent));
}

TEST(DraftObject, RefusesKeyTypesThatTheClassHasNot) {
  EXPECT_THAT(create(key_template(CKO_SECRET_KEY, CKK_RSA)), IsRv(Rv::attribute_value_invalid));
  EXPECT_THAT(create(key_template(CKO_PUBLIC_KEY, CKK_AES)), IsRv(Rv::attribute_value_invalid));
  EXPECT_THAT(create(key_template(CKO_PRIVATE_KEY, CKK_HSS)), IsRv(Rv::attribute_value_invalid));
}

TEST(DraftObject, RefusesAttributesThatNoObjectOfTheClassHas) {
  EXPECT_THAT(create(data_template().flag(CKA_SIGN, true)), IsRv(Rv::template_inconsistent));
  EXPECT_THAT(create(secret_key_template().text(CKA_MODULUS, "m")), IsRv(Rv::template_inconsistent));
  EXPECT_THAT(create(data_template().text(CKA_VENDOR_DEFINED | 0x10000, "hidden")), IsRv(Rv::attribute_type_invalid));
}

TEST(DraftObject, RefusesAttributesThatOnlyTheTokenSets) {
  EXPECT_THAT(create(data_template().text(CKA_UNIQUE_ID, "mine")), IsRv(Rv::attribute_read_only));
  for (const std::uint32_t type : Types{CKA_LOCAL, CKA_ALWAYS_SENSITIVE, CKA_NEVER_EXTRACTABLE})
    EXPECT_THAT(create(secret_key_template().flag(type, true)), IsRv(Rv::attribute_read_only)) << type;
  EXPECT_THAT(create(secret_key_template().ulong(CKA_KEY_GEN_MECHANISM, CKM_AES_KEY_GEN)),
              IsRv(Rv::attribute_read_only));
}

TEST(DraftObject, TakesAnAttributeTwiceWhenBothSayTheSame) {
  EXPECT_THAT(create(data_template().flag(CKA_TOKEN, true).flag(CKA_TOKEN, true)), IsOk());
  EXPECT_THAT(create(data_template().text(CKA_LABEL, "a").text(CKA_LABEL, "a")), IsOk());
}

TEST(DraftObject, RefusesATemplateThatContradictsItself) {
  EXPECT_THAT(create(data_template().flag(CKA_TOKEN, true).flag(CKA_TOKEN, false)), IsRv(Rv::template_inconsistent));
  EXPECT_THAT(create(data_template().text(CKA_LABEL, "a").text(CKA_LABEL, "b")), IsRv(Rv::template_inconsistent));
  EXPECT_THAT(create(data_template().ulong(CKA_CLASS, CKO_SECRET_KEY)), IsRv(Rv::template_inconsistent));
}

TEST(DraftObject, RefusesValuesOfTheWrongShape) {
  EXPECT_THAT(create(data_template().text(CKA_TOKEN, "yes")), IsRv(Rv::attribute_value_invalid));
  EXPECT_THAT(create(TemplateBuilder().text(CKA_CLASS, "\4")), IsRv(Rv::attribute_value_invalid));
  EXPECT_THAT(create(TemplateBuilder().ulong(CKA_CLASS, CKO_SECRET_KEY).raw(CKA_KEY_TYPE, Bytes(8))),
              IsRv(Rv::attribute_value_invalid));
  EXPECT_THAT(create(secret_key_template().text(CKA_START_DATE, "tomorrow")), IsRv(Rv::attribute_value_invalid));
  EXPECT_THAT(create(secret_key_template().text(CKA_ALLOWED_MECHANISMS, "abc")), IsRv(Rv::attribute_value_invalid));
  EXPECT_THAT(create(secret_key_template().text(CKA_WRAP_TEMPLATE, "abc")), IsRv(Rv::attribute_value_invalid));
}

TEST(DraftObject, RefusesAListThatEndsInsideAnAttribute) {
  const TemplateBuilder whole = data_template().text(CKA_LABEL, "label");
  const wire::Template sound = whole.view();
  for (std::size_t cut = 1; cut < 13; ++cut) {
    const wire::Template torn{.attributes = sound.attributes.first(sound.attributes.size() - cut), .count = 2};
    EXPECT_THAT(draft_object(Origin::create, torn, {}), IsRv(Rv::function_failed)) << cut;
  }
}

TEST(DraftObject, DoesNotTrustTheCountInTheHead) {
  const TemplateBuilder whole = data_template().text(CKA_LABEL, "label");
  for (const std::uint32_t count : {0u, 1u, 0xFFFFFFFFu}) {
    const auto object = draft_object(Origin::create, {.attributes = whole.view().attributes, .count = count}, {});
    ASSERT_THAT(object, IsOk());
    EXPECT_EQ(as_text(*object->attributes.find(ck::AttributeType{CKA_LABEL})), "label");
  }
}

TEST(DraftObject, FillsInTheStorageDefaults) {
  const auto object = create(data_template());
  ASSERT_THAT(object, IsOk());
  EXPECT_FALSE(flag(object, CKA_TOKEN));
  EXPECT_FALSE(flag(object, CKA_PRIVATE));
  EXPECT_TRUE(flag(object, CKA_MODIFIABLE));
  EXPECT_TRUE(flag(object, CKA_COPYABLE));
  EXPECT_TRUE(flag(object, CKA_DESTROYABLE));
  ASSERT_TRUE(object->attributes.contains(ck::AttributeType{CKA_LABEL}));
  EXPECT_TRUE(object->attributes.find(ck::AttributeType{CKA_LABEL})->empty());
}

TEST(DraftObject, MakesPrivateKeysPrivateAndSensitiveUnlessToldOtherwise) {
  for (const std::uint32_t type : Types{CKK_RSA, CKK_EC, CKK_EC_EDWARDS}) {
    const auto object = create(private_key_template(type));
    ASSERT_THAT(object, IsOk()) << type;
    EXPECT_TRUE(flag(object, CKA_PRIVATE));
    EXPECT_TRUE(flag(object, CKA_SENSITIVE));
    EXPECT_FALSE(flag(object, CKA_EXTRACTABLE));
  }
  const auto open = create(
      private_key_template(CKK_EC).flag(CKA_PRIVATE, false).flag(CKA_SENSITIVE, false).flag(CKA_EXTRACTABLE, true));
  ASSERT_THAT(open, IsOk());
  EXPECT_FALSE(flag(open, CKA_PRIVATE));
  EXPECT_FALSE(flag(open, CKA_SENSITIVE));
  EXPECT_TRUE(flag(open, CKA_EXTRACTABLE));
}

// ---- Usage

TEST(UsageDefaults, GiveAKeyAllItsUsesWhenTheTemplateNamesNone) {
  const auto secret = create(secret_key_template());
  ASSERT_THAT(secret, IsOk());
  for (const std::uint32_t use : Types{CKA_ENCRYPT, CKA_DECRYPT, CKA_SIGN, CKA_VERIFY, CKA_WRAP, CKA_UNWRAP})
    EXPECT_TRUE(flag(secret, use)) << use;
  EXPECT_FALSE(flag(secret, CKA_DERIVE));

  const auto rsa = create(private_key_template(CKK_RSA));
  for (const std::uint32_t use : Types{CKA_DECRYPT, CKA_SIGN, CKA_UNWRAP}) EXPECT_TRUE(flag(rsa, use)) << use;
  const auto ec = create(private_key_template(CKK_EC));
  EXPECT_TRUE(flag(ec, CKA_SIGN));
  EXPECT_FALSE(flag(ec, CKA_DECRYPT)) << "EC keys do not decrypt";
}

TEST(UsageDefaults, GiveOnlyTheUsesThatTheTemplateNames) {
  const auto secret = create(secret_key_template().flag(CKA_SIGN, true));
  ASSERT_THAT(secret, IsOk());
  EXPECT_TRUE(flag(secret, CKA_SIGN));
  for (const std::uint32_t use : Types{CKA_ENCRYPT, CKA_DECRYPT, CKA_VERIFY, CKA_WRAP, CKA_UNWRAP})
    EXPECT_FALSE(flag(secret, use)) << use;
}

TEST(UsageDefaults, CountEveryKindOfUse) {
  for (const std::uint32_t use : Types{CKA_DERIVE, CKA_SIGN_RECOVER, CKA_UNWRAP, CKA_DECRYPT}) {
    const auto object = create(private_key_template(CKK_EC).flag(use, true));
    ASSERT_THAT(object, IsOk());
    EXPECT_FALSE(flag(object, CKA_SIGN)) << use;
  }
  for (const std::uint32_t use : Types{CKA_VERIFY_RECOVER, CKA_WRAP, CKA_ENCRYPT}) {
    const auto object = create(public_key_template(CKK_EC).flag(use, true));
    ASSERT_THAT(object, IsOk());
    EXPECT_FALSE(flag(object, CKA_VERIFY)) << use;
  }
}

TEST(UsageDefaults, StayWhenTheTemplateOnlyForbids) {
  const auto object = create(secret_key_template().flag(CKA_ENCRYPT, false));
  ASSERT_THAT(object, IsOk());
  EXPECT_FALSE(flag(object, CKA_ENCRYPT));
  EXPECT_TRUE(flag(object, CKA_DECRYPT));
}

// ---- What must be there, and what must not

TEST(DraftObject, NeedsTheMaterialOfAnImportedKey) {
  EXPECT_THAT(create(key_template(CKO_SECRET_KEY, CKK_AES)), IsRv(Rv::template_incomplete));
  EXPECT_THAT(create(key_template(CKO_PRIVATE_KEY, CKK_EC).text(CKA_EC_PARAMS, "c")), IsRv(Rv::template_incomplete));
  EXPECT_THAT(create(key_template(CKO_PRIVATE_KEY, CKK_RSA).text(CKA_MODULUS, "m")), IsRv(Rv::template_incomplete));
  EXPECT_THAT(create(key_template(CKO_PUBLIC_KEY, CKK_RSA).text(CKA_MODULUS, "m")), IsRv(Rv::template_incomplete));
  EXPECT_THAT(create(key_template(CKO_PUBLIC_KEY, CKK_EC).text(CKA_EC_PARAMS, "c")), IsRv(Rv::template_incomplete));
}

TEST(DraftObject, NeedsAValueOrAnAddressOfACertificate) {
  const auto bare = [] {
    return TemplateBuilder()
        .ulong(CKA_CLASS, CKO_CERTIFICATE)
        .ulong(CKA_CERTIFICATE_TYPE, CKC_X_509)
        .text(CKA_SUBJECT, "s");
  };
  EXPECT_THAT(create(bare()), IsRv(Rv::template_incomplete));
  EXPECT_THAT(create(bare().text(CKA_VALUE, "")), IsRv(Rv::template_inconsistent));
  EXPECT_THAT(create(bare().text(CKA_VALUE, "").text(CKA_URL, "https://ca.example/1")), IsOk());
  EXPECT_THAT(create(bare().text(CKA_VALUE, "der")), IsOk());
}

TEST(DraftObject, KeepsOnlyCertificatesOfKnownTypesAndCategories) {
  EXPECT_THAT(create(TemplateBuilder()
                         .ulong(CKA_CLASS, CKO_CERTIFICATE)
                         .ulong(CKA_CERTIFICATE_TYPE, 3)
                         .text(CKA_SUBJECT, "s")
                         .text(CKA_VALUE, "v")),
              IsRv(Rv::attribute_value_invalid));
  EXPECT_THAT(create(certificate_template().ulong(CKA_CERTIFICATE_CATEGORY, 3)), IsOk());
  EXPECT_THAT(create(certificate_template().ulong(CKA_CERTIFICATE_CATEGORY, 4)), IsRv(Rv::attribute_value_invalid));
}

TEST(DraftObject, RefusesMaterialForAGeneratedKey) {
  EXPECT_THAT(generate_aes(TemplateBuilder().text(CKA_VALUE, "0123456789abcdef").ulong(CKA_VALUE_LEN, 16)),
              IsRv(Rv::template_inconsistent));
  EXPECT_THAT(
      draft_object(Origin::generate, TemplateBuilder().text(CKA_MODULUS, "m").ulong(CKA_MODULUS_BITS, 2048).view(),
                   expecting(CKO_PUBLIC_KEY, CKK_RSA)),
      IsRv(Rv::template_inconsistent));
}

TEST(DraftObject, NeedsTheSizeOfAGeneratedKey) {
  EXPECT_THAT(generate_aes(TemplateBuilder()), IsRv(Rv::template_incomplete));
  EXPECT_THAT(generate_aes(TemplateBuilder().ulong(CKA_VALUE_LEN, 32)), IsOk());
  EXPECT_THAT(draft_object(Origin::generate, TemplateBuilder().view(), expecting(CKO_PUBLIC_KEY, CKK_RSA)),
              IsRv(Rv::template_incomplete));
  EXPECT_THAT(draft_object(Origin::generate, TemplateBuilder().view(), expecting(CKO_PUBLIC_KEY, CKK_EC)),
              IsRv(Rv::template_incomplete));
}

TEST(DraftObject, TakesClassAndKeyTypeFromTheGenerationMechanism) {
  const auto object = generate_aes(TemplateBuilder().ulong(CKA_VALUE_LEN, 16));
  ASSERT_THAT(object, IsOk());
  EXPECT_EQ(object->attributes.object_class(), ck::ObjectClass{CKO_SECRET_KEY});
  EXPECT_EQ(object->attributes.key_type(), ck::KeyType{CKK_AES});
}

TEST(DraftObject, RefusesATemplateThatContradictsTheGenerationMechanism) {
  EXPECT_THAT(generate_aes(TemplateBuilder().ulong(CKA_VALUE_LEN, 16).ulong(CKA_KEY_TYPE, CKK_GENERIC_SECRET)),
              IsRv(Rv::template_inconsistent));
  EXPECT_THAT(generate_aes(TemplateBuilder().ulong(CKA_VALUE_LEN, 16).ulong(CKA_CLASS, CKO_PRIVATE_KEY)),
              IsRv(Rv::template_inconsistent));
}

TEST(DraftObject, RefusesALoginForEachUseOfAPublicPrivateKey) {
  EXPECT_THAT(create(private_key_template(CKK_EC).flag(CKA_ALWAYS_AUTHENTICATE, true)), IsOk());
  EXPECT_THAT(create(private_key_template(CKK_EC).flag(CKA_ALWAYS_AUTHENTICATE, true).flag(CKA_PRIVATE, false)),
              IsRv(Rv::template_inconsistent));
}

TEST(DraftObject, LeavesUnwrappedKeysExtractableUnlessToldOtherwise) {
  const TemplateBuilder secret = key_template(CKO_SECRET_KEY, CKK_AES);
  EXPECT_TRUE(flag(draft_object(Origin::unwrap, secret.view(), {}), CKA_EXTRACTABLE));
  const TemplateBuilder held = key_template(CKO_SECRET_KEY, CKK_AES).flag(CKA_EXTRACTABLE, false);
  EXPECT_FALSE(flag(draft_object(Origin::unwrap, held.view(), {}), CKA_EXTRACTABLE));
  const auto data = draft_object(Origin::unwrap, data_template().view(), {});
  ASSERT_THAT(data, IsOk());
  EXPECT_FALSE(data->attributes.contains(ck::AttributeType{CKA_EXTRACTABLE})) << "a data object has no such attribute";
}

// ---- Templates of a parent key

struct ParentTemplate : ::testing::Test {
  Bytes required = TemplateBuilder().flag(CKA_SENSITIVE, true).text(CKA_LABEL, "child").with_head();
  Result<ObjectContent> unwrap(const TemplateBuilder& attributes) {
    return draft_object(Origin::unwrap, attributes.view(), {.required_template = &required});
  }
};

TEST_F(ParentTemplate, FillsInWhatTheCallerLeavesOut) {
  const auto object = unwrap(key_template(CKO_SECRET_KEY, CKK_AES));
  ASSERT_THAT(object, IsOk());
  EXPECT_TRUE(flag(object, CKA_SENSITIVE));
  EXPECT_EQ(as_text(*object->attributes.find(ck::AttributeType{CKA_LABEL})), "child");
}

TEST_F(ParentTemplate, RefusesACallerThatContradictsIt) {
  EXPECT_THAT(unwrap(key_template(CKO_SECRET_KEY, CKK_AES).flag(CKA_SENSITIVE, false)),
              IsRv(Rv::template_inconsistent));
  EXPECT_THAT(unwrap(key_template(CKO_SECRET_KEY, CKK_AES).flag(CKA_SENSITIVE, true)), IsOk());
}

TEST_F(ParentTemplate, IsHeldToTheRulesOfEveryTemplate) {
  required = TemplateBuilder().flag(CKA_LOCAL, true).with_head();
  EXPECT_THAT(unwrap(key_template(CKO_SECRET_KEY, CKK_AES)), IsRv(Rv::attribute_read_only));
}

TEST_F(ParentTemplate, MayNameTheKeyTypeOfADerivedKey) {
  required = TemplateBuilder().ulong(CKA_KEY_TYPE, CKK_AES).with_head();
  const auto object = draft_object(Origin::derive, TemplateBuilder().view(),
                                   {.object_class = ck::ObjectClass{CKO_SECRET_KEY}, .required_template = &required});
  ASSERT_THAT(object, IsOk());
  EXPECT_EQ(object->attributes.key_type(), ck::KeyType{CKK_AES});
}

// ---- Where values are kept

TEST(DraftObject, KeepsKeyMaterialApartFromAttributes) {
  const auto secret = create(secret_key_template());
  EXPECT_FALSE(secret->attributes.contains(ck::AttributeType{CKA_VALUE}));
  ASSERT_NE(secret->secrets.find(ck::AttributeType{CKA_VALUE}), nullptr);
  EXPECT_EQ(SecretPeek::see(*secret->secrets.find(ck::AttributeType{CKA_VALUE})).size(), 16u);

  const auto rsa = create(private_key_template(CKK_RSA));
  EXPECT_FALSE(rsa->attributes.contains(ck::AttributeType{CKA_PRIVATE_EXPONENT}));
  EXPECT_NE(rsa->secrets.find(ck::AttributeType{CKA_PRIVATE_EXPONENT}), nullptr);
  EXPECT_TRUE(rsa->attributes.contains(ck::AttributeType{CKA_MODULUS}));
}

TEST(DraftObject, KeepsTheValueOfAPrivateDataObjectAsASecret) {
  const auto open = create(data_template().text(CKA_VALUE, "note"));
  EXPECT_EQ(as_text(*open->attributes.find(ck::AttributeType{CKA_VALUE})), "note");
  EXPECT_TRUE(open->secrets.empty());

  const auto hidden = create(data_template().text(CKA_VALUE, "note").flag(CKA_PRIVATE, true));
  EXPECT_FALSE(hidden->attributes.contains(ck::AttributeType{CKA_VALUE}));
  EXPECT_EQ(as_text(SecretPeek::see(*hidden->secrets.find(ck::AttributeType{CKA_VALUE}))), "note");
  EXPECT_TRUE(is_secret(hidden->attributes, ck::AttributeType{CKA_VALUE}));
  EXPECT_FALSE(is_secret(open->attributes, ck::AttributeType{CKA_VALUE}));
}

TEST(DraftObject, KeepsNoEmptyValueOfAPrivateDataObjectInTheClear) {
  const auto hidden = create(data_template().flag(CKA_PRIVATE, true));
  ASSERT_THAT(hidden, IsOk());
  EXPECT_FALSE(hidden->attributes.contains(ck::AttributeType{CKA_VALUE}))
      << "secret attributes are not in the open set";
  ASSERT_NE(hidden->secrets.find(ck::AttributeType{CKA_VALUE}), nullptr);
  EXPECT_TRUE(hidden->secrets.find(ck::AttributeType{CKA_VALUE})->empty());
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
