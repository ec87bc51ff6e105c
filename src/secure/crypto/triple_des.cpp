#include "secure/crypto/triple_des.h"

#include <algorithm>
#include <bit>

#include "secret/constant_time.h"
#include "secure/crypto/libcrypto.h"
#include "secure/crypto/random.h"
#include "secure/crypto/secret_use.h"
#include "secure/crypto/secrets.h"

namespace holdfast::secure::crypto {
namespace {

constexpr std::size_t kPartBytes = 8;
constexpr std::size_t kDoubleBytes = 2 * kPartBytes;
constexpr std::size_t kTripleBytes = 3 * kPartBytes;

void set_odd_parity(MutableByteView key) {
  for (std::byte& each : key) {
    const auto bits = std::to_integer<unsigned>(each) & 0xFEu;
    each = static_cast<std::byte>(bits | ((static_cast<unsigned>(std::popcount(bits)) + 1u) & 1u));
  }
}

/// parts_differ is false for a key that is weaker than its length says.
bool parts_differ(ByteView key) {
  const auto part = [key](std::size_t i) { return key.subspan(i * kPartBytes, kPartBytes); };
  bool differ = !equal_constant_time(part(0), part(1));
  if (key.size() == kTripleBytes)
    differ = differ && !equal_constant_time(part(1), part(2)) && !equal_constant_time(part(0), part(2));
  return differ;
}

}  // namespace

Result<SecretBytes> as_triple_length(const SecretBytes& key) {
  if (key.size() == kTripleBytes) return copy(key);
  if (key.size() != kDoubleBytes) return fail(Rv::key_size_range, "a triple DES key has 16 or 24 bytes");
  HF_ASSIGN_OR_RETURN(const SecretBytes first, slice(key, 0, kPartBytes));
  return concatenate(key, first);
}

bool has_triple_des() noexcept { return library().des3_ecb != nullptr && library().des3_cbc != nullptr; }

Result<CipherContextPtr> begin_triple_des(const SecretBytes& key, CipherDirection direction, ByteView iv, bool padded) {
  if (!has_triple_des()) return fail(Rv::mechanism_invalid, "libcrypto has no triple DES");
  if (!iv.empty() && iv.size() != kDesBlockBytes) return fail(Rv::mechanism_param_invalid, "an iv of DES has 8 bytes");
  HF_ASSIGN_OR_RETURN(const SecretBytes triple, as_triple_length(key));
  CipherContextPtr context(EVP_CIPHER_CTX_new());
  if (!context ||
      EVP_CipherInit_ex2(context.get(), iv.empty() ? library().des3_ecb : library().des3_cbc,
                         u8(SecretUse::see(triple)), iv.empty() ? nullptr : u8(iv),
                         direction == CipherDirection::encrypt ? 1 : 0, nullptr) != 1 ||
      EVP_CIPHER_CTX_set_padding(context.get(), padded ? 1 : 0) != 1)
    return libcrypto_failure(Rv::device_memory, "no cipher context");
  return context;
}

Result<TripleDesCipher> TripleDesCipher::create(const SecretBytes& key, CipherDirection direction, TripleDesMode mode,
                                                ByteView iv) {
  if (iv.empty() != (mode == TripleDesMode::ecb))
    return fail(Rv::mechanism_param_invalid, "an iv of a size the mode does not have");
  const bool padded = mode == TripleDesMode::cbc_pad;
  HF_ASSIGN_OR_RETURN(CipherContextPtr context, begin_triple_des(key, direction, iv, padded));
  return TripleDesCipher(Context(std::move(context)), direction, padded ? Cut::padded_blocks : Cut::blocks);
}

Result<SecretBytes> random_triple_des_key(std::size_t bytes) {
  if (bytes != kDoubleBytes && bytes != kTripleBytes)
    return fail(Rv::key_size_range, "a triple DES key has 16 or 24 bytes");
  for (;;) {
    HF_ASSIGN_OR_RETURN(SecretBytes key, random_secret(bytes));
    set_odd_parity(SecretUse::fill(key));
    if (parts_differ(SecretUse::see(key))) return key;
  }
}

bool has_odd_parity(const SecretBytes& key) noexcept {
  unsigned even = 0;
  for (const std::byte each : SecretUse::see(key))
    even |= (static_cast<unsigned>(std::popcount(std::to_integer<unsigned>(each))) + 1u) & 1u;
  return even == 0;
}

Result<CheckValue> triple_des_check_value(const SecretBytes& key) {
  HF_ASSIGN_OR_RETURN(TripleDesCipher cipher,
                      TripleDesCipher::create(key, CipherDirection::encrypt, TripleDesMode::ecb, {}));
  constexpr std::array<std::byte, kDesBlockBytes> kZeroes{};
  std::array<std::byte, kDesBlockBytes> out;
  HF_TRY(cipher.update(kZeroes, out));
  CheckValue value;
  std::copy_n(out.begin(), value.size(), value.begin());
  return value;
}

}  // namespace holdfast::secure::crypto
