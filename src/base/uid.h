#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>

#include "base/bytes.h"

namespace holdfast {

/// Uid is a lasting identity of 16 random octets. The tag keeps the identities of different things apart.
template <class Tag>
struct Uid {
  static constexpr std::size_t kBytes = 16;
  std::array<std::byte, kBytes> octets{};

  /// from takes exactly 16 bytes.
  static Uid from(std::span<const std::byte, kBytes> bytes) {
    Uid uid;
    std::memcpy(uid.octets.data(), bytes.data(), kBytes);
    return uid;
  }
  ByteView view() const noexcept { return octets; }

  /// high and low show the identity in a log line, as two numbers (big endian: they read like the octets do).
  std::uint64_t high() const noexcept { return number(0); }
  std::uint64_t low() const noexcept { return number(8); }

  friend auto operator<=>(const Uid&, const Uid&) = default;

 private:
  std::uint64_t number(std::size_t at) const noexcept {
    std::uint64_t value = 0;
    for (std::size_t i = at; i < at + 8; ++i) value = value << 8 | std::to_integer<std::uint64_t>(octets[i]);
    return value;
  }
};

/// ObjectUid names an object for as long as it exists. It is neither CKA_ID nor an object handle.
using ObjectUid = Uid<struct ObjectUidTag>;
/// TokenUid names one initialisation of a token: C_InitToken makes a new one.
using TokenUid = Uid<struct TokenUidTag>;

}  // namespace holdfast

template <class Tag>
struct std::hash<holdfast::Uid<Tag>> {
  std::size_t operator()(const holdfast::Uid<Tag>& uid) const noexcept {
    // The octets are random already.
    std::size_t value = 0;
    std::memcpy(&value, uid.octets.data(), sizeof value);
    return value;
  }
};
