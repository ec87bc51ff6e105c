#include "secure/crypto/aes_gcm.h"

#include <algorithm>

#include "secret/wipe.h"
#include "secure/crypto/aes_context.h"
#include "secure/crypto/secret_use.h"
#include "secure/crypto/secrets.h"

namespace holdfast::secure::crypto {
namespace {

constexpr std::size_t kMaxIvBytes = 128;  // libcrypto's limit
constexpr std::size_t kMinTagBytes = 4;
constexpr std::size_t kMaxTagBytes = 16;
// SP 800-38D, 5.2.1.1: at most 2^39 - 256 bits of text.
constexpr std::uint64_t kMaxTextBytes = (std::uint64_t{1} << 36) - 32;

Result<void> check_params(const GcmParams& params) {
  if (params.iv.empty() || params.iv.size() > kMaxIvBytes)
    return fail(Rv::mechanism_param_invalid, "a GCM iv has 1 to 128 bytes");
  if (params.tag_bytes < kMinTagBytes || params.tag_bytes > kMaxTagBytes)
    return fail(Rv::mechanism_param_invalid, "a GCM tag has 4 to 16 bytes");
  return {};
}

// out is null for associated data.
Result<void> update_in_parts(EVP_CIPHER_CTX* context, ByteView in, std::byte* out) {
  while (!in.empty()) {
    const ByteView part = in.first(std::min(in.size(), kMaxUpdateBytes));
    int step = 0;
    if (EVP_CipherUpdate(context, reinterpret_cast<unsigned char*>(out), &step, u8(part),
                         static_cast<int>(part.size())) != 1)
      return libcrypto_failure(Rv::data_len_range, "libcrypto took no more GCM input");
    if (out != nullptr) out += part.size();
    in = in.subspan(part.size());
  }
  return {};
}

Result<AesContext> begin(const AesKey& key, CipherDirection direction, const GcmParams& params) {
  HF_TRY(check_params(params));
  HF_ASSIGN_OR_RETURN(AesContext context, borrow_context(key, AesUse::gcm));
  std::size_t iv_bytes = params.iv.size();
  const std::array<OSSL_PARAM, 2> settings = {OSSL_PARAM_construct_size_t(OSSL_CIPHER_PARAM_AEAD_IVLEN, &iv_bytes),
                                              OSSL_PARAM_construct_end()};
  // The length goes first: with the iv in one call, libcrypto 3.0 would take the iv under the old length.
  if (EVP_CIPHER_CTX_set_params(context.get(), settings.data()) != 1 ||
      EVP_CipherInit_ex2(context.get(), nullptr, nullptr, u8(params.iv), direction == CipherDirection::encrypt ? 1 : 0,
                         nullptr) != 1)
    return libcrypto_failure(Rv::mechanism_param_invalid, "libcrypto takes no such GCM iv");
  HF_TRY(update_in_parts(context.get(), params.aad, nullptr));
  return context;
}

Result<void> decrypt_into(const AesKey& key, const GcmParams& params, ByteView input, MutableByteView out) {
  const ByteView text = input.first(input.size() - params.tag_bytes);
  Bytes tag = to_bytes(input.last(params.tag_bytes));
  HF_ASSIGN_OR_RETURN(AesContext context, begin(key, CipherDirection::decrypt, params));
  const std::array<OSSL_PARAM, 2> settings = {
      OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, tag.data(), tag.size()),
      OSSL_PARAM_construct_end()};
  if (EVP_CIPHER_CTX_set_params(context.get(), settings.data()) != 1)
    return libcrypto_failure(Rv::mechanism_param_invalid, "libcrypto takes no such GCM tag");
  HF_TRY(update_in_parts(context.get(), text, out.data()));
  std::array<unsigned char, kAesBlockBytes> nothing{};
  int none = 0;
  if (EVP_CipherFinal_ex(context.get(), nothing.data(), &none) != 1) {
    wipe(out.first(text.size()));
    return libcrypto_failure(Rv::encrypted_data_invalid, "the GCM tag is wrong");
  }
  return {};
}

Result<void> check_input(const GcmParams& params, std::size_t size) {
  HF_TRY(check_params(params));
  if (size < params.tag_bytes) return fail(Rv::encrypted_data_len_range, "shorter than a GCM tag");
  if (size - params.tag_bytes > kMaxTextBytes) return fail(Rv::encrypted_data_len_range, "longer than GCM allows");
  return {};
}

}  // namespace

