#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "transport/epoch_page.h"

namespace holdfast::transport {

/// How a thread waits was measured, not guessed (docs/formats/transport.md, "Waiting"): a short spin wins on a quiet
/// machine and ruins a busy one; a few yields hand the CPU to the peer more cheaply than a sleep and a wake.
inline constexpr std::chrono::microseconds kSpinLimit{50};
inline constexpr std::chrono::microseconds kYieldLimit{60};
inline constexpr std::chrono::milliseconds kSleepLimit{50};
/// Work that takes longer than this on average is not worth a spin.
inline constexpr std::chrono::microseconds kWorthSpinning{100};

/// SpinGauge says whether spinning is affordable: only while requests in flight, times two, fit the CPUs.
class SpinGauge {
 public:
  SpinGauge(const EpochPage& page, std::uint32_t cpus) : page_(&page), cpus_(cpus) {}
  /// `own` counts requests of the asker's that the page does not know of.
  bool may_spin(std::uint32_t own) const noexcept {
    return (std::uint64_t{page_->in_flight.load(std::memory_order_relaxed)} + own) * 2 <= cpus_;
  }

 private:
  const EpochPage* page_;
  std::uint32_t cpus_;
};

/// usable_cpus counts the CPUs this thread may run on.
std::uint32_t usable_cpus() noexcept;

enum class Patience : std::uint8_t { spin_then_sleep, sleep_at_once };

/// await_change waits until `word` no longer holds `old`: true. Or until it has slept `limit`: false; then the caller
/// looks whether its peer lives, and comes again. `sleeps` is this side's flag, by which the peer knows whom to wake.
/// No wake-up is lost: both sides store, then load, sequentially consistent (Dekker), and the kernel compares again.
bool await_change(const std::atomic<std::uint32_t>& word, std::uint32_t old, std::atomic<std::uint32_t>& sleeps,
                  const SpinGauge& gauge, std::uint32_t own, Patience patience,
                  std::chrono::nanoseconds limit) noexcept;

}  // namespace holdfast::transport
