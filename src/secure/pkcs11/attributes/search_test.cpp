#include <gtest/gtest.h>

#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/attributes/apply.h"
#include "support/is_rv.h"
#include "support/sample_templates.h"

namespace holdfast::secure::pkcs11 {
namespace {

using namespace holdfast::testing;

bool finds(const TemplateBuilder& object, const TemplateBuilder& search) {
  return matches(draft_object(Origin::create, object.view(), {}).value().attributes, search.view());
}

TEST(Search, FindsEverythingWithoutConditions) { EXPECT_TRUE(finds(data_template(), TemplateBuilder())); }

TEST(Search, WantsEveryConditionMet) {
  const TemplateBuilder object = data_template().text(CKA_LABEL, "a").text(CKA_APPLICATION, "b");
  EXPECT_TRUE(finds(object, TemplateBuilder().text(CKA_LABEL, "a").text(CKA_APPLICATION, "b")));
  EXPECT_FALSE(finds(object, TemplateBuilder().text(CKA_LABEL, "a").text(CKA_APPLICATION, "c")));
  EXPECT_FALSE(finds(object, TemplateBuilder().text(CKA_LABEL, "a").text(CKA_LABEL, "z")));
}

TEST(Search, ComparesWholeValues) {
  const TemplateBuilder object = data_template().text(CKA_LABEL, "label");
  EXPECT_FALSE(finds(object, TemplateBuilder().text(CKA_LABEL, "lab")));
  EXPECT_FALSE(finds(object, TemplateBuilder().text(CKA_LABEL, "labels")));
  EXPECT_FALSE(finds(object, TemplateBuilder().text(CKA_LABEL, "")));
}

TEST(Search, FindsDefaultsToo) {
  EXPECT_TRUE(finds(data_template(), TemplateBuilder().flag(CKA_TOKEN, false).flag(CKA_COPYABLE, true)));
}

TEST(Search, DoesNotFindWhatAnObjectHasNot) {
  EXPECT_FALSE(finds(data_template(), TemplateBuilder().text(CKA_ID, "")));
  EXPECT_FALSE(finds(data_template(), TemplateBuilder().text(0x80010000, "")));
}

TEST(Search, ConfirmsNoGuessOfASecret) {
  // Byte for byte right, and yet no match: OP-TEE's search is an oracle here (ABI section 19.3, 7).
  EXPECT_FALSE(finds(secret_key_template(), TemplateBuilder().raw(CKA_VALUE, Bytes(16, std::byte{0x2B}))));
  EXPECT_FALSE(finds(secret_key_template().flag(CKA_EXTRACTABLE, true),
                     TemplateBuilder().raw(CKA_VALUE, Bytes(16, std::byte{0x2B}))));
  EXPECT_FALSE(
      finds(private_key_template(CKK_RSA), TemplateBuilder().raw(CKA_PRIVATE_EXPONENT, Bytes(256, std::byte{0x11}))));
  EXPECT_FALSE(finds(data_template().text(CKA_VALUE, "note").flag(CKA_PRIVATE, true),
                     TemplateBuilder().text(CKA_VALUE, "note")));
}

TEST(Search, FindsAnOpenDataObjectByItsValue) {
  EXPECT_TRUE(finds(data_template().text(CKA_VALUE, "note"), TemplateBuilder().text(CKA_VALUE, "note")));
}

TEST(Search, RefusesATemplateThatRunsPastItsEnd) {
  const TemplateBuilder search = TemplateBuilder().text(CKA_LABEL, "label");
  EXPECT_THAT(check_search_template(search.view()), IsOk());
  for (std::size_t size = 1; size < search.view().attributes.size(); ++size) {
    const wire::Template torn{.attributes = search.view().attributes.first(size), .count = 1};
    EXPECT_THAT(check_search_template(torn), IsRv(Rv::function_failed)) << size;
    EXPECT_FALSE(matches(AttributeSet{}, torn)) << size;
  }
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
