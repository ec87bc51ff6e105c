#pragma once

#include <optional>

#include "secure/crypto/pkey.h"

namespace holdfast::secure::crypto {

// Private to this folder: keys that are nothing but bytes of a fixed length, for which libcrypto has calls of their own
// (RFC 7748, RFC 8032).

/// find_octets gives the `size` bytes of a public key, plain or inside a DER OCTET STRING or BIT STRING.
std::optional<ByteView> find_octets(ByteView bytes, std::size_t size);

Result<PkeyPtr> raw_public_key(const char* family, ByteView point, Rv refusal);
Result<PkeyPtr> raw_private_key(const char* family, const SecretBytes& value);
Result<Bytes> raw_point(const EVP_PKEY* key, std::size_t size);

struct RawKeyPair {
  SecretBytes value;
  Bytes point;
};
Result<RawKeyPair> generate_raw(const char* family, std::size_t size);

}  // namespace holdfast::secure::crypto
