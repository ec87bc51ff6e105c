#include "secure/pkcs11/handlers/handlers.h"
#include "secure/pkcs11/handlers/step.h"
#include "wire/codec.h"

// Signatures that hold their data (PKCS#11 3.2, C_SignRecover and C_VerifyRecover). Each operation is one step.

namespace holdfast::secure::pkcs11 {

Handled<wire::SignRecoverInit> handle(wire::SignRecoverInit, const wire::SignRecoverInit::Request& request,
                                      const Call& call) {
  HF_TRY(start_operation(Verb::sign_recover, request, call));
  return wire::Nothing{};
}

Handled<wire::SignRecover> handle(wire::SignRecover, const wire::SignRecover::Request&, const Call& call) {
  HF_ASSIGN_OR_RETURN(Step step, Step::enter(Verb::sign_recover, StepKind::oneshot, call));
  Signer& signer = step.as<Signer>();
  HF_TRY(step.require_output(call, signer.signature_bytes()));
  Bytes signature(signer.signature_bytes());
  HF_TRY(signer.sign(call.input(), signature));
  HF_TRY(call.write_output(signature));
  return wire::Nothing{};
}

Handled<wire::VerifyRecoverInit> handle(wire::VerifyRecoverInit, const wire::VerifyRecoverInit::Request& request,
                                        const Call& call) {
  HF_TRY(start_operation(Verb::verify_recover, request, call));
  return wire::Nothing{};
}

// How much data there is shows only after the work: a buffer that turns out too small leaves the operation for another try.
Handled<wire::VerifyRecover> handle(wire::VerifyRecover, const wire::VerifyRecover::Request&, const Call& call) {
  HF_ASSIGN_OR_RETURN(Step step, Step::enter(Verb::verify_recover, StepKind::oneshot, call));
  HF_ASSIGN_OR_RETURN(const SecretBytes signature,
                      Call::private_input(call.parameter1, kMaxSignatureBytes, Rv::signature_len_range));
  Recoverer& recoverer = step.as<Recoverer>();
  Bytes data(recoverer.data_bytes());
  HF_ASSIGN_OR_RETURN(const std::size_t size, recoverer.recover(wire::SecretCodec::see(signature), data));
  HF_TRY(step.require_output(call, size));
  HF_TRY(call.write_output(ByteView(data).first(size)));
  return wire::Nothing{};
}

}  // namespace holdfast::secure::pkcs11
