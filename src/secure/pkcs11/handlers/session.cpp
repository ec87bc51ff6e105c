#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/handlers/handlers.h"
#include "wire/codec.h"

namespace holdfast::secure::pkcs11 {

Handled<wire::OpenSession> handle(wire::OpenSession, const wire::OpenSession::Request& request, const Call& call) {
  HF_ASSIGN_OR_RETURN(Token* const token, call.ta.token(request.slot));
  // PKCS#11 3.1 §5.6.1: for legacy reasons the serial flag must be set.
  if ((request.flags & CKF_SERIAL_SESSION) == 0) return fail(Rv::session_parallel_not_supported, "no parallel sessions");
  const bool is_async = (request.flags & CKF_ASYNC_SESSION) != 0 && call.dialect() == Dialect::standard;
  const std::uint32_t known = CKF_SERIAL_SESSION | CKF_RW_SESSION | (is_async ? CKF_ASYNC_SESSION : 0u);
  if ((request.flags & ~known) != 0)
    return fail(Rv::arguments_bad, "unknown session flag");
  HF_ASSIGN_OR_RETURN(const ck::SessionHandle session,
                      call.client.open_session(*token, (request.flags & CKF_RW_SESSION) != 0));
  if (is_async)
    if (const std::shared_ptr<Session> opened = call.client.session(session)) opened->make_async();
  return wire::OpenSession::Reply{.session = session};
}

Handled<wire::CloseSession> handle(wire::CloseSession, const wire::CloseSession::Request& request, const Call& call) {
  call.client.close_session(request.session);
  return wire::Nothing{};
}

Handled<wire::CloseAllSessions> handle(wire::CloseAllSessions, const wire::CloseAllSessions::Request& request,
                                       const Call& call) {
  HF_ASSIGN_OR_RETURN(const Token* const token, call.ta.token(request.slot));
  call.client.close_all_sessions(*token);
  return wire::Nothing{};
}

Handled<wire::SessionInfo> handle(wire::SessionInfo, const wire::SessionInfo::Request&, const Call& call) {
  const bool read_write = call.session->is_read_write();
  const std::shared_ptr<const Login> login = call.login();
  std::uint32_t state = read_write ? CKS_RW_PUBLIC_SESSION : CKS_RO_PUBLIC_SESSION;
  if (login != nullptr && login->owner() == PinOwner::so) state = CKS_RW_SO_FUNCTIONS;
  if (login != nullptr && login->owner() == PinOwner::user) state = read_write ? CKS_RW_USER_FUNCTIONS : CKS_RO_USER_FUNCTIONS;
  std::uint32_t flags = CKF_SERIAL_SESSION;
  if (read_write) flags |= CKF_RW_SESSION;
  if (call.session->is_async()) flags |= CKF_ASYNC_SESSION;
  return wire::SessionInfo::Reply{.slot = call.token().slot(), .state = state, .flags = flags, .device_error = 0};
}

namespace {

/// log_in_for_operation is C_Login with CKU_CONTEXT_SPECIFIC (PKCS#11 3.1 §5.6.8): it frees the operation, just begun, of a key
/// with CKA_ALWAYS_AUTHENTICATE for one use.
Result<void> log_in_for_operation(const SecretBytes& pin, const Call& call) {
  ActiveOperation* waiting = nullptr;
  for (const Verb verb : {Verb::sign, Verb::decrypt, Verb::encrypt, Verb::verify, Verb::message_sign, Verb::message_decrypt,
                          Verb::message_encrypt, Verb::message_verify})
    if (OperationSlot& slot = call.session->operation(verb); slot.has_value() && slot->needs_context_login) waiting = &*slot;
  if (waiting == nullptr) return fail(Rv::operation_not_initialized, "no operation waits for a login");
  // The key's token says who may use it; in OP-TEE's dialect that is not always this session's.
  HF_ASSIGN_OR_RETURN(Token* const token, call.ta.token(waiting->login_slot));
  HF_TRY(token->login(PinOwner::user, {.pin = pin, .caller = call.caller()}));
  waiting->needs_context_login = false;
  return {};
}

}  // namespace

Handled<wire::Login> handle(wire::Login, const wire::Login::Request& request, const Call& call) {
  HF_ASSIGN_OR_RETURN(const SecretBytes pin, wire::SecretCodec::copy(request.pin));
  PinOwner owner = PinOwner::user;
  switch (request.user_type) {
    case CKU_USER:
      break;
    case CKU_SO:
      owner = PinOwner::so;
      break;
    case CKU_CONTEXT_SPECIFIC:
      HF_TRY(log_in_for_operation(pin, call));
      return wire::Nothing{};
    default:
      return fail(Rv::user_type_invalid, "unknown user type");
  }
  HF_TRY(call.client.may_log_in(call.token(), owner));
  HF_ASSIGN_OR_RETURN(std::shared_ptr<Login> login, call.token().login(owner, {.pin = pin, .caller = call.caller()}));
  HF_TRY(call.client.set_login(call.token(), std::move(login)));
  return wire::Nothing{};
}

Handled<wire::Logout> handle(wire::Logout, const wire::Logout::Request&, const Call& call) {
  HF_TRY(call.client.logout(call.token()));
  return wire::Nothing{};
}

}  // namespace holdfast::secure::pkcs11
