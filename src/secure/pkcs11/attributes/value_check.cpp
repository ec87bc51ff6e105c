#include "secure/pkcs11/attributes/value_check.h"

#include <algorithm>

#include "wire/attribute_encoding.h"

namespace holdfast::secure::pkcs11 {
namespace {

Result<void> check_nested(ByteView value, int depth) {
  if (depth > wire::kMaxTemplateNesting) return fail(Rv::template_inconsistent, "templates nested too deeply");
  HF_ASSIGN_OR_RETURN(const wire::Template list, nested_template(value));
  return wire::for_each_attribute(list, [&](const wire::Attribute& attribute) -> Result<void> {
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

Result<wire::Template> nested_template(ByteView value) {
  wire::Template list;
  if (value.empty()) return list;
  ByteReader in(value);
  const auto size = in.u32();
  const auto count = in.u32();
  if (!size || !count || *size != in.remaining())
    return fail(Rv::attribute_value_invalid, "nested template is not as long as it says");
  list.attributes = in.rest();
  list.count = *count;
  return list;
}

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
