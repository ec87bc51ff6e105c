#include "secure/pkcs11/handlers/handlers.h"
#include "secure/pkcs11/handlers/step.h"
#include "wire/codec.h"

// PKCS#11 3.2, C_VerifySignatureInit to C_VerifySignatureFinal.

namespace holdfast::secure::pkcs11 {
namespace {

/// decide ends the operation and compares with the signature it was started for.
Result<void> decide(StepKind kind, const Call& call) {
  HF_ASSIGN_OR_RETURN(const Step step, Step::enter_verification(SignatureIs::known, kind, call));
  const ByteView signature = wire::SecretCodec::see(step.known_signature());
  if (kind == StepKind::oneshot) return step.as<Verifier>().verify(call.input(), signature);
  return step.as<Verifier>().finish(signature);
}

}  // namespace

Handled<wire::VerifySignatureInit> handle(wire::VerifySignatureInit, const wire::VerifySignatureInit::Request& request,
                                          const Call& call) {
  HF_ASSIGN_OR_RETURN(SecretBytes signature,
                      Call::private_input(call.parameter1, kMaxSignatureBytes, Rv::signature_len_range));
  HF_TRY(start_operation(Verb::verify, request, call));
  call.session->operation(Verb::verify)->signature = std::move(signature);
  return wire::Nothing{};
}

Handled<wire::VerifySignatureUpdate> handle(wire::VerifySignatureUpdate, const wire::VerifySignatureUpdate::Request&,
                                            const Call& call) {
  HF_ASSIGN_OR_RETURN(Step step, Step::enter_verification(SignatureIs::known, StepKind::update, call));
  HF_TRY(step.as<Verifier>().update(call.input()));
  step.keep_for_more_data();
  return wire::Nothing{};
}

Handled<wire::VerifySignatureFinal> handle(wire::VerifySignatureFinal, const wire::VerifySignatureFinal::Request&,
                                           const Call& call) {
  HF_TRY(decide(StepKind::finish, call));
  return wire::Nothing{};
}

Handled<wire::VerifySignatureOneshot> handle(wire::VerifySignatureOneshot, const wire::VerifySignatureOneshot::Request&,
                                             const Call& call) {
  HF_TRY(decide(StepKind::oneshot, call));
  return wire::Nothing{};
}

}  // namespace holdfast::secure::pkcs11
