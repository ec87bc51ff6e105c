#include <optional>

#include "secure/pkcs11/handlers/handlers.h"

namespace holdfast::secure::pkcs11 {
namespace {

// The operation that a step command belongs to; init commands belong to none (OP-TEE ABI section 5.6).
std::optional<Verb> verb_of(wire::CommandId command) {
  switch (command.value) {
    case wire::EncryptUpdate::kId.value:
    case wire::EncryptFinal::kId.value:
    case wire::EncryptOneshot::kId.value:
      return Verb::encrypt;
    case wire::DecryptUpdate::kId.value:
    case wire::DecryptFinal::kId.value:
    case wire::DecryptOneshot::kId.value:
      return Verb::decrypt;
    case wire::SignUpdate::kId.value:
    case wire::SignFinal::kId.value:
    case wire::SignOneshot::kId.value:
      return Verb::sign;
    case wire::VerifyUpdate::kId.value:
    case wire::VerifyFinal::kId.value:
    case wire::VerifyOneshot::kId.value:
      return Verb::verify;
    case wire::DigestUpdate::kId.value:
    case wire::DigestKey::kId.value:
    case wire::DigestFinal::kId.value:
    case wire::DigestOneshot::kId.value:
      return Verb::digest;
    default:
      return std::nullopt;
  }
}

}  // namespace

Handled<wire::ReleaseActiveProcessing> handle(wire::ReleaseActiveProcessing,
                                              const wire::ReleaseActiveProcessing::Request& request, const Call& call) {
  const std::optional<Verb> verb = verb_of(request.command);
  if (!verb.has_value()) return fail(Rv::arguments_bad, "command is no step of an operation");
  OperationSlot& slot = call.session->operation(*verb);
  if (!slot.has_value()) return fail(Rv::operation_not_initialized, "no operation of this kind is active");
  slot.reset();
  return wire::Nothing{};
}

}  // namespace holdfast::secure::pkcs11
