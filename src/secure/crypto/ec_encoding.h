#pragma once

#include "secure/crypto/curve.h"
#include "secure/crypto/key_info.h"

namespace holdfast::secure::crypto {

// Keys on short Weierstrass curves in their envelopes (RFC 5480, RFC 5915).

/// ec_algorithm is id-ecPublicKey with the curve's OID.
Algorithm ec_algorithm(Curve curve) noexcept;

/// `point` is 04 || X || Y.
Bytes ec_public_key_info(Curve curve, ByteView point);

struct EcPrivateComponents {
  Curve curve = Curve::p256;
  SecretBytes scalar;  // order_bytes(curve) bytes
  Bytes point;         // 04 || X || Y; empty when the encoding did not carry it
};

/// encode_private_key writes the point when it is there; Rv::key_not_wrappable for a number of another width.
Result<SecretBytes> encode_private_key(const EcPrivateComponents& key);
/// decode_ec does not check the number: from_scalar does. Rv::attribute_value_invalid for bytes that are no such key, and
/// the codes of curve_from_params.
Result<EcPrivateComponents> decode_ec(const PrivateKeyInfo& info);

}  // namespace holdfast::secure::crypto
