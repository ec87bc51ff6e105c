#pragma once

#include "secure/crypto/finite_field.h"
#include "secure/crypto/libcrypto.h"

namespace holdfast::secure::crypto {

// Private to this folder: the arithmetic that tells sound numbers of a finite field from others.

struct FieldNumbers {
  BignumPtr p, q, g;  // q is null without a subprime
};

/// check_domain parses domain parameters. Rv::key_size_range for a prime outside the scheme's limits,
/// domain_params_invalid for an even one, a base outside 2…prime - 2, and a subprime that does not divide prime - 1, is
/// shorter than 160 bits, or whose subgroup does not hold the base.
Result<FieldNumbers> check_domain(FieldScheme scheme, const FieldDomain& domain);

Result<void> check_public_value(const FieldNumbers& field, ByteView value, Rv refusal);

/// public_value_of computes base^value, as long as the prime; Rv::attribute_value_invalid for a value outside its range.
Result<Bytes> public_value_of(const FieldNumbers& field, ByteView private_value);

}  // namespace holdfast::secure::crypto
