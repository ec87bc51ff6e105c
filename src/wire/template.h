#pragma once

#include <cstdint>

#include "base/byte_reader.h"
#include "base/result.h"
#include "ck/handles.h"

namespace holdfast::wire {

/// Attribute is one entry of an attribute list on the wire: u32 type, u32 size, value (OP-TEE ABI section 4.1).
struct Attribute {
  ck::AttributeType type;
  ByteView value;
};

/// Template is a serialised attribute list (OP-TEE ABI section 4.2, "object head") as a view of a private copy. The head's
/// byte size decides where it ends; its count is not trusted and only travels along.
/// The values may be secret: their owner keeps the bytes in SecretBytes and wipes them.
struct Template {
  ByteView attributes;
  std::uint32_t count = 0;
};

/// Longest attribute list accepted, in bytes.
inline constexpr std::size_t kMaxTemplateBytes = 64 * 1024;
/// Bytes of a list's head: u32 byte size, u32 count.
inline constexpr std::size_t kTemplateHeadBytes = 8;
/// Bytes before an attribute's value: u32 type, u32 size.
inline constexpr std::size_t kAttributeHeadBytes = 8;

/// for_each_attribute calls visit(const Attribute&) → Result<void> for each attribute, in order. An attribute that runs past
/// the end of the list is Rv::function_failed, as OP-TEE answers.
template <class Visit>
Result<void> for_each_attribute(const Template& list, Visit&& visit) {
  ByteReader reader(list.attributes);
  while (reader.remaining() != 0) {
    const auto type = reader.u32();
    if (!type) return fail(Rv::function_failed, "attribute list ends inside an attribute");
    const auto value = reader.sized(kMaxTemplateBytes);
    if (!value) return fail(Rv::function_failed, "attribute runs past the end of its list");
    HF_TRY(visit(Attribute{ck::AttributeType{*type}, *value}));
  }
  return {};
}

}  // namespace holdfast::wire
