#pragma once

#include "secure/pkcs11/handlers/step.h"

namespace holdfast::secure::pkcs11 {

/// MessageStep is one step of the message functions. It ends the message when it goes out of scope, on every path, unless
/// go_on() or leave_as_it_was() was called. The operation itself stays until its final: one message that fails is not the
/// end of the others (PKCS#11 3.0 section 5.9).
class MessageStep {
 public:
  enum class Within : bool { no_message, message };

  /// Rv::operation_not_initialized, operation_active (a message has begun and is not at its end), user_not_logged_in.
  static Result<MessageStep> enter(Verb verb, Within within, const Call& call);
  /// enter_begin is for the first of several parts; Rv::mechanism_invalid for a mechanism that takes none.
  static Result<MessageStep> enter_begin(Verb verb, const Call& call);

  MessageStep(MessageStep&& other) noexcept : slot_(std::exchange(other.slot_, nullptr)) {}
  MessageStep& operator=(MessageStep&&) = delete;
  ~MessageStep();

  template <class Interface>
  Interface& as() const {
    return **std::get_if<std::unique_ptr<Interface>>(&(*slot_)->operation);
  }

  /// go_on is for a message whose next part may come.
  void go_on() {
    (*slot_)->stage = ActiveOperation::Stage::updating;
    slot_ = nullptr;
  }
  void leave_as_it_was() { slot_ = nullptr; }

  /// require_output is Call::require_output; a buffer too small changes nothing.
  Result<MutableByteView> require_output(const Call& call, std::size_t needed) {
    Result<MutableByteView> out = call.require_output(needed);
    if (!out && out.error().rv == Rv::buffer_too_small) leave_as_it_was();
    return out;
  }

 private:
  explicit MessageStep(OperationSlot& slot) : slot_(&slot) {}

  OperationSlot* slot_;
};

}  // namespace holdfast::secure::pkcs11
