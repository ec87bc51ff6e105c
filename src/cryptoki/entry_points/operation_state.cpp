// C_GetOperationState and C_SetOperationState (PKCS#11 3.2 section 5.6).
#include "cryptoki/abi_guard.h"
#include "cryptoki/export.h"
#include "cryptoki/operation_steps.h"

namespace holdfast::cryptoki {
namespace {

/// key_to_name is a key of C_SetOperationState: 0 where none is needed. A handle that cannot be one is not the key that
/// the operation had.
Result<ck::ObjectHandle> key_to_name(const Client& client, CK_OBJECT_HANDLE handle) {
  if (handle == CK_INVALID_HANDLE) return ck::ObjectHandle{0};
  return client.object(handle, Rv::key_changed);
}

}  // namespace
}  // namespace holdfast::cryptoki

using namespace holdfast;
using namespace holdfast::cryptoki;

HF_CRYPTOKI CK_RV C_GetOperationState(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pOperationState,
                                      CK_ULONG_PTR pulOperationStateLen) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_ASSIGN_OR_RETURN(OutputBuffer out, OutputBuffer::at(pOperationState, pulOperationStateLen, kMostResult));
    HF_ASSIGN_OR_RETURN(const Outcome outcome, client.fetch<wire::GetOperationState>({session}, out.room()));
    return out.settle(outcome);
  });
}

HF_CRYPTOKI CK_RV C_SetOperationState(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pOperationState,
                                      CK_ULONG ulOperationStateLen, CK_OBJECT_HANDLE hEncryptionKey,
                                      CK_OBJECT_HANDLE hAuthenticationKey) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_TRY(require_command<wire::SetOperationState>(client));
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_TRY(require_pointer(pOperationState));
    HF_ASSIGN_OR_RETURN(const ByteView state, caller_bytes(pOperationState, ulOperationStateLen));
    HF_TRY(at_most(kMostResult, state, Rv::saved_state_invalid));
    HF_ASSIGN_OR_RETURN(const ck::ObjectHandle encryption_key, key_to_name(client, hEncryptionKey));
    HF_ASSIGN_OR_RETURN(const ck::ObjectHandle authentication_key, key_to_name(client, hAuthenticationKey));
    HF_TRY(client.send<wire::SetOperationState>({session, encryption_key, authentication_key}, state));
    return {};
  });
}
