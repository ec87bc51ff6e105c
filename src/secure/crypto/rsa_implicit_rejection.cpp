#include "secure/crypto/rsa_implicit_rejection.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "secure/crypto/digest.h"
#include "secure/crypto/hmac.h"
#include "secure/crypto/secret_use.h"
#include "secure/crypto/secrets.h"

namespace holdfast::secure::crypto {
namespace {

constexpr std::size_t kLengthDraws = 128;
constexpr std::size_t kMinPaddingBytes = 8;  // RFC 8017, 7.2.2
constexpr std::size_t kHeadBytes = 2;        // 00 02

// Masks are all ones or all zeros; values stay below 2^31, so the sign of a difference is its order.
using Word = std::uint32_t;
constexpr Word mask_of_sign(Word value) { return 0U - (value >> 31); }
constexpr Word mask_less(Word a, Word b) { return mask_of_sign(a - b); }
constexpr Word mask_zero(Word value) { return mask_of_sign(~value & (value - 1)); }
constexpr Word select(Word mask, Word yes, Word no) { return (mask & yes) | (~mask & no); }

void put_u16(MutableByteView out, std::size_t value) {
  out[0] = static_cast<std::byte>(value >> 8);
  out[1] = static_cast<std::byte>(value);
}

/// draw gives `size` bytes for a label under the key of one ciphertext: HMACs over a counter, the label and the number of
/// bits.
Result<SecretBytes> draw(const Hmac& keyed, std::string_view label, std::size_t size) {
  HF_ASSIGN_OR_RETURN(SecretBytes out, SecretBytes::allocate(size));
  const MutableByteView all = SecretUse::fill(out);
  HF_ASSIGN_OR_RETURN(SecretBytes last, SecretBytes::allocate(keyed.size()));
  std::byte number[2];
  for (std::size_t done = 0, counter = 0; done < size; ++counter) {
    HF_ASSIGN_OR_RETURN(Hmac mac, keyed.copy());
    put_u16(number, counter);
    HF_TRY(mac.update(number));
    HF_TRY(mac.update(as_bytes(label)));
    put_u16(number, size * 8);
    HF_TRY(mac.update(number));
    HF_TRY(mac.finish(SecretUse::fill(last)));
    const std::size_t take = std::min(size - done, last.size());
    std::ranges::copy(SecretUse::see(last).first(take), all.subspan(done).begin());
    done += take;
  }
  return out;
}

/// draw_length is the last of the draws that fits; the bias towards none is the same for every ciphertext.
Result<Word> draw_length(const Hmac& keyed, Word limit) {
  Word ones = limit;
  for (const unsigned shift : {1U, 2U, 4U, 8U}) ones |= ones >> shift;
  HF_ASSIGN_OR_RETURN(const SecretBytes draws, draw(keyed, "length", 2 * kLengthDraws));
  const ByteView all = SecretUse::see(draws);
  Word length = 0;
  for (std::size_t i = 0; i < all.size(); i += 2) {
    const Word candidate = (std::to_integer<Word>(all[i]) << 8 | std::to_integer<Word>(all[i + 1])) & ones;
    length = select(mask_less(candidate, limit), candidate, length);
  }
  return length;
}

struct Padding {
  Word good;   // a mask
  Word start;  // of the plaintext; of no meaning unless good
};

Padding find_padding(ByteView block) {
  const auto at = [&](std::size_t i) { return std::to_integer<Word>(block[i]); };
  Word good = mask_zero(at(0)) & mask_zero(at(1) ^ 2);
  Word found = 0;
  Word separator = 0;
  for (std::size_t i = kHeadBytes; i < block.size(); ++i) {
    const Word is_first = mask_zero(at(i)) & ~found;
    separator = select(is_first, static_cast<Word>(i), separator);
    found |= is_first;
  }
  good &= found & ~mask_less(separator, kHeadBytes + kMinPaddingBytes);
  return {good, separator + 1};
}

}  // namespace

Result<SecretBytes> rejection_key(const SecretBytes& private_exponent) {
  HF_ASSIGN_OR_RETURN(SecretBytes key, SecretBytes::allocate(digest_bytes(DigestKind::sha256)));
  HF_TRY(digest(DigestKind::sha256, SecretUse::see(private_exponent), SecretUse::fill(key)));
  return key;
}

Result<SecretBytes> remove_pkcs1_padding(const SecretBytes& block, ByteView ciphertext, const SecretBytes& rejection_key) {
  const std::size_t size = block.size();
  if (size < kHeadBytes + kMinPaddingBytes + 1) return fail(Rv::key_size_range, "the RSA key is too short for v1.5");
  HF_ASSIGN_OR_RETURN(SecretBytes key, SecretBytes::allocate(digest_bytes(DigestKind::sha256)));
  HF_ASSIGN_OR_RETURN(Hmac for_ciphertext, Hmac::create(DigestKind::sha256, rejection_key));
  HF_TRY(for_ciphertext.update(ciphertext));
  HF_TRY(for_ciphertext.finish(SecretUse::fill(key)));
  HF_ASSIGN_OR_RETURN(const Hmac keyed, Hmac::create(DigestKind::sha256, key));
  HF_ASSIGN_OR_RETURN(const Word length, draw_length(keyed, static_cast<Word>(size - kHeadBytes - kMinPaddingBytes)));
  HF_ASSIGN_OR_RETURN(SecretBytes message, draw(keyed, "message", size));

  const ByteView decrypted = SecretUse::see(block);
  const MutableByteView out = SecretUse::fill(message);
  const Padding padding = find_padding(decrypted);
  for (std::size_t i = 0; i < size; ++i)
    out[i] = static_cast<std::byte>(
        select(padding.good, std::to_integer<Word>(decrypted[i]), std::to_integer<Word>(out[i])) & 0xFF);
  const std::size_t start = select(padding.good, padding.start, static_cast<Word>(size) - length);
  return slice(message, start, size - start);
}

}  // namespace holdfast::secure::crypto
