#pragma once

#include <variant>

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/crypto/curve.h"
#include "secure/crypto/rsa.h"

namespace holdfast::secure::crypto {

// Encodings of keys for other programs: SubjectPublicKeyInfo (RFC 5280, CKA_PUBLIC_KEY_INFO) and PKCS#8 PrivateKeyInfo
// (RFC 5208, RFC 5958; C_WrapKey and C_UnwrapKey).

Bytes rsa_public_key_info(ByteView modulus, ByteView exponent);
/// `point` is 04 || X || Y.
Bytes ec_public_key_info(Curve curve, ByteView point);
Bytes ed25519_public_key_info(ByteView point);

struct EcPrivateComponents {
  Curve curve = Curve::p256;
  SecretBytes scalar;  // order_bytes(curve) bytes
  Bytes point;         // 04 || X || Y; empty when the encoding did not carry it
};
struct Ed25519PrivateComponents {
  SecretBytes seed;
};
using PrivateComponents = std::variant<RsaPrivateComponents, EcPrivateComponents, Ed25519PrivateComponents>;

/// encode_private_key needs every RSA component; an EC point is written when it is there.
Result<SecretBytes> encode_private_key(const PrivateComponents& components);
/// decode_private_key reads PKCS#8, and the bare RSAPrivateKey of PKCS#1 as OP-TEE writes it. It fails with Rv::wrapped_key_invalid for bytes that are no such key, and Rv::curve_not_supported.
/// The numbers are not checked: from_components and from_scalar do so.
Result<PrivateComponents> decode_private_key(const SecretBytes& encoded);
/// without_zero_padding gives the one DER element that `padded` begins with; Rv::wrapped_key_invalid when other than fewer
/// than 16 zero bytes follow.
Result<SecretBytes> without_zero_padding(const SecretBytes& padded);

}  // namespace holdfast::secure::crypto
