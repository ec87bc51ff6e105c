#include "secure/pkcs11/mechanisms/nonce.h"

#include <algorithm>

#include <pkcs11/pkcs11.h>

#include "secure/crypto/random.h"

namespace holdfast::secure::pkcs11 {
namespace {

// SP 800-38D section 8.2.2 asks for 96 random bits. Callers who fix 32 of a GCM nonce, as TLS 1.2 does, leave 64.
constexpr std::size_t kEnoughRandomBits = 96;
constexpr std::size_t kFewestRandomBits = 64;
constexpr std::size_t kCounterBits = 64;

std::size_t free_bits_of(const NonceSource& source) { return source.nonce.size() * 8 - source.fixed_bits; }

/// set_free_bits takes the bits after the fixed ones from `pattern`, both counted from their ends.
void set_free_bits(MutableByteView nonce, std::size_t fixed_bits, ByteView pattern) {
  const std::size_t shared_byte = fixed_bits / 8;
  const std::size_t first = shared_byte + (fixed_bits % 8 == 0 ? 0 : 1);
  const auto at = [&](std::size_t i) {
    const std::size_t from_end = nonce.size() - i;
    return from_end <= pattern.size() ? pattern[pattern.size() - from_end] : std::byte{0};
  };
  if (first != shared_byte) {
    const std::byte mask{static_cast<std::uint8_t>(0xFF >> (fixed_bits % 8))};
    nonce[shared_byte] = (nonce[shared_byte] & ~mask) | (at(shared_byte) & mask);
  }
  for (std::size_t i = first; i < nonce.size(); ++i) nonce[i] = at(i);
}

}  // namespace

Result<void> NonceMaker::check(const NonceSource& source) {
  if (source.generator == CKG_NO_GENERATE) return {};
  if (source.generator > CKG_GENERATE_COUNTER_XOR)
    return fail(Rv::mechanism_param_invalid, "unknown generator of a nonce");
  if (source.fixed_bits >= source.nonce.size() * 8)
    return fail(Rv::mechanism_param_invalid, "no bits of the nonce are left to generate");
  if (source.generator == CKG_GENERATE_RANDOM && free_bits_of(source) < kFewestRandomBits)
    return fail(Rv::mechanism_param_invalid, "too few bits for a random nonce");
  return {};
}

Result<Bytes> NonceMaker::make(const NonceSource& source) {
  HF_TRY(check(source));
  Bytes nonce = to_bytes(source.nonce);
  if (source.generator == CKG_NO_GENERATE) return nonce;
  const std::size_t free_bits = free_bits_of(source);
  const bool is_random = source.generator == CKG_GENERATE_RANDOM ||
                         (source.generator == CKG_GENERATE && free_bits >= kEnoughRandomBits);
  if (is_random) {
    Bytes fresh(nonce.size());
    HF_TRY(crypto::fill_random(fresh));
    set_free_bits(nonce, source.fixed_bits, fresh);
    return nonce;
  }
  if (source.generator == CKG_GENERATE) {
    HF_ASSIGN_OR_RETURN(const ByteView base, random_base());
    set_free_bits(nonce, source.fixed_bits, base);
  } else if (source.generator == CKG_GENERATE_COUNTER) {
    set_free_bits(nonce, source.fixed_bits, {});
  } else {
    HF_TRY(require_same_base(source.nonce));
  }
  HF_TRY(add_counter(nonce, free_bits));
  return nonce;
}

/// Where a few bits alone are free, they start anywhere and are then counted: random ones would soon repeat.
Result<ByteView> NonceMaker::random_base() {
  if (!has_random_base_) HF_TRY(crypto::fill_random(random_base_));
  has_random_base_ = true;
  return ByteView(random_base_);
}

Result<void> NonceMaker::require_same_base(ByteView base) {
  if (xor_base_.empty()) xor_base_ = to_bytes(base);
  if (!equal(xor_base_, base)) return fail(Rv::mechanism_param_invalid, "the base of counted nonces has changed");
  return {};
}

Result<void> NonceMaker::add_counter(MutableByteView nonce, std::size_t free_bits) {
  if (free_bits < kCounterBits && counter_ >> free_bits != 0)
    return fail(Rv::function_failed, "the counter of nonces has run out");
  std::uint64_t rest = counter_++;
  for (std::size_t i = nonce.size(); i-- > 0 && rest != 0; rest >>= 8)
    nonce[i] ^= std::byte{static_cast<std::uint8_t>(rest)};
  return {};
}

}  // namespace holdfast::secure::pkcs11
