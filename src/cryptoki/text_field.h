#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include <pkcs11/pkcs11.h>

#include "base/bytes.h"

namespace holdfast::cryptoki {

/// put_text fills a field of the standard's information structures: UTF-8, padded with blanks, not terminated.
template <std::size_t N>
void put_text(CK_UTF8CHAR (&field)[N], std::string_view text) {
  std::fill(std::begin(field), std::end(field), CK_UTF8CHAR{' '});
  std::copy_n(text.begin(), std::min(text.size(), N), field);
}

/// put_bytes copies a field of the same size from the wire.
template <std::size_t N>
void put_bytes(CK_BYTE (&field)[N], const std::array<std::byte, N>& bytes) {
  std::memcpy(field, bytes.data(), N);
}

inline CK_VERSION version_of(const std::array<std::byte, 2>& bytes) {
  return {std::to_integer<CK_BYTE>(bytes[0]), std::to_integer<CK_BYTE>(bytes[1])};
}

}  // namespace holdfast::cryptoki
