// Verification of a signature that is known before the data (PKCS#11 3.2, C_VerifySignatureInit to
// C_VerifySignatureFinal). Reached through the 3.2 table, not exported.
#include "cryptoki/abi_guard.h"
#include "cryptoki/operation_steps.h"

using namespace holdfast;
using namespace holdfast::cryptoki;

extern "C" CK_RV C_VerifySignatureInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey,
                                       CK_BYTE_PTR pSignature, CK_ULONG ulSignatureLen) {
  return client_call([&](const Client& client) -> Result<void> {
    using Init = wire::VerifySignatureInit;
    HF_TRY(require_command<Init>(client));
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    if (pMechanism == nullptr) return cancel<Init>(client, session);
    HF_TRY(require_pointer(pSignature));
    HF_ASSIGN_OR_RETURN(const ByteView signature, caller_bytes(pSignature, ulSignatureLen));
    HF_TRY(at_most(kMostSignature, signature, Rv::signature_len_range));
    HF_ASSIGN_OR_RETURN(const FlatMechanism mechanism, flatten(pMechanism, client));
    HF_ASSIGN_OR_RETURN(const ck::ObjectHandle key, client.object(hKey, Rv::key_handle_invalid));
    HF_TRY(client.send<Init>({session, key, mechanism.view()}, signature));
    return {};
  });
}

extern "C" CK_RV C_VerifySignature(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen) {
  return client_call([&](const Client& client) -> Result<void> {
    using Step = wire::VerifySignatureOneshot;
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_ASSIGN_OR_RETURN(const ByteView data, (or_end<Step>(client, session, caller_bytes(pData, ulDataLen))));
    if (data.size() > kMostBulk) {
      HF_TRY(feed<wire::VerifySignatureUpdate>(client, session, data));
      HF_TRY(client.send<wire::VerifySignatureFinal>({session}));
    } else {
      HF_TRY(client.send<Step>({session}, data));
    }
    return {};
  });
}

extern "C" CK_RV C_VerifySignatureUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen) {
  return client_call(
      [&](const Client& client) { return update<wire::VerifySignatureUpdate>(client, hSession, pPart, ulPartLen); });
}

extern "C" CK_RV C_VerifySignatureFinal(CK_SESSION_HANDLE hSession) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_TRY(client.send<wire::VerifySignatureFinal>({session}));
    return {};
  });
}
