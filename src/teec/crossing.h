#pragma once

#include <array>
#include <concepts>

#include "teec/cancellable.h"
#include "teec/connection.h"

namespace holdfast::teec {

/// Crossing is one request and its reply: a slot leased for the time of one call, and windows for larger data.
class Crossing {
 public:
  /// begin leases a slot. target_dead when the secure world is gone, cancel when `is_cancelled` came first.
  template <std::predicate<> IsCancelled>
  static Expected<Crossing, TeeResult> begin(Connection& connection, IsCancelled&& is_cancelled) {
    const auto slot = connection.leases_->take(
        preferred_slot(connection), [&](std::uint32_t index) { return is_idle(connection, index); },
        [&] { return is_cancelled() || !connection.check_peer(); });
    if (!slot) return Unexpected{connection.is_dead() ? TeeResult::target_dead : TeeResult::cancel};
    return Crossing(connection, *slot);
  }
  Crossing(Crossing&& other) noexcept;
  Crossing& operator=(Crossing&&) = delete;
  ~Crossing();

  transport::FrameHeader& header() noexcept { return slot_.frame->header; }

  struct Room {
    transport::FrameParam reference;  // for the frame
    MutableByteView bytes;            // for the caller
  };
  enum class Direction : std::uint8_t { input, output };
  /// room_for finds shared memory for one reference: behind the header if small, else in a window, else in one of its
  /// own. excess_data above 64 MiB, out_of_memory when the secure world grants no more.
  Expected<Room, TeeResult> room_for(std::size_t size, Direction direction, std::size_t inline_limit);

  /// run hands the frame over and waits for the reply. target_dead when the secure world ends before it answers. A wish to
  /// end early, for which `cancellable` is looked at while waiting, is passed on: heeding it is the application's choice.
  Expected<void, TeeResult> run(const Cancellable& cancellable) noexcept;

 private:
  Crossing(Connection& connection, std::uint32_t index);
  static std::uint32_t preferred_slot(const Connection& connection) noexcept;
  static bool is_idle(Connection& connection, std::uint32_t index) noexcept;
  std::atomic<std::uint32_t>& service_time() noexcept;
  bool await_reply(std::uint32_t old, transport::Patience patience, const Cancellable& cancellable) noexcept;

  Connection* connection_;
  std::uint32_t index_;
  transport::SlotView slot_;
  std::size_t inline_used_ = 0;
  std::array<std::size_t, 2> window_used_{};
  std::array<std::uint32_t, 4> extra_windows_{};
  std::size_t extra_count_ = 0;
};

}  // namespace holdfast::teec
