#pragma once

#include <array>
#include <atomic>
#include <concepts>
#include <cstdint>
#include <optional>

#include "transport/region.h"

namespace holdfast::teec {

/// SlotLeases shares a client process's slots among its threads. A lease lasts for one call, so threads that live
/// without calling hold nothing, and thread exit needs no destructor; a thread asks for the slot it had before, which
/// keeps it with one server thread. When all are taken, threads wait first come, first served.
/// A lease carries its thread's id: what a thread left behind that ended inside a call is taken back.
class SlotLeases {
 public:
  explicit SlotLeases(std::uint32_t slots) : slots_(slots) {}

  /// take leases a slot, `preferred` if it can. It waits for one until `give_up()`, asked every 50 ms, says so.
  /// `is_idle(slot)` tells whether the server has answered the slot's last request.
  template <std::predicate<std::uint32_t> IsIdle, std::predicate<> GiveUp>
  std::optional<std::uint32_t> take(std::uint32_t preferred, IsIdle&& is_idle, GiveUp&& give_up) noexcept {
    if (waiters_.load(std::memory_order_seq_cst) == 0) {
      if (const auto slot = try_take(preferred)) return slot;
    }
    const std::uint32_t ticket = enter_queue();
    std::optional<std::uint32_t> slot;
    bool gave_up = false;
    while (!gave_up && !is_turn_of(ticket)) {
      if (!await_turn(ticket)) gave_up = give_up();
    }
    if (gave_up) {
      // The queue behind stays in order: this place is kept until its turn, then passed on.
      while (!is_turn_of(ticket)) await_turn(ticket);
    }
    while (!gave_up) {
      const std::uint32_t seen = releases_.load(std::memory_order_seq_cst);
      slot = try_take(preferred);
      if (slot) break;
      if (await_release(seen)) continue;
      for (std::uint32_t i = 0; i < slots_; ++i) {
        if (is_idle(i)) reclaim_if_orphaned(i);
      }
      gave_up = give_up();
    }
    leave_queue(ticket);
    return slot;
  }

  void give_back(std::uint32_t slot) noexcept;

 private:
  std::optional<std::uint32_t> try_take(std::uint32_t preferred) noexcept;
  void reclaim_if_orphaned(std::uint32_t slot) noexcept;
  std::uint32_t enter_queue() noexcept;
  bool is_turn_of(std::uint32_t ticket) const noexcept;
  bool await_turn(std::uint32_t ticket) noexcept;
  bool await_release(std::uint32_t seen) noexcept;
  void leave_queue(std::uint32_t ticket) noexcept;

  std::uint32_t slots_;
  struct alignas(64) Lease {
    std::atomic<std::uint32_t> thread{0};
  };
  std::array<Lease, transport::kMaxSlots> leases_;
  alignas(64) std::atomic<std::uint32_t> waiters_{0};
  std::atomic<std::uint32_t> releases_{0};
  std::atomic<std::uint32_t> next_ticket_{0};
  std::atomic<std::uint32_t> now_serving_{0};
};

}  // namespace holdfast::teec
