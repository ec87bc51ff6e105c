#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

namespace holdfast::launcher {

/// Life is what a world had reached when it died.
enum class Life {
  never_served,  // it could not start: trying again soon stops making sense
  served,        // something killed it: whatever that was, its clients want it back
};

/// RestartPolicy decides when a world that died is started again. One that served comes back at once, or after a short
/// pause when it served for less than a moment, so that a crash on request cannot keep the machine busy. One that never
/// served comes back after growing pauses, and at last not at all.
class RestartPolicy {
 public:
  using Milliseconds = std::chrono::milliseconds;

  static constexpr Milliseconds kMoment{1'000};
  static constexpr Milliseconds kShortPause{100};
  static constexpr Milliseconds kFirstPause{50};  // doubled each time
  static constexpr int kFailedStartsAllowed = 6;

  /// on_death returns the pause before the next start, or nothing when it is time to give up.
  std::optional<Milliseconds> on_death(Life life, Milliseconds lived) {
    if (life == Life::served) {
      failed_starts_ = 0;
      return lived < kMoment ? kShortPause : Milliseconds{0};
    }
    if (++failed_starts_ > kFailedStartsAllowed) return std::nullopt;
    return failed_starts_ == 1 ? Milliseconds{0} : kFirstPause * (1 << (failed_starts_ - 2));
  }

 private:
  int failed_starts_ = 0;
};

}  // namespace holdfast::launcher
