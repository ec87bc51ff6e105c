#include "secure/crypto/aes_cipher.h"

#include <algorithm>
#include <limits>

#include "secure/crypto/aes_context.h"
#include "secure/crypto/secret_use.h"
#include "secure/crypto/secrets.h"

namespace holdfast::secure::crypto {
namespace {

constexpr std::uint64_t kManyBlocks = std::numeric_limits<std::uint64_t>::max();

AesUse use_of(AesMode mode, CipherDirection direction) {
  const bool encrypt = direction == CipherDirection::encrypt;
  switch (mode) {
    case AesMode::ecb:
      return encrypt ? AesUse::ecb_encrypt : AesUse::ecb_decrypt;
    case AesMode::cbc:
      return encrypt ? AesUse::cbc_encrypt : AesUse::cbc_decrypt;
    case AesMode::cbc_pad:
      return encrypt ? AesUse::cbc_pad_encrypt : AesUse::cbc_pad_decrypt;
    case AesMode::ctr:
      break;
  }
  return AesUse::ctr;
}

// PKCS#11 3.2, "AES-CTR": the counter bits must not overflow. So 2^bits - start blocks may be processed; what does not
// fit in 64 bits is more than anyone can.
std::uint64_t counter_blocks(ByteView block, std::size_t bits) {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    high = high << 8 | std::to_integer<std::uint64_t>(block[i]);
    low = low << 8 | std::to_integer<std::uint64_t>(block[i + 8]);
  }
  if (bits < 64) {
    const std::uint64_t span = std::uint64_t{1} << bits;
    return span - (low & (span - 1));
  }
  // -(high:low) modulo 2^bits, where zero stands for 2^bits.
  const std::uint64_t negated_low = ~low + 1;
  const std::uint64_t negated_high = ~high + (low == 0 ? 1 : 0);
  const std::uint64_t high_mask = bits == 128 ? kManyBlocks : (std::uint64_t{1} << (bits - 64)) - 1;
  const bool beyond = (negated_high & high_mask) != 0 || negated_low == 0;
  return beyond ? kManyBlocks : negated_low;
}

Result<void> check_params(const AesCipherParams& params) {
  const std::size_t iv_bytes = params.mode == AesMode::ecb ? 0 : kAesBlockBytes;
  if (params.iv.size() != iv_bytes) return fail(Rv::mechanism_param_invalid, "an iv of a size the mode does not have");
  if (params.mode == AesMode::ctr && (params.counter_bits < 1 || params.counter_bits > 128))
    return fail(Rv::mechanism_param_invalid, "counter width outside 1 to 128 bits");
  return {};
}

}  // namespace

Result<AesCipher> AesCipher::create(const AesKey& key, CipherDirection direction, const AesCipherParams& params) {
  HF_TRY(check_params(params));
  HF_ASSIGN_OR_RETURN(AesContext context, borrow_context(key, use_of(params.mode, direction)));
  const unsigned char* const iv = params.iv.empty() ? nullptr : u8(params.iv);
  if (EVP_CipherInit_ex2(context.get(), nullptr, nullptr, iv, -1, nullptr) != 1)
    return libcrypto_failure(Rv::general_error, "cipher init failed");
  const bool counts = params.mode == AesMode::ctr;
  return AesCipher(std::move(context), direction, params.mode,
                   counts ? counter_blocks(params.iv, params.counter_bits) : kManyBlocks);
}

std::size_t AesCipher::update_size(std::size_t input_size) const noexcept {
  if (mode_ == AesMode::ctr) return input_size;
  const std::size_t total = held_ + input_size;
  // The last block may be padding, so decrypting cbc_pad keeps one back until it knows that more follows.
  const std::size_t ready = holds_back() && total != 0 ? total - 1 : total;
  return ready / kAesBlockBytes * kAesBlockBytes;
}

std::size_t AesCipher::finish_size() const noexcept {
  if (tail_) return tail_->size();
  if (mode_ != AesMode::cbc_pad) return 0;
  return holds_back() ? kAesBlockBytes - 1 : kAesBlockBytes;
}

