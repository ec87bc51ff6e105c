#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "secure/pkcs11/attributes/attribute_set.h"
#include "wire/template.h"

namespace holdfast::secure::pkcs11 {

/// store_public_half puts the key of a SubjectPublicKeyInfo into the attributes of a drafted public key.
Result<void> store_public_half(ByteView public_key_info, AttributeSet& key);

/// public_half_defaults adds to a list what a public key takes from its private half where the list is silent
/// (PKCS#11 3.2, "Public key from private key").
Result<Bytes> public_half_defaults(const AttributeSet& private_key, const wire::Template& list);

}  // namespace holdfast::secure::pkcs11
