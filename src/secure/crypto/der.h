#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"

namespace holdfast::secure::crypto {

enum class DerTag : std::uint8_t {
  integer = 0x02,
  bit_string = 0x03,
  octet_string = 0x04,
  null = 0x05,
  object_identifier = 0x06,
  utf8_string = 0x0C,
  printable_string = 0x13,
  sequence = 0x30,
  context_0 = 0xA0,
  context_1 = 0xA1,
  context_0_primitive = 0x80,
  context_1_primitive = 0x81,
};

/// DerReader reads DER (X.690): definite lengths in their shortest form, single-byte tags. Every fault is
/// Rv::attribute_value_invalid, and leaves the reader where it was. It only points into its input: that must be
/// private.
class DerReader {
 public:
  explicit DerReader(ByteView input) : rest_(input) {}

  bool at_end() const noexcept { return rest_.empty(); }
  bool next_is(DerTag tag) const noexcept { return !rest_.empty() && rest_[0] == static_cast<std::byte>(tag); }
  /// take gives the content of the next element, which must have that tag.
  Result<ByteView> take(DerTag tag);
  /// take_any gives the next element whole, tag and length with it.
  Result<ByteView> take_any();
  /// take_unsigned gives a non-negative INTEGER without its leading zero byte.
  Result<ByteView> take_unsigned();
  /// take_bit_string gives the bytes of a BIT STRING that has no unused bits.
  Result<ByteView> take_bit_string();
  Result<DerReader> enter(DerTag tag);
  Result<void> expect_end() const;

 private:
  ByteView rest_;
};

/// octet_string puts bytes into a DER OCTET STRING, the form of CKA_EC_POINT.
Bytes octet_string(ByteView content);
/// parse_octet_string gives the content of `der`, which must be one OCTET STRING and nothing else.
Result<ByteView> parse_octet_string(ByteView der);

}  // namespace holdfast::secure::crypto
