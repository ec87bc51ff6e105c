#pragma once

#include <atomic>
#include <chrono>
#include <climits>
#include <cstdint>
#include <ctime>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace holdfast::transport {

// std::atomic::wait of libstdc++ asks for process-private futexes, which another process never wakes. These do not.

inline timespec to_timespec(std::chrono::nanoseconds span) noexcept {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(span);
  return {.tv_sec = seconds.count(), .tv_nsec = (span - seconds).count()};
}

/// futex_wait sleeps while `word` holds `expected`, at most `timeout`. It may return early for no reason: re-check.
inline void futex_wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected,
                       std::chrono::nanoseconds timeout) noexcept {
  const timespec limit = to_timespec(timeout);
  ::syscall(SYS_futex, &word, FUTEX_WAIT, expected, &limit, nullptr, 0);
}

inline void futex_wake(const std::atomic<std::uint32_t>& word, int waiters = INT_MAX) noexcept {
  ::syscall(SYS_futex, &word, FUTEX_WAKE, waiters, nullptr, nullptr, 0);
}

/// futex_wait_channel is futex_wait that only futex_wake_channel of one of the same bits ends.
inline void futex_wait_channel(const std::atomic<std::uint32_t>& word, std::uint32_t expected, std::uint32_t bits,
                               std::chrono::nanoseconds timeout) noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const timespec deadline =
      to_timespec(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec) + timeout);
  ::syscall(SYS_futex, &word, FUTEX_WAIT_BITSET, expected, &deadline, nullptr, bits);
}

inline void futex_wake_channel(const std::atomic<std::uint32_t>& word, std::uint32_t bits) noexcept {
  ::syscall(SYS_futex, &word, FUTEX_WAKE_BITSET, INT_MAX, nullptr, nullptr, bits);
}

}  // namespace holdfast::transport
