#pragma once

#include <array>

#include "base/bytes.h"

namespace holdfast::cryptoki::optee {

/// CKA_EC_POINT of an Edwards key is 32 raw bytes in OP-TEE and a DER octet string everywhere else (OP-TEE ABI section
/// 11.1). No point of another curve has either length.
inline constexpr std::size_t kRawEdwardsPoint = 32;
inline constexpr std::array kEdwardsPointHead{std::byte{0x04}, std::byte{kRawEdwardsPoint}};

/// raw_edwards_point takes the octet string off; any other value stays as it is.
inline ByteView raw_edwards_point(ByteView point) {
  const bool is_wrapped = point.size() == kEdwardsPointHead.size() + kRawEdwardsPoint &&
                          equal(point.first(kEdwardsPointHead.size()), kEdwardsPointHead);
  return is_wrapped ? point.subspan(kEdwardsPointHead.size()) : point;
}

}  // namespace holdfast::cryptoki::optee
