#pragma once

#include <atomic>
#include <mutex>

#include "secure/runtime/call.h"
#include "secure/runtime/thread.h"

namespace holdfast::secure::runtime {

/// SlotServer serves one slot of one client with a thread of its own: the request goes straight to the thread that does
/// the work. The thread starts when the slot is first used and ends after an idle minute.
class SlotServer {
 public:
  SlotServer(const ClientView& client, const transport::SlotView& slot);
  SlotServer(const SlotServer&) = delete;
  SlotServer& operator=(const SlotServer&) = delete;
  /// The destructor needs stop to have been called and is_running to be false.
  ~SlotServer() = default;

  /// ensure_running starts the thread if there is none. When the system has none to give, the request is answered with
  /// out_of_memory.
  void ensure_running();
  /// stop makes the thread end after its present call. Call it again until is_running is false: the wake-up goes
  /// through a word that a hostile client can write.
  void stop() noexcept;
  bool is_running() const;

 private:
  void serve_until_stopped_or_idle() noexcept;
  void serve_request(std::uint32_t request) noexcept;
  void answer(std::uint32_t request) noexcept;
  bool retire_if_idle() noexcept;
  void retire() noexcept;

  const ClientView& client_;
  const transport::SlotView slot_;
  std::atomic<bool> stopping_{false};
  mutable std::mutex lock_;  // guards running_ and thread_
  bool running_ = false;
  std::uint32_t seen_ = 0;  // the last request served; the running thread's, else guarded by lock_
  Thread thread_;           // last: its destructor joins
};

}  // namespace holdfast::secure::runtime
