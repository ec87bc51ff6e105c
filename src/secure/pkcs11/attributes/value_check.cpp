#include "secure/pkcs11/attributes/value_check.h"

#include <algorithm>

#include "wire/attribute_encoding.h"

namespace holdfast::secure::pkcs11 {
namespace {

Result<void> check_nested(ByteView list, int depth) {
  if (depth > wire::kMaxTemplateNesting) return fail(Rv::template_inconsistent, "templates nested too deeply");
  return wire::for_each_attribute({.attributes = list, .count = 0}, [&](const wire::Attribute& attribute) -> Result<void> {
    if (wire::encoding_of(attribute.type) == wire::AttributeEncoding::attribute_array)
      return check_nested(attribute.value, depth + 1);
    return {};
  });
}

bool is_date(ByteView value) {
  if (value.empty()) return true;
  return value.size() == 8 &&
         std::all_of(value.begin(), value.end(), [](std::byte b) { return b >= std::byte{'0'} && b <= std::byte{'9'}; });
}

}  // namespace

Result<void> check_value_shape(Shape shape, ByteView value) {
  bool fits = true;
  switch (shape) {
    case Shape::boolean:
      fits = value.size() == 1 && (value[0] == std::byte{0} || value[0] == std::byte{1});
      break;
    case Shape::ulong:
      fits = value.size() == 4;
      break;
    case Shape::date:
      fits = is_date(value);
      break;
    case Shape::mechanism_array:
      fits = value.size() % 4 == 0;
      break;
    case Shape::attribute_list:
      return check_nested(value, 1);
    case Shape::bytes:
      break;
  }
  if (!fits) return fail(Rv::attribute_value_invalid, "value does not have its attribute's shape");
  return {};
}

}  // namespace holdfast::secure::pkcs11
