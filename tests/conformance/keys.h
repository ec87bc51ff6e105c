#pragma once

#include "conformance/token_test.h"

namespace holdfast::conformance {

/// Curve is what a test needs to know of one: the DER of its name, the size of a coordinate, and libcrypto's name for
/// it.
struct Curve {
  const char* params;
  std::size_t field_bytes;
  const char* openssl_name;
};
inline constexpr Curve kP224{"06052b81040021", 28, "P-224"};
inline constexpr Curve kP256{"06082a8648ce3d030107", 32, "P-256"};
inline constexpr Curve kP384{"06052b81040022", 48, "P-384"};
inline constexpr Curve kP521{"06052b81040023", 66, "P-521"};
inline constexpr Curve kSecp256k1{"06052b8104000a", 32, "secp256k1"};
inline constexpr Curve kCurves[] = {kP224, kP256, kP384, kP521, kSecp256k1};
/// Ed25519 by its object identifier.
inline constexpr const char* kEd25519Params = "06032b6570";

inline Attributes ec_public(const Curve& curve) {
  Attributes attributes;
  attributes.bytes(CKA_EC_PARAMS, hex(curve.params));
  return attributes;
}

/// ec_point takes the point out of its DER octet string.
inline Bytes ec_point(const Bytes& octet_string) {
  const std::size_t head = octet_string.size() > 2 && octet_string[1] == std::byte{0x81} ? 3 : 2;
  return {octet_string.begin() + static_cast<std::ptrdiff_t>(std::min(head, octet_string.size())), octet_string.end()};
}
/// octet_string is DER's wrapping of bytes.
inline Bytes octet_string(const Bytes& bytes) {
  Bytes head{std::byte{4}};
  if (bytes.size() >= 128) head.push_back(std::byte{0x81});
  head.push_back(static_cast<std::byte>(bytes.size()));
  return head + bytes;
}

/// secret_key is a template that imports a secret key which may do everything.
inline Attributes secret_key(CK_KEY_TYPE type, const Bytes& value) {
  Attributes attributes;
  attributes.number(CKA_CLASS, CKO_SECRET_KEY).number(CKA_KEY_TYPE, type).bytes(CKA_VALUE, value);
  for (const CK_ATTRIBUTE_TYPE use : {CKA_ENCRYPT, CKA_DECRYPT, CKA_SIGN, CKA_VERIFY, CKA_WRAP, CKA_UNWRAP, CKA_DERIVE})
    attributes.flag(use, true);
  attributes.flag(CKA_EXTRACTABLE, true).flag(CKA_SENSITIVE, false);
  return attributes;
}

}  // namespace holdfast::conformance
