#include "secure/pkcs11/mechanisms/aead_message.h"

#include <algorithm>

#include "secret/wipe.h"
#include "secure/crypto/aead.h"
#include "secure/pkcs11/mechanisms/aead.h"
#include "secure/pkcs11/mechanisms/held_bytes.h"
#include "secure/pkcs11/mechanisms/nonce.h"

namespace holdfast::secure::pkcs11 {
namespace {

using crypto::AeadKey;
using crypto::AeadKind;
using crypto::AeadParams;
using crypto::CipherDirection;

constexpr std::size_t kPoly1305TagBytes = 16;

/// MessageParam is what the parameters of the three modes come to.
struct MessageParam {
  NonceSource nonce;
  std::size_t tag_bytes = 0;
  std::size_t text_bytes = 0;  // CCM alone
  ByteView tag;
};

Result<MessageParam> read_message_param(const MechanismRow& row, ByteView bytes) {
  HF_ASSIGN_OR_RETURN(const MechanismParam parsed, parse_param(*row.message_param, bytes));
  if (const auto* const gcm = std::get_if<GcmMessageParam>(&parsed)) {
    HF_ASSIGN_OR_RETURN(const std::size_t tag_bytes, gcm_tag_bytes(gcm->tag_bits));
    return MessageParam{gcm->iv, tag_bytes, 0, gcm->tag};
  }
  if (const auto* const ccm = std::get_if<CcmMessageParam>(&parsed)) {
    HF_ASSIGN_OR_RETURN(const std::size_t tag_bytes, ccm_tag_bytes(ccm->mac_bytes));
    return MessageParam{ccm->nonce, tag_bytes, ccm->data_bytes, ccm->mac};
  }
  const auto* const poly1305 = std::get_if<ChaCha20Poly1305MessageParam>(&parsed);
  if (poly1305 == nullptr) return fail(Rv::mechanism_param_invalid, "row and parameter disagree");
  return MessageParam{{.nonce = poly1305->nonce}, kPoly1305TagBytes, 0, poly1305->tag};
}

AeadParams aead_params(const MessageParam& param, ByteView nonce, ByteView aad) {
  return {.nonce = nonce, .aad = aad, .tag_bytes = param.tag_bytes, .text_bytes = param.text_bytes};
}

class AeadMessageEncryptor final : public MessageEncryptor {
 public:
  AeadMessageEncryptor(const MechanismRow& row, AeadKey key) : row_(row), key_(std::move(key)) {}

  Result<MessageSizes> sizes(ByteView bytes) const override {
    HF_ASSIGN_OR_RETURN(const MessageParam param, read_message_param(row_, bytes));
    HF_TRY(NonceMaker::check(param.nonce));
    return MessageSizes{.nonce = param.nonce.nonce.size(), .tag = param.tag_bytes};
  }
  Result<void> begin(ByteView bytes, ByteView aad) override {
    HF_ASSIGN_OR_RETURN(const MessageParam param, read_message_param(row_, bytes));
    HF_ASSIGN_OR_RETURN(nonce_, nonces_.make(param.nonce));
    HF_ASSIGN_OR_RETURN(stream_,
                        crypto::begin_aead(key_, CipherDirection::encrypt, aead_params(param, nonce_, aad)));
    tag_bytes_ = param.tag_bytes;
    return {};
  }
  ByteView nonce() const override { return nonce_; }
  std::size_t tag_bytes() const override { return tag_bytes_; }
  Result<void> update(ByteView in, MutableByteView out) override { return stream_->update(in, out); }
  Result<void> finish(MutableByteView tag) override { return stream_->finish(tag); }

 private:
  const MechanismRow& row_;
  AeadKey key_;
  NonceMaker nonces_;
  Bytes nonce_;
  std::size_t tag_bytes_ = 0;
  std::unique_ptr<crypto::AeadStream> stream_;
};

class AeadMessageDecryptor final : public MessageDecryptor {
 public:
  AeadMessageDecryptor(const MechanismRow& row, AeadKey key) : row_(row), key_(std::move(key)) {}

  Result<void> begin(ByteView bytes, ByteView aad) override {
    HF_ASSIGN_OR_RETURN(const MessageParam param, read_message_param(row_, bytes));
    param_ = to_bytes(bytes);
    aad_ = to_bytes(aad);
    // A nonce that no message can have is refused here, not when all of the message has come.
    HF_TRY(crypto::begin_aead(key_, CipherDirection::decrypt, aead_params(param, param.nonce.nonce, aad_)));
    input_.clear();
    held_.emplace();
    return {};
  }
  Result<void> update(ByteView in) override {
    HF_TRY(held_->add(in.size(), Rv::encrypted_data_len_range));
    input_.insert(input_.end(), in.begin(), in.end());
    return {};
  }
  std::size_t held_bytes() const override { return input_.size(); }
  Result<void> finish(ByteView last, MutableByteView plaintext) override {
    const Result<void> opened = open(last, plaintext);
    input_ = Bytes();
    held_.emplace();
    return opened;
  }

 private:
  Result<void> open(ByteView last, MutableByteView out) const {
    HF_ASSIGN_OR_RETURN(const MessageParam first, read_message_param(row_, param_));
    HF_ASSIGN_OR_RETURN(const MessageParam param, read_message_param(row_, last));
    if (key_.kind() == AeadKind::aes_ccm && input_.size() != first.text_bytes)
      return fail(Rv::encrypted_data_len_range, "message of another length than was said");
    if (param.tag.size() != first.tag_bytes) return fail(Rv::mechanism_param_invalid, "a tag of another length");
    Bytes plaintext(input_.size());
    const auto opened =
        aead_decrypt(key_, aead_params(first, first.nonce.nonce, aad_), input_, param.tag, plaintext);
    if (opened.has_value()) std::ranges::copy(plaintext, out.begin());
    wipe(plaintext);
    if (opened.has_value()) return {};
    if (opened.error().rv == Rv::encrypted_data_invalid) return fail(Rv::aead_decrypt_failed, opened.error().why);
    return Unexpected<Error>{opened.error()};
  }

  const MechanismRow& row_;
  AeadKey key_;
  Bytes param_;
  Bytes aad_;
  std::optional<HeldBytes> held_;
  Bytes input_;
};

}  // namespace

Made<MessageEncryptor> new_aead_message_encryptor(const Start& start) {
  HF_ASSIGN_OR_RETURN(AeadKey key, aead_key(start));
  return std::make_unique<AeadMessageEncryptor>(start.row, std::move(key));
}

Made<MessageDecryptor> new_aead_message_decryptor(const Start& start) {
  HF_ASSIGN_OR_RETURN(AeadKey key, aead_key(start));
  return std::make_unique<AeadMessageDecryptor>(start.row, std::move(key));
}

}  // namespace holdfast::secure::pkcs11
