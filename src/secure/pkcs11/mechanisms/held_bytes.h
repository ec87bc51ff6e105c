#pragma once

#include <atomic>
#include <cstddef>

#include "base/result.h"

namespace holdfast::secure::pkcs11 {

/// kMaxHeldPerOperation bounds the input that one operation keeps until its end.
inline constexpr std::size_t kMaxHeldPerOperation = 64 * 1024 * 1024;

/// HeldBytes is one operation's share of what all operations under way may keep together: starting one needs no login, and
/// the secure world must not run out of memory for it.
class HeldBytes {
 public:
  HeldBytes() = default;
  HeldBytes(const HeldBytes&) = delete;
  HeldBytes& operator=(const HeldBytes&) = delete;
  ~HeldBytes() { all_.fetch_sub(mine_, std::memory_order_relaxed); }

  /// add fails with `too_long` when this operation, and Rv::device_memory when all together keep too much.
  Result<void> add(std::size_t size, Rv too_long) {
    if (size > kMaxHeldPerOperation - mine_) return fail(too_long, "input is longer than what is kept until the end");
    mine_ += size;
    if (all_.fetch_add(size, std::memory_order_relaxed) + size > kMaxHeldTogether)
      return fail(Rv::device_memory, "operations under way keep too much input");
    return {};
  }

 private:
  static constexpr std::size_t kMaxHeldTogether = 256 * 1024 * 1024;
  inline static constinit std::atomic<std::size_t> all_{0};
  std::size_t mine_ = 0;
};

}  // namespace holdfast::secure::pkcs11
