// Message-based encryption (PKCS#11 3.0 section 5.9).
#include <algorithm>

#include "cryptoki/abi_guard.h"
#include "cryptoki/message_steps.h"

namespace holdfast::cryptoki {
namespace {

/// The longest tag of any AEAD.
constexpr std::size_t kMostTagBytes = 16;

/// Scratch takes what ENCRYPT_MESSAGE gives; it holds nothing that is not the caller's to see.
class Scratch {
 public:
  explicit Scratch(std::size_t size) : bytes_(new std::byte[size]), size_(size) {}
  MutableByteView room() const { return {bytes_.get(), size_}; }
  ByteView first(std::size_t size) const { return room().first(size); }
  ByteView after(std::size_t at, std::size_t size) const { return room().subspan(at, size); }

 private:
  std::unique_ptr<std::byte[]> bytes_;
  std::size_t size_;
};

void copy_out(ByteView from, const OutputBuffer& out) {
  if (!from.empty()) std::memcpy(out.room().data(), from.data(), from.size());
}

/// ask_for_room offers no room, so that the operation stays as it is whatever it is, and passes on how much it takes.
template <class Step>
Result<void> ask_for_room(const Client& client, const typename Step::Request& request, ByteView data,
                          OutputBuffer& out) {
  HF_ASSIGN_OR_RETURN(const Outcome outcome, client.fetch<Step>(request, MutableByteView{}, data));
  if (outcome.rv != Rv::buffer_too_small) return fail(outcome.rv == Rv::ok ? Rv::general_error : outcome.rv);
  return out.settle({Rv::buffer_too_small, data.size()});
}

Result<void> encrypt_message(const Client& client, CK_SESSION_HANDLE session_handle, const CallerParam& param,
                             ByteView aad, ByteView plaintext, OutputBuffer& out) {
  HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(session_handle));
  HF_ASSIGN_OR_RETURN(const wire::ParamKind kind, message_kind_of(param));
  HF_ASSIGN_OR_RETURN(const SecretBytes flat, flatten_param_without_tag(kind, param, client.connection().epoch()));
  HF_ASSIGN_OR_RETURN(const MessageTarget target, message_target(kind, param));
  const wire::EncryptMessage::Request request{session, wire::SecretCodec::see(flat), aad};
  if (out.room().size() < plaintext.size())
    return ask_for_room<wire::EncryptMessage>(client, request, plaintext, out);
  const Scratch made(plaintext.size() + target.nonce_bytes + kMostTagBytes);
  HF_ASSIGN_OR_RETURN(const Outcome outcome, client.fetch<wire::EncryptMessage>(request, made.room(), plaintext));
  if (outcome.rv != Rv::ok) return fail(outcome.rv);
  if (outcome.size != plaintext.size() + target.nonce_bytes + target.tag_bytes)
    return fail(Rv::general_error, "a message of another length");
  copy_out(made.first(plaintext.size()), out);
  target.write_nonce(made.after(plaintext.size(), target.nonce_bytes));
  target.write_tag(made.after(plaintext.size() + target.nonce_bytes, target.tag_bytes));
  return out.settle({Rv::ok, plaintext.size()});
}

Result<void> begin_message(const Client& client, CK_SESSION_HANDLE session_handle, const CallerParam& param,
                           ByteView aad) {
  HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(session_handle));
  HF_ASSIGN_OR_RETURN(const wire::ParamKind kind, message_kind_of(param));
  HF_ASSIGN_OR_RETURN(const SecretBytes flat, flatten_param_without_tag(kind, param, client.connection().epoch()));
  HF_ASSIGN_OR_RETURN(const MessageTarget target, message_target(kind, param));
  const Scratch nonce(target.nonce_bytes);
  HF_ASSIGN_OR_RETURN(const Outcome outcome,
                      client.fetch<wire::EncryptMessageBegin>({session, wire::SecretCodec::see(flat), aad}, nonce.room()));
  if (outcome.rv != Rv::ok) return fail(outcome.rv);
  if (outcome.size != target.nonce_bytes) return fail(Rv::general_error, "a nonce of another length");
  target.write_nonce(nonce.first(target.nonce_bytes));
  return {};
}

Result<void> next_part(const Client& client, CK_SESSION_HANDLE session_handle, ByteView part, OutputBuffer& out) {
  HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(session_handle));
  const wire::EncryptMessageNext::Request request{session, 0};
  if (out.room().size() < part.size()) return ask_for_room<wire::EncryptMessageNext>(client, request, part, out);
  HF_ASSIGN_OR_RETURN(const Outcome outcome,
                      client.fetch<wire::EncryptMessageNext>(request, out.room().first(part.size()), part));
  return out.settle(outcome);
}