Result<void> AesCipher::spend_counter(std::size_t input_size) {
  const std::size_t from_current = held_ == 0 ? 0 : std::min(input_size, kAesBlockBytes - held_);
  const std::size_t rest = input_size - from_current;
  const std::uint64_t blocks = rest / kAesBlockBytes + (rest % kAesBlockBytes != 0 ? 1 : 0);
  if (blocks > blocks_left_) return fail(Rv::data_len_range, "the counter would overflow");
  if (blocks_left_ != kManyBlocks) blocks_left_ -= blocks;
  held_ = (held_ + input_size) % kAesBlockBytes;
  return {};
}

Result<std::size_t> AesCipher::update(ByteView in, MutableByteView out) {
  const std::size_t expected = update_size(in.size());
  if (out.size() < expected) return fail(Rv::buffer_too_small, "no room for a cipher's output");
  if (mode_ == AesMode::ctr) {
    HF_TRY(spend_counter(in.size()));
  } else {
    held_ = held_ + in.size() - expected;
  }
  std::size_t written = 0;
  while (!in.empty()) {
    const ByteView part = in.first(std::min(in.size(), kMaxUpdateBytes));
    int step = 0;
    if (EVP_CipherUpdate(context_.get(), u8(out.subspan(written)), &step, u8(part), static_cast<int>(part.size())) != 1)
      return libcrypto_failure(Rv::general_error, "cipher update failed");
    written += static_cast<std::size_t>(step);
    in = in.subspan(part.size());
  }
  if (written != expected) return fail(Rv::general_error, "libcrypto wrote another size than it should");
  return written;
}

Result<void> AesCipher::end_message() {
  const bool encrypt = direction_ == CipherDirection::encrypt;
  const bool padded = mode_ == AesMode::cbc_pad;
  const bool whole = padded ? encrypt || held_ == kAesBlockBytes : mode_ == AesMode::ctr || held_ == 0;
  if (!whole)
    return fail(encrypt ? Rv::data_len_range : Rv::encrypted_data_len_range, "an incomplete block at the end");
  int size = 0;
  HF_ASSIGN_OR_RETURN(SecretBytes block, SecretBytes::allocate(kAesBlockBytes));
  if (padded && EVP_CipherFinal_ex(context_.get(), u8(SecretUse::fill(block)), &size) != 1)
    return libcrypto_failure(Rv::encrypted_data_invalid, "the padding is wrong");
  HF_ASSIGN_OR_RETURN(tail_, slice(block, 0, static_cast<std::size_t>(size)));
  return {};
}

Result<std::size_t> AesCipher::finish(MutableByteView out) {
  if (!tail_) HF_TRY(end_message());
  if (out.size() < tail_->size()) return fail(Rv::buffer_too_small, "no room for the last block");
  std::ranges::copy(SecretUse::see(*tail_), out.begin());
  return tail_->size();
}

namespace {

std::size_t whole_size(AesMode mode, std::size_t size) {
  return mode == AesMode::cbc_pad ? (size / kAesBlockBytes + 1) * kAesBlockBytes : size;
}

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

Result<std::size_t> run(AesCipher& cipher, ByteView in, MutableByteView out) {
  HF_ASSIGN_OR_RETURN(const std::size_t body, cipher.update(in, out));
  HF_ASSIGN_OR_RETURN(const std::size_t tail, cipher.finish(out.subspan(body)));
  return body + tail;
}

}  // namespace

Result<Bytes> encrypt_secret(const AesKey& key, const AesCipherParams& params, const SecretBytes& secret) {
  HF_ASSIGN_OR_RETURN(AesCipher cipher, AesCipher::create(key, CipherDirection::encrypt, params));
  Bytes out(whole_size(params.mode, secret.size()));
  const Result<std::size_t> written = run(cipher, SecretUse::see(secret), out);
  if (!written) return Unexpected<Error>{as_wrapping_error(written.error())};
  return out;
}

Result<SecretBytes> decrypt_secret(const AesKey& key, const AesCipherParams& params, ByteView wrapped) {
  HF_ASSIGN_OR_RETURN(AesCipher cipher, AesCipher::create(key, CipherDirection::decrypt, params));
  HF_ASSIGN_OR_RETURN(SecretBytes out, SecretBytes::allocate(wrapped.size()));
  const Result<std::size_t> written = run(cipher, wrapped, SecretUse::fill(out));
  if (!written) return Unexpected<Error>{as_wrapping_error(written.error())};
  return slice(out, 0, *written);
}

}  // namespace holdfast::secure::crypto
