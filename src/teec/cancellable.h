#pragma once

#include <atomic>
#include <cstdint>

#include <holdfast/tee_client_api.h>

namespace holdfast::teec {

// TEEC_Operation.started as this library uses it. The caller sets it to 0; only then can a call be cancelled. Programs
// that never cancel may leave it unset, so a request must not be a number that memory holds by chance.
inline constexpr std::uint32_t kFresh = 0;
inline constexpr std::uint32_t kRunning = 1;
inline constexpr std::uint32_t kEnded = 3;
inline constexpr std::uint32_t kCancelRequested = 0x4C434E43;

/// Cancellable follows an operation through its call. A null operation cannot be cancelled.
class Cancellable {
 public:
  explicit Cancellable(TEEC_Operation* operation) : operation_(operation) {
    if (operation_ == nullptr) return;
    std::uint32_t fresh = kFresh;
    if (!started().compare_exchange_strong(fresh, kRunning) && fresh == kEnded) started().store(kRunning);
  }
  ~Cancellable() {
    if (operation_ != nullptr) started().store(kEnded);
  }
  Cancellable(const Cancellable&) = delete;
  Cancellable& operator=(const Cancellable&) = delete;
  bool is_requested() const { return operation_ != nullptr && started().load() == kCancelRequested; }

 private:
  std::atomic_ref<std::uint32_t> started() const { return std::atomic_ref(operation_->started); }
  TEEC_Operation* operation_;
};

/// request_cancellation marks an operation that has not begun or runs; one that has ended stays as it is.
inline void request_cancellation(TEEC_Operation& operation) noexcept {
  std::atomic_ref started(operation.started);
  std::uint32_t seen = kFresh;
  if (!started.compare_exchange_strong(seen, kCancelRequested) && seen == kRunning)
    started.compare_exchange_strong(seen, kCancelRequested);
}

}  // namespace holdfast::teec
