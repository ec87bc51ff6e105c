#include "secure/runtime/slot_server.h"

#include "secure/ta/cancellation.h"
#include "transport/futex.h"
#include "transport/wait.h"

namespace holdfast::secure::runtime {
namespace {

using Clock = std::chrono::steady_clock;

/// InFlight counts a request in the epoch page, by which everybody decides whether to spin.
class InFlight {
 public:
  explicit InFlight(transport::EpochPage& page) : page_(page) {
    page_.in_flight.fetch_add(1, std::memory_order_relaxed);
  }
  ~InFlight() { page_.in_flight.fetch_sub(1, std::memory_order_relaxed); }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;

 private:
  transport::EpochPage& page_;
};

}  // namespace

SlotServer::SlotServer(const ClientView& client, const transport::SlotView& slot) : client_(client), slot_(slot) {
  slot_.control->server_sleeps.store(transport::kServerAbsent);
}

void SlotServer::ensure_running() {
  const std::lock_guard lock(lock_);
  if (running_ || stopping_.load()) return;
  slot_.control->server_sleeps.store(transport::kAwake);
  running_ = thread_.start([this] { serve_until_stopped_or_idle(); });
  if (running_) return;
  slot_.control->server_sleeps.store(transport::kServerAbsent);
  const std::uint32_t request = slot_.control->req.load();
  if (request == seen_) return;
  refuse(slot_, TeeResult::out_of_memory);
  answer(request);
}

void SlotServer::stop() noexcept {
  stopping_.store(true);
  transport::futex_wake(slot_.control->req);
}

bool SlotServer::is_running() const {
  const std::lock_guard lock(lock_);
  return running_;
}

void SlotServer::serve_until_stopped_or_idle() noexcept {
  const transport::SpinGauge gauge(*client_.world.epoch, client_.world.cpus);
  transport::SlotControl& control = *slot_.control;
  const auto idle_limit = client_.world.limits.idle_thread;
  auto patience = transport::Patience::spin_then_sleep;
  auto last_request = Clock::now();
  while (!stopping_.load(std::memory_order_relaxed)) {
    if (transport::await_change(control.req, seen_, control.server_sleeps, gauge, 1, patience, idle_limit)) {
      serve_request(control.req.load(std::memory_order_acquire));
      patience = transport::Patience::spin_then_sleep;
      last_request = Clock::now();
      continue;
    }
    patience = transport::Patience::sleep_at_once;
    if (Clock::now() - last_request >= idle_limit && retire_if_idle()) return;
  }
  retire();
}

void SlotServer::serve_request(std::uint32_t request) noexcept {
  if (request == seen_) return;  // the client changed its mind between two loads
  {
    const InFlight counted(*client_.world.epoch);
    const ta::CancellableCall cancellable({.word = &slot_.control->cancel, .request = request});
    Call(client_, slot_).serve();
  }
  answer(request);
}

void SlotServer::answer(std::uint32_t request) noexcept {
  seen_ = request;
  slot_.control->rsp.store(request, std::memory_order_seq_cst);
  if (slot_.control->client_sleeps.load(std::memory_order_seq_cst) == transport::kAwake) return;
  slot_.control->client_sleeps.store(transport::kAwake, std::memory_order_relaxed);
  transport::futex_wake(slot_.control->rsp);
}

bool SlotServer::retire_if_idle() noexcept {
  const std::lock_guard lock(lock_);
  // From here a client that has a request asks for a thread. One that had written it before is seen by the load:
  // either it finds "absent" and its message waits for lock_, or the request is found here.
  slot_.control->server_sleeps.store(transport::kServerAbsent, std::memory_order_seq_cst);
  if (slot_.control->req.load(std::memory_order_seq_cst) != seen_) {
    slot_.control->server_sleeps.store(transport::kAwake);
    return false;
  }
  running_ = false;
  return true;
}

void SlotServer::retire() noexcept {
  const std::lock_guard lock(lock_);
  running_ = false;
}

}  // namespace holdfast::secure::runtime
