#pragma once

#include "secure/pkcs11/attributes/row.h"

namespace holdfast::secure::pkcs11 {

/// SecretSizes is how many bytes a secret key may have: first, first + step, … up to last.
struct SecretSizes {
  std::size_t first = 0;
  std::size_t last = 0;
  std::size_t step = 1;

  constexpr bool is_one() const { return first == last; }
  constexpr bool allow(std::size_t bytes) const {
    return bytes != 0 && bytes >= first && bytes <= last && (bytes - first) % step == 0;
  }
};

/// KeyTypeRow is all that attributes know of a key type: which classes of objects it has, and what is particular to them.
/// Null rows say that there are no such objects.
struct KeyTypeRow {
  ck::KeyType type;
  RowSpan (*public_rows)() = nullptr;
  RowSpan (*private_rows)() = nullptr;
  RowSpan (*domain_rows)() = nullptr;
  RowSpan (*secret_rows)() = nullptr;
  RowSpan (*otp_rows)() = nullptr;
  SecretSizes sizes;  // of secret and OTP keys
  bool in_optee = false;
};

std::span<const KeyTypeRow> all_key_types();

/// find_key_type gives null for a type that no object here has.
const KeyTypeRow* find_key_type(ck::KeyType type);

}  // namespace holdfast::secure::pkcs11
