// Message digesting functions (PKCS#11 3.0 section 5.10).
#include "cryptoki/abi_guard.h"
#include "cryptoki/export.h"
#include "cryptoki/operation_steps.h"

using namespace holdfast;
using namespace holdfast::cryptoki;

HF_CRYPTOKI CK_RV C_DigestInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    if (pMechanism == nullptr) return cancel<wire::DigestInit>(client, session);
    HF_ASSIGN_OR_RETURN(const FlatMechanism mechanism, flatten(pMechanism, client));
    HF_TRY(client.send<wire::DigestInit>({session, mechanism.view()}));
    return {};
  });
}

HF_CRYPTOKI CK_RV C_Digest(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen, CK_BYTE_PTR pDigest,
                           CK_ULONG_PTR pulDigestLen) {
  return client_call([&](const Client& client) {
    return summarise<wire::DigestOneshot, wire::DigestUpdate, wire::DigestFinal>(client, hSession, pData, ulDataLen,
                                                                                 pDigest, pulDigestLen);
  });
}

HF_CRYPTOKI CK_RV C_DigestUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen) {
  return client_call(
      [&](const Client& client) { return update<wire::DigestUpdate>(client, hSession, pPart, ulPartLen); });
}

HF_CRYPTOKI CK_RV C_DigestKey(CK_SESSION_HANDLE hSession, CK_OBJECT_HANDLE hKey) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_ASSIGN_OR_RETURN(const ck::ObjectHandle key,
                        (or_end<wire::DigestKey>(client, session, client.object(hKey, Rv::key_handle_invalid))));
    HF_TRY(client.send<wire::DigestKey>({session, key}));
    return {};
  });
}

HF_CRYPTOKI CK_RV C_DigestFinal(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pDigest, CK_ULONG_PTR pulDigestLen) {
  return client_call(
      [&](const Client& client) { return finish<wire::DigestFinal>(client, hSession, pDigest, pulDigestLen); });
}
