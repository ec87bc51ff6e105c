#include "secure/crypto/aes_ccm.h"

#include <algorithm>

#include "secret/constant_time.h"
#include "secret/wipe.h"
#include "secure/crypto/aes_cipher.h"
#include "secure/crypto/cbc_mac.h"

namespace holdfast::secure::crypto {
namespace {

using Block = std::array<std::byte, kAesBlockBytes>;

constexpr std::size_t kMinNonceBytes = 7;
constexpr std::size_t kMaxNonceBytes = 13;
constexpr std::size_t kShortAadBytes = 0xFF00;  // RFC 3610, 2.2: less has a length of two bytes

/// length_bytes is the size of the text's length, L, which shares a block with the nonce.
constexpr std::size_t length_bytes(const AeadParams& params) { return kAesBlockBytes - 1 - params.nonce.size(); }

void put_number(MutableByteView out, std::uint64_t value) {
  for (std::size_t i = out.size(); i != 0; --i, value >>= 8) out[i - 1] = static_cast<std::byte>(value & 0xFF);
}

Result<void> check_params(const AeadParams& params) {
  if (params.nonce.size() < kMinNonceBytes || params.nonce.size() > kMaxNonceBytes)
    return fail(Rv::mechanism_param_invalid, "a CCM nonce has 7 to 13 bytes");
  if (params.tag_bytes < 4 || params.tag_bytes > kAesBlockBytes || params.tag_bytes % 2 != 0)
    return fail(Rv::mechanism_param_invalid, "a CCM tag has 4, 6, … or 16 bytes");
  const std::size_t bits = 8 * length_bytes(params);
  if (bits < 64 && (params.text_bytes >> bits) != 0)
    return fail(Rv::data_len_range, "the text is longer than its nonce leaves room for");
  return {};
}

// RFC 3610, 2.3: block A_0.
Block first_counter(const AeadParams& params) {
  Block block{};
  block[0] = static_cast<std::byte>(length_bytes(params) - 1);
  std::ranges::copy(params.nonce, block.begin() + 1);
  return block;
}

// RFC 3610, 2.2: block B_0, then the associated data with its length.
Result<CbcMac> begin_mac(const AesKey& key, const AeadParams& params) {
  Block block = first_counter(params);
  const std::size_t tag_field = (params.tag_bytes - 2) / 2;
  block[0] |= static_cast<std::byte>((params.aad.empty() ? 0u : 64u) + 8u * static_cast<unsigned>(tag_field));
  put_number(MutableByteView(block).last(length_bytes(params)), params.text_bytes);
  HF_ASSIGN_OR_RETURN(CbcMac mac, CbcMac::aes(key));
  HF_TRY(mac.update(block));
  if (params.aad.empty()) return mac;
  std::array<std::byte, 6> length{std::byte{0xFF}, std::byte{0xFE}};
  const bool is_short = params.aad.size() < kShortAadBytes;
  const MutableByteView field = is_short ? MutableByteView(length).first(2) : MutableByteView(length);
  put_number(is_short ? field : field.last(4), params.aad.size());
  HF_TRY(mac.update(field));
  HF_TRY(mac.update(params.aad));
  HF_TRY(mac.pad());
  return mac;
}

class CcmStream final : public AeadStream {
 public:
  CcmStream(AesCipher counter, CbcMac mac, CipherDirection direction, const AeadParams& params, const Block& mask)
      : counter_(std::move(counter)),
        mac_(std::move(mac)),
        direction_(direction),
        tag_bytes_(params.tag_bytes),
        text_left_(params.text_bytes),
        mask_(mask) {}
  ~CcmStream() override { wipe(mask_); }

  Result<void> update(ByteView in, MutableByteView out) override {
    if (in.size() > text_left_) return fail(Rv::data_len_range, "more text than was said");
    if (out.size() < in.size()) return fail(Rv::buffer_too_small, "no room for a cipher's output");
    while (!in.empty()) {
      // Input that somebody changes under us must be read once: MAC and cipher see the same text.
      std::array<std::byte, 4096> text;
      const std::size_t size = std::min(in.size(), text.size());
      std::copy_n(in.begin(), size, text.begin());
      const MutableByteView part = MutableByteView(text).first(size);
      const auto done = step(part, out.first(size));
      wipe(part);
      HF_TRY(done);
      in = in.subspan(size);
      out = out.subspan(size);
      text_left_ -= size;
    }
    return {};
  }
  Result<void> finish(MutableByteView tag) override {
    if (tag.size() < tag_bytes_) return fail(Rv::buffer_too_small, "no room for a tag");
    HF_ASSIGN_OR_RETURN(const Block whole, end());
    std::copy_n(whole.begin(), tag_bytes_, tag.begin());
    return {};
  }
  Result<void> verify(ByteView tag) override {
    HF_ASSIGN_OR_RETURN(const Block whole, end());
    if (tag.size() != tag_bytes_ || !equal_constant_time(ByteView(whole).first(tag_bytes_), tag))
      return fail(Rv::encrypted_data_invalid, "the tag is wrong");
    return {};
  }

 private:
  Result<void> step(MutableByteView text, MutableByteView out) {
    if (direction_ == CipherDirection::encrypt) HF_TRY(mac_.update(text));
    HF_TRY(counter_.update(text, text));
    if (direction_ == CipherDirection::decrypt) HF_TRY(mac_.update(text));
    std::ranges::copy(text, out.begin());
    return {};
  }
  Result<Block> end() {
    if (text_left_ != 0) return fail(Rv::data_len_range, "less text than was said");
    Block tag;
    HF_TRY(mac_.finish(tag));
    for (std::size_t i = 0; i < tag.size(); ++i) tag[i] ^= mask_[i];
    return tag;
  }

  AesCipher counter_;
  CbcMac mac_;
  CipherDirection direction_;
  std::size_t tag_bytes_;
  std::size_t text_left_;
  Block mask_;  // S_0, which hides the MAC
};

}  // namespace

Result<std::unique_ptr<AeadStream>> begin_ccm(const AesKey& key, CipherDirection direction, const AeadParams& params) {
  HF_TRY(check_params(params));
  const Block block = first_counter(params);
  HF_ASSIGN_OR_RETURN(AesCipher counter,
                      AesCipher::create(key, CipherDirection::encrypt,
                                        {.mode = AesMode::ctr, .iv = block, .counter_bits = 8 * length_bytes(params)}));
  Block mask{};
  HF_TRY(counter.update(mask, mask));
  HF_ASSIGN_OR_RETURN(CbcMac mac, begin_mac(key, params));
  return std::make_unique<CcmStream>(std::move(counter), std::move(mac), direction, params, mask);
}

}  // namespace holdfast::secure::crypto
