#include "secure/pkcs11/handlers/handlers.h"
#include "secure/pkcs11/handlers/step.h"
#include "wire/codec.h"

namespace holdfast::secure::pkcs11 {
namespace {

template <class Interface>
Result<void> update(Step step, const Call& call) {
  HF_TRY(step.require_input(call));
  HF_TRY(step.as<Interface>().update(call.input()));
  step.keep_for_more_data();
  return {};
}

// The size is asked for before anything is computed, so that a query costs the operation nothing. The signature is made in
// private memory: libcrypto checks it there, out of the client's reach.
template <class Make>
Result<void> sign(StepKind kind, const Call& call, Make&& make) {
  HF_ASSIGN_OR_RETURN(Step step, Step::enter(Verb::sign, kind, call));
  Signer& signer = step.as<Signer>();
  HF_TRY(step.require_output(call, signer.signature_bytes()));
  Bytes signature(signer.signature_bytes());
  HF_TRY(make(signer, signature));
  return call.write_output(signature);
}

}  // namespace

Handled<wire::SignInit> handle(wire::SignInit, const wire::SignInit::Request& request, const Call& call) {
  HF_TRY(start_operation(Verb::sign, request, call));
  return wire::Nothing{};
}
Handled<wire::VerifyInit> handle(wire::VerifyInit, const wire::VerifyInit::Request& request, const Call& call) {
  HF_TRY(start_operation(Verb::verify, request, call));
  return wire::Nothing{};
}
Handled<wire::SignUpdate> handle(wire::SignUpdate, const wire::SignUpdate::Request&, const Call& call) {
  HF_ASSIGN_OR_RETURN(Step step, Step::enter(Verb::sign, StepKind::update, call));
  HF_TRY(update<Signer>(std::move(step), call));
  return wire::Nothing{};
}
Handled<wire::VerifyUpdate> handle(wire::VerifyUpdate, const wire::VerifyUpdate::Request&, const Call& call) {
  HF_ASSIGN_OR_RETURN(Step step, Step::enter_verification(SignatureIs::to_come, StepKind::update, call));
  HF_TRY(update<Verifier>(std::move(step), call));
  return wire::Nothing{};
}
Handled<wire::SignFinal> handle(wire::SignFinal, const wire::SignFinal::Request&, const Call& call) {
  HF_TRY(sign(StepKind::finish, call, [](Signer& signer, MutableByteView out) { return signer.finish(out); }));
  return wire::Nothing{};
}
Handled<wire::SignOneshot> handle(wire::SignOneshot, const wire::SignOneshot::Request&, const Call& call) {
  HF_TRY(sign(StepKind::oneshot, call, [&](Signer& signer, MutableByteView out) { return signer.sign(call.input(), out); }));
  return wire::Nothing{};
}
Handled<wire::VerifyFinal> handle(wire::VerifyFinal, const wire::VerifyFinal::Request&, const Call& call) {
  HF_ASSIGN_OR_RETURN(const Step step, Step::enter_verification(SignatureIs::to_come, StepKind::finish, call));
  HF_ASSIGN_OR_RETURN(const SecretBytes signature, Call::private_input(call.parameter2, kMaxSignatureBytes, Rv::signature_len_range));
  HF_TRY(step.as<Verifier>().finish(wire::SecretCodec::see(signature)));
  return wire::Nothing{};
}
Handled<wire::VerifyOneshot> handle(wire::VerifyOneshot, const wire::VerifyOneshot::Request&, const Call& call) {
  HF_ASSIGN_OR_RETURN(const Step step, Step::enter_verification(SignatureIs::to_come, StepKind::oneshot, call));
  HF_ASSIGN_OR_RETURN(const SecretBytes signature, Call::private_input(call.parameter2, kMaxSignatureBytes, Rv::signature_len_range));
  HF_TRY(step.as<Verifier>().verify(call.input(), wire::SecretCodec::see(signature)));
  return wire::Nothing{};
}

}  // namespace holdfast::secure::pkcs11
