#include "secure/pkcs11/handlers/message_step.h"

namespace holdfast::secure::pkcs11 {

Result<MessageStep> MessageStep::enter(Verb verb, Within within, const Call& call) {
  OperationSlot& slot = live_slot(verb, call);
  if (!slot.has_value()) return fail(Rv::operation_not_initialized, "no message operation of this kind is active");
  if (slot->needs_context_login) return fail(Rv::user_not_logged_in, "the key asks for a login for each message");
  const bool has_begun = slot->stage == ActiveOperation::Stage::updating;
  if (within == Within::message && !has_begun) return fail(Rv::operation_not_initialized, "no message has begun");
  if (within == Within::no_message && has_begun) return fail(Rv::operation_active, "a message is not at its end");
  return MessageStep(slot);
}

Result<MessageStep> MessageStep::enter_begin(Verb verb, const Call& call) {
  HF_ASSIGN_OR_RETURN(MessageStep step, enter(verb, Within::no_message, call));
  const bool takes_parts = (*step.slot_)->parts == Parts::any;
  if (takes_parts) return step;
  step.leave_as_it_was();
  return fail(Rv::mechanism_invalid, "mechanism takes each message in one piece");
}

MessageStep::~MessageStep() {
  if (slot_ == nullptr) return;
  (*slot_)->stage = ActiveOperation::Stage::fresh;
  (*slot_)->needs_context_login = (*slot_)->asks_login_for_each_message;
}

}  // namespace holdfast::secure::pkcs11
