#include "teec/crossing.h"

#include <algorithm>

#include "transport/futex.h"

namespace holdfast::teec {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kInlineAlignment = 16;
constexpr std::size_t kWindowAlignment = 64;

constexpr std::size_t align(std::size_t size, std::size_t alignment) {
  return (size + alignment - 1) / alignment * alignment;
}

// A hint only: a wrong one costs a scan. One for all connections of a thread, as few have more than one.
constinit thread_local std::uint32_t last_slot = ~0U;
constinit std::atomic<std::uint32_t> next_first_slot{0};

}  // namespace

std::uint32_t Crossing::preferred_slot(const Connection& connection) noexcept {
  if (last_slot == ~0U) last_slot = next_first_slot.fetch_add(1, std::memory_order_relaxed);
  return last_slot % connection.layout_.slots;
}

bool Crossing::is_idle(Connection& connection, std::uint32_t index) noexcept {
  const transport::SlotControl& control =
      *transport::slot_view(connection.region_.data(), connection.layout_, index).control;
  return control.req.load() == control.rsp.load();
}

Crossing::Crossing(Connection& connection, std::uint32_t index)
    : connection_(&connection),
      index_(index),
      slot_(transport::slot_view(connection.region_.data(), connection.layout_, index)) {
  last_slot = index;
}

Crossing::Crossing(Crossing&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)),
      index_(other.index_),
      slot_(other.slot_),
      inline_used_(other.inline_used_),
      window_used_(other.window_used_),
      extra_windows_(other.extra_windows_),
      extra_count_(std::exchange(other.extra_count_, 0)) {}

Crossing::~Crossing() {
  if (connection_ == nullptr) return;
  for (std::size_t i = 0; i < extra_count_; ++i) connection_->return_window(extra_windows_[i]);
  connection_->leases_->give_back(index_);
}

Expected<Crossing::Room, TeeResult> Crossing::room_for(std::size_t size, Direction direction,
                                                       std::size_t inline_limit) {
  using transport::Place;
  const auto place_in = [&](Place place, MutableByteView memory, std::size_t& used, std::size_t alignment) {
    const Room room{.reference = {.a = static_cast<std::uint32_t>(place),
                                  .b = 0,
                                  .offset = static_cast<std::uint32_t>(used),
                                  .size = static_cast<std::uint32_t>(size)},
                    .bytes = memory.subspan(used, size)};
    used = std::min(used + align(size, alignment), memory.size());
    return room;
  };
  if (size <= inline_limit && size <= transport::kInlineBytes - inline_used_)
    return place_in(Place::inline_data, slot_.memory.inline_data, inline_used_, kInlineAlignment);

  const bool is_input = direction == Direction::input;
  std::size_t& used = window_used_[is_input ? 0 : 1];
  if (size <= transport::kWindowBytes - used)
    return place_in(is_input ? Place::input_window : Place::output_window,
                    is_input ? slot_.memory.input_window : slot_.memory.output_window, used, kWindowAlignment);

  HF_ASSIGN_OR_RETURN(const auto window, connection_->lease_window(size));
  extra_windows_[extra_count_++] = window.first;
  return Room{.reference = {.a = static_cast<std::uint32_t>(Place::extra_window),
                            .b = window.first,
                            .offset = 0,
                            .size = static_cast<std::uint32_t>(size)},
              .bytes = window.second.first(size)};
}

std::atomic<std::uint32_t>& Crossing::service_time() noexcept {
  // Holdfast's own commands have the top bit set and entries apart from OP-TEE's.
  const std::uint32_t command = slot_.frame->header.command;
  return connection_->service_time_[(command & 63U) | (command >> 31) << 6];
}

Expected<void, TeeResult> Crossing::run(const Cancellable& cancellable) noexcept {
  using namespace std::chrono;
  std::atomic<std::uint32_t>& average = service_time();
  const std::uint32_t expected_time = average.load(std::memory_order_relaxed);
  const auto patience = nanoseconds(expected_time) > transport::kWorthSpinning ? transport::Patience::sleep_at_once
                                                                               : transport::Patience::spin_then_sleep;
  transport::SlotControl& control = *slot_.control;
  const auto start = Clock::now();
  const std::uint32_t old = control.rsp.load(std::memory_order_relaxed);
  control.req.store(old + 1, std::memory_order_seq_cst);
  switch (control.server_sleeps.load(std::memory_order_seq_cst)) {
    case transport::kAwake:
      break;
    case transport::kServerAbsent:
      connection_->ask_for_thread(index_);
      break;
    default:
      transport::futex_wake(control.req, 1);
  }
  if (!await_reply(old, patience, cancellable)) return Unexpected{TeeResult::target_dead};
  const auto taken = duration_cast<nanoseconds>(Clock::now() - start).count();
  const auto bounded = std::min<std::int64_t>(taken, 1'000'000'000);
  average.store(static_cast<std::uint32_t>((std::int64_t{expected_time} * 7 + bounded) / 8), std::memory_order_relaxed);
  return {};
}

bool Crossing::await_reply(std::uint32_t old, transport::Patience patience,
                           const Cancellable& cancellable) noexcept {
  const transport::SpinGauge gauge(connection_->epoch(), connection_->cpus_);
  transport::SlotControl& control = *slot_.control;
  while (
      !transport::await_change(control.rsp, old, control.client_sleeps, gauge, 0, patience, transport::kSleepLimit)) {
    patience = transport::Patience::sleep_at_once;
    // The reply may have come between the time-out and the peer's end.
    if (!connection_->check_peer()) return control.rsp.load(std::memory_order_acquire) != old;
    if (control.server_sleeps.load() == transport::kServerAbsent) connection_->ask_for_thread(index_);
    if (cancellable.is_requested()) control.cancel.store(old + 1, std::memory_order_relaxed);
  }
  return true;
}

}  // namespace holdfast::teec
