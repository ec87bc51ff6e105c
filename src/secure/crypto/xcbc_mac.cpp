#include "secure/crypto/xcbc_mac.h"

#include <algorithm>

#include "secure/crypto/secret_use.h"
#include "secure/crypto/secrets.h"

namespace holdfast::secure::crypto {
namespace {

/// derived_key is the encryption of a block of one byte repeated (RFC 3566, 4).
Result<SecretBytes> derived_key(const AesKey& key, std::byte fill) {
  std::array<std::byte, kAesBlockBytes> block;
  block.fill(fill);
  HF_ASSIGN_OR_RETURN(AesCipher ecb, AesCipher::create(key, CipherDirection::encrypt, {.mode = AesMode::ecb}));
  HF_ASSIGN_OR_RETURN(SecretBytes derived, SecretBytes::allocate(kAesBlockBytes));
  HF_TRY(ecb.update(block, SecretUse::fill(derived)));
  return derived;
}

}  // namespace

Result<XcbcMac> XcbcMac::create(const AesKey& key) {
  if (key.size() != 16) return fail(Rv::key_size_range, "a key of AES-XCBC-MAC has 16 bytes");
  HF_ASSIGN_OR_RETURN(const SecretBytes first, derived_key(key, std::byte{1}));
  HF_ASSIGN_OR_RETURN(SecretBytes second, derived_key(key, std::byte{2}));
  HF_ASSIGN_OR_RETURN(SecretBytes third, derived_key(key, std::byte{3}));
  HF_ASSIGN_OR_RETURN(AesKey inner, AesKey::from_secret(first));
  return XcbcMac(std::move(inner), std::move(second), std::move(third));
}

Result<void> XcbcMac::chain(ByteView block) {
  for (std::size_t i = 0; i < kSize; ++i) chain_[i] ^= block[i];
  HF_ASSIGN_OR_RETURN(AesCipher ecb, AesCipher::create(inner_, CipherDirection::encrypt, {.mode = AesMode::ecb}));
  HF_TRY(ecb.update(chain_, chain_));
  return {};
}

Result<void> XcbcMac::update(ByteView data) {
  while (!data.empty()) {
    // The last block is treated otherwise, so a full one waits until it is known that more follows.
    if (held_ == kSize) {
      HF_TRY(chain(last_));
      held_ = 0;
    }
    const std::size_t taken = std::min(data.size(), kSize - held_);
    std::copy_n(data.begin(), taken, last_.begin() + static_cast<std::ptrdiff_t>(held_));
    held_ += taken;
    data = data.subspan(taken);
  }
  return {};
}

Result<void> XcbcMac::finish(MutableByteView out) {
  if (out.size() < kSize) return fail(Rv::buffer_too_small, "no room for a MAC");
  const bool is_whole = held_ == kSize;
  if (!is_whole) {
    std::ranges::fill(MutableByteView(last_).subspan(held_), std::byte{0});
    last_[held_] = std::byte{0x80};
  }
  const ByteView mask = SecretUse::see(is_whole ? for_whole_ : for_padded_);
  for (std::size_t i = 0; i < kSize; ++i) last_[i] ^= mask[i];
  HF_TRY(chain(last_));
  std::ranges::copy(chain_, out.begin());
  return {};
}

Result<XcbcMac> XcbcMac::copy() const {
  HF_ASSIGN_OR_RETURN(SecretBytes second, crypto::copy(for_whole_));
  HF_ASSIGN_OR_RETURN(SecretBytes third, crypto::copy(for_padded_));
  XcbcMac twin(inner_, std::move(second), std::move(third));
  twin.chain_ = chain_;
  twin.last_ = last_;
  twin.held_ = held_;
  return twin;
}

}  // namespace holdfast::secure::crypto
