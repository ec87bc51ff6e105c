#include "secure/pkcs11/object/object_table.h"

#include <gtest/gtest.h>

#include <pkcs11/pkcs11.h>

#include "support/template_builder.h"

namespace holdfast::secure::pkcs11 {
namespace {

using holdfast::testing::TemplateBuilder;

ObjectUid uid(unsigned char number) {
  ObjectUid id;
  id.octets.fill(std::byte{number});
  return id;
}

ObjectRef object(unsigned char number, std::string_view label) {
  auto made = std::make_shared<Object>();
  made->uid = uid(number);
  made->attributes.set_ulong(ck::AttributeType{CKA_CLASS}, CKO_DATA);
  made->attributes.set(ck::AttributeType{CKA_LABEL}, to_bytes(as_bytes(label)));
  made->attributes.set_flag(ck::AttributeType{CKA_TOKEN}, number % 2 == 0);
  return made;
}

std::vector<unsigned> numbers(const std::vector<ObjectRef>& objects) {
  std::vector<unsigned> found;
  for (const ObjectRef& one : objects) found.push_back(std::to_integer<unsigned>(one->uid.octets[0]));
  return found;
}

struct Table : ::testing::Test {
  void SetUp() override {
    for (unsigned char number = 1; number <= 6; ++number) table.put(object(number, number <= 3 ? "low" : "high"));
  }
  std::vector<unsigned> find(const TemplateBuilder& search) { return numbers(table.find_matching(search.view())); }
  ObjectTable table;
};

TEST_F(Table, FindsNewestFirst) { EXPECT_EQ(find({}), (std::vector<unsigned>{6, 5, 4, 3, 2, 1})); }

TEST_F(Table, FindsByIndexedAttribute) {
  EXPECT_EQ(find(TemplateBuilder().text(CKA_LABEL, "low")), (std::vector<unsigned>{3, 2, 1}));
  EXPECT_EQ(find(TemplateBuilder().text(CKA_LABEL, "none")), std::vector<unsigned>{});
}

TEST_F(Table, FindsByIndexedAndOtherAttributesTogether) {
  EXPECT_EQ(find(TemplateBuilder().text(CKA_LABEL, "low").flag(CKA_TOKEN, true)), std::vector<unsigned>{2});
  EXPECT_EQ(find(TemplateBuilder().flag(CKA_TOKEN, true)), (std::vector<unsigned>{6, 4, 2}));
}

TEST_F(Table, FindsANewVersionByItsNewValuesAndInItsOldPlace) {
  table.put(object(2, "high"));
  EXPECT_EQ(table.size(), 6u);
  EXPECT_EQ(find(TemplateBuilder().text(CKA_LABEL, "low")), (std::vector<unsigned>{3, 1}));
  EXPECT_EQ(find(TemplateBuilder().text(CKA_LABEL, "high")), (std::vector<unsigned>{6, 5, 4, 2}));
}

TEST_F(Table, ForgetsWhatIsRemoved) {
  EXPECT_NE(table.remove(uid(5)), nullptr);
  EXPECT_EQ(table.remove(uid(5)), nullptr);
  EXPECT_EQ(table.find(uid(5)), nullptr);
  EXPECT_EQ(find(TemplateBuilder().text(CKA_LABEL, "high")), (std::vector<unsigned>{6, 4}));
  table.clear();
  EXPECT_EQ(find({}), std::vector<unsigned>{});
  EXPECT_EQ(find(TemplateBuilder().text(CKA_LABEL, "low")), std::vector<unsigned>{});
}

TEST_F(Table, LeavesOldVersionsToTheirHolders) {
  const ObjectRef held = table.find(uid(2));
  table.put(object(2, "high"));
  EXPECT_EQ(as_text(*held->attributes.find(ck::AttributeType{CKA_LABEL})), "low");
}

TEST(UniqueId, IsTheIdentityInHexadecimal) {
  AttributeSet attributes;
  ObjectUid id;
  for (unsigned i = 0; i < 16; ++i) id.octets[i] = static_cast<std::byte>(i * 17);
  set_unique_id(attributes, id);
  EXPECT_EQ(as_text(*attributes.find(ck::AttributeType{CKA_UNIQUE_ID})), "00112233445566778899aabbccddeeff");
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
