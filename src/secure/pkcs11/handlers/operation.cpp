#include <algorithm>
#include <optional>

#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/handlers/handlers.h"
#include "secure/pkcs11/handlers/step.h"

namespace holdfast::secure::pkcs11 {
namespace {

struct StepOf {
  Verb verb;
  StepKind kind;
};

// The operation and the step that a command stands for; init commands stand for none (OP-TEE ABI section 5.6).
std::optional<StepOf> step_of(wire::CommandId command) {
  switch (command.value) {
    case wire::EncryptUpdate::kId.value:
      return StepOf{Verb::encrypt, StepKind::update};
    case wire::EncryptFinal::kId.value:
      return StepOf{Verb::encrypt, StepKind::finish};
    case wire::EncryptOneshot::kId.value:
      return StepOf{Verb::encrypt, StepKind::oneshot};
    case wire::DecryptUpdate::kId.value:
      return StepOf{Verb::decrypt, StepKind::update};
    case wire::DecryptFinal::kId.value:
      return StepOf{Verb::decrypt, StepKind::finish};
    case wire::DecryptOneshot::kId.value:
      return StepOf{Verb::decrypt, StepKind::oneshot};
    case wire::SignUpdate::kId.value:
      return StepOf{Verb::sign, StepKind::update};
    case wire::SignFinal::kId.value:
      return StepOf{Verb::sign, StepKind::finish};
    case wire::SignOneshot::kId.value:
      return StepOf{Verb::sign, StepKind::oneshot};
    case wire::VerifyUpdate::kId.value:
    case wire::VerifySignatureUpdate::kId.value:
      return StepOf{Verb::verify, StepKind::update};
    case wire::VerifyFinal::kId.value:
    case wire::VerifySignatureFinal::kId.value:
      return StepOf{Verb::verify, StepKind::finish};
    case wire::VerifyOneshot::kId.value:
    case wire::VerifySignatureOneshot::kId.value:
      return StepOf{Verb::verify, StepKind::oneshot};
    case wire::DigestUpdate::kId.value:
    case wire::DigestKey::kId.value:
      return StepOf{Verb::digest, StepKind::update};
    case wire::DigestFinal::kId.value:
      return StepOf{Verb::digest, StepKind::finish};
    case wire::DigestOneshot::kId.value:
      return StepOf{Verb::digest, StepKind::oneshot};
    case wire::SignRecover::kId.value:
      return StepOf{Verb::sign_recover, StepKind::oneshot};
    case wire::VerifyRecover::kId.value:
      return StepOf{Verb::verify_recover, StepKind::oneshot};
    default:
      return std::nullopt;
  }
}

std::size_t cipher_output_bytes(const Cipher& cipher, StepKind kind, std::size_t input_bytes) {
  switch (kind) {
    case StepKind::update:
      return cipher.update_bytes(input_bytes);
    case StepKind::finish:
      return cipher.finish_bytes();
    case StepKind::oneshot:
      return cipher.oneshot_bytes(input_bytes);
  }
  return 0;
}

std::size_t output_bytes(const Step& step, StepOf wanted, std::size_t input_bytes) {
  switch (wanted.verb) {
    case Verb::encrypt:
    case Verb::decrypt:
      return cipher_output_bytes(step.as<Cipher>(), wanted.kind, input_bytes);
    case Verb::sign:
    case Verb::sign_recover:
      return wanted.kind == StepKind::update ? 0 : step.as<Signer>().signature_bytes();
    case Verb::digest:
      return wanted.kind == StepKind::update ? 0 : step.as<Digester>().digest_bytes();
    case Verb::verify_recover:
      return step.as<Recoverer>().data_bytes();
    default:
      return 0;  // a verification writes nothing; other verbs have no steps
  }
}

}  // namespace

Handled<wire::StepOutputSize> handle(wire::StepOutputSize, const wire::StepOutputSize::Request& request,
                                     const Call& call) {
  const std::optional<StepOf> wanted = step_of(request.command);
  if (!wanted.has_value()) return fail(Rv::arguments_bad, "command is no step of an operation");
  HF_ASSIGN_OR_RETURN(Step step, Step::enter(wanted->verb, wanted->kind, call));
  const std::size_t bytes = output_bytes(step, *wanted, request.input_bytes);
  step.leave_as_it_was();
  return wire::StepOutputSize::Reply{.bytes = static_cast<std::uint32_t>(std::min<std::size_t>(bytes, 0xFFFFFFFF))};
}

Handled<wire::ReleaseActiveProcessing> handle(wire::ReleaseActiveProcessing,
                                              const wire::ReleaseActiveProcessing::Request& request, const Call& call) {
  const std::optional<StepOf> step = step_of(request.command);
  if (!step.has_value()) return fail(Rv::arguments_bad, "command is no step of an operation");
  OperationSlot& slot = call.session->operation(step->verb);
  if (!slot.has_value()) return fail(Rv::operation_not_initialized, "no operation of this kind is active");
  slot.reset();
  return wire::Nothing{};
}

Handled<wire::SessionCancel> handle(wire::SessionCancel, const wire::SessionCancel::Request& request,
                                    const Call& call) {
  for (std::size_t i = 0; i < kOperationVerbs; ++i) {
    const Verb verb{static_cast<std::uint8_t>(i)};
    if ((request.flags & verb_flag(verb)) != 0) call.session->operation(verb).reset();
  }
  if ((request.flags & CKF_FIND_OBJECTS) != 0) call.session->search().reset();
  return wire::Nothing{};
}

}  // namespace holdfast::secure::pkcs11
