#pragma once

#include "secure/crypto/key_info.h"
#include "secure/crypto/rsa.h"

namespace holdfast::secure::crypto {

// RSA keys in their envelopes (RFC 8017, appendix A.1).

/// rsa_algorithm is rsaEncryption with NULL.
Algorithm rsa_algorithm() noexcept;

Bytes rsa_public_key_info(ByteView modulus, ByteView exponent);

/// encode_private_key needs every number; Rv::key_not_wrappable.
Result<SecretBytes> encode_private_key(const RsaPrivateComponents& key);
/// decode_rsa does not check the numbers: from_components does. Rv::attribute_value_invalid for bytes that are no such key.
Result<RsaPrivateComponents> decode_rsa(const PrivateKeyInfo& info);

}  // namespace holdfast::secure::crypto
