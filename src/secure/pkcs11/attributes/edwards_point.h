#pragma once

#include "secure/pkcs11/attributes/attribute_set.h"

namespace holdfast::secure::pkcs11 {

/// is_edwards_point tells whether an attribute is the CKA_EC_POINT of an Edwards key, which exists in three forms: the bytes
/// of RFC 8032 (PKCS#11 and OP-TEE), and those inside a DER OCTET STRING or BIT STRING (many clients).
bool is_edwards_point(const AttributeSet& object, ck::AttributeType type);

/// plain_edwards_point takes the DER off an Ed25519 point; what is no such point comes back as it is.
ByteView plain_edwards_point(ByteView point);

}  // namespace holdfast::secure::pkcs11
