#pragma once

#include <memory>
#include <openssl/ec.h>

#include "secure/crypto/curve.h"

namespace holdfast::secure::crypto {

// Private to this folder: a curve as libcrypto knows it.

inline constexpr std::size_t kMaxFieldBytes = 66;  // P-521
inline constexpr std::size_t kMaxPointBytes = 1 + 2 * kMaxFieldBytes;

/// group_name is libcrypto's name for the curve.
const char* group_name(Curve curve) noexcept;
/// ec_group is made once and shared by all threads, which only read it; null when libcrypto does not have the curve.
const EC_GROUP* ec_group(Curve curve) noexcept;

}  // namespace holdfast::secure::crypto
