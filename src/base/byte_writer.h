#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace holdfast {

/// ByteWriter appends little-endian fields to Bytes. It grows its buffer; writers of secrets use wire/codec.h.
class ByteWriter {
 public:
  ByteWriter& u8(std::uint8_t v) { return integer(v); }
  ByteWriter& u16(std::uint16_t v) { return integer(v); }
  ByteWriter& u32(std::uint32_t v) { return integer(v); }
  ByteWriter& u64(std::uint64_t v) { return integer(v); }
  ByteWriter& raw(ByteView view) {
    out_.insert(out_.end(), view.begin(), view.end());
    return *this;
  }
  ByteWriter& sized(ByteView view) {
    u32(static_cast<std::uint32_t>(view.size()));
    return raw(view);
  }

  std::size_t size() const noexcept { return out_.size(); }
  ByteView view() const noexcept { return out_; }
  Bytes take() && { return std::move(out_); }

 private:
  template <class Integer>
  ByteWriter& integer(Integer v) {
    for (std::size_t i = 0; i < sizeof(Integer); ++i)
      out_.push_back(static_cast<std::byte>(static_cast<std::uint64_t>(v) >> (8 * i)));
    return *this;
  }

  Bytes out_;
};

}  // namespace holdfast
