#pragma once

#include <array>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "secure/pkcs11/session/session.h"
#include "wire/commands/operation_state.h"

namespace holdfast::secure::pkcs11 {

/// SavedOperations are one client's results of C_GetOperationState. What leaves the secure world is a ticket, a random
/// name: nothing of the operation is in it, and only the client that was given it can use it. Thread-safe.
class SavedOperations {
 public:
  using Ticket = std::array<std::byte, wire::kOperationStateBytes>;

  struct Part {
    Verb verb;
    ActiveOperation operation;
  };
  /// State is what one session was doing. It never changes: whoever restores it takes clones.
  struct State {
    ck::SlotId slot;
    std::vector<Part> parts;
  };

  /// keep makes room by forgetting the oldest. Rv::random_no_rng.
  Result<Ticket> keep(State state);
  /// find is null for a ticket that was never given out or is forgotten.
  std::shared_ptr<const State> find(ByteView ticket) const;
  /// forget drops what a slot's login allowed.
  void forget(ck::SlotId slot);

 private:
  /// Each state holds contexts of libcrypto: a few KiB.
  static constexpr std::size_t kMost = 64;

  struct Entry {
    Ticket ticket;
    std::shared_ptr<const State> state;
  };
  mutable std::mutex mutex_;
  std::deque<Entry> entries_;  // mutex_; oldest first
};

/// clone copies an operation as it stands; Rv::state_unsaveable when its mechanism cannot be copied.
Result<ActiveOperation> clone(const ActiveOperation& operation);

}  // namespace holdfast::secure::pkcs11
