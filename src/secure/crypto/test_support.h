#pragma once

#include <gtest/gtest.h>
#include <ostream>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "support/secret_peek.h"

namespace holdfast {

/// PrintTo makes a failed expectation show the code; GoogleTest looks for it beside the type.
inline void PrintTo(Rv rv, std::ostream* out) { *out << "Rv 0x" << std::hex << static_cast<std::uint32_t>(rv); }

}  // namespace holdfast

namespace holdfast::secure::crypto {

/// hex makes bytes from hexadecimal digits; spaces are ignored.
inline Bytes hex(std::string_view digits) {
  Bytes bytes;
  std::string pair;
  for (const char digit : digits) {
    if (digit == ' ') continue;
    pair.push_back(digit);
    if (pair.size() < 2) continue;
    bytes.push_back(static_cast<std::byte>(std::stoi(pair, nullptr, 16)));
    pair.clear();
  }
  return bytes;
}

inline std::string to_hex(ByteView bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::byte octet : bytes) {
    text.push_back(kDigits[std::to_integer<std::size_t>(octet >> 4)]);
    text.push_back(kDigits[std::to_integer<std::size_t>(octet & std::byte{15})]);
  }
  return text;
}

inline SecretBytes secret(ByteView bytes) { return testing::SecretPeek::make(bytes); }
inline SecretBytes secret_hex(std::string_view digits) { return secret(hex(digits)); }
inline std::string to_hex(const SecretBytes& bytes) { return to_hex(testing::SecretPeek::see(bytes)); }

/// rv_of is the code of an outcome, Rv::ok for success.
template <class T>
Rv rv_of(const Result<T>& outcome) {
  return outcome ? Rv::ok : outcome.error().rv;
}

}  // namespace holdfast::secure::crypto
