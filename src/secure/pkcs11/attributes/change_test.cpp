// C_SetAttributeValue and C_CopyObject: which values may change, which way, and by whom.

#include <gtest/gtest.h>

#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/attributes/apply.h"
#include "support/is_rv.h"
#include "support/sample_templates.h"
#include "support/secret_peek.h"

namespace holdfast::secure::pkcs11 {
namespace {

using namespace holdfast::testing;

constexpr Actor kUser{.is_security_officer = false};
constexpr Actor kOfficer{.is_security_officer = true};

AttributeSet object(const TemplateBuilder& attributes) {
  return draft_object(Origin::create, attributes.view(), {}).value().attributes;
}
Result<AttributeSet> set(const AttributeSet& current, const TemplateBuilder& change, const Actor& actor = kUser) {
  return changed_attributes(current, change.view(), actor);
}
Result<AttributeSet> copy(const AttributeSet& source, const TemplateBuilder& change, const Actor& actor = kUser) {
  return copied_attributes(source, change.view(), actor);
}
TemplateBuilder flag(std::uint32_t type, bool value) { return TemplateBuilder().flag(type, value); }

TEST(ChangedAttributes, AreTheOldOnesWithTheNewValues) {
  const AttributeSet key = object(secret_key_template().text(CKA_LABEL, "old").text(CKA_ID, "id"));
  const auto changed = set(key, TemplateBuilder().text(CKA_LABEL, "new").flag(CKA_SIGN, false));
  ASSERT_THAT(changed, IsOk());
  EXPECT_EQ(as_text(*changed->find(ck::AttributeType{CKA_LABEL})), "new");
  EXPECT_EQ(as_text(*changed->find(ck::AttributeType{CKA_ID})), "id");
  EXPECT_FALSE(changed->flag(ck::AttributeType{CKA_SIGN}));
}

TEST(ChangedAttributes, StayAsTheyAreForAnEmptyTemplate) {
  const AttributeSet key = object(secret_key_template());
  EXPECT_EQ(*set(key, TemplateBuilder()), key);
}

TEST(ChangedAttributes, GoOneWayOnly) {
  const AttributeSet open = object(secret_key_template().flag(CKA_SENSITIVE, false).flag(CKA_EXTRACTABLE, true));
  const AttributeSet closed = object(secret_key_template()
                                         .flag(CKA_SENSITIVE, true)
                                         .flag(CKA_EXTRACTABLE, false)
                                         .flag(CKA_COPYABLE, false)
                                         .flag(CKA_WRAP_WITH_TRUSTED, true));
  EXPECT_THAT(set(open, flag(CKA_SENSITIVE, true)), IsOk());
  EXPECT_THAT(set(open, flag(CKA_EXTRACTABLE, false)), IsOk());
  EXPECT_THAT(set(open, flag(CKA_COPYABLE, false)), IsOk());
  EXPECT_THAT(set(open, flag(CKA_WRAP_WITH_TRUSTED, true)), IsOk());

  EXPECT_THAT(set(closed, flag(CKA_SENSITIVE, false)), IsRv(Rv::attribute_read_only));
  EXPECT_THAT(set(closed, flag(CKA_EXTRACTABLE, true)), IsRv(Rv::attribute_read_only));
  EXPECT_THAT(set(closed, flag(CKA_COPYABLE, true)), IsRv(Rv::attribute_read_only));
  EXPECT_THAT(set(closed, flag(CKA_WRAP_WITH_TRUSTED, false)), IsRv(Rv::attribute_read_only));
  EXPECT_THAT(copy(closed, flag(CKA_SENSITIVE, false)), IsRv(Rv::attribute_read_only));
  EXPECT_THAT(copy(closed, flag(CKA_EXTRACTABLE, true)), IsRv(Rv::attribute_read_only));
}

TEST(ChangedAttributes, MayBeSetToWhatTheyAre) {
  const AttributeSet closed = object(secret_key_template().flag(CKA_SENSITIVE, true).flag(CKA_EXTRACTABLE, false));
  EXPECT_THAT(set(closed, TemplateBuilder().flag(CKA_SENSITIVE, true).flag(CKA_EXTRACTABLE, false)), IsOk());
}

TEST(ChangedAttributes, CannotSmuggleTwoDirectionsIntoOneTemplate) {
  const AttributeSet closed = object(secret_key_template().flag(CKA_SENSITIVE, true));
  EXPECT_THAT(set(closed, TemplateBuilder().flag(CKA_SENSITIVE, true).flag(CKA_SENSITIVE, false)),
              IsRv(Rv::template_inconsistent));
  EXPECT_THAT(set(closed, TemplateBuilder().text(CKA_LABEL, "a").text(CKA_LABEL, "b")),
              IsRv(Rv::template_inconsistent));
}

TEST(ChangedAttributes, BecomeTrustedByTheSecurityOfficerAlone) {
  for (const AttributeSet& trustable :
       {object(secret_key_template()), object(public_key_template(CKK_RSA)), object(certificate_template())}) {
    EXPECT_THAT(set(trustable, flag(CKA_TRUSTED, true), kUser), IsRv(Rv::attribute_read_only));
    EXPECT_THAT(set(trustable, flag(CKA_TRUSTED, true), kOfficer), IsOk());
  }
}

TEST(ChangedAttributes, LeaveKeyMaterialAlone) {
  EXPECT_THAT(set(object(secret_key_template()), TemplateBuilder().text(CKA_VALUE, "0123456789abcdef")),
              IsRv(Rv::attribute_read_only));
  EXPECT_THAT(set(object(private_key_template(CKK_RSA)), TemplateBuilder().text(CKA_PRIME_1, "p")),
              IsRv(Rv::attribute_read_only));
  EXPECT_THAT(copy(object(secret_key_template()), TemplateBuilder().text(CKA_VALUE, "0123456789abcdef")),
              IsRv(Rv::attribute_read_only));
  EXPECT_THAT(set(object(public_key_template(CKK_RSA)), TemplateBuilder().text(CKA_MODULUS, "m")),
              IsRv(Rv::attribute_read_only));
}

TEST(ChangedAttributes, LeaveIdentityAndHistoryAlone) {
  const AttributeSet key = object(secret_key_template());
  EXPECT_THAT(set(key, TemplateBuilder().ulong(CKA_CLASS, CKO_DATA)), IsRv(Rv::attribute_read_only));
  EXPECT_THAT(set(key, TemplateBuilder().ulong(CKA_KEY_TYPE, CKK_GENERIC_SECRET)), IsRv(Rv::attribute_read_only));
  EXPECT_THAT(set(key, TemplateBuilder().text(CKA_UNIQUE_ID, "me")), IsRv(Rv::attribute_read_only));
  for (const std::uint32_t type : Types{CKA_LOCAL, CKA_ALWAYS_SENSITIVE, CKA_NEVER_EXTRACTABLE})
    EXPECT_THAT(copy(key, flag(type, true)), IsRv(Rv::attribute_read_only)) << type;
}

TEST(ChangedAttributes, RefuseWhatTheClassHasNot) {
  EXPECT_THAT(set(object(data_template()), flag(CKA_SIGN, true)), IsRv(Rv::attribute_type_invalid));
  EXPECT_THAT(set(object(secret_key_template()), TemplateBuilder().text(0x80010000, "x")),
              IsRv(Rv::attribute_type_invalid));
}

TEST(ChangedAttributes, RefuseValuesOfTheWrongShape) {
  EXPECT_THAT(set(object(secret_key_template()), TemplateBuilder().text(CKA_SIGN, "\2")),
              IsRv(Rv::attribute_value_invalid));
  EXPECT_THAT(set(object(secret_key_template()), TemplateBuilder().text(CKA_END_DATE, "never")),
              IsRv(Rv::attribute_value_invalid));
}

TEST(ChangedAttributes, AreAllOrNone) {
  const AttributeSet key = object(secret_key_template().text(CKA_LABEL, "old"));
  EXPECT_THAT(set(key, TemplateBuilder().text(CKA_LABEL, "new").flag(CKA_LOCAL, true)), IsRv(Rv::attribute_read_only));
  EXPECT_EQ(as_text(*key.find(ck::AttributeType{CKA_LABEL})), "old");
}

// ---- Copies

TEST(CopiedAttributes, MayMoveToAnotherPlace) {
  const AttributeSet source = object(data_template());
  const auto moved = copy(source, TemplateBuilder()
                                      .flag(CKA_TOKEN, true)
                                      .flag(CKA_PRIVATE, true)
                                      .flag(CKA_MODIFIABLE, false)
                                      .flag(CKA_DESTROYABLE, false));
  ASSERT_THAT(moved, IsOk());
  EXPECT_TRUE(moved->flag(ck::AttributeType{CKA_TOKEN}));
  EXPECT_TRUE(moved->flag(ck::AttributeType{CKA_PRIVATE}));
  for (const std::uint32_t type : Types{CKA_TOKEN, CKA_PRIVATE, CKA_MODIFIABLE, CKA_DESTROYABLE})
    EXPECT_THAT(set(source, flag(type, true)), IsRv(Rv::attribute_read_only)) << type << " changes on a copy only";
}

TEST(CopiedAttributes, StayPrivate) {
  const AttributeSet source = object(secret_key_template().flag(CKA_PRIVATE, true));
  EXPECT_THAT(copy(source, flag(CKA_PRIVATE, false)), IsRv(Rv::template_inconsistent));
  EXPECT_THAT(copy(source, flag(CKA_PRIVATE, true)), IsOk());
}

TEST(CopiedAttributes, KeepTheirHistory) {
  ObjectContent key =
      draft_object(Origin::create, secret_key_template().flag(CKA_EXTRACTABLE, true).view(), {}).value();
  ASSERT_THAT(complete_object(key, {.origin = Origin::create}), IsOk());
  const auto closed = copy(key.attributes, TemplateBuilder().flag(CKA_EXTRACTABLE, false).flag(CKA_SENSITIVE, true));
  ASSERT_THAT(closed, IsOk());
  EXPECT_FALSE(closed->flag(ck::AttributeType{CKA_NEVER_EXTRACTABLE})) << "it was extractable once";
  EXPECT_FALSE(closed->flag(ck::AttributeType{CKA_ALWAYS_SENSITIVE})) << "it was not sensitive once";
}

TEST(CopiedAttributes, HideAValueThatBecamePrivate) {
  ObjectContent content = draft_object(Origin::create, data_template().text(CKA_VALUE, "note").view(), {}).value();
  content.attributes = *copy(content.attributes, flag(CKA_PRIVATE, true));
  ASSERT_THAT(settle_secrets(content), IsOk());
  EXPECT_FALSE(content.attributes.contains(ck::AttributeType{CKA_VALUE}));
  EXPECT_EQ(as_text(SecretPeek::see(*content.secrets.find(ck::AttributeType{CKA_VALUE}))), "note");
}

TEST(CopiedAttributes, LeaveAnOpenValueOpen) {
  ObjectContent content = draft_object(Origin::create, data_template().text(CKA_VALUE, "note").view(), {}).value();
  content.attributes = *copy(content.attributes, TemplateBuilder().text(CKA_LABEL, "copy"));
  ASSERT_THAT(settle_secrets(content), IsOk());
  EXPECT_TRUE(content.secrets.empty());
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
