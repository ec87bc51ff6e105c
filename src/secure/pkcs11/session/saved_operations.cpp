#include "secure/pkcs11/session/saved_operations.h"

#include <algorithm>

#include "secure/crypto/random.h"
#include "wire/codec.h"

namespace holdfast::secure::pkcs11 {

Result<SavedOperations::Ticket> SavedOperations::keep(State state) {
  Entry entry{.ticket = {}, .state = std::make_shared<const State>(std::move(state))};
  HF_TRY(crypto::fill_random(entry.ticket));
  const std::lock_guard lock(mutex_);
  if (entries_.size() == kMost) entries_.pop_front();
  entries_.push_back(std::move(entry));
  return entries_.back().ticket;
}

std::shared_ptr<const SavedOperations::State> SavedOperations::find(ByteView ticket) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find_if(entries_, [&](const Entry& entry) { return equal(ticket, entry.ticket); });
  return found == entries_.end() ? nullptr : found->state;
}

void SavedOperations::forget(ck::SlotId slot) {
  const std::lock_guard lock(mutex_);
  std::erase_if(entries_, [&](const Entry& entry) { return entry.state->slot == slot; });
}

namespace {

Result<Operation> clone(const Operation& operation) {
  return std::visit(
      [](const auto& held) -> Result<Operation> {
        if constexpr (requires { held->clone(); }) {
          HF_ASSIGN_OR_RETURN(auto copy, held->clone());
          return Operation(std::move(copy));
        } else {
          return not_saveable();
        }
      },
      operation);
}

}  // namespace

Result<ActiveOperation> clone(const ActiveOperation& operation) {
  // One login is for one use of the key, not for one use and its copies.
  if (operation.needs_context_login) return fail(Rv::state_unsaveable, "the key asks for a login for each use");
  HF_ASSIGN_OR_RETURN(Operation inner, clone(operation.operation));
  ActiveOperation copy{.operation = std::move(inner),
                       .parts = operation.parts,
                       .input = operation.input,
                       .update_rv = operation.update_rv,
                       .stage = operation.stage,
                       .key = operation.key,
                       .login_slot = operation.login_slot,
                       .login_generation = operation.login_generation};
  if (operation.signature.has_value()) {
    HF_ASSIGN_OR_RETURN(copy.signature, wire::SecretCodec::copy(wire::SecretCodec::see(*operation.signature)));
  }
  return copy;
}

}  // namespace holdfast::secure::pkcs11
