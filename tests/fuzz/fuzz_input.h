#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "base/bytes.h"

namespace holdfast::testing {

/// FuzzInput cuts a fuzzer's bytes into what a target needs; past their end there are only zeros and nothing.
class FuzzInput {
 public:
  FuzzInput(const std::uint8_t* data, std::size_t size) : rest_(as_bytes(data, size)) {}

  bool empty() const { return rest_.empty(); }
  std::uint8_t u8() {
    const ByteView one = bytes(1);
    return one.empty() ? std::uint8_t{0} : std::to_integer<std::uint8_t>(one[0]);
  }
  std::uint16_t u16() {
    const std::uint8_t low = u8();
    return static_cast<std::uint16_t>(low | u8() << 8);
  }
  ByteView bytes(std::size_t most) {
    const ByteView head = rest_.first(std::min(most, rest_.size()));
    rest_ = rest_.subspan(head.size());
    return head;
  }
  /// sized takes a u16 length and at most so many bytes.
  ByteView sized() { return bytes(u16()); }
  ByteView rest() { return bytes(rest_.size()); }

 private:
  ByteView rest_;
};

/// require ends the run when a property does not hold.
inline void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace holdfast::testing
