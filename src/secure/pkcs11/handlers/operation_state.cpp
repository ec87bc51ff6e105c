#include "secure/pkcs11/handlers/handlers.h"
#include "secure/pkcs11/handlers/step.h"
#include "wire/codec.h"

// C_GetOperationState and C_SetOperationState (PKCS#11 3.2 section 5.6).

namespace holdfast::secure::pkcs11 {
namespace {

constexpr Verb kSaveable[] = {Verb::encrypt, Verb::decrypt, Verb::digest, Verb::sign, Verb::verify};

/// KeyRole is which of the two keys of C_SetOperationState an operation works with.
enum class KeyRole : std::uint8_t { none, encryption, authentication };

KeyRole role_of(const SavedOperations::Part& part) {
  if (!part.operation.key.has_value()) return KeyRole::none;
  const bool is_cipher = part.verb == Verb::encrypt || part.verb == Verb::decrypt;
  return is_cipher ? KeyRole::encryption : KeyRole::authentication;
}

/// require_key asks that the caller names the key again that the saved operations of a role work with: a key that was
/// destroyed meanwhile, or that the caller may no longer see, is not brought back by a saved state.
Result<void> require_key(const Call& call, const SavedOperations::State& state, KeyRole role, ck::ObjectHandle handle) {
  const bool is_given = handle.value != 0;
  bool is_needed = false;
  for (const SavedOperations::Part& part : state.parts) {
    if (role_of(part) != role) continue;
    is_needed = true;
    if (!is_given) return fail(Rv::key_needed, "the saved operation's key is not named");
    HF_ASSIGN_OR_RETURN(const ObjectRef key, require_object(call, handle, Rv::key_changed));
    if (key->uid != *part.operation.key) return fail(Rv::key_changed, "the saved operation has another key");
  }
  if (is_given && !is_needed) return fail(Rv::key_not_needed, "no saved operation has such a key");
  return {};
}

}  // namespace

Handled<wire::GetOperationState> handle(wire::GetOperationState, const wire::GetOperationState::Request&,
                                        const Call& call) {
  SavedOperations::State state{.slot = call.token().slot(), .parts = {}};
  for (const Verb verb : kSaveable) {
    const OperationSlot& slot = live_slot(verb, call);
    if (!slot.has_value()) continue;
    HF_ASSIGN_OR_RETURN(ActiveOperation copy, clone(*slot));
    state.parts.push_back({.verb = verb, .operation = std::move(copy)});
  }
  if (state.parts.empty()) return fail(Rv::operation_not_initialized, "no operation to be saved");
  HF_TRY(call.require_output(wire::kOperationStateBytes));
  HF_ASSIGN_OR_RETURN(const SavedOperations::Ticket ticket, call.client.saved_operations().keep(std::move(state)));
  HF_TRY(call.write_output(ticket));
  return wire::Nothing{};
}

Handled<wire::SetOperationState> handle(wire::SetOperationState, const wire::SetOperationState::Request& request,
                                        const Call& call) {
  HF_ASSIGN_OR_RETURN(const SecretBytes ticket,
                      Call::private_input(call.parameter1, wire::kOperationStateBytes, Rv::saved_state_invalid));
  const auto state = call.client.saved_operations().find(wire::SecretCodec::see(ticket));
  if (state == nullptr || state->slot != call.token().slot())
    return fail(Rv::saved_state_invalid, "no state of this client and token");
  HF_TRY(require_key(call, *state, KeyRole::encryption, request.encryption_key));
  HF_TRY(require_key(call, *state, KeyRole::authentication, request.authentication_key));
  std::vector<SavedOperations::Part> restored;
  for (const SavedOperations::Part& part : state->parts) {
    HF_ASSIGN_OR_RETURN(ActiveOperation copy, clone(part.operation));
    restored.push_back({.verb = part.verb, .operation = std::move(copy)});
  }
  for (const Verb verb : kSaveable) call.session->operation(verb).reset();
  for (SavedOperations::Part& part : restored) call.session->operation(part.verb) = std::move(part.operation);
  return wire::Nothing{};
}

}  // namespace holdfast::secure::pkcs11
