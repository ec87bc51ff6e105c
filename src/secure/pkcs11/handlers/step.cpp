#include "secure/pkcs11/handlers/step.h"

#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/token/policy.h"

namespace holdfast::secure::pkcs11 {
namespace {

constexpr std::size_t kInputBlockBytes = 16;  // AES

// OP-TEE ABI section 12.6.
bool may_follow(ActiveOperation::Stage stage, StepKind kind) {
  using Stage = ActiveOperation::Stage;
  switch (kind) {
    case StepKind::update:
      return stage == Stage::fresh || stage == Stage::updating;
    case StepKind::finish:
      return stage != Stage::oneshot_pending;
    case StepKind::oneshot:
      return stage == Stage::fresh || stage == Stage::oneshot_pending;
  }
  return false;
}

}  // namespace

OperationSlot& live_slot(Verb verb, const Call& call) {
  OperationSlot& slot = call.session->operation(verb);
  // A logout ends what was begun before it.
  if (slot.has_value() && slot->login_generation != call.client.login_generation(slot->login_slot)) slot.reset();
  return slot;
}

Result<void> require_quiet(const Call& call) {
  if (call.dialect() == Dialect::standard) return {};
  for (const Verb verb : {Verb::encrypt, Verb::decrypt, Verb::sign, Verb::verify, Verb::digest})
    if (live_slot(verb, call).has_value()) return fail(Rv::operation_active, "the session has an active operation");
  return {};
}

Result<void> start_operation(Verb verb, const wire::OperationInit::Request& request, const Call& call) {
  OperationSlot& slot = live_slot(verb, call);
  if (slot.has_value()) return fail(Rv::operation_active, "an operation of this kind is active");
  HF_TRY(require_quiet(call));
  HF_ASSIGN_OR_RETURN(const ObjectRef object, require_object(call, request.key, Rv::key_handle_invalid));
  // OP-TEE asks of any object whether it may be used for this (ABI section 5.6).
  if (call.dialect() == Dialect::standard && !object->is_key()) return fail(Rv::key_handle_invalid, "object is not a key");
  const ck::SlotId home = call.client.home_slot(call.token(), *object);
  HF_ASSIGN_OR_RETURN(const Token* const keeper, call.ta.token(home));
  HF_TRY(check_operation(keeper->policy(), verb, request.mechanism));
  const ObjectAccess key(object, call);
  HF_ASSIGN_OR_RETURN(Begun begun, begin(verb, request.mechanism, key, call.dialect()));
  slot = ActiveOperation{.operation = std::move(begun.operation),
                         .parts = begun.parts,
                         .input = begun.input,
                         .update_rv = begun.update_rv,
                         .needs_context_login = object->attributes.flag(ck::AttributeType{CKA_ALWAYS_AUTHENTICATE}),
                         .key = object->uid,
                         .login_slot = home,
                         .login_generation = call.client.login_generation(home)};
  return {};
}

Result<Step> Step::enter(Verb verb, StepKind kind, const Call& call) {
  OperationSlot& slot = live_slot(verb, call);
  if (!slot.has_value()) return fail(Rv::operation_not_initialized, "no operation of this kind is active");
  Step step(slot, verb, kind);
  // PKCS#11 3.1 §4.9 CKA_ALWAYS_AUTHENTICATE: without its own login the operation does not go on.
  if (slot->needs_context_login) return fail(Rv::user_not_logged_in, "the key asks for a login for each use");
  if (!may_follow(slot->stage, kind)) return fail(Rv::operation_active, "this step may not follow the last one");
  if (slot->parts == Parts::single && kind != StepKind::oneshot)
    return fail(kind == StepKind::update ? slot->update_rv : Rv::mechanism_invalid, "mechanism takes its data in one piece");
  return step;
}

Result<Step> Step::enter_verification(SignatureIs signature, StepKind kind, const Call& call) {
  const OperationSlot& slot = live_slot(Verb::verify, call);
  if (slot.has_value() && slot->signature.has_value() != (signature == SignatureIs::known))
    return fail(Rv::operation_not_initialized, "the active verification is of the other kind");
  return enter(Verb::verify, kind, call);
}

Result<void> Step::require_input(const Call& call) const {
  const InputRule rule = (*slot_)->input;
  if (rule == InputRule::any) return {};
  if (call.parameter1 == nullptr) return fail(Rv::arguments_bad, "no input at all");
  const std::size_t bytes = call.parameter1->size();
  const bool fits = rule == InputRule::present || (rule == InputRule::whole_blocks && bytes % kInputBlockBytes == 0) ||
                    (rule == InputRule::a_block_or_more && bytes >= kInputBlockBytes);
  if (fits) return {};
  return fail(verb_ == Verb::decrypt ? Rv::encrypted_data_len_range : Rv::data_len_range, "input of another length");
}

}  // namespace holdfast::secure::pkcs11
