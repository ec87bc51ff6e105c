#pragma once

#include <cstddef>
#include <cstring>
#include <span>

namespace holdfast {

/// wipe overwrites memory in a way the compiler may not drop.
inline void wipe(void* memory, std::size_t size) noexcept {
  if (size != 0) ::explicit_bzero(memory, size);
}
inline void wipe(std::span<std::byte> memory) noexcept { wipe(memory.data(), memory.size()); }

}  // namespace holdfast
