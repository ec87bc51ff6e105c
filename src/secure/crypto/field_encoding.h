#pragma once

#include "secure/crypto/finite_field.h"
#include "secure/crypto/key_info.h"

namespace holdfast::secure::crypto {

// Keys over finite fields in their envelopes: dhKeyAgreement (PKCS #3), dhpublicnumber (RFC 3279, 2.3.3) and id-dsa
// (RFC 3279, 2.3.2).

/// field_oid is a whole DER element.
ByteView field_oid(FieldScheme scheme) noexcept;
/// field_params is the SEQUENCE of the domain parameters, in the order of the scheme.
Bytes field_params(FieldScheme scheme, const FieldDomain& domain);
/// parse_field_params undoes it; Rv::attribute_value_invalid.
Result<FieldDomain> parse_field_params(FieldScheme scheme, ByteView params);
/// field_public_key_info is the SubjectPublicKeyInfo.
Bytes field_public_key_info(FieldScheme scheme, const FieldDomain& domain, ByteView public_value);

}  // namespace holdfast::secure::crypto
