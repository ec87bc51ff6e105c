// Signing and MACing functions (PKCS#11 3.0 section 5.11).
#include "cryptoki/abi_guard.h"
#include "cryptoki/export.h"
#include "cryptoki/operation_steps.h"

using namespace holdfast;
using namespace holdfast::cryptoki;

HF_CRYPTOKI CK_RV C_SignInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey) {
  return client_call([&](const Client& client) { return begin<wire::SignInit>(client, hSession, pMechanism, hKey); });
}

HF_CRYPTOKI CK_RV C_Sign(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen, CK_BYTE_PTR pSignature,
                         CK_ULONG_PTR pulSignatureLen) {
  return client_call([&](const Client& client) {
    return summarise<wire::SignOneshot, wire::SignUpdate, wire::SignFinal>(client, hSession, pData, ulDataLen,
                                                                           pSignature, pulSignatureLen);
  });
}

HF_CRYPTOKI CK_RV C_SignUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen) {
  return client_call(
      [&](const Client& client) { return update<wire::SignUpdate>(client, hSession, pPart, ulPartLen); });
}

HF_CRYPTOKI CK_RV C_SignFinal(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pSignature, CK_ULONG_PTR pulSignatureLen) {
  return client_call(
      [&](const Client& client) { return finish<wire::SignFinal>(client, hSession, pSignature, pulSignatureLen); });
}
