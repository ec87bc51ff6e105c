#include "teec/slot_leases.h"

#include <cerrno>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "teec/fork_stamp.h"
#include "transport/futex.h"
#include "transport/wait.h"

namespace holdfast::teec {
namespace {

using transport::futex_wait;
using transport::futex_wait_channel;
using transport::futex_wake;
using transport::futex_wake_channel;

/// this_thread's id, asked of the kernel once per thread; a forked child's thread has another.
std::uint32_t this_thread() noexcept {
  struct Known {
    std::uint32_t id;
    std::uint32_t stamp;
  };
  static constinit thread_local Known known{0, 0};
  const std::uint32_t stamp = fork_stamp::current();
  if (known.id == 0 || known.stamp != stamp) known = {static_cast<std::uint32_t>(::syscall(SYS_gettid)), stamp};
  return known.id;
}

std::uint32_t channel_of(std::uint32_t ticket) noexcept { return 1U << (ticket % 32); }

}  // namespace

std::optional<std::uint32_t> SlotLeases::try_take(std::uint32_t preferred) noexcept {
  const std::uint32_t self = this_thread();
  for (std::uint32_t step = 0; step < slots_; ++step) {
    const std::uint32_t slot = (preferred + step) % slots_;
    std::uint32_t nobody = 0;
    if (leases_[slot].thread.load(std::memory_order_relaxed) == 0 &&
        leases_[slot].thread.compare_exchange_strong(nobody, self, std::memory_order_seq_cst))
      return slot;
  }
  return std::nullopt;
}

void SlotLeases::give_back(std::uint32_t slot) noexcept {
  leases_[slot].thread.store(0, std::memory_order_seq_cst);
  if (waiters_.load(std::memory_order_seq_cst) == 0) return;
  releases_.fetch_add(1, std::memory_order_seq_cst);
  futex_wake(releases_);
}

void SlotLeases::reclaim_if_orphaned(std::uint32_t slot) noexcept {
  std::uint32_t holder = leases_[slot].thread.load();
  if (holder == 0) return;
  if (::syscall(SYS_tgkill, ::getpid(), holder, 0) == 0 || errno != ESRCH) return;
  leases_[slot].thread.compare_exchange_strong(holder, 0);
}

std::uint32_t SlotLeases::enter_queue() noexcept {
  waiters_.fetch_add(1, std::memory_order_seq_cst);
  return next_ticket_.fetch_add(1);
}

bool SlotLeases::is_turn_of(std::uint32_t ticket) const noexcept { return now_serving_.load() == ticket; }

bool SlotLeases::await_turn(std::uint32_t ticket) noexcept {
  const std::uint32_t serving = now_serving_.load();
  if (serving == ticket) return true;
  futex_wait_channel(now_serving_, serving, channel_of(ticket), transport::kSleepLimit);
  return is_turn_of(ticket);
}

bool SlotLeases::await_release(std::uint32_t seen) noexcept {
  futex_wait(releases_, seen, transport::kSleepLimit);
  return releases_.load() != seen;
}

void SlotLeases::leave_queue(std::uint32_t ticket) noexcept {
  now_serving_.store(ticket + 1);
  waiters_.fetch_sub(1, std::memory_order_seq_cst);
  futex_wake_channel(now_serving_, channel_of(ticket + 1));
}

}  // namespace holdfast::teec
