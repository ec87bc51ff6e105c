#pragma once

#include <vector>

#include "secure/pkcs11/attributes/row.h"
#include "wire/template.h"

namespace holdfast::secure::pkcs11 {

/// clean_template is what OP-TEE's trusted application does first with any template but that of GET_ATTRIBUTE_VALUE (ABI
/// section 10.1): class, key type and booleans come first and once, the rest as it was. Views point into the request.
/// Rv::template_inconsistent for an unknown attribute, a wrong fixed size, two values of a class, key type or boolean;
/// Rv::function_failed for a boolean that is not one byte and for a list that runs past its end; Rv::arguments_bad for a
/// nested list that is not as long as it says.
/// Two defects are mended (ABI section 19.3): dates have the standard's size, and CKA_KEY_GEN_MECHANISM is no key type.
Result<std::vector<wire::Attribute>> clean_template(const wire::Template& attributes);

/// is_hidden tells whether an id is one that OP-TEE keeps to itself (ABI section 8.3).
constexpr bool is_hidden(ck::AttributeType type) { return (type.value & 0x80010000u) == 0x80010000u; }

}  // namespace holdfast::secure::pkcs11
