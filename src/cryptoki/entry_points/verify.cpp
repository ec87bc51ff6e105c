// Functions for verifying signatures and MACs (PKCS#11 3.0 section 5.13).
#include "cryptoki/abi_guard.h"
#include "cryptoki/export.h"
#include "cryptoki/operation_steps.h"

namespace holdfast::cryptoki {
namespace {

template <class Step>
Result<ByteView> caller_signature(const Client& client, ck::SessionHandle session, const void* signature,
                                  CK_ULONG signature_bytes) {
  HF_ASSIGN_OR_RETURN(const ByteView bytes, (or_end<Step>(client, session, caller_bytes(signature, signature_bytes))));
  HF_TRY((or_end<Step>(client, session, require_pointer(signature))));
  HF_TRY((or_end<Step>(client, session, at_most(kMostSignature, bytes, Rv::signature_len_range))));
  return bytes;
}

}  // namespace
}  // namespace holdfast::cryptoki

using namespace holdfast;
using namespace holdfast::cryptoki;

HF_CRYPTOKI CK_RV C_VerifyInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey) {
  return client_call([&](const Client& client) { return begin<wire::VerifyInit>(client, hSession, pMechanism, hKey); });
}

HF_CRYPTOKI CK_RV C_Verify(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen, CK_BYTE_PTR pSignature,
                           CK_ULONG ulSignatureLen) {
  return client_call([&](const Client& client) -> Result<void> {
    using Step = wire::VerifyOneshot;
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_ASSIGN_OR_RETURN(const ByteView data, (or_end<Step>(client, session, caller_bytes(pData, ulDataLen))));
    HF_ASSIGN_OR_RETURN(const ByteView signature, caller_signature<Step>(client, session, pSignature, ulSignatureLen));
    if (data.size() > kMostBulk) {
      HF_TRY(feed<wire::VerifyUpdate>(client, session, data));
      HF_TRY(client.send<wire::VerifyFinal>({session}, signature));
    } else {
      HF_TRY(client.send<Step>({session}, data, signature));
    }
    return {};
  });
}

HF_CRYPTOKI CK_RV C_VerifyUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen) {
  return client_call(
      [&](const Client& client) { return update<wire::VerifyUpdate>(client, hSession, pPart, ulPartLen); });
}

HF_CRYPTOKI CK_RV C_VerifyFinal(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pSignature, CK_ULONG ulSignatureLen) {
  return client_call([&](const Client& client) -> Result<void> {
    using Step = wire::VerifyFinal;
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_ASSIGN_OR_RETURN(const ByteView signature, caller_signature<Step>(client, session, pSignature, ulSignatureLen));
    HF_TRY(client.send<Step>({session}, signature));
    return {};
  });
}
