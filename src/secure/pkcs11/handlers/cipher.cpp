#include "secure/pkcs11/handlers/handlers.h"
#include "secure/pkcs11/handlers/step.h"

namespace holdfast::secure::pkcs11 {
namespace {

Result<void> update(Verb verb, const Call& call) {
  HF_ASSIGN_OR_RETURN(Step step, Step::enter(verb, StepKind::update, call));
  HF_TRY(step.require_input(call));
  Cipher& cipher = step.as<Cipher>();
  HF_ASSIGN_OR_RETURN(const MutableByteView out, step.require_output(call, cipher.update_bytes(call.input().size())));
  HF_ASSIGN_OR_RETURN(const std::size_t written, cipher.update(call.input(), out));
  call.set_output_size(written);
  step.keep_for_more_data();
  return {};
}

// What may come out of a decryption is known only afterwards when padding is taken off; the cipher then asks for more room
// itself.
template <class Run>
Result<void> end(Step& step, const Call& call, std::size_t bound, Run&& run) {
  HF_ASSIGN_OR_RETURN(const MutableByteView out, step.require_output(call, bound));
  const Result<std::size_t> written = run(out);
  if (!written) return Unexpected<Error>{written.error()};
  call.set_output_size(*written);
  return {};
}

Result<void> finish(Verb verb, const Call& call) {
  HF_ASSIGN_OR_RETURN(Step step, Step::enter(verb, StepKind::finish, call));
  Cipher& cipher = step.as<Cipher>();
  return end(step, call, cipher.finish_bytes(), [&](MutableByteView out) { return cipher.finish(out); });
}

Result<void> oneshot(Verb verb, const Call& call) {
  HF_ASSIGN_OR_RETURN(Step step, Step::enter(verb, StepKind::oneshot, call));
  HF_TRY(step.require_input(call));
  Cipher& cipher = step.as<Cipher>();
  const std::size_t input_bytes = call.input().size();
  const std::size_t bound = cipher.oneshot_bytes(input_bytes);
  const auto outcome = end(step, call, bound, [&](MutableByteView out) { return cipher.oneshot(call.input(), out); });
  if (!outcome && call.parameter2->size() < bound) call.set_output_size(cipher.oneshot_query_bytes(input_bytes));
  return outcome;
}

}  // namespace

Handled<wire::EncryptInit> handle(wire::EncryptInit, const wire::EncryptInit::Request& request, const Call& call) {
  HF_TRY(start_operation(Verb::encrypt, request, call));
  return wire::Nothing{};
}
Handled<wire::DecryptInit> handle(wire::DecryptInit, const wire::DecryptInit::Request& request, const Call& call) {
  HF_TRY(start_operation(Verb::decrypt, request, call));
  return wire::Nothing{};
}
Handled<wire::EncryptUpdate> handle(wire::EncryptUpdate, const wire::EncryptUpdate::Request&, const Call& call) {
  HF_TRY(update(Verb::encrypt, call));
  return wire::Nothing{};
}
Handled<wire::DecryptUpdate> handle(wire::DecryptUpdate, const wire::DecryptUpdate::Request&, const Call& call) {
  HF_TRY(update(Verb::decrypt, call));
  return wire::Nothing{};
}
Handled<wire::EncryptFinal> handle(wire::EncryptFinal, const wire::EncryptFinal::Request&, const Call& call) {
  HF_TRY(finish(Verb::encrypt, call));
  return wire::Nothing{};
}
Handled<wire::DecryptFinal> handle(wire::DecryptFinal, const wire::DecryptFinal::Request&, const Call& call) {
  HF_TRY(finish(Verb::decrypt, call));
  return wire::Nothing{};
}
Handled<wire::EncryptOneshot> handle(wire::EncryptOneshot, const wire::EncryptOneshot::Request&, const Call& call) {
  HF_TRY(oneshot(Verb::encrypt, call));
  return wire::Nothing{};
}
Handled<wire::DecryptOneshot> handle(wire::DecryptOneshot, const wire::DecryptOneshot::Request&, const Call& call) {
  HF_TRY(oneshot(Verb::decrypt, call));
  return wire::Nothing{};
}

}  // namespace holdfast::secure::pkcs11
