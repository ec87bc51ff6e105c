#pragma once

#include "secure/crypto/montgomery.h"
#include "secure/pkcs11/attributes/attribute_set.h"

namespace holdfast::secure::pkcs11 {

/// store_montgomery puts a private key into a drafted object. Rv::template_inconsistent when the draft is for another curve.
Result<void> store_montgomery(crypto::MontgomeryCurve curve, SecretBytes&& value, ObjectContent& key);

}  // namespace holdfast::secure::pkcs11
