#pragma once

#include "secure/pkcs11/handlers/call.h"
#include "secure/pkcs11/handlers/object_access.h"

namespace holdfast::secure::pkcs11 {

/// live_slot is the session's slot of a verb, emptied if what was in it rested on a login that has ended.
OperationSlot& live_slot(Verb verb, const Call& call);

/// require_quiet is OP-TEE's rule that a session does one thing at a time (ABI section 12.5): Rv::operation_active when any
/// operation is active. In the standard's dialect it asks for nothing.
Result<void> require_quiet(const Call& call);

/// start_operation does what every …_INIT with a key does: one operation per verb and session, all checks of begin().
Result<void> start_operation(Verb verb, const wire::OperationInit::Request& request, const Call& call);

enum class StepKind : std::uint8_t { update, finish, oneshot };

/// SignatureIs tells the two ways of verification apart: the signature comes at the end, or came with the init.
enum class SignatureIs : std::uint8_t { to_come, known };

/// The longest signature taken: XMSS^MT of 12 layers has about 100 KiB.
inline constexpr std::size_t kMaxSignatureBytes = 128 * 1024;

/// Step is one step of an active operation. It ends the operation when it goes out of scope, on every path, unless keep()
/// was called: an update that succeeded, a size query or a buffer too small (PKCS#11 3.1 §5.2).
class Step {
 public:
  /// Rv::operation_not_initialized, operation_active (steps out of order), user_not_logged_in (key wants a login per use).
  static Result<Step> enter(Verb verb, StepKind kind, const Call& call);
  /// enter_verification is enter for a verification of one way; one of the other way is not active here, and stays.
  static Result<Step> enter_verification(SignatureIs signature, StepKind kind, const Call& call);

  Step(Step&& other) noexcept : slot_(std::exchange(other.slot_, nullptr)), verb_(other.verb_), kind_(other.kind_) {}
  Step& operator=(Step&&) = delete;
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;
  ~Step() {
    if (slot_ != nullptr) slot_->reset();
  }

  /// as gives the operation's interface; the slot of a verb never holds another kind.
  template <class Interface>
  Interface& as() const {
    return **std::get_if<std::unique_ptr<Interface>>(&(*slot_)->operation);
  }

  const SecretBytes& known_signature() const { return *(*slot_)->signature; }

  /// keep leaves the operation for its next step.
  void keep_for_more_data() { leave(ActiveOperation::Stage::updating); }

  /// leave_as_it_was is for a question about the step, which does nothing of it.
  void leave_as_it_was() { leave((*slot_)->stage); }

  /// require_input makes the operation's InputRule hold for this call's data.
  Result<void> require_input(const Call& call) const;

  /// require_output is Call::require_output; when the buffer is too small the operation stays, for the same step again.
  Result<MutableByteView> require_output(const Call& call, std::size_t needed) {
    Result<MutableByteView> out = call.require_output(needed);
    if (!out && out.error().rv == Rv::buffer_too_small) keep_for_repeat();
    return out;
  }
  void keep_for_repeat() {
    switch (kind_) {
      case StepKind::update:
        return leave((*slot_)->stage);
      case StepKind::finish:
        return leave(ActiveOperation::Stage::finish_pending);
      case StepKind::oneshot:
        return leave(ActiveOperation::Stage::oneshot_pending);
    }
  }

 private:
  Step(OperationSlot& slot, Verb verb, StepKind kind) : slot_(&slot), verb_(verb), kind_(kind) {}
  void leave(ActiveOperation::Stage stage) {
    (*slot_)->stage = stage;
    slot_ = nullptr;
  }

  OperationSlot* slot_;
  Verb verb_;
  StepKind kind_;
};

}  // namespace holdfast::secure::pkcs11
