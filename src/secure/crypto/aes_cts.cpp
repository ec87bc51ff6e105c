#include "secure/crypto/aes_cts.h"

#include <algorithm>

#include "secure/crypto/secret_use.h"

namespace holdfast::secure::crypto {
namespace {

constexpr std::size_t kTwoBlocks = 2 * kAesBlockBytes;

}  // namespace

Result<AesCts> AesCts::create(const AesKey& key, CipherDirection direction, ByteView iv) {
  HF_ASSIGN_OR_RETURN(AesCipher cbc, AesCipher::create(key, direction, {.mode = AesMode::cbc, .iv = iv}));
  HF_ASSIGN_OR_RETURN(SecretBytes tail, SecretBytes::allocate(kTwoBlocks));
  return AesCts(key, std::move(cbc), direction, std::move(tail));
}

std::size_t AesCts::update_size(std::size_t input_size) const noexcept {
  // What stays is more than one block and at most two.
  const std::size_t total = held_ + input_size;
  return total <= kTwoBlocks ? 0 : (total - kAesBlockBytes - 1) / kAesBlockBytes * kAesBlockBytes;
}

Result<std::size_t> AesCts::update(ByteView in, MutableByteView out) {
  const std::size_t ready = update_size(in.size());
  if (out.size() < ready) return fail(Rv::buffer_too_small, "no room for a cipher's output");
  const MutableByteView tail = SecretUse::fill(tail_);
  if (ready != 0) {
    const std::size_t from_tail = std::min(held_, ready);
    HF_ASSIGN_OR_RETURN(const std::size_t head, cbc_.update(tail.first(from_tail), out));
    HF_TRY(cbc_.update(in.first(ready - from_tail), out.subspan(head)));
    std::ranges::copy(tail.subspan(from_tail, held_ - from_tail), tail.begin());
    held_ -= from_tail;
    in = in.subspan(ready - from_tail);
  }
  std::ranges::copy(in, tail.subspan(held_).begin());
  held_ += in.size();
  return ready;
}

/// steal encrypts the last held_ bytes: CBC over them padded with zeros, then the blocks in each other's place.
Result<void> AesCts::steal(MutableByteView blocks) {
  std::ranges::fill(blocks.subspan(held_), std::byte{0});
  HF_ASSIGN_OR_RETURN(SecretBytes plain, SecretBytes::allocate(kTwoBlocks));
  std::ranges::copy(blocks, SecretUse::fill(plain).begin());
  HF_TRY(cbc_.update(SecretUse::see(plain), blocks));
  std::ranges::swap_ranges(blocks.first(kAesBlockBytes), blocks.last(kAesBlockBytes));
  return {};
}

/// give_back undoes it: the first block, decrypted, has the bytes that the cut one lacks.
Result<void> AesCts::give_back(MutableByteView blocks) {
  HF_ASSIGN_OR_RETURN(AesCipher ecb, AesCipher::create(key_, CipherDirection::decrypt, {.mode = AesMode::ecb}));
  HF_ASSIGN_OR_RETURN(SecretBytes scratch, SecretBytes::allocate(kTwoBlocks));
  const MutableByteView cipher = SecretUse::fill(scratch);
  HF_TRY(ecb.update(blocks.first(kAesBlockBytes), cipher.first(kAesBlockBytes)));
  std::ranges::copy(blocks.subspan(kAesBlockBytes, held_ - kAesBlockBytes), cipher.begin());
  std::ranges::copy(blocks.first(kAesBlockBytes), cipher.last(kAesBlockBytes).begin());
  HF_TRY(cbc_.update(cipher, blocks));
  return {};
}

Result<std::size_t> AesCts::finish(MutableByteView out) {
  const bool encrypt = direction_ == CipherDirection::encrypt;
  if (held_ < kAesBlockBytes)
    return fail(encrypt ? Rv::data_len_range : Rv::encrypted_data_len_range, "less than a block");
  if (out.size() < held_) return fail(Rv::buffer_too_small, "no room for the last blocks");
  const MutableByteView blocks = SecretUse::fill(tail_);
  if (held_ == kAesBlockBytes) return cbc_.update(blocks.first(kAesBlockBytes), out);
  HF_TRY(encrypt ? steal(blocks) : give_back(blocks));
  std::ranges::copy(blocks.first(held_), out.begin());
  return held_;
}

}  // namespace holdfast::secure::crypto
