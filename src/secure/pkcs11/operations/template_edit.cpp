#include "secure/pkcs11/operations/template_edit.h"

#include <algorithm>

#include "base/byte_reader.h"
#include "base/byte_writer.h"

namespace holdfast::secure::pkcs11 {
namespace {

template <class Keep>
Result<Bytes> filtered(const wire::Template& list, Keep&& keep) {
  Bytes kept;
  HF_TRY(wire::for_each_attribute(list, [&](const wire::Attribute& attribute) -> Result<void> {
    if (keep(attribute.type.value)) append(kept, attribute.type, attribute.value);
    return {};
  }));
  return kept;
}

bool contains(std::initializer_list<std::uint32_t> types, std::uint32_t type) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

}  // namespace

Result<std::optional<ByteView>> stated(const wire::Template& list, ck::AttributeType type) {
  std::optional<ByteView> value;
  HF_TRY(wire::for_each_attribute(list, [&](const wire::Attribute& attribute) -> Result<void> {
    if (attribute.type == type) value = attribute.value;
    return {};
  }));
  return value;
}

Result<std::optional<std::uint32_t>> stated_number(const wire::Template& list, ck::AttributeType type) {
  HF_ASSIGN_OR_RETURN(const std::optional<ByteView> value, stated(list, type));
  if (!value.has_value()) return std::optional<std::uint32_t>{};
  if (value->size() != sizeof(std::uint32_t)) return fail(Rv::attribute_value_invalid, "not the size of a number");
  HF_ASSIGN_OR_RETURN(const std::uint32_t number, ByteReader(*value).u32());
  return std::optional(number);
}

Result<Bytes> without(const wire::Template& list, std::initializer_list<std::uint32_t> types) {
  return filtered(list, [&](std::uint32_t type) { return !contains(types, type); });
}

Result<Bytes> only(const wire::Template& list, std::initializer_list<std::uint32_t> types) {
  return filtered(list, [&](std::uint32_t type) { return contains(types, type); });
}

void append(Bytes& list, ck::AttributeType type, ByteView value) {
  ByteWriter entry;
  entry.u32(type.value).sized(value);
  list.insert(list.end(), entry.view().begin(), entry.view().end());
}

void append_flag(Bytes& list, ck::AttributeType type, bool value) {
  const std::byte byte{value ? std::uint8_t{1} : std::uint8_t{0}};
  append(list, type, {&byte, 1});
}

}  // namespace holdfast::secure::pkcs11
