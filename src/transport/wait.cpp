#include "transport/wait.h"

#include <sched.h>

#include "transport/futex.h"
#include "transport/region.h"

namespace holdfast::transport {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kTurnsPerClockRead = 50;

void relax_cpu() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

bool changed(const std::atomic<std::uint32_t>& word, std::uint32_t old) noexcept {
  return word.load(std::memory_order_acquire) != old;
}

bool spin(const std::atomic<std::uint32_t>& word, std::uint32_t old, const SpinGauge& gauge,
          std::uint32_t own) noexcept {
  const auto deadline = Clock::now() + kSpinLimit;
  do {
    if (!gauge.may_spin(own)) return false;
    for (int turn = 0; turn < kTurnsPerClockRead; ++turn) {
      if (changed(word, old)) return true;
      relax_cpu();
    }
  } while (Clock::now() < deadline);
  return false;
}

bool yield(const std::atomic<std::uint32_t>& word, std::uint32_t old) noexcept {
  const auto deadline = Clock::now() + kYieldLimit;
  do {
    if (changed(word, old)) return true;
    ::sched_yield();
  } while (Clock::now() < deadline);
  return false;
}

}  // namespace

std::uint32_t usable_cpus() noexcept {
  cpu_set_t set;
  CPU_ZERO(&set);
  // Fails on machines with more CPUs than the set holds: many.
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return CPU_SETSIZE;
  return static_cast<std::uint32_t>(CPU_COUNT(&set));
}

bool await_change(const std::atomic<std::uint32_t>& word, std::uint32_t old, std::atomic<std::uint32_t>& sleeps,
                  const SpinGauge& gauge, std::uint32_t own, Patience patience,
                  std::chrono::nanoseconds limit) noexcept {
  if (changed(word, old)) return true;
  if (patience == Patience::spin_then_sleep && (spin(word, old, gauge, own) || yield(word, old))) return true;
  sleeps.store(kAsleep, std::memory_order_seq_cst);
  if (word.load(std::memory_order_seq_cst) == old) futex_wait(word, old, limit);
  sleeps.store(kAwake, std::memory_order_relaxed);
  return changed(word, old);
}

}  // namespace holdfast::transport
