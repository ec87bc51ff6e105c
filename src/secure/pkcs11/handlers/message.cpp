#include <algorithm>

#include "secure/pkcs11/handlers/handlers.h"
#include "secure/pkcs11/handlers/message_step.h"
#include "wire/codec.h"

namespace holdfast::secure::pkcs11 {
namespace {

using Within = MessageStep::Within;

Result<void> start(Verb verb, const wire::OperationInit::Request& request, const Call& call) {
  HF_TRY(start_operation(verb, request, call));
  OperationSlot& slot = call.session->operation(verb);
  slot->asks_login_for_each_message = slot->needs_context_login;
  return {};
}

std::optional<Verb> verb_of(wire::CommandId init) {
  switch (init.value) {
    case wire::MessageEncryptInit::kId.value:
      return Verb::message_encrypt;
    case wire::MessageDecryptInit::kId.value:
      return Verb::message_decrypt;
    case wire::MessageSignInit::kId.value:
      return Verb::message_sign;
    case wire::MessageVerifyInit::kId.value:
      return Verb::message_verify;
    default:
      return std::nullopt;
  }
}

Result<bool> read_is_last(std::uint32_t is_last) {
  if (is_last > 1) return fail(Rv::arguments_bad, "neither the last part nor another");
  return is_last == 1;
}

// The signature is made in private memory, where libcrypto checks it, out of the client's reach.
template <class Make>
Result<void> sign(MessageStep& step, std::size_t bytes, const Call& call, Make&& make) {
  HF_TRY(step.require_output(call, bytes));
  Bytes signature(bytes);
  HF_TRY(make(MutableByteView(signature)));
  return call.write_output(signature);
}

}  // namespace

Handled<wire::MessageEncryptInit> handle(wire::MessageEncryptInit, const wire::MessageEncryptInit::Request& request, const Call& call) {
  HF_TRY(start(Verb::message_encrypt, request, call));
  return wire::Nothing{};
}
Handled<wire::MessageDecryptInit> handle(wire::MessageDecryptInit, const wire::MessageDecryptInit::Request& request, const Call& call) {
  HF_TRY(start(Verb::message_decrypt, request, call));
  return wire::Nothing{};
}
Handled<wire::MessageSignInit> handle(wire::MessageSignInit, const wire::MessageSignInit::Request& request, const Call& call) {
  HF_TRY(start(Verb::message_sign, request, call));
  return wire::Nothing{};
}
Handled<wire::MessageVerifyInit> handle(wire::MessageVerifyInit, const wire::MessageVerifyInit::Request& request, const Call& call) {
  HF_TRY(start(Verb::message_verify, request, call));
  return wire::Nothing{};
}

Handled<wire::EncryptMessage> handle(wire::EncryptMessage, const wire::EncryptMessage::Request& request, const Call& call) {
  HF_ASSIGN_OR_RETURN(MessageStep step, MessageStep::enter(Verb::message_encrypt, Within::no_message, call));
  MessageEncryptor& encryptor = step.as<MessageEncryptor>();
  const ByteView plaintext = call.input();
  HF_ASSIGN_OR_RETURN(const MessageSizes sizes, encryptor.sizes(request.param));
  const std::size_t needed = plaintext.size() + sizes.nonce + sizes.tag;
  HF_ASSIGN_OR_RETURN(const MutableByteView out, step.require_output(call, needed));
  HF_TRY(encryptor.begin(request.param, request.aad));
  HF_TRY(encryptor.update(plaintext, out.first(plaintext.size())));
  std::ranges::copy(encryptor.nonce(), out.subspan(plaintext.size()).begin());
  HF_TRY(encryptor.finish(out.last(sizes.tag)));
  call.set_output_size(needed);
  return wire::Nothing{};
}

Handled<wire::EncryptMessageBegin> handle(wire::EncryptMessageBegin, const wire::EncryptMessageBegin::Request& request, const Call& call) {
  HF_ASSIGN_OR_RETURN(MessageStep step, MessageStep::enter_begin(Verb::message_encrypt, call));
  MessageEncryptor& encryptor = step.as<MessageEncryptor>();
  HF_ASSIGN_OR_RETURN(const MessageSizes sizes, encryptor.sizes(request.param));
  HF_TRY(step.require_output(call, sizes.nonce));
  HF_TRY(encryptor.begin(request.param, request.aad));
  HF_TRY(call.write_output(encryptor.nonce()));
  step.go_on();
  return wire::Nothing{};
}

Handled<wire::EncryptMessageNext> handle(wire::EncryptMessageNext, const wire::EncryptMessageNext::Request& request, const Call& call) {
  HF_ASSIGN_OR_RETURN(MessageStep step, MessageStep::enter(Verb::message_encrypt, Within::message, call));
  MessageEncryptor& encryptor = step.as<MessageEncryptor>();
  HF_ASSIGN_OR_RETURN(const bool is_last, read_is_last(request.is_last));
  const ByteView part = call.input();
  const std::size_t tag_bytes = is_last ? encryptor.tag_bytes() : 0;
  HF_ASSIGN_OR_RETURN(const MutableByteView out, step.require_output(call, part.size() + tag_bytes));
  HF_TRY(encryptor.update(part, out.first(part.size())));
  if (is_last) HF_TRY(encryptor.finish(out.last(tag_bytes)));
  call.set_output_size(out.size());
  if (!is_last) step.go_on();
  return wire::Nothing{};
}

Handled<wire::DecryptMessage> handle(wire::DecryptMessage, const wire::DecryptMessage::Request& request, const Call& call) {
  HF_ASSIGN_OR_RETURN(MessageStep step, MessageStep::enter(Verb::message_decrypt, Within::no_message, call));
  MessageDecryptor& decryptor = step.as<MessageDecryptor>();
  const std::size_t bytes = call.input().size();
  HF_ASSIGN_OR_RETURN(const MutableByteView out, step.require_output(call, bytes));
  HF_TRY(decryptor.begin(request.param, request.aad));
  HF_TRY(decryptor.update(call.input()));
  HF_TRY(decryptor.finish(request.param, out));
  call.set_output_size(bytes);
  return wire::Nothing{};
}

Handled<wire::DecryptMessageBegin> handle(wire::DecryptMessageBegin, const wire::DecryptMessageBegin::Request& request, const Call& call) {
  HF_ASSIGN_OR_RETURN(MessageStep step, MessageStep::enter_begin(Verb::message_decrypt, call));
  HF_TRY(step.as<MessageDecryptor>().begin(request.param, request.aad));
  step.go_on();
  return wire::Nothing{};
}

Handled<wire::DecryptMessageNext> handle(wire::DecryptMessageNext, const wire::DecryptMessageNext::Request& request, const Call& call) {
  HF_ASSIGN_OR_RETURN(MessageStep step, MessageStep::enter(Verb::message_decrypt, Within::message, call));
  MessageDecryptor& decryptor = step.as<MessageDecryptor>();
  HF_ASSIGN_OR_RETURN(const bool is_last, read_is_last(request.is_last));
  const std::size_t bytes = is_last ? decryptor.held_bytes() + call.input().size() : 0;
  HF_ASSIGN_OR_RETURN(const MutableByteView out, step.require_output(call, bytes));
  HF_TRY(decryptor.update(call.input()));
  if (is_last) HF_TRY(decryptor.finish(request.param, out));
  call.set_output_size(bytes);
  if (!is_last) step.go_on();
  return wire::Nothing{};
}

Handled<wire::SignMessage> handle(wire::SignMessage, const wire::SignMessage::Request&, const Call& call) {
  HF_ASSIGN_OR_RETURN(MessageStep step, MessageStep::enter(Verb::message_sign, Within::no_message, call));
  MessageSigner& series = step.as<MessageSigner>();
  HF_TRY(series.begin());
  Signer& signer = series.running();
  HF_TRY(sign(step, signer.signature_bytes(), call, [&](MutableByteView out) { return signer.sign(call.input(), out); }));
  return wire::Nothing{};
}

Handled<wire::SignMessageBegin> handle(wire::SignMessageBegin, const wire::SignMessageBegin::Request&, const Call& call) {
  HF_ASSIGN_OR_RETURN(MessageStep step, MessageStep::enter_begin(Verb::message_sign, call));
  HF_TRY(step.as<MessageSigner>().begin());
  step.go_on();
  return wire::Nothing{};
}

Handled<wire::SignMessageNext> handle(wire::SignMessageNext, const wire::SignMessageNext::Request& request, const Call& call) {
  HF_ASSIGN_OR_RETURN(MessageStep step, MessageStep::enter(Verb::message_sign, Within::message, call));
  Signer& signer = step.as<MessageSigner>().running();
  HF_ASSIGN_OR_RETURN(const bool is_last, read_is_last(request.is_last));
  if (is_last) {
    const auto end = [&](MutableByteView out) {
      const Result<void> taken = signer.update(call.input());
      return taken.has_value() ? signer.finish(out) : taken;
    };
    HF_TRY(sign(step, signer.signature_bytes(), call, end));
    return wire::Nothing{};
  }
  HF_TRY(signer.update(call.input()));
  call.set_output_size(0);
  step.go_on();
  return wire::Nothing{};
}

Handled<wire::VerifyMessage> handle(wire::VerifyMessage, const wire::VerifyMessage::Request&, const Call& call) {
  HF_ASSIGN_OR_RETURN(const MessageStep step, MessageStep::enter(Verb::message_verify, Within::no_message, call));
  HF_ASSIGN_OR_RETURN(const SecretBytes signature,
                      Call::private_input(call.parameter2, kMaxSignatureBytes, Rv::signature_len_range));
  HF_ASSIGN_OR_RETURN(const auto verifier, step.as<MessageVerifier>().fresh());
  HF_TRY(verifier->verify(call.input(), wire::SecretCodec::see(signature)));
  return wire::Nothing{};
}

Handled<wire::VerifyMessageBegin> handle(wire::VerifyMessageBegin, const wire::VerifyMessageBegin::Request&, const Call& call) {
  HF_ASSIGN_OR_RETURN(MessageStep step, MessageStep::enter_begin(Verb::message_verify, call));
  HF_TRY(step.as<MessageVerifier>().begin());
  step.go_on();
  return wire::Nothing{};
}

Handled<wire::VerifyMessageNext> handle(wire::VerifyMessageNext, const wire::VerifyMessageNext::Request& request, const Call& call) {
  HF_ASSIGN_OR_RETURN(MessageStep step, MessageStep::enter(Verb::message_verify, Within::message, call));
  Verifier& verifier = step.as<MessageVerifier>().running();
  HF_ASSIGN_OR_RETURN(const bool is_last, read_is_last(request.is_last));
  HF_TRY(verifier.update(call.input()));
  if (!is_last) {
    step.go_on();
    return wire::Nothing{};
  }
  HF_ASSIGN_OR_RETURN(const SecretBytes signature,
                      Call::private_input(call.parameter2, kMaxSignatureBytes, Rv::signature_len_range));
  HF_TRY(verifier.finish(wire::SecretCodec::see(signature)));
  return wire::Nothing{};
}

Handled<wire::MessageFinal> handle(wire::MessageFinal, const wire::MessageFinal::Request& request, const Call& call) {
  const std::optional<Verb> verb = verb_of(request.init);
  if (!verb.has_value()) return fail(Rv::arguments_bad, "command begins no messages");
  OperationSlot& slot = live_slot(*verb, call);
  if (!slot.has_value()) return fail(Rv::operation_not_initialized, "no message operation of this kind is active");
  if (slot->stage == ActiveOperation::Stage::updating)
    return fail(Rv::operation_active, "a message is not at its end");
  slot.reset();
  return wire::Nothing{};
}

}  // namespace holdfast::secure::pkcs11
