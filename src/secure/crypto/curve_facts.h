#pragma once

#include <memory>
#include <openssl/ec.h>

#include "secure/crypto/curve.h"

namespace holdfast::secure::crypto {

// Private to this folder: a curve as libcrypto knows it.

inline constexpr std::size_t kMaxFieldBytes = 66;  // P-521
inline constexpr std::size_t kMaxPointBytes = 1 + 2 * kMaxFieldBytes;

struct GroupFree {
  void operator()(EC_GROUP* group) const noexcept { EC_GROUP_free(group); }
};
using GroupPtr = std::unique_ptr<EC_GROUP, GroupFree>;

/// group_name is libcrypto's name for the curve.
const char* group_name(Curve curve) noexcept;
/// make_group is null when libcrypto does not have the curve.
GroupPtr make_group(Curve curve);

}  // namespace holdfast::secure::crypto
