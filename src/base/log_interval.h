#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace holdfast::log {

/// Interval keeps a line that clients can cause as often as they like down to one a second.
class Interval {
 public:
  bool has_passed() noexcept {
    using namespace std::chrono;
    const std::int64_t now = duration_cast<seconds>(steady_clock::now().time_since_epoch()).count();
    return last_.exchange(now, std::memory_order_relaxed) != now;
  }

 private:
  std::atomic<std::int64_t> last_{-1};
};

}  // namespace holdfast::log
