#pragma once

#include "secure/pkcs11/mechanisms/row.h"

namespace holdfast::secure::pkcs11 {

// What the mechanisms over finite fields share: pairs and domain parameters. The row's first key type tells the scheme.

inline constexpr Bits kDhSizes{1024, 8192};
inline constexpr Bits kDsaSizes{1024, 3072};

/// generate_field_pair takes the domain from the public template and puts it into both halves.
Result<void> generate_field_pair(const MechanismRow& row, ObjectContent& public_key, ObjectContent& private_key);

/// generate_field_domain makes domain parameters of CKA_PRIME_BITS, and CKA_SUBPRIME_BITS where the scheme has one.
Result<void> generate_field_domain(const MechanismRow& row, const MechanismParam& param, ObjectContent& parameters);

}  // namespace holdfast::secure::pkcs11
