#pragma once

#include <mutex>

#include "base/result.h"
#include "cryptoki/connection.h"
#include "cryptoki/slot_events.h"
#include "teec/mutex.h"

namespace holdfast::cryptoki {

/// ProcessState is all that the library remembers between calls. It lies in a page that the kernel fills with zeros in
/// a forked child, and zeros are its state before C_Initialize: so a child starts afresh, with a free lock, even when
/// another thread of the parent held the lock at that moment.
struct ProcessState {
  teec::Mutex lock;        // held to copy or exchange `connection`, never across a crossing
  bool is_claimed;         // false in a child that has not initialised yet
  Connection* connection;  // null: not initialised; the state owns one reference
  SlotWatch slot_watch;

  /// existing is null before the first C_Initialize of this process and its parents. The state is never unmapped.
  static ProcessState* existing() noexcept;
  /// make finds or makes the state; Rv::host_memory when the system refuses.
  static Result<ProcessState*> make() noexcept;
};

}  // namespace holdfast::cryptoki
