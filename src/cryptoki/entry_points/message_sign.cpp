// Message-based signing and verification (PKCS#11 3.0 sections 5.14 and 5.16).
#include "cryptoki/abi_guard.h"
#include "cryptoki/message_steps.h"

namespace holdfast::cryptoki {
namespace {

/// No signature mechanism has a parameter of its own for each message.
Result<void> require_no_param(const void* param, CK_ULONG bytes) {
  if (param != nullptr || bytes != 0) return fail(Rv::mechanism_param_invalid, "a message to sign takes no parameter");
  return {};
}

Result<ByteView> caller_signature(const void* signature, CK_ULONG bytes) {
  HF_TRY(require_pointer(signature));
  return caller_message(signature, bytes, kMostResult, Rv::signature_len_range);
}

Result<ByteView> caller_data(const void* data, CK_ULONG bytes) {
  return caller_message(data, bytes, kMostBulk, Rv::data_len_range);
}

}  // namespace
}  // namespace holdfast::cryptoki

using namespace holdfast;
using namespace holdfast::cryptoki;

extern "C" CK_RV C_MessageSignInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey) {
  return client_call([&](const Client& client) {
    return begin_messages<wire::MessageSignInit>(client, hSession, pMechanism, hKey, CKF_MESSAGE_SIGN);
  });
}

extern "C" CK_RV C_SignMessage(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
                               CK_BYTE_PTR pData, CK_ULONG ulDataLen, CK_BYTE_PTR pSignature,
                               CK_ULONG_PTR pulSignatureLen) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_TRY(require_no_param(pParameter, ulParameterLen));
    HF_ASSIGN_OR_RETURN(const ByteView data, caller_data(pData, ulDataLen));
    HF_ASSIGN_OR_RETURN(OutputBuffer out, OutputBuffer::at(pSignature, pulSignatureLen, kMostResult));
    HF_ASSIGN_OR_RETURN(const Outcome outcome, client.fetch<wire::SignMessage>({session}, out.room(), data));
    return out.settle(outcome);
  });
}

extern "C" CK_RV C_SignMessageBegin(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_TRY(require_no_param(pParameter, ulParameterLen));
    HF_TRY(client.send<wire::SignMessageBegin>({session}));
    return {};
  });
}

extern "C" CK_RV C_SignMessageNext(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
                                   CK_BYTE_PTR pDataPart, CK_ULONG ulDataPartLen, CK_BYTE_PTR pSignature,
                                   CK_ULONG_PTR pulSignatureLen) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_TRY(require_no_param(pParameter, ulParameterLen));
    HF_ASSIGN_OR_RETURN(const ByteView part, caller_data(pDataPart, ulDataPartLen));
    if (pulSignatureLen == nullptr) {
      HF_ASSIGN_OR_RETURN(const Outcome outcome,
                          client.fetch<wire::SignMessageNext>({session, 0}, MutableByteView{}, part));
      return outcome.rv == Rv::ok ? Result<void>{} : fail(outcome.rv);
    }
    HF_ASSIGN_OR_RETURN(OutputBuffer out, OutputBuffer::at(pSignature, pulSignatureLen, kMostResult));
    HF_ASSIGN_OR_RETURN(const Outcome outcome, client.fetch<wire::SignMessageNext>({session, 1}, out.room(), part));
    return out.settle(outcome);
  });
}

extern "C" CK_RV C_MessageSignFinal(CK_SESSION_HANDLE hSession) {
  return client_call([&](const Client& client) { return end_messages<wire::MessageSignInit>(client, hSession); });
}

extern "C" CK_RV C_MessageVerifyInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey) {
  return client_call([&](const Client& client) {
    return begin_messages<wire::MessageVerifyInit>(client, hSession, pMechanism, hKey, CKF_MESSAGE_VERIFY);
  });
}

extern "C" CK_RV C_VerifyMessage(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
                                 CK_BYTE_PTR pData, CK_ULONG ulDataLen, CK_BYTE_PTR pSignature, CK_ULONG ulSignatureLen) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_TRY(require_no_param(pParameter, ulParameterLen));
    HF_ASSIGN_OR_RETURN(const ByteView data, caller_data(pData, ulDataLen));
    HF_ASSIGN_OR_RETURN(const ByteView signature, caller_signature(pSignature, ulSignatureLen));
    HF_TRY(client.send<wire::VerifyMessage>({session}, data, signature));
    return {};
  });
}

extern "C" CK_RV C_VerifyMessageBegin(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_TRY(require_no_param(pParameter, ulParameterLen));
    HF_TRY(client.send<wire::VerifyMessageBegin>({session}));
    return {};
  });
}

// A signature says that this part is the last.
extern "C" CK_RV C_VerifyMessageNext(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
                                     CK_BYTE_PTR pDataPart, CK_ULONG ulDataPartLen, CK_BYTE_PTR pSignature,
                                     CK_ULONG ulSignatureLen) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_TRY(require_no_param(pParameter, ulParameterLen));
    HF_ASSIGN_OR_RETURN(const ByteView part, caller_data(pDataPart, ulDataPartLen));
    ByteView signature;
    if (pSignature != nullptr) {
      HF_ASSIGN_OR_RETURN(signature, caller_signature(pSignature, ulSignatureLen));
    }
    HF_TRY(client.send<wire::VerifyMessageNext>({session, pSignature != nullptr ? 1u : 0u}, part, signature));
    return {};
  });
}

extern "C" CK_RV C_MessageVerifyFinal(CK_SESSION_HANDLE hSession) {
  return client_call([&](const Client& client) { return end_messages<wire::MessageVerifyInit>(client, hSession); });
}
