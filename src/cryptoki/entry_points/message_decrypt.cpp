// Message-based decryption (PKCS#11 3.0 section 5.11). The plaintext of a message in parts comes with its last part, once
// its tag has been verified.
#include "cryptoki/abi_guard.h"
#include "cryptoki/message_steps.h"

namespace holdfast::cryptoki {
namespace {

Result<void> decrypt_message(const Client& client, CK_SESSION_HANDLE session_handle, const CallerParam& param,
                             ByteView aad, ByteView ciphertext, OutputBuffer& out) {
  HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(session_handle));
  HF_ASSIGN_OR_RETURN(const wire::ParamKind kind, message_kind_of(param));
  HF_ASSIGN_OR_RETURN(const SecretBytes flat, flatten_param(kind, param, client.connection().epoch()));
  const wire::DecryptMessage::Request request{session, wire::SecretCodec::see(flat), aad};
  HF_ASSIGN_OR_RETURN(const Outcome outcome, client.fetch<wire::DecryptMessage>(request, out.room(), ciphertext));
  return out.settle(outcome);
}

Result<void> begin_message(const Client& client, CK_SESSION_HANDLE session_handle, const CallerParam& param,
                           ByteView aad) {
  HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(session_handle));
  HF_ASSIGN_OR_RETURN(const wire::ParamKind kind, message_kind_of(param));
  HF_ASSIGN_OR_RETURN(const SecretBytes flat, flatten_param_without_tag(kind, param, client.connection().epoch()));
  HF_TRY(client.send<wire::DecryptMessageBegin>({session, wire::SecretCodec::see(flat), aad}));
  return {};
}

/// A question for the length must not take the part: what it asks about is no more than the part's own length.
Result<void> next_part(const Client& client, CK_SESSION_HANDLE session_handle, ByteView part, OutputBuffer& out) {
  HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(session_handle));
  const bool is_question = out.is_length_query() && !part.empty();
  const wire::DecryptMessageNext::Request request{session, 0, {}};
  const ByteView taken = is_question ? ByteView{} : part;
  HF_ASSIGN_OR_RETURN(const Outcome outcome,
                      client.fetch<wire::DecryptMessageNext>(request, MutableByteView{}, taken));
  if (outcome.rv != Rv::ok) return fail(outcome.rv);
  return is_question ? out.settle({Rv::buffer_too_small, part.size()}) : out.settle(outcome);
}

Result<void> last_part(const Client& client, CK_SESSION_HANDLE session_handle, const CallerParam& param, ByteView part,
                       OutputBuffer& out) {
  HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(session_handle));
  HF_ASSIGN_OR_RETURN(const wire::ParamKind kind, message_kind_of(param));
  HF_ASSIGN_OR_RETURN(const SecretBytes flat, flatten_param(kind, param, client.connection().epoch()));
  const wire::DecryptMessageNext::Request request{session, 1, wire::SecretCodec::see(flat)};
  HF_ASSIGN_OR_RETURN(const Outcome outcome, client.fetch<wire::DecryptMessageNext>(request, out.room(), part));
  return out.settle(outcome);
}

}  // namespace
}  // namespace holdfast::cryptoki

using namespace holdfast;
using namespace holdfast::cryptoki;

extern "C" CK_RV C_MessageDecryptInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey) {
  return client_call([&](const Client& client) {
    return begin_cipher_messages<wire::MessageDecryptInit>(client, hSession, pMechanism, hKey, CKF_MESSAGE_DECRYPT);
  });
}

extern "C" CK_RV C_DecryptMessage(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
                                  CK_BYTE_PTR pAssociatedData, CK_ULONG ulAssociatedDataLen, CK_BYTE_PTR pCiphertext,
                                  CK_ULONG ulCiphertextLen, CK_BYTE_PTR pPlaintext, CK_ULONG_PTR pulPlaintextLen) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_ASSIGN_OR_RETURN(const ByteView aad, caller_aad(pAssociatedData, ulAssociatedDataLen));
    HF_ASSIGN_OR_RETURN(const ByteView ciphertext, caller_message(pCiphertext, ulCiphertextLen, kMostCipherInput,
                                                                  Rv::encrypted_data_len_range));
    HF_ASSIGN_OR_RETURN(OutputBuffer out, OutputBuffer::at(pPlaintext, pulPlaintextLen, ciphertext.size()));
    return decrypt_message(client, hSession, {pParameter, ulParameterLen}, aad, ciphertext, out);
  });
}

extern "C" CK_RV C_DecryptMessageBegin(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
                                       CK_BYTE_PTR pAssociatedData, CK_ULONG ulAssociatedDataLen) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_ASSIGN_OR_RETURN(const ByteView aad, caller_aad(pAssociatedData, ulAssociatedDataLen));
    return begin_message(client, hSession, {pParameter, ulParameterLen}, aad);
  });
}

extern "C" CK_RV C_DecryptMessageNext(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
                                      CK_BYTE_PTR pCiphertextPart, CK_ULONG ulCiphertextPartLen,
                                      CK_BYTE_PTR pPlaintextPart, CK_ULONG_PTR pulPlaintextPartLen, CK_FLAGS flags) {
  return client_call([&](const Client& client) -> Result<void> {
    if ((flags & ~CKF_END_OF_MESSAGE) != 0) return fail(Rv::arguments_bad, "unknown flags");
    HF_ASSIGN_OR_RETURN(const ByteView part, caller_message(pCiphertextPart, ulCiphertextPartLen, kMostCipherInput,
                                                            Rv::encrypted_data_len_range));
    HF_ASSIGN_OR_RETURN(OutputBuffer out, OutputBuffer::at(pPlaintextPart, pulPlaintextPartLen, kMostBulk));
    if ((flags & CKF_END_OF_MESSAGE) == 0) return next_part(client, hSession, part, out);
    return last_part(client, hSession, {pParameter, ulParameterLen}, part, out);
  });
}

extern "C" CK_RV C_MessageDecryptFinal(CK_SESSION_HANDLE hSession) {
  return client_call([&](const Client& client) { return end_messages<wire::MessageDecryptInit>(client, hSession); });
}
