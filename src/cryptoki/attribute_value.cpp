#include "cryptoki/attribute_value.h"

#include <algorithm>
#include <cstring>

#include "base/byte_reader.h"
#include "wire/template.h"

namespace holdfast::cryptoki {
namespace {

using wire::AttributeEncoding;

constexpr std::uint32_t kUnavailableOnWire = 0xFFFFFFFF;
constexpr std::size_t kWireUlong = sizeof(std::uint32_t);

CK_ULONG widen(std::uint32_t number) { return number == kUnavailableOnWire ? CK_UNAVAILABLE_INFORMATION : number; }

Result<void> put_numbers(ByteView value, void* out) {
  ByteReader reader(value);
  auto* at = static_cast<std::byte*>(out);
  while (reader.remaining() != 0) {
    HF_ASSIGN_OR_RETURN(const std::uint32_t number, reader.u32());
    const CK_ULONG wide = widen(number);
    std::memcpy(at, &wide, sizeof wide);
    at += sizeof wide;
  }
  return {};
}

Result<wire::Template> list_of(ByteView value) {
  wire::Template list;
  if (value.empty()) return list;
  ByteReader reader(value);
  HF_ASSIGN_OR_RETURN(const std::uint32_t bytes, reader.u32());
  HF_ASSIGN_OR_RETURN(list.count, reader.u32());
  if (bytes != reader.remaining()) return fail(Rv::general_error, "template is not as long as it says");
  list.attributes = reader.rest();
  return list;
}

Result<std::size_t> count_of(const wire::Template& list) {
  std::size_t count = 0;
  HF_TRY(for_each_attribute(list, [&](const wire::Attribute&) -> Result<void> {
    ++count;
    return {};
  }));
  return count;
}

Result<void> take_list(CK_ATTRIBUTE& attribute, ByteView value, int depth);

/// take_element fills one CK_ATTRIBUTE of a list, whose type is ours to say.
Result<void> take_element(CK_ATTRIBUTE& element, const wire::Attribute& told, int depth) {
  element.type = told.type.value;
  if (encoding_of(element) == AttributeEncoding::attribute_array) return take_list(element, told.value, depth + 1);
  return take_value(element, told.value.size(), told.value);
}

Result<void> take_list(CK_ATTRIBUTE& attribute, ByteView value, int depth) {
  if (depth > wire::kMaxTemplateNesting) return fail(Rv::general_error, "templates nested too deep");
  HF_ASSIGN_OR_RETURN(const wire::Template list, list_of(value));
  HF_ASSIGN_OR_RETURN(const std::size_t count, count_of(list));
  const std::size_t native_size = count * sizeof(CK_ATTRIBUTE);
  if (attribute.pValue != nullptr && attribute.ulValueLen < native_size) {
    attribute.ulValueLen = CK_UNAVAILABLE_INFORMATION;
    return fail(Rv::buffer_too_small);
  }
  attribute.ulValueLen = native_size;
  if (attribute.pValue == nullptr) return {};
  auto* at = static_cast<std::byte*>(attribute.pValue);
  bool all_fit = true;
  HF_TRY(for_each_attribute(list, [&](const wire::Attribute& told) -> Result<void> {
    CK_ATTRIBUTE element{};
    std::memcpy(&element, at, sizeof element);
    const Result<void> taken = take_element(element, told, depth);
    std::memcpy(at, &element, sizeof element);
    at += sizeof element;
    if (taken || taken.error().rv != Rv::buffer_too_small) return taken;
    all_fit = false;
    return {};
  }));
  return all_fit ? Result<void>{} : fail(Rv::buffer_too_small);
}

}  // namespace

AttributeEncoding encoding_of(const CK_ATTRIBUTE& attribute) {
  return wire::encoding_of(ck::AttributeType{static_cast<std::uint32_t>(attribute.type)});
}

Result<void> take_value(CK_ATTRIBUTE& attribute, std::size_t size, ByteView room) {
  const bool is_numbers = encoding_of(attribute) != AttributeEncoding::raw;
  if (is_numbers && size % kWireUlong != 0) return fail(Rv::general_error, "number of another size");
  const std::size_t native_size = is_numbers ? size / kWireUlong * sizeof(CK_ULONG) : size;
  if (attribute.pValue != nullptr && native_size > attribute.ulValueLen) {
    attribute.ulValueLen = CK_UNAVAILABLE_INFORMATION;
    return fail(Rv::buffer_too_small);
  }
  if (attribute.pValue != nullptr && size > room.size()) return fail(Rv::general_error, "value missing in the answer");
  attribute.ulValueLen = native_size;
  if (attribute.pValue == nullptr || size == 0) return {};
  if (is_numbers) return put_numbers(room.first(size), attribute.pValue);
  std::copy_n(room.begin(), size, static_cast<std::byte*>(attribute.pValue));
  return {};
}

Result<void> take_template(CK_ATTRIBUTE& attribute, ByteView value) { return take_list(attribute, value, 1); }

}  // namespace holdfast::cryptoki
