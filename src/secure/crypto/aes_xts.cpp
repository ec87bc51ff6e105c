#include "secure/crypto/aes_xts.h"

#include "secret/constant_time.h"
#include "secure/crypto/libcrypto.h"
#include "secure/crypto/secret_use.h"

namespace holdfast::secure::crypto {

bool has_aes_xts() noexcept { return library().aes_128_xts != nullptr && library().aes_256_xts != nullptr; }

bool xts_halves_differ(const SecretBytes& key) noexcept {
  const ByteView whole = SecretUse::see(key);
  return !equal_constant_time(whole.first(whole.size() / 2), whole.last(whole.size() / 2));
}

Result<void> check_xts(const SecretBytes& key, ByteView tweak) {
  if (!has_aes_xts()) return fail(Rv::mechanism_invalid, "libcrypto has no AES-XTS");
  if (key.size() != 32 && key.size() != 64) return fail(Rv::key_size_range, "an XTS key has 32 or 64 bytes");
  if (!xts_halves_differ(key)) return fail(Rv::key_function_not_permitted, "both halves of the XTS key are the same");
  if (tweak.size() != kXtsTweakBytes) return fail(Rv::mechanism_param_invalid, "a tweak has 16 bytes");
  return {};
}

Result<void> xts_crypt(const SecretBytes& key, CipherDirection direction, ByteView tweak, ByteView in,
                       MutableByteView out) {
  HF_TRY(check_xts(key, tweak));
  const bool encrypt = direction == CipherDirection::encrypt;
  if (in.size() < kAesBlockBytes || in.size() > kMaxXtsBytes)
    return fail(encrypt ? Rv::data_len_range : Rv::encrypted_data_len_range, "not the length of a data unit");
  if (out.size() < in.size()) return fail(Rv::buffer_too_small, "no room for a cipher's output");
  CipherContextPtr context(EVP_CIPHER_CTX_new());
  int written = 0;
  if (!context ||
      EVP_CipherInit_ex2(context.get(), key.size() == 32 ? library().aes_128_xts : library().aes_256_xts,
                         u8(SecretUse::see(key)), u8(tweak), encrypt ? 1 : 0, nullptr) != 1)
    return libcrypto_failure(Rv::device_memory, "no cipher context");
  // Each call of libcrypto's update is a data unit of its own.
  if (EVP_CipherUpdate(context.get(), u8(out), &written, u8(in), static_cast<int>(in.size())) != 1 ||
      static_cast<std::size_t>(written) != in.size())
    return libcrypto_failure(Rv::general_error, "cipher update failed");
  return {};
}

}  // namespace holdfast::secure::crypto
