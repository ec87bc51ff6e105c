#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/crypto/aead.h"

namespace holdfast::secure::crypto {

struct GcmParams {
  ByteView iv;  // 1 to 128 bytes, what libcrypto takes
  ByteView aad = {};
  std::size_t tag_bytes = 16;  // 4 to 16
};

/// begin_gcm is begin_aead for AES-GCM (SP 800-38D).
Result<std::unique_ptr<AeadStream>> begin_gcm(const AesKey& key, CipherDirection direction, const AeadParams& params);

/// gcm_encrypt returns ciphertext and tag. All fail with Rv::mechanism_param_invalid for an iv or tag outside the limits.
Result<Bytes> gcm_encrypt(const AesKey& key, const GcmParams& params, ByteView plaintext);
Result<Bytes> gcm_encrypt_secret(const AesKey& key, const GcmParams& params, const SecretBytes& plaintext);

/// gcm_decrypt takes ciphertext and tag, and gives nothing unless the tag is right. Fails with
/// Rv::encrypted_data_invalid, and Rv::encrypted_data_len_range when the input is shorter than a tag.
Result<Bytes> gcm_decrypt(const AesKey& key, const GcmParams& params, ByteView ciphertext_and_tag);
Result<SecretBytes> gcm_decrypt_secret(const AesKey& key, const GcmParams& params, ByteView ciphertext_and_tag);

/// Gmac is the tag of GCM over associated data alone, in parts. One thread at a time.
class Gmac {
 public:
  /// create fails as begin_gcm does; params.aad is not looked at.
  static Result<Gmac> create(const AesKey& key, const GcmParams& params);

  std::size_t size() const noexcept { return tag_bytes_; }
  Result<void> update(ByteView data);
  /// finish writes size() bytes (Rv::buffer_too_small for less room, and it can go on); after success it is spent.
  Result<void> finish(MutableByteView out);
  Result<Gmac> copy() const;

 private:
  Gmac(CipherContextPtr context, std::size_t tag_bytes) : context_(std::move(context)), tag_bytes_(tag_bytes) {}

  CipherContextPtr context_;
  std::size_t tag_bytes_;
};

}  // namespace holdfast::secure::crypto
