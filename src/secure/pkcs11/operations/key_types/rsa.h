#pragma once

#include "secure/crypto/rsa.h"
#include "secure/pkcs11/attributes/attribute_set.h"

namespace holdfast::secure::pkcs11 {

/// store_rsa puts a private key into a drafted object.
Result<void> store_rsa(crypto::RsaPrivateComponents&& components, ObjectContent& key);

}  // namespace holdfast::secure::pkcs11
