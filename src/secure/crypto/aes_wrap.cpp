#include "secure/crypto/aes_wrap.h"

#include "secure/crypto/aes_context.h"
#include "secure/crypto/secret_use.h"
#include "secure/crypto/secrets.h"

namespace holdfast::secure::crypto {
namespace {

constexpr std::size_t kUnit = 8;
constexpr std::size_t kMaxWrapBytes = std::size_t{1} << 20;  // libcrypto's own limit is 2^31

// A wrapping is rare and short, so it has a context of its own instead of one kept with the key.
Result<CipherContextPtr> begin(const AesKey& key, KeyWrapKind kind, ByteView iv, CipherDirection direction) {
  if (!iv.empty() && iv.size() != (kind == KeyWrapKind::kw ? 8u : 4u))
    return fail(Rv::mechanism_param_invalid, "an initial value of a size the key wrapping does not have");
  const AesKey::Impl& parsed = *key.impl();
  const EVP_CIPHER* const cipher = kind == KeyWrapKind::kw ? parsed.ciphers->wrap : parsed.ciphers->wrap_pad;
  CipherContextPtr context(EVP_CIPHER_CTX_new());
  if (!context) return libcrypto_failure(Rv::device_memory, "no cipher context");
  EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  if (EVP_CipherInit_ex2(context.get(), cipher, u8(SecretUse::see(parsed.key)), iv.empty() ? nullptr : u8(iv),
                         direction == CipherDirection::encrypt ? 1 : 0, nullptr) != 1)
    return libcrypto_failure(Rv::general_error, "key wrap init failed");
  return context;
}

}  // namespace

std::size_t wrap_size(KeyWrapKind, std::size_t size) noexcept { return (size + kUnit - 1) / kUnit * kUnit + kUnit; }

Result<Bytes> wrap_key(const AesKey& key, KeyWrapKind kind, const SecretBytes& secret, ByteView iv) {
  const bool fits =
      kind == KeyWrapKind::kw ? secret.size() >= 2 * kUnit && secret.size() % kUnit == 0 : !secret.empty();
  if (!fits || secret.size() > kMaxWrapBytes) return fail(Rv::key_size_range, "a secret that key wrapping cannot take");
  HF_ASSIGN_OR_RETURN(const CipherContextPtr context, begin(key, kind, iv, CipherDirection::encrypt));
  Bytes out(wrap_size(kind, secret.size()));
  int written = 0;
  if (EVP_CipherUpdate(context.get(), u8(MutableByteView(out)), &written, u8(SecretUse::see(secret)),
                       static_cast<int>(secret.size())) != 1 ||
      static_cast<std::size_t>(written) != out.size())
    return libcrypto_failure(Rv::general_error, "key wrap failed");
  return out;
}

Result<SecretBytes> unwrap_key(const AesKey& key, KeyWrapKind kind, ByteView wrapped, ByteView iv) {
  const std::size_t least = kind == KeyWrapKind::kw ? 3 * kUnit : 2 * kUnit;
  if (wrapped.size() < least || wrapped.size() % kUnit != 0 || wrapped.size() > kMaxWrapBytes + 2 * kUnit)
    return fail(Rv::wrapped_key_len_range, "not the length of a wrapped key");
  HF_ASSIGN_OR_RETURN(const CipherContextPtr context, begin(key, kind, iv, CipherDirection::decrypt));
  HF_ASSIGN_OR_RETURN(SecretBytes out, SecretBytes::allocate(wrapped.size()));
  int written = 0;
  if (EVP_CipherUpdate(context.get(), u8(SecretUse::fill(out)), &written, u8(wrapped),
                       static_cast<int>(wrapped.size())) != 1 ||
      written <= 0)
    return libcrypto_failure(Rv::wrapped_key_invalid, "the wrapped key fails its integrity check");
  return slice(out, 0, static_cast<std::size_t>(written));
}

}  // namespace holdfast::secure::crypto
