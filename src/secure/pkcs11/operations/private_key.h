#pragma once

#include "secure/crypto/key_info.h"
#include "secure/crypto/rsa.h"
#include "secure/pkcs11/attributes/attribute_set.h"

namespace holdfast::secure::pkcs11 {

// The private key object as numbers, and back.

/// rsa_components takes what the object has of an RSA private key. Rv::template_incomplete without modulus or exponent.
Result<crypto::RsaPrivateComponents> rsa_components(const AttributeSet& attributes, const SecretSet& secrets);

/// private_components takes the key for its encoding as PKCS#8. Rv::key_type_inconsistent for a type without one.
Result<crypto::PrivateComponents> private_components(const AttributeSet& attributes, const SecretSet& secrets);

/// store_private puts a key into a drafted private key object. Rv::template_inconsistent when the draft is for another
/// key type or curve.
Result<void> store_private(crypto::PrivateComponents&& components, ObjectContent& key);

}  // namespace holdfast::secure::pkcs11
