#pragma once

#include "base/bytes.h"

namespace holdfast {

/// equal_constant_time compares without a branch that depends on the bytes; the lengths are public.
inline bool equal_constant_time(ByteView a, ByteView b) noexcept {
  if (a.size() != b.size()) return false;
  volatile unsigned char difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    difference = static_cast<unsigned char>(difference | std::to_integer<unsigned char>(a[i] ^ b[i]));
  return difference == 0;
}

}  // namespace holdfast
