#pragma once

#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/operations/pair_type.h"

namespace holdfast::secure::pkcs11 {

// How the key types take their parts from an object.

constexpr ck::AttributeType attribute(CK_ATTRIBUTE_TYPE type) { return ck::AttributeType{static_cast<std::uint32_t>(type)}; }

/// present is the attribute, or null when it is absent or empty.
const Bytes* present(const AttributeSet& attributes, CK_ATTRIBUTE_TYPE type);
/// required is the attribute; Rv::template_incomplete when it is absent or empty.
Result<ByteView> required(const AttributeSet& attributes, CK_ATTRIBUTE_TYPE type);
/// required_secret is the secret attribute, likewise.
Result<const SecretBytes*> required_secret(const SecretSet& secrets, CK_ATTRIBUTE_TYPE type);

inline bool is_private(const AttributeSet& half) { return half.object_class().value == CKO_PRIVATE_KEY; }

/// bits_of_number is the size of a big-endian number; 0 for null.
std::uint32_t bits_of_number(const Bytes* big_endian);

template <class Parsed>
Result<KeyMaterial> as_material(Result<Parsed> parsed) {
  HF_ASSIGN_OR_RETURN(Parsed key, std::move(parsed));
  return KeyMaterial(std::move(key));
}

}  // namespace holdfast::secure::pkcs11
