#pragma once

#include <optional>

#include "secure/pkcs11/attributes/attribute_set.h"

namespace holdfast::secure::pkcs11 {

/// optee_history gives what OP-TEE tells of an object's past where the standard has no such attribute (ABI section 10.4, "Then
/// always"): CKA_LOCAL of data and certificates, CKA_ALWAYS_SENSITIVE and CKA_NEVER_EXTRACTABLE of public keys.
std::optional<bool> optee_history(const AttributeSet& object, ck::AttributeType type);

}  // namespace holdfast::secure::pkcs11
