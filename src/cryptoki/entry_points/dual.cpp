// Dual-function cryptographic functions (PKCS#11 3.0 section 5.17).
#include "cryptoki/abi_guard.h"
#include "cryptoki/cipher_steps.h"
#include "cryptoki/export.h"

namespace holdfast::cryptoki {
namespace {

/// dual_update is one crossing for both operations: neither takes data that the other does not.
template <class Dual, class Steps>
Result<void> dual_update(const Client& client, CK_SESSION_HANDLE session_handle, const void* in, CK_ULONG in_bytes,
                         CK_BYTE_PTR result, CK_ULONG_PTR result_bytes) {
  HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(session_handle));
  HF_ASSIGN_OR_RETURN(const ByteView data, caller_bytes(in, in_bytes));
  HF_TRY(at_most(kMostCipherInput, data, Steps::kTooLong));
  HF_ASSIGN_OR_RETURN(OutputBuffer out, OutputBuffer::at(result, result_bytes, data.size() + kMostExtraOutput));
  if (out.is_length_query()) return answer_length_query<typename Steps::Update>(client, session, out, data.size());
  HF_ASSIGN_OR_RETURN(const Outcome outcome, client.fetch<Dual>({session}, out.room(), data));
  return out.settle(outcome);
}

}  // namespace
}  // namespace holdfast::cryptoki

using namespace holdfast;
using namespace holdfast::cryptoki;

HF_CRYPTOKI CK_RV C_DigestEncryptUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen,
                                        CK_BYTE_PTR pEncryptedPart, CK_ULONG_PTR pulEncryptedPartLen) {
  return client_call([&](const Client& client) {
    return dual_update<wire::DigestEncryptUpdate, EncryptSteps>(client, hSession, pPart, ulPartLen, pEncryptedPart,
                                                                pulEncryptedPartLen);
  });
}

HF_CRYPTOKI CK_RV C_DecryptDigestUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pEncryptedPart,
                                        CK_ULONG ulEncryptedPartLen, CK_BYTE_PTR pPart, CK_ULONG_PTR pulPartLen) {
  return client_call([&](const Client& client) {
    return dual_update<wire::DecryptDigestUpdate, DecryptSteps>(client, hSession, pEncryptedPart, ulEncryptedPartLen,
                                                                pPart, pulPartLen);
  });
}

HF_CRYPTOKI CK_RV C_SignEncryptUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pPart, CK_ULONG ulPartLen,
                                      CK_BYTE_PTR pEncryptedPart, CK_ULONG_PTR pulEncryptedPartLen) {
  return client_call([&](const Client& client) {
    return dual_update<wire::SignEncryptUpdate, EncryptSteps>(client, hSession, pPart, ulPartLen, pEncryptedPart,
                                                              pulEncryptedPartLen);
  });
}

HF_CRYPTOKI CK_RV C_DecryptVerifyUpdate(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pEncryptedPart,
                                        CK_ULONG ulEncryptedPartLen, CK_BYTE_PTR pPart, CK_ULONG_PTR pulPartLen) {
  return client_call([&](const Client& client) {
    return dual_update<wire::DecryptVerifyUpdate, DecryptSteps>(client, hSession, pEncryptedPart, ulEncryptedPartLen,
                                                                pPart, pulPartLen);
  });
}
