#pragma once

#include "secure/crypto/ec_encoding.h"
#include "secure/pkcs11/attributes/attribute_set.h"

namespace holdfast::secure::pkcs11 {

/// store_ec puts a private key into a drafted object. Rv::template_inconsistent when the draft is for another curve.
Result<void> store_ec(crypto::EcPrivateComponents&& components, ObjectContent& key);

}  // namespace holdfast::secure::pkcs11
