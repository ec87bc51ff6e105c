#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/crypto/aes_key.h"

namespace holdfast::secure::crypto {

struct GcmParams {
  ByteView iv;  // 1 to 128 bytes, what libcrypto takes
  ByteView aad = {};
  std::size_t tag_bytes = 16;  // 4 to 16
};

/// GcmEncryptor encrypts in parts. One thread at a time.
class GcmEncryptor {
 public:
  /// create fails with Rv::mechanism_param_invalid for an iv or tag outside the limits above.
  static Result<GcmEncryptor> create(const AesKey& key, const GcmParams& params);

  std::size_t tag_bytes() const noexcept { return tag_bytes_; }
  /// update writes exactly in.size() bytes; Rv::buffer_too_small for less room.
  Result<void> update(ByteView in, MutableByteView out);
  /// finish writes the tag, tag_bytes() bytes.
  Result<void> finish(MutableByteView tag);

 private:
  GcmEncryptor(AesContext context, std::size_t tag_bytes) : context_(std::move(context)), tag_bytes_(tag_bytes) {}

  AesContext context_;
  std::size_t tag_bytes_;
};

/// GcmDecryptor takes ciphertext and tag in parts, keeps them, and gives plaintext only once the tag has been verified.
class GcmDecryptor {
 public:
  static Result<GcmDecryptor> create(const AesKey& key, const GcmParams& params);

  void update(ByteView in) { input_.insert(input_.end(), in.begin(), in.end()); }
  std::size_t buffered() const noexcept { return input_.size(); }
  /// plaintext_size is what finish() writes after `input_size` more bytes.
  std::size_t plaintext_size(std::size_t input_size = 0) const noexcept;
  /// finish writes plaintext_size() bytes to `out`, which must be private memory: it is wiped again when the tag is
  /// wrong. Rv::buffer_too_small consumes nothing.
  Result<std::size_t> finish(MutableByteView out);

 private:
  GcmDecryptor(AesKey key, const GcmParams& params)
      : key_(std::move(key)), iv_(to_bytes(params.iv)), aad_(to_bytes(params.aad)), tag_bytes_(params.tag_bytes) {}

  AesKey key_;
  Bytes iv_;
  Bytes aad_;
  std::size_t tag_bytes_;
  Bytes input_;
};

/// gcm_encrypt returns ciphertext and tag.
Result<Bytes> gcm_encrypt(const AesKey& key, const GcmParams& params, ByteView plaintext);
Result<Bytes> gcm_encrypt_secret(const AesKey& key, const GcmParams& params, const SecretBytes& plaintext);

/// gcm_decrypt takes ciphertext and tag, and gives nothing unless the tag is right. Fails with
/// Rv::encrypted_data_invalid, and Rv::encrypted_data_len_range when the input is shorter than a tag.
Result<Bytes> gcm_decrypt(const AesKey& key, const GcmParams& params, ByteView ciphertext_and_tag);
Result<SecretBytes> gcm_decrypt_secret(const AesKey& key, const GcmParams& params, ByteView ciphertext_and_tag);

}  // namespace holdfast::secure::crypto