Result<GcmEncryptor> GcmEncryptor::create(const AesKey& key, const GcmParams& params) {
  HF_ASSIGN_OR_RETURN(AesContext context, begin(key, CipherDirection::encrypt, params));
  return GcmEncryptor(std::move(context), params.tag_bytes);
}

Result<void> GcmEncryptor::update(ByteView in, MutableByteView out) {
  if (out.size() < in.size()) return fail(Rv::buffer_too_small, "no room for a cipher's output");
  return update_in_parts(context_.get(), in, out.data());
}

Result<void> GcmEncryptor::finish(MutableByteView tag) {
  if (tag.size() < tag_bytes_) return fail(Rv::buffer_too_small, "no room for a GCM tag");
  std::array<unsigned char, kAesBlockBytes> nothing{};
  int none = 0;
  std::array<OSSL_PARAM, 2> query = {
      OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, tag.data(), tag_bytes_),
      OSSL_PARAM_construct_end()};
  if (EVP_CipherFinal_ex(context_.get(), nothing.data(), &none) != 1 ||
      EVP_CIPHER_CTX_get_params(context_.get(), query.data()) != 1)
    return libcrypto_failure(Rv::general_error, "GCM final failed");
  return {};
}

Result<GcmDecryptor> GcmDecryptor::create(const AesKey& key, const GcmParams& params) {
  HF_TRY(check_params(params));
  return GcmDecryptor(key, params);
}

std::size_t GcmDecryptor::plaintext_size(std::size_t input_size) const noexcept {
  const std::size_t total = input_.size() + input_size;
  return total < tag_bytes_ ? 0 : total - tag_bytes_;
}

Result<std::size_t> GcmDecryptor::finish(MutableByteView out) {
  const GcmParams params = {.iv = iv_, .aad = aad_, .tag_bytes = tag_bytes_};
  HF_TRY(check_input(params, input_.size()));
  if (out.size() < plaintext_size()) return fail(Rv::buffer_too_small, "no room for the plaintext");
  HF_TRY(decrypt_into(key_, params, input_, out));
  return plaintext_size();
}

Result<Bytes> gcm_encrypt(const AesKey& key, const GcmParams& params, ByteView plaintext) {
  HF_ASSIGN_OR_RETURN(GcmEncryptor encryptor, GcmEncryptor::create(key, params));
  Bytes out(plaintext.size() + params.tag_bytes);
  const MutableByteView all(out);
  HF_TRY(encryptor.update(plaintext, all));
  HF_TRY(encryptor.finish(all.subspan(plaintext.size())));
  return out;
}

Result<Bytes> gcm_encrypt_secret(const AesKey& key, const GcmParams& params, const SecretBytes& plaintext) {
  return gcm_encrypt(key, params, SecretUse::see(plaintext));
}

Result<Bytes> gcm_decrypt(const AesKey& key, const GcmParams& params, ByteView ciphertext_and_tag) {
  HF_TRY(check_input(params, ciphertext_and_tag.size()));
  Bytes out(ciphertext_and_tag.size() - params.tag_bytes);
  HF_TRY(decrypt_into(key, params, ciphertext_and_tag, out));
  return out;
}

Result<SecretBytes> gcm_decrypt_secret(const AesKey& key, const GcmParams& params, ByteView ciphertext_and_tag) {
  HF_TRY(check_input(params, ciphertext_and_tag.size()));
  HF_ASSIGN_OR_RETURN(SecretBytes out, SecretBytes::allocate(ciphertext_and_tag.size() - params.tag_bytes));
  HF_TRY(decrypt_into(key, params, ciphertext_and_tag, SecretUse::fill(out)));
  return out;
}

}  // namespace holdfast::secure::crypto
