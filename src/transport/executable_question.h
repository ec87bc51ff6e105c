#pragma once

#include <array>
#include <cstdint>

namespace holdfast::transport {

// The secure world has no file system, so it asks its launcher which file a client runs: docs/formats/transport.md, "Logins".
// Both are packets of the launcher's control socket.

inline constexpr std::uint8_t kExecutableKind = 'A';
inline constexpr std::size_t kLongestExecutablePath = 4096;  // PATH_MAX

/// ExecutableQuestion carries one descriptor: the process that connected, as the kernel gave it (SO_PEERPIDFD).
struct ExecutableQuestion {
  std::array<std::uint8_t, 4> kind{kExecutableKind};
  std::uint32_t number = 0;  // the answer bears it too
  std::uint32_t uid = 0;     // what the process was when it connected, and must still be
  std::uint32_t gid = 0;
};
static_assert(sizeof(ExecutableQuestion) == 16);

/// ExecutableAnswer is followed by the path when result is success.
struct ExecutableAnswer {
  std::array<std::uint8_t, 4> kind{kExecutableKind};
  std::uint32_t number = 0;
  std::uint32_t result = 0;  // TeeResult
};
static_assert(sizeof(ExecutableAnswer) == 12);

}  // namespace holdfast::transport
