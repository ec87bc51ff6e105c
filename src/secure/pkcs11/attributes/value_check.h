#pragma once

#include "base/result.h"
#include "secure/pkcs11/attributes/row.h"
#include "wire/template.h"

namespace holdfast::secure::pkcs11 {

/// check_value_shape refuses a value that its attribute cannot take: Rv::attribute_value_invalid. Nested templates are
/// followed to wire::kMaxTemplateNesting levels; deeper ones are Rv::template_inconsistent.
Result<void> check_value_shape(Shape shape, ByteView value);

/// nested_template reads the value of CKA_WRAP_TEMPLATE, CKA_UNWRAP_TEMPLATE or CKA_DERIVE_TEMPLATE: an attribute list under a
/// head of its own (OP-TEE ABI section 4.3); no bytes at all are an empty list. Rv::attribute_value_invalid.
Result<wire::Template> nested_template(ByteView value);

}  // namespace holdfast::secure::pkcs11
