// Encryption functions (PKCS#11 3.0 section 5.8).
#include "cryptoki/abi_guard.h"
#include "cryptoki/cipher_steps.h"
#include "cryptoki/export.h"

using namespace holdfast;
using namespace holdfast::cryptoki;

HF_CRYPTOKI CK_RV C_EncryptInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey) {
  return client_call(
      [&](const Client& client) { return begin<wire::EncryptInit>(client, hSession, pMechanism, hKey); });
}

HF_CRYPTOKI CK_RV C_Encrypt(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen,
                            CK_BYTE_PTR pEncryptedData, CK_ULONG_PTR pulEncryptedDataLen) {
  return client_call([&](const Client& client) {
    return cipher_oneshot<EncryptSteps>(client, hSession, pData, ulDataLen, pEncryptedData, pulEncryptedDataLen);
  });
}

HF_CRYPTOKI CK_RV C_EncryptUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen,
                                  CK_BYTE_PTR pEncryptedPart, CK_ULONG_PTR pulEncryptedPartLen) {
  return client_call([&](const Client& client) {
    return cipher_update<EncryptSteps>(client, hSession, pPart, ulPartLen, pEncryptedPart, pulEncryptedPartLen);
  });
}

HF_CRYPTOKI CK_RV C_EncryptFinal(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pLastEncryptedPart,
                                 CK_ULONG_PTR pulLastEncryptedPartLen) {
  return client_call([&](const Client& client) {
    return finish<wire::EncryptFinal>(client, hSession, pLastEncryptedPart, pulLastEncryptedPartLen, kMostBulk);
  });
}
