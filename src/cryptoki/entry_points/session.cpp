// Session management functions (PKCS#11 3.0 section 5.6).
#include "cryptoki/abi_guard.h"
#include "cryptoki/caller_memory.h"
#include "cryptoki/export.h"
#include "cryptoki/pin.h"

using namespace holdfast;
using namespace holdfast::cryptoki;

HF_CRYPTOKI CK_RV C_OpenSession(CK_SLOT_ID slotID, CK_FLAGS flags, CK_VOID_PTR /*pApplication*/, CK_NOTIFY /*Notify*/,
                                CK_SESSION_HANDLE_PTR phSession) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_TRY(require_pointer(phSession));
    HF_ASSIGN_OR_RETURN(const ck::SlotId slot, client.slot(slotID));
    if (flags > 0xFFFFFFFF) return fail(Rv::arguments_bad, "unknown flags");
    HF_ASSIGN_OR_RETURN(const auto reply, client.send<wire::OpenSession>({slot, static_cast<std::uint32_t>(flags)}));
    *phSession = client.handle(reply.session);
    return {};
  });
}

HF_CRYPTOKI CK_RV C_CloseSession(CK_SESSION_HANDLE hSession) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_TRY(client.send<wire::CloseSession>({session}));
    return {};
  });
}

HF_CRYPTOKI CK_RV C_CloseAllSessions(CK_SLOT_ID slotID) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_ASSIGN_OR_RETURN(const ck::SlotId slot, client.slot(slotID));
    HF_TRY(client.send<wire::CloseAllSessions>({slot}));
    return {};
  });
}

HF_CRYPTOKI CK_RV C_GetSessionInfo(CK_SESSION_HANDLE hSession, CK_SESSION_INFO_PTR pInfo) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_TRY(require_pointer(pInfo));
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_ASSIGN_OR_RETURN(const auto reply, client.send<wire::SessionInfo>({session}));
    *pInfo = {reply.slot.value, reply.state, reply.flags, reply.device_error};
    return {};
  });
}

HF_CRYPTOKI CK_RV C_Login(CK_SESSION_HANDLE hSession, CK_USER_TYPE userType, CK_UTF8CHAR_PTR pPin, CK_ULONG ulPinLen) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    if (userType > 0xFFFFFFFF) return fail(Rv::user_type_invalid, "unknown type of user");
    HF_ASSIGN_OR_RETURN(const ByteView pin, caller_pin(pPin, ulPinLen, Rv::pin_incorrect));
    HF_TRY(client.send<wire::Login>({session, static_cast<std::uint32_t>(userType), pin}));
    return {};
  });
}

// PKCS#11 3.2, C_LoginUser: with a name, a login as one of a token's many users. A token has one user here and one
// security officer, without names: no name is C_Login, and nobody of another name has a PIN.
extern "C" CK_RV C_LoginUser(CK_SESSION_HANDLE hSession, CK_USER_TYPE userType, CK_UTF8CHAR_PTR pPin, CK_ULONG ulPinLen,
                             CK_UTF8CHAR_PTR pUsername, CK_ULONG ulUsernameLen) {
  if (ulUsernameLen == 0) return C_Login(hSession, userType, pPin, ulPinLen);
  return client_call([&](const Client& client) -> Result<void> {
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_TRY(caller_bytes(pUsername, ulUsernameLen));
    HF_TRY(client.send<wire::SessionInfo>({session}));
    return fail(Rv::user_pin_not_initialized, "the token's users have no names");
  });
}

// PKCS#11 3.2, C_GetSessionValidationFlags: which validations (CKO_VALIDATION) the last operation was within. Nobody
// has validated this software, so none ever is.
extern "C" CK_RV C_GetSessionValidationFlags(CK_SESSION_HANDLE hSession, CK_SESSION_VALIDATION_FLAGS_TYPE type,
                                             CK_FLAGS_PTR pFlags) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_TRY(require_pointer(pFlags));
    if (type != CKS_LAST_VALIDATION_OK) return fail(Rv::arguments_bad, "unknown type of validation flags");
    HF_TRY(client.send<wire::SessionInfo>({session}));
    *pFlags = 0;
    return {};
  });
}

HF_CRYPTOKI CK_RV C_Logout(CK_SESSION_HANDLE hSession) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_TRY(client.send<wire::Logout>({session}));
    return {};
  });
}
