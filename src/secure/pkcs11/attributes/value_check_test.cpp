#include "secure/pkcs11/attributes/value_check.h"

#include <gtest/gtest.h>

#include <pkcs11/pkcs11.h>

#include "support/is_rv.h"
#include "support/template_builder.h"
#include "wire/attribute_encoding.h"

namespace holdfast::secure::pkcs11 {
namespace {

using holdfast::testing::IsOk;
using holdfast::testing::IsRv;
using holdfast::testing::TemplateBuilder;

ByteView bytes(std::string_view text) { return as_bytes(text); }

TEST(ValueShape, BooleanIsOneByteZeroOrOne) {
  EXPECT_THAT(check_value_shape(Shape::boolean, bytes(std::string_view("\0", 1))), IsOk());
  EXPECT_THAT(check_value_shape(Shape::boolean, bytes("\1")), IsOk());
  for (const std::string_view wrong : {std::string_view(""), std::string_view("\2"), std::string_view("\xFF"),
                                       std::string_view("\1\0", 2), std::string_view("\1\0\0\0", 4)})
    EXPECT_THAT(check_value_shape(Shape::boolean, bytes(wrong)), IsRv(Rv::attribute_value_invalid)) << wrong.size();
}

TEST(ValueShape, NumberIsFourBytes) {
  for (std::size_t size = 0; size < 10; ++size) {
    const Bytes value(size);
    if (size == 4) {
      EXPECT_THAT(check_value_shape(Shape::ulong, value), IsOk());
    } else {
      EXPECT_THAT(check_value_shape(Shape::ulong, value), IsRv(Rv::attribute_value_invalid)) << size;
    }
  }
}

TEST(ValueShape, DateIsEmptyOrEightDigits) {
  EXPECT_THAT(check_value_shape(Shape::date, {}), IsOk());
  EXPECT_THAT(check_value_shape(Shape::date, bytes("20301231")), IsOk());
  for (const std::string_view wrong :
       {"2030123", "203012311", "2030-2-1", "2030123 ", "\xB2\xB0\xB3\xB0\xB1\xB2\xB3\xB1"})
    EXPECT_THAT(check_value_shape(Shape::date, bytes(wrong)), IsRv(Rv::attribute_value_invalid)) << wrong;
}

TEST(ValueShape, MechanismArrayIsWholeNumbers) {
  EXPECT_THAT(check_value_shape(Shape::mechanism_array, {}), IsOk());
  EXPECT_THAT(check_value_shape(Shape::mechanism_array, Bytes(8)), IsOk());
  EXPECT_THAT(check_value_shape(Shape::mechanism_array, Bytes(7)), IsRv(Rv::attribute_value_invalid));
}

TEST(ValueShape, BytesAreAnything) {
  EXPECT_THAT(check_value_shape(Shape::bytes, {}), IsOk());
  EXPECT_THAT(check_value_shape(Shape::bytes, Bytes(1000)), IsOk());
}

Bytes nested(int levels) {
  TemplateBuilder list;
  list.flag(CKA_SENSITIVE, true);
  for (int level = 1; level < levels; ++level) {
    TemplateBuilder outer;
    outer.nested(CKA_WRAP_TEMPLATE, list);
    list = outer;
  }
  return list.with_head();
}

TEST(NestedTemplate, GoesAsDeepAsTheLimit) {
  EXPECT_THAT(check_value_shape(Shape::attribute_list, nested(wire::kMaxTemplateNesting)), IsOk());
  EXPECT_THAT(check_value_shape(Shape::attribute_list, nested(wire::kMaxTemplateNesting + 1)),
              IsRv(Rv::template_inconsistent));
  EXPECT_THAT(check_value_shape(Shape::attribute_list, nested(200)), IsRv(Rv::template_inconsistent));
}

TEST(NestedTemplate, HasAHeadOfItsOwn) {
  const Bytes value = TemplateBuilder().flag(CKA_EXTRACTABLE, true).text(CKA_LABEL, "x").with_head();
  const auto list = nested_template(value);
  ASSERT_TRUE(list);
  EXPECT_EQ(list->count, 2u);
  EXPECT_EQ(list->attributes.size(), value.size() - wire::kTemplateHeadBytes);
}

TEST(NestedTemplate, MayBeEmpty) {
  EXPECT_THAT(check_value_shape(Shape::attribute_list, {}), IsOk());
  EXPECT_THAT(check_value_shape(Shape::attribute_list, TemplateBuilder().with_head()), IsOk());
}

TEST(NestedTemplate, IsRefusedWhenItsSizeLies) {
  Bytes value = TemplateBuilder().flag(CKA_EXTRACTABLE, true).with_head();
  for (const int change : {-1, 1, 127}) {
    Bytes wrong = value;
    wrong[0] = static_cast<std::byte>(std::to_integer<int>(wrong[0]) + change);
    EXPECT_THAT(check_value_shape(Shape::attribute_list, wrong), IsRv(Rv::attribute_value_invalid)) << change;
  }
  EXPECT_THAT(check_value_shape(Shape::attribute_list, ByteView(value).first(7)), IsRv(Rv::attribute_value_invalid));
}

TEST(NestedTemplate, IsRefusedWhenAnAttributeRunsPastItsEnd) {
  Bytes value = TemplateBuilder().flag(CKA_EXTRACTABLE, true).with_head();
  value[wire::kTemplateHeadBytes + 4] = std::byte{2};
  EXPECT_THAT(check_value_shape(Shape::attribute_list, value), IsRv(Rv::function_failed));
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
