#include <span>

#include "cryptoki/caller_memory.h"
#include "cryptoki/flatten.h"
#include "wire/attribute_encoding.h"

namespace holdfast::cryptoki {
namespace {

using wire::AttributeEncoding;
using Attributes = std::span<const CK_ATTRIBUTE>;

constexpr std::uint32_t kUnavailableOnWire = 0xFFFFFFFF;

Result<Attributes> attributes_at(const CK_ATTRIBUTE* attributes, CK_ULONG count) {
  if (count == 0) return Attributes{};
  HF_TRY(require_pointer(attributes));
  if (count > kMostAttributes) return fail(Rv::arguments_bad, "more attributes than a template carries");
  return Attributes(attributes, count);
}

Result<ck::AttributeType> type_of(const CK_ATTRIBUTE& attribute) {
  if (attribute.type >= kUnavailableOnWire) return fail(Rv::attribute_type_invalid, "not an attribute type");
  return ck::AttributeType{static_cast<std::uint32_t>(attribute.type)};
}

Result<std::uint32_t> wire_ulong(CK_ULONG value) {
  if (value == CK_UNAVAILABLE_INFORMATION) return kUnavailableOnWire;
  if (value >= kUnavailableOnWire) return fail(Rv::attribute_value_invalid, "number beyond 32 bits");
  return static_cast<std::uint32_t>(value);
}

template <class Item>
Result<std::span<const Item>> items_of(const CK_ATTRIBUTE& attribute) {
  if (attribute.ulValueLen % sizeof(Item) != 0)
    return fail(Rv::attribute_value_invalid, "length that is not whole items");
  return std::span(static_cast<const Item*>(attribute.pValue), attribute.ulValueLen / sizeof(Item));
}

Result<std::size_t> measure_list(Attributes attributes, int depth);

Result<std::size_t> measure_value(ck::AttributeType type, const CK_ATTRIBUTE& attribute, int depth) {
  if (attribute.pValue == nullptr && attribute.ulValueLen != 0)
    return fail(Rv::arguments_bad, "null value with a length");
  if (attribute.ulValueLen > wire::kMaxTemplateBytes) return fail(Rv::attribute_value_invalid, "value above the limit");
  switch (wire::encoding_of(type)) {
    case AttributeEncoding::raw:
      return attribute.ulValueLen;
    case AttributeEncoding::ulong:
      if (attribute.ulValueLen != sizeof(CK_ULONG)) return fail(Rv::attribute_value_invalid, "not a CK_ULONG");
      return sizeof(std::uint32_t);
    case AttributeEncoding::mechanism_array: {
      HF_ASSIGN_OR_RETURN(const auto mechanisms, items_of<CK_MECHANISM_TYPE>(attribute));
      return mechanisms.size() * sizeof(std::uint32_t);
    }
    case AttributeEncoding::attribute_array: {
      HF_ASSIGN_OR_RETURN(const Attributes nested, items_of<CK_ATTRIBUTE>(attribute));
      if (depth == wire::kMaxTemplateNesting) return fail(Rv::template_inconsistent, "templates nested too deep");
      HF_ASSIGN_OR_RETURN(const std::size_t size, measure_list(nested, depth + 1));
      return wire::kTemplateHeadBytes + size;
    }
  }
  return fail(Rv::general_error, "unknown encoding");
}

Result<std::size_t> measure_list(Attributes attributes, int depth) {
  std::size_t total = 0;
  for (const CK_ATTRIBUTE& attribute : attributes) {
    HF_ASSIGN_OR_RETURN(const ck::AttributeType type, type_of(attribute));
    HF_ASSIGN_OR_RETURN(const std::size_t size, measure_value(type, attribute, depth));
    total += wire::kAttributeHeadBytes + size;
    if (total > wire::kMaxTemplateBytes) return fail(Rv::attribute_value_invalid, "template above its limit");
  }
  return total;
}

Result<void> write_list(wire::FieldWriter& out, Attributes attributes, int depth);

Result<void> write_ulong(wire::FieldWriter& out, const void* at) {
  CK_ULONG value = 0;
  std::memcpy(&value, at, sizeof value);  // the caller's value may lie anywhere
  HF_ASSIGN_OR_RETURN(const std::uint32_t number, wire_ulong(value));
  out.u32(number);
  return {};
}

Result<void> write_value(wire::FieldWriter& out, ck::AttributeType type, const CK_ATTRIBUTE& attribute, int depth) {
  switch (wire::encoding_of(type)) {
    case AttributeEncoding::raw:
      out.raw(as_bytes(attribute.pValue, attribute.ulValueLen));
      return {};
    case AttributeEncoding::ulong:
      return write_ulong(out, attribute.pValue);
    case AttributeEncoding::mechanism_array: {
      const auto* at = static_cast<const std::byte*>(attribute.pValue);
      for (CK_ULONG done = 0; done < attribute.ulValueLen; done += sizeof(CK_ULONG))
        HF_TRY(write_ulong(out, at + done));
      return {};
    }
    case AttributeEncoding::attribute_array: {
      HF_ASSIGN_OR_RETURN(const Attributes nested, items_of<CK_ATTRIBUTE>(attribute));
      HF_ASSIGN_OR_RETURN(const std::size_t size, measure_list(nested, depth + 1));
      out.u32(static_cast<std::uint32_t>(size));
      out.u32(static_cast<std::uint32_t>(nested.size()));
      return write_list(out, nested, depth + 1);
    }
  }
  return fail(Rv::general_error, "unknown encoding");
}

Result<void> write_list(wire::FieldWriter& out, Attributes attributes, int depth) {
  for (const CK_ATTRIBUTE& attribute : attributes) {
    HF_ASSIGN_OR_RETURN(const ck::AttributeType type, type_of(attribute));
    HF_ASSIGN_OR_RETURN(const std::size_t size, measure_value(type, attribute, depth));
    out.u32(type.value);
    out.u32(static_cast<std::uint32_t>(size));
    HF_TRY(write_value(out, type, attribute, depth));
  }
  return {};
}

}  // namespace

Result<FlatTemplate> flatten(const CK_ATTRIBUTE* attributes, CK_ULONG count) {
  HF_ASSIGN_OR_RETURN(const Attributes list, attributes_at(attributes, count));
  HF_ASSIGN_OR_RETURN(const std::size_t size, measure_list(list, 0));
  HF_ASSIGN_OR_RETURN(SecretBytes bytes, SecretBytes::allocate(size));
  wire::FieldWriter out(wire::SecretCodec::fill(bytes));
  HF_TRY(write_list(out, list, 0));
  return FlatTemplate(std::move(bytes), static_cast<std::uint32_t>(list.size()));
}

}  // namespace holdfast::cryptoki
