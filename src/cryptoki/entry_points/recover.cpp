// Signatures that hold their data (PKCS#11 3.2, C_SignRecoverInit, C_SignRecover, C_VerifyRecoverInit,
// C_VerifyRecover).
#include "cryptoki/abi_guard.h"
#include "cryptoki/export.h"
#include "cryptoki/operation_steps.h"

namespace holdfast::cryptoki {
namespace {

/// recover_step is either of the two: all of the input in one crossing, and a short output.
template <class Step>
Result<void> recover_step(const Client& client, CK_SESSION_HANDLE session_handle, const void* in, CK_ULONG in_bytes,
                          Rv too_long, CK_BYTE_PTR result, CK_ULONG_PTR result_bytes) {
  HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(session_handle));
  HF_ASSIGN_OR_RETURN(const ByteView input, (or_end<Step>(client, session, caller_bytes(in, in_bytes))));
  HF_TRY((or_end<Step>(client, session, at_most(kMostResult, input, too_long))));
  HF_ASSIGN_OR_RETURN(OutputBuffer out,
                      (or_end<Step>(client, session, OutputBuffer::at(result, result_bytes, kMostResult))));
  if (out.is_length_query()) return answer_length_query<Step>(client, session, out, input.size());
  HF_ASSIGN_OR_RETURN(const Outcome outcome, client.fetch<Step>({session}, out.room(), input));
  return out.settle(outcome);
}

}  // namespace
}  // namespace holdfast::cryptoki

using namespace holdfast;
using namespace holdfast::cryptoki;

HF_CRYPTOKI CK_RV C_SignRecoverInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey) {
  return client_call(
      [&](const Client& client) { return begin<wire::SignRecoverInit>(client, hSession, pMechanism, hKey); });
}

HF_CRYPTOKI CK_RV C_SignRecover(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pData, CK_ULONG ulDataLen,
                                CK_BYTE_PTR pSignature, CK_ULONG_PTR pulSignatureLen) {
  return client_call([&](const Client& client) {
    return recover_step<wire::SignRecover>(client, hSession, pData, ulDataLen, Rv::data_len_range, pSignature,
                                           pulSignatureLen);
  });
}

HF_CRYPTOKI CK_RV C_VerifyRecoverInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey) {
  return client_call(
      [&](const Client& client) { return begin<wire::VerifyRecoverInit>(client, hSession, pMechanism, hKey); });
}

HF_CRYPTOKI CK_RV C_VerifyRecover(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pSignature, CK_ULONG ulSignatureLen,
                                  CK_BYTE_PTR pData, CK_ULONG_PTR pulDataLen) {
  return client_call([&](const Client& client) {
    return recover_step<wire::VerifyRecover>(client, hSession, pSignature, ulSignatureLen, Rv::signature_len_range,
                                             pData, pulDataLen);
  });
}
