#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace holdfast {

/// Bytes are public bytes. Secrets are SecretBytes (secret/secret_bytes.h).
using Bytes = std::vector<std::byte>;
using ByteView = std::span<const std::byte>;
using MutableByteView = std::span<std::byte>;

inline ByteView as_bytes(std::string_view text) { return std::as_bytes(std::span(text.data(), text.size())); }
inline ByteView as_bytes(const void* data, std::size_t size) { return {static_cast<const std::byte*>(data), size}; }
inline Bytes to_bytes(ByteView view) { return {view.begin(), view.end()}; }
inline const std::uint8_t* u8(ByteView view) { return reinterpret_cast<const std::uint8_t*>(view.data()); }
inline std::uint8_t* u8(MutableByteView view) { return reinterpret_cast<std::uint8_t*>(view.data()); }
inline std::string_view as_text(ByteView view) { return {reinterpret_cast<const char*>(view.data()), view.size()}; }

/// equal compares public bytes; for secrets use equal_constant_time.
inline bool equal(ByteView a, ByteView b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

}  // namespace holdfast
