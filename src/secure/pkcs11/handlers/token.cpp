#include "secure/pkcs11/handlers/handlers.h"
#include "wire/codec.h"

namespace holdfast::secure::pkcs11 {

Handled<wire::InitToken> handle(wire::InitToken, const wire::InitToken::Request& request, const Call& call) {
  HF_ASSIGN_OR_RETURN(Token* const token, call.ta.token(request.slot));
  HF_ASSIGN_OR_RETURN(const SecretBytes pin, wire::SecretCodec::copy(request.pin));
  HF_TRY(token->initialise({.pin = pin, .caller = call.caller()}, request.label, call.token_rules()));
  return wire::Nothing{};
}

Handled<wire::InitPin> handle(wire::InitPin, const wire::InitPin::Request& request, const Call& call) {
  HF_ASSIGN_OR_RETURN(const std::shared_ptr<const Login> login, call.security_officer());
  HF_ASSIGN_OR_RETURN(const SecretBytes pin, wire::SecretCodec::copy(request.pin));
  HF_TRY(call.token().set_user_pin({.pin = pin, .caller = call.caller()}, *login, call.token_rules()));
  return wire::Nothing{};
}

// PKCS#11 3.1 §5.5.8: the security officer changes the SO PIN; every other read-write session changes the user's.
Handled<wire::SetPin> handle(wire::SetPin, const wire::SetPin::Request& request, const Call& call) {
  if (!call.session->is_read_write()) return fail(Rv::session_read_only, "changing a PIN needs a read-write session");
  const std::shared_ptr<const Login> login = call.login();
  const PinOwner owner = login != nullptr ? login->owner() : PinOwner::user;
  HF_ASSIGN_OR_RETURN(const SecretBytes old_pin, wire::SecretCodec::copy(request.old_pin));
  HF_ASSIGN_OR_RETURN(const SecretBytes new_pin, wire::SecretCodec::copy(request.new_pin));
  HF_TRY(call.token().change_pin(owner, {.pin = old_pin, .caller = call.caller()}, new_pin, call.token_rules()));
  return wire::Nothing{};
}

}  // namespace holdfast::secure::pkcs11
