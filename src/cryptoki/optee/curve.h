#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace holdfast::cryptoki::optee {

/// Curve is one of the curves that OP-TEE computes on (OP-TEE ABI section 11.1).
struct Curve {
  std::string_view oid;        // DER, the form of CKA_EC_PARAMS that names the curve
  std::size_t explicit_bytes;  // length of the form that spells its domain parameters out
  std::size_t field_bytes;
  std::string_view prime;  // big endian, hexadecimal; empty where OP-TEE agrees on no keys
  std::string_view b;      // of y² = x³ - 3x + b
};

/// find_curve is null for CKA_EC_PARAMS that OP-TEE does not know.
const Curve* find_curve(ByteView ec_params) noexcept;
/// is_named_curve is stricter: the curve is named, an Edwards curve too. OP-TEE compares the spelt out forms byte for
/// byte, the module does not.
bool is_named_curve(ByteView ec_params) noexcept;

/// is_on_curve tells whether `point`, 04 ‖ X ‖ Y, is one that OP-TEE may compute with: a point that is none ends its
/// trusted application, for everybody (OP-TEE ABI section 19.3, number 4). Public numbers, plain arithmetic.
bool is_on_curve(const Curve& curve, ByteView point) noexcept;

}  // namespace holdfast::cryptoki::optee
