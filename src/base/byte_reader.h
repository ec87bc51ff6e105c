#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"

namespace holdfast {

/// ByteReader is the one reader of every format in the project: little endian, bounds-checked, over a private copy.
/// Short input is Rv::arguments_bad, and leaves the reader where it was.
class ByteReader {
 public:
  explicit ByteReader(ByteView input) : rest_(input) {}

  std::size_t remaining() const noexcept { return rest_.size(); }
  ByteView rest() const noexcept { return rest_; }

  Result<ByteView> take(std::size_t size) {
    if (size > rest_.size()) return fail(Rv::arguments_bad, "input is shorter than its fields");
    ByteView head = rest_.first(size);
    rest_ = rest_.subspan(size);
    return head;
  }
  Result<std::uint8_t> u8() { return integer<std::uint8_t>(); }
  Result<std::uint16_t> u16() { return integer<std::uint16_t>(); }
  Result<std::uint32_t> u32() { return integer<std::uint32_t>(); }
  Result<std::uint64_t> u64() { return integer<std::uint64_t>(); }

  /// sized reads a u32 length and then that many bytes; more than `limit` is refused before anything is looked at.
  Result<ByteView> sized(std::size_t limit) {
    ByteReader ahead = *this;
    HF_ASSIGN_OR_RETURN(const std::uint32_t size, ahead.u32());
    if (size > limit) return fail(Rv::arguments_bad, "length field above its limit");
    HF_ASSIGN_OR_RETURN(const ByteView value, ahead.take(size));
    *this = ahead;
    return value;
  }

  Result<void> expect_end() const {
    if (!rest_.empty()) return fail(Rv::arguments_bad, "bytes left over after the last field");
    return {};
  }

 private:
  template <class Integer>
  Result<Integer> integer() {
    if (sizeof(Integer) > rest_.size()) return fail(Rv::arguments_bad, "input is shorter than its fields");
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(Integer); ++i)
      value |= static_cast<std::uint64_t>(std::to_integer<std::uint8_t>(rest_[i])) << (8 * i);
    rest_ = rest_.subspan(sizeof(Integer));
    return static_cast<Integer>(value);
  }

  ByteView rest_;
};

}  // namespace holdfast
