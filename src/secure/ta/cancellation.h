#pragma once

#include <atomic>
#include <cstdint>

namespace holdfast::secure::ta {

/// CancellationWord is where a client says which of its requests shall end early. The client writes it at any moment and to
/// any value; a false one harms its own request only.
struct CancellationWord {
  const std::atomic<std::uint32_t>* word = nullptr;
  std::uint32_t request = 0;
};

inline constinit thread_local CancellationWord served_by_this_thread{};

/// is_cancellation_requested is GlobalPlatform's TEE_GetCancellationFlag (Internal Core API, section 4.10), never masked:
/// has the client of the call that this thread serves asked for its early end? Who heeds it answers TeeResult::cancel.
inline bool is_cancellation_requested() noexcept {
  const CancellationWord& served = served_by_this_thread;
  return served.word != nullptr && served.word->load(std::memory_order_relaxed) == served.request;
}

/// CancellableCall makes the flag that of one request, for as long as it lives. The runtime's.
class CancellableCall {
 public:
  explicit CancellableCall(const CancellationWord& word) noexcept { served_by_this_thread = word; }
  ~CancellableCall() { served_by_this_thread = {}; }
  CancellableCall(const CancellableCall&) = delete;
  CancellableCall& operator=(const CancellableCall&) = delete;
};

}  // namespace holdfast::secure::ta
