#include "secure/crypto/block_cipher.h"

#include <algorithm>

#include "secure/crypto/aes_context.h"
#include "secure/crypto/secret_use.h"
#include "secure/crypto/secrets.h"

namespace holdfast::secure::crypto {

evp_cipher_ctx_st* BlockCipher::context() const {
  return std::visit([](const auto& owner) { return owner.get(); }, context_);
}

std::size_t BlockCipher::update_size(std::size_t input_size) const noexcept {
  if (cut_ == Cut::bytes) return input_size;
  const std::size_t total = held_ + input_size;
  // The last block may be padding, so decrypting padded blocks keeps one back until it knows that more follows.
  const std::size_t ready = holds_back() && total != 0 ? total - 1 : total;
  return ready / block_bytes_ * block_bytes_;
}

std::size_t BlockCipher::finish_size() const noexcept {
  if (tail_) return tail_->size();
  if (cut_ != Cut::padded_blocks) return 0;
  return holds_back() ? block_bytes_ - 1 : block_bytes_;
}

Result<void> BlockCipher::spend_counter(std::size_t input_size) {
  const std::size_t from_current = held_ == 0 ? 0 : std::min(input_size, block_bytes_ - held_);
  const std::size_t rest = input_size - from_current;
  const std::uint64_t blocks = rest / block_bytes_ + (rest % block_bytes_ != 0 ? 1 : 0);
  if (blocks > blocks_left_) return fail(Rv::data_len_range, "the counter would overflow");
  if (blocks_left_ != kManyBlocks) blocks_left_ -= blocks;
  held_ = (held_ + input_size) % block_bytes_;
  return {};
}

Result<std::size_t> BlockCipher::update(ByteView in, MutableByteView out) {
  const std::size_t expected = update_size(in.size());
  if (out.size() < expected) return fail(Rv::buffer_too_small, "no room for a cipher's output");
  if (cut_ == Cut::bytes) {
    HF_TRY(spend_counter(in.size()));
  } else {
    held_ = held_ + in.size() - expected;
  }
  std::size_t written = 0;
  while (!in.empty()) {
    const ByteView part = in.first(std::min(in.size(), kMaxUpdateBytes));
    int step = 0;
    if (EVP_CipherUpdate(context(), u8(out.subspan(written)), &step, u8(part), static_cast<int>(part.size())) != 1)
      return libcrypto_failure(Rv::general_error, "cipher update failed");
    written += static_cast<std::size_t>(step);
    in = in.subspan(part.size());
  }
  if (written != expected) return fail(Rv::general_error, "libcrypto wrote another size than it should");
  return written;
}

Result<void> BlockCipher::end_message() {
  const bool encrypt = direction_ == CipherDirection::encrypt;
  const bool padded = cut_ == Cut::padded_blocks;
  const bool whole = padded ? encrypt || held_ == block_bytes_ : cut_ == Cut::bytes || held_ == 0;
  if (!whole)
    return fail(encrypt ? Rv::data_len_range : Rv::encrypted_data_len_range, "an incomplete block at the end");
  int size = 0;
  HF_ASSIGN_OR_RETURN(SecretBytes block, SecretBytes::allocate(block_bytes_));
  if (padded && EVP_CipherFinal_ex(context(), u8(SecretUse::fill(block)), &size) != 1)
    return libcrypto_failure(Rv::encrypted_data_invalid, "the padding is wrong");
  HF_ASSIGN_OR_RETURN(tail_, slice(block, 0, static_cast<std::size_t>(size)));
  return {};
}

Result<std::size_t> BlockCipher::finish(MutableByteView out) {
  if (!tail_) HF_TRY(end_message());
  if (out.size() < tail_->size()) return fail(Rv::buffer_too_small, "no room for the last block");
  std::ranges::copy(SecretUse::see(*tail_), out.begin());
  return tail_->size();
}

Result<BlockCipher> BlockCipher::copy() const {
  CipherContextPtr context(EVP_CIPHER_CTX_new());
  if (context == nullptr || EVP_CIPHER_CTX_copy(context.get(), this->context()) != 1)
    return libcrypto_failure(Rv::state_unsaveable, "libcrypto cannot copy this cipher");
  BlockCipher twin(std::move(context), direction_, cut_, block_bytes_, blocks_left_);
  twin.held_ = held_;
  if (tail_) {
    HF_ASSIGN_OR_RETURN(twin.tail_, slice(*tail_, 0, tail_->size()));
  }
  return twin;
}

namespace {

// The code that C_WrapKey or C_UnwrapKey has for what C_Encrypt or C_Decrypt would call a fault of the data.
Error as_wrapping_error(Error error) {
  switch (error.rv) {
    case Rv::data_len_range:
      error.rv = Rv::key_size_range;
      break;
    case Rv::encrypted_data_len_range:
      error.rv = Rv::wrapped_key_len_range;
      break;
    case Rv::encrypted_data_invalid:
      error.rv = Rv::wrapped_key_invalid;
      break;
    default:
      break;
  }
  return error;
}

Result<std::size_t> run(BlockCipher& cipher, ByteView in, MutableByteView out) {
  HF_ASSIGN_OR_RETURN(const std::size_t body, cipher.update(in, out));
  HF_ASSIGN_OR_RETURN(const std::size_t tail, cipher.finish(out.subspan(body)));
  return body + tail;
}

}  // namespace

Result<Bytes> encrypt_secret(BlockCipher& cipher, const SecretBytes& secret) {
  const std::size_t padding = cipher.cut() == Cut::padded_blocks ? cipher.block_bytes() - secret.size() % cipher.block_bytes() : 0;
  Bytes out(secret.size() + padding);
  const Result<std::size_t> written = run(cipher, SecretUse::see(secret), out);
  if (!written) return Unexpected<Error>{as_wrapping_error(written.error())};
  return out;
}

Result<SecretBytes> decrypt_secret(BlockCipher& cipher, ByteView wrapped) {
  HF_ASSIGN_OR_RETURN(SecretBytes out, SecretBytes::allocate(wrapped.size()));
  const Result<std::size_t> written = run(cipher, wrapped, SecretUse::fill(out));
  if (!written) return Unexpected<Error>{as_wrapping_error(written.error())};
  return slice(out, 0, *written);
}

}  // namespace holdfast::secure::crypto
