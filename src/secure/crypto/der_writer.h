#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "secure/crypto/der.h"

namespace holdfast::secure::crypto {

/// DerWriter writes DER from the end of `room` to its front, so the length of an element is known when its header is
/// written and nothing is copied twice: the last field first. Room for secrets is a SecretBytes of the caller.
class DerWriter {
 public:
  static constexpr std::size_t kMaxHeaderBytes = 1 + 1 + sizeof(std::size_t);

  explicit DerWriter(MutableByteView room) : room_(room), start_(room.size()) {}

  void raw(ByteView bytes);
  void element(DerTag tag, ByteView content);
  /// unsigned_integer writes an INTEGER in its shortest form from big-endian bytes.
  void unsigned_integer(ByteView number);
  void bit_string(ByteView content);

  /// mark remembers where an element ends; close puts its header in front of what was written since.
  std::size_t mark() const noexcept { return start_; }
  void close(DerTag tag, std::size_t mark) { header(tag, mark - start_); }

  /// fits is false when the room was too small; view() is then of no use.
  bool fits() const noexcept { return !overflowed_; }
  ByteView view() const noexcept { return room_.subspan(start_); }

 private:
  void byte(std::uint8_t value);
  void header(DerTag tag, std::size_t content_bytes);

  MutableByteView room_;
  std::size_t start_;
  bool overflowed_ = false;
};

}  // namespace holdfast::secure::crypto
