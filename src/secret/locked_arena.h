#pragma once

#include <cstddef>

namespace holdfast {

/// The locked arena holds every SecretBytes of the process: pages that are locked into memory where the limit allows,
/// left out of core dumps, and zero in a forked child. It owns no global with a destructor and is never returned to the
/// system. Thread-safe.
namespace locked_arena {

/// allocate returns zeroed memory, or nullptr when the system has none.
void* allocate(std::size_t size) noexcept;
/// release wipes and takes back what allocate gave; `size` is the size asked for.
void release(void* memory, std::size_t size) noexcept;

struct Usage {
  std::size_t reserved_bytes;
  /// Pages that the lock limit (RLIMIT_MEMLOCK) refused: still kept out of dumps, but they could be swapped.
  std::size_t unlocked_bytes;
};
Usage usage() noexcept;

}  // namespace locked_arena
}  // namespace holdfast
