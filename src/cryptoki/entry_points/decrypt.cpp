// Decryption functions (PKCS#11 3.0 section 5.9).
#include "cryptoki/abi_guard.h"
#include "cryptoki/cipher_steps.h"
#include "cryptoki/export.h"

using namespace holdfast;
using namespace holdfast::cryptoki;

HF_CRYPTOKI CK_RV C_DecryptInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey) {
  return client_call(
      [&](const Client& client) { return begin<wire::DecryptInit>(client, hSession, pMechanism, hKey); });
}

HF_CRYPTOKI CK_RV C_Decrypt(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pEncryptedData, CK_ULONG ulEncryptedDataLen,
                            CK_BYTE_PTR pData, CK_ULONG_PTR pulDataLen) {
  return client_call([&](const Client& client) {
    return cipher_oneshot<DecryptSteps>(client, hSession, pEncryptedData, ulEncryptedDataLen, pData, pulDataLen);
  });
}

HF_CRYPTOKI CK_RV C_DecryptUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pEncryptedPart, CK_ULONG ulEncryptedPartLen,
                                  CK_BYTE_PTR pPart, CK_ULONG_PTR pulPartLen) {
  return client_call([&](const Client& client) {
    return cipher_update<DecryptSteps>(client, hSession, pEncryptedPart, ulEncryptedPartLen, pPart, pulPartLen);
  });
}

HF_CRYPTOKI CK_RV C_DecryptFinal(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pLastPart, CK_ULONG_PTR pulLastPartLen) {
  return client_call([&](const Client& client) {
    return finish<wire::DecryptFinal>(client, hSession, pLastPart, pulLastPartLen, kMostBulk);
  });
}
