#include "secure/crypto/der_writer.h"

#include <algorithm>

namespace holdfast::secure::crypto {

void DerWriter::raw(ByteView bytes) {
  if (bytes.size() > start_) {
    start_ = 0;
    overflowed_ = true;
    return;
  }
  start_ -= bytes.size();
  std::ranges::copy(bytes, room_.begin() + static_cast<std::ptrdiff_t>(start_));
}

void DerWriter::byte(std::uint8_t value) {
  const std::byte one{value};
  raw({&one, 1});
}

void DerWriter::header(DerTag tag, std::size_t content_bytes) {
  if (content_bytes < 0x80) {
    byte(static_cast<std::uint8_t>(content_bytes));
  } else {
    std::uint8_t count = 0;
    for (std::size_t left = content_bytes; left != 0; left >>= 8, ++count) byte(static_cast<std::uint8_t>(left & 0xFF));
    byte(static_cast<std::uint8_t>(0x80 | count));
  }
  byte(static_cast<std::uint8_t>(tag));
}

void DerWriter::element(DerTag tag, ByteView content) {
  raw(content);
  header(tag, content.size());
}

void DerWriter::unsigned_integer(ByteView number) {
  while (number.size() > 1 && number[0] == std::byte{0}) number = number.subspan(1);
  const std::size_t end = mark();
  if (number.empty()) byte(0);
  raw(number);
  if (!number.empty() && std::to_integer<unsigned>(number[0]) >= 0x80) byte(0);
  close(DerTag::integer, end);
}

void DerWriter::bit_string(ByteView content) {
  const std::size_t end = mark();
  raw(content);
  byte(0);
  close(DerTag::bit_string, end);
}

}  // namespace holdfast::secure::crypto
