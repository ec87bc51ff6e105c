#include "secure/crypto/chacha20_poly1305.h"

#include "secure/crypto/aead_stream.h"
#include "secure/crypto/secret_use.h"

namespace holdfast::secure::crypto {
namespace {

constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;

}  // namespace

bool has_chacha20_poly1305() noexcept { return library().chacha20_poly1305 != nullptr; }

Result<std::unique_ptr<AeadStream>> begin_chacha20_poly1305(const SecretBytes& key, CipherDirection direction,
                                                            const AeadParams& params) {
  if (!has_chacha20_poly1305()) return fail(Rv::mechanism_invalid, "libcrypto has no ChaCha20-Poly1305");
  if (params.nonce.size() != kNonceBytes)
    return fail(Rv::mechanism_param_invalid, "a ChaCha20-Poly1305 nonce has 12 bytes");
  if (params.tag_bytes != kTagBytes) return fail(Rv::mechanism_param_invalid, "a ChaCha20-Poly1305 tag has 16 bytes");
  CipherContextPtr context(EVP_CIPHER_CTX_new());
  if (!context || EVP_CipherInit_ex2(context.get(), library().chacha20_poly1305, u8(SecretUse::see(key)),
                                     u8(params.nonce), direction == CipherDirection::encrypt ? 1 : 0, nullptr) != 1)
    return libcrypto_failure(Rv::device_memory, "no cipher context");
  HF_TRY(feed(context.get(), params.aad, nullptr));
  return std::make_unique<LibcryptoAead<CipherContextPtr>>(std::move(context), params.tag_bytes);
}

}  // namespace holdfast::secure::crypto