Result<void> last_part(const Client& client, CK_SESSION_HANDLE session_handle, const CallerParam& param, ByteView part,
                       OutputBuffer& out) {
  HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(session_handle));
  HF_ASSIGN_OR_RETURN(const wire::ParamKind kind, message_kind_of(param));
  HF_ASSIGN_OR_RETURN(const MessageTarget target, message_target(kind, param));
  const wire::EncryptMessageNext::Request request{session, 1};
  if (out.room().size() < part.size()) return ask_for_room<wire::EncryptMessageNext>(client, request, part, out);
  const Scratch made(part.size() + kMostTagBytes);
  HF_ASSIGN_OR_RETURN(const Outcome outcome, client.fetch<wire::EncryptMessageNext>(request, made.room(), part));
  if (outcome.rv != Rv::ok) return fail(outcome.rv);
  if (outcome.size != part.size() + target.tag_bytes)
    return fail(Rv::mechanism_param_invalid, "the message began with a tag of another length");
  copy_out(made.first(part.size()), out);
  target.write_tag(made.after(part.size(), target.tag_bytes));
  return out.settle({Rv::ok, part.size()});
}

}  // namespace
}  // namespace holdfast::cryptoki

using namespace holdfast;
using namespace holdfast::cryptoki;

extern "C" CK_RV C_MessageEncryptInit(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hKey) {
  return client_call([&](const Client& client) {
    return begin_cipher_messages<wire::MessageEncryptInit>(client, hSession, pMechanism, hKey, CKF_MESSAGE_ENCRYPT);
  });
}

extern "C" CK_RV C_EncryptMessage(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
                                  CK_BYTE_PTR pAssociatedData, CK_ULONG ulAssociatedDataLen, CK_BYTE_PTR pPlaintext,
                                  CK_ULONG ulPlaintextLen, CK_BYTE_PTR pCiphertext, CK_ULONG_PTR pulCiphertextLen) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_ASSIGN_OR_RETURN(const ByteView aad, caller_aad(pAssociatedData, ulAssociatedDataLen));
    HF_ASSIGN_OR_RETURN(const ByteView plaintext,
                        caller_message(pPlaintext, ulPlaintextLen, kMostCipherInput, Rv::data_len_range));
    HF_ASSIGN_OR_RETURN(OutputBuffer out, OutputBuffer::at(pCiphertext, pulCiphertextLen, plaintext.size()));
    return encrypt_message(client, hSession, {pParameter, ulParameterLen}, aad, plaintext, out);
  });
}

extern "C" CK_RV C_EncryptMessageBegin(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
                                       CK_BYTE_PTR pAssociatedData, CK_ULONG ulAssociatedDataLen) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_ASSIGN_OR_RETURN(const ByteView aad, caller_aad(pAssociatedData, ulAssociatedDataLen));
    return begin_message(client, hSession, {pParameter, ulParameterLen}, aad);
  });
}

extern "C" CK_RV C_EncryptMessageNext(CK_SESSION_HANDLE hSession, CK_VOID_PTR pParameter, CK_ULONG ulParameterLen,
                                      CK_BYTE_PTR pPlaintextPart, CK_ULONG ulPlaintextPartLen,
                                      CK_BYTE_PTR pCiphertextPart, CK_ULONG_PTR pulCiphertextPartLen, CK_FLAGS flags) {
  return client_call([&](const Client& client) -> Result<void> {
    if ((flags & ~CKF_END_OF_MESSAGE) != 0) return fail(Rv::arguments_bad, "unknown flags");
    HF_ASSIGN_OR_RETURN(const ByteView part,
                        caller_message(pPlaintextPart, ulPlaintextPartLen, kMostCipherInput, Rv::data_len_range));
    HF_ASSIGN_OR_RETURN(OutputBuffer out, OutputBuffer::at(pCiphertextPart, pulCiphertextPartLen, part.size()));
    if ((flags & CKF_END_OF_MESSAGE) == 0) return next_part(client, hSession, part, out);
    return last_part(client, hSession, {pParameter, ulParameterLen}, part, out);
  });
}

extern "C" CK_RV C_MessageEncryptFinal(CK_SESSION_HANDLE hSession) {
  return client_call([&](const Client& client) { return end_messages<wire::MessageEncryptInit>(client, hSession); });
}
