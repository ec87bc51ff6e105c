#include "secure/crypto/aes_gcm.h"

#include "secure/crypto/aead_stream.h"
#include "secure/crypto/aes_context.h"
#include "secure/crypto/secret_use.h"

namespace holdfast::secure::crypto {
namespace {

constexpr std::size_t kMaxIvBytes = 128;  // libcrypto's limit
constexpr std::size_t kMinTagBytes = 4;
constexpr std::size_t kMaxTagBytes = 16;

Result<void> check_params(ByteView iv, std::size_t tag_bytes) {
  if (iv.empty() || iv.size() > kMaxIvBytes) return fail(Rv::mechanism_param_invalid, "a GCM iv has 1 to 128 bytes");
  if (tag_bytes < kMinTagBytes || tag_bytes > kMaxTagBytes)
    return fail(Rv::mechanism_param_invalid, "a GCM tag has 4 to 16 bytes");
  return {};
}

Result<void> set_iv(EVP_CIPHER_CTX* context, CipherDirection direction, ByteView iv) {
  std::size_t iv_bytes = iv.size();
  const std::array<OSSL_PARAM, 2> settings = {OSSL_PARAM_construct_size_t(OSSL_CIPHER_PARAM_AEAD_IVLEN, &iv_bytes),
                                              OSSL_PARAM_construct_end()};
  // The length goes first: with the iv in one call, libcrypto 3.0 would take the iv under the old length.
  if (EVP_CIPHER_CTX_set_params(context, settings.data()) != 1 ||
      EVP_CipherInit_ex2(context, nullptr, nullptr, u8(iv), direction == CipherDirection::encrypt ? 1 : 0, nullptr) != 1)
    return libcrypto_failure(Rv::mechanism_param_invalid, "libcrypto takes no such GCM iv");
  return {};
}

AeadParams as_aead(const GcmParams& params) {
  return {.nonce = params.iv, .aad = params.aad, .tag_bytes = params.tag_bytes};
}

struct TextAndTag {
  ByteView text;
  ByteView tag;
};

Result<TextAndTag> split(const GcmParams& params, ByteView input) {
  HF_TRY(check_params(params.iv, params.tag_bytes));
  if (input.size() < params.tag_bytes) return fail(Rv::encrypted_data_len_range, "shorter than a GCM tag");
  return TextAndTag{input.first(input.size() - params.tag_bytes), input.last(params.tag_bytes)};
}

}  // namespace

Result<std::unique_ptr<AeadStream>> begin_gcm(const AesKey& key, CipherDirection direction, const AeadParams& params) {
  HF_TRY(check_params(params.nonce, params.tag_bytes));
  HF_ASSIGN_OR_RETURN(AesContext context, borrow_context(key, AesUse::gcm));
  HF_TRY(set_iv(context.get(), direction, params.nonce));
  HF_TRY(feed(context.get(), params.aad, nullptr));
  return std::make_unique<LibcryptoAead<AesContext>>(std::move(context), params.tag_bytes);
}

Result<Bytes> gcm_encrypt(const AesKey& key, const GcmParams& params, ByteView plaintext) {
  HF_TRY(check_params(params.iv, params.tag_bytes));
  Bytes out(plaintext.size() + params.tag_bytes);
  const MutableByteView all(out);
  HF_TRY(aead_encrypt(AeadKey::aes_gcm(key), as_aead(params), plaintext, all.first(plaintext.size()),
                      all.last(params.tag_bytes)));
  return out;
}

Result<Bytes> gcm_encrypt_secret(const AesKey& key, const GcmParams& params, const SecretBytes& plaintext) {
  return gcm_encrypt(key, params, SecretUse::see(plaintext));
}

Result<Bytes> gcm_decrypt(const AesKey& key, const GcmParams& params, ByteView ciphertext_and_tag) {
  HF_ASSIGN_OR_RETURN(const TextAndTag input, split(params, ciphertext_and_tag));
  Bytes out(input.text.size());
  HF_TRY(aead_decrypt(AeadKey::aes_gcm(key), as_aead(params), input.text, input.tag, out));
  return out;
}

Result<SecretBytes> gcm_decrypt_secret(const AesKey& key, const GcmParams& params, ByteView ciphertext_and_tag) {
  HF_ASSIGN_OR_RETURN(const TextAndTag input, split(params, ciphertext_and_tag));
  return aead_decrypt_secret(AeadKey::aes_gcm(key), as_aead(params), input.text, input.tag);
}

// A MAC may be kept and copied, so it has a context of its own instead of one on loan.
Result<Gmac> Gmac::create(const AesKey& key, const GcmParams& params) {
  HF_TRY(check_params(params.iv, params.tag_bytes));
  const AesKey::Impl& parsed = *key.impl();
  CipherContextPtr context(EVP_CIPHER_CTX_new());
  if (!context || EVP_EncryptInit_ex2(context.get(), parsed.ciphers->gcm, u8(SecretUse::see(parsed.key)), nullptr,
                                      nullptr) != 1)
    return libcrypto_failure(Rv::device_memory, "no cipher context");
  HF_TRY(set_iv(context.get(), CipherDirection::encrypt, params.iv));
  return Gmac(std::move(context), params.tag_bytes);
}

Result<void> Gmac::update(ByteView data) { return feed(context_.get(), data, nullptr); }

Result<void> Gmac::finish(MutableByteView out) {
  if (out.size() < tag_bytes_) return fail(Rv::buffer_too_small, "no room for a MAC");
  return make_tag(context_.get(), out.first(tag_bytes_));
}

Result<Gmac> Gmac::copy() const {
  CipherContextPtr twin(EVP_CIPHER_CTX_new());
  if (!twin || EVP_CIPHER_CTX_copy(twin.get(), context_.get()) != 1)
    return libcrypto_failure(Rv::device_memory, "no cipher context");
  return Gmac(std::move(twin), tag_bytes_);
}

}  // namespace holdfast::secure::crypto
