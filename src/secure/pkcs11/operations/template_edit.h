#pragma once

#include <initializer_list>
#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "ck/handles.h"
#include "wire/template.h"

namespace holdfast::secure::pkcs11 {

// Attribute lists that a mechanism makes of the caller's. They are for keys that the token makes, and hold no secrets.

/// stated gives what a list says of an attribute, if it says anything.
Result<std::optional<ByteView>> stated(const wire::Template& list, ck::AttributeType type);
/// stated_number is that of a CK_ULONG; Rv::attribute_value_invalid for another size.
Result<std::optional<std::uint32_t>> stated_number(const wire::Template& list, ck::AttributeType type);

/// without copies a list but for some attributes.
Result<Bytes> without(const wire::Template& list, std::initializer_list<std::uint32_t> types);
/// only copies no more than some attributes.
Result<Bytes> only(const wire::Template& list, std::initializer_list<std::uint32_t> types);

void append(Bytes& list, ck::AttributeType type, ByteView value);
void append_flag(Bytes& list, ck::AttributeType type, bool value);

}  // namespace holdfast::secure::pkcs11
