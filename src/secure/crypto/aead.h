#pragma once

#include <cstdint>
#include <memory>
#include <variant>

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/crypto/aes_key.h"

namespace holdfast::secure::crypto {

enum class AeadKind : std::uint8_t { aes_gcm, aes_ccm, chacha20_poly1305 };

/// AeadKey is a parsed key with the one mode that it is used in. Copies share it, from any thread.
class AeadKey {
 public:
  static AeadKey aes_gcm(AesKey key) { return {AeadKind::aes_gcm, std::move(key)}; }
  static AeadKey aes_ccm(AesKey key) { return {AeadKind::aes_ccm, std::move(key)}; }
  /// chacha20_poly1305 fails with Rv::key_size_range unless the key has 32 bytes.
  static Result<AeadKey> chacha20_poly1305(std::shared_ptr<const SecretBytes> key);

  AeadKind kind() const noexcept { return kind_; }
  const AesKey& aes() const { return std::get<AesKey>(key_); }
  const SecretBytes& bytes() const { return *std::get<std::shared_ptr<const SecretBytes>>(key_); }

 private:
  using Material = std::variant<AesKey, std::shared_ptr<const SecretBytes>>;
  AeadKey(AeadKind kind, Material key) : kind_(kind), key_(std::move(key)) {}

  AeadKind kind_;
  Material key_;
};

struct AeadParams {
  ByteView nonce;  // GCM: 1 to 128 bytes, CCM: 7 to 13, ChaCha20-Poly1305: 12
  ByteView aad = {};
  std::size_t tag_bytes = 16;  // GCM: 4 to 16, CCM: an even number of those, ChaCha20-Poly1305: 16
  std::size_t text_bytes = 0;  // CCM alone: the length of the whole text, which it must know before the first part
};

/// AeadStream encrypts or decrypts in parts, with the tag apart from the text. One thread at a time. Input may be memory
/// that another process changes during the call.
class AeadStream {
 public:
  virtual ~AeadStream() = default;
  /// update writes exactly in.size() bytes; Rv::buffer_too_small for less room, Rv::data_len_range when the text gets longer
  /// than the mode allows or, for CCM, than was said. What decryption writes is worth nothing before verify() has
  /// answered: keep it in private memory until then.
  virtual Result<void> update(ByteView in, MutableByteView out) = 0;
  /// finish ends an encryption with its tag, of params.tag_bytes.
  virtual Result<void> finish(MutableByteView tag) = 0;
  /// verify ends a decryption: Rv::encrypted_data_invalid for a tag that does not belong to it.
  virtual Result<void> verify(ByteView tag) = 0;
};

/// begin_aead fails with Rv::mechanism_param_invalid for parameters outside the limits above.
Result<std::unique_ptr<AeadStream>> begin_aead(const AeadKey& key, CipherDirection direction, const AeadParams& params);

/// aead_encrypt writes plaintext.size() bytes to `ciphertext` and params.tag_bytes to `tag`. Here and below text_bytes is
/// taken from the text.
Result<void> aead_encrypt(const AeadKey& key, AeadParams params, ByteView plaintext, MutableByteView ciphertext, MutableByteView tag);
/// aead_decrypt writes ciphertext.size() bytes to `plaintext`, which must be private memory: it is wiped when the tag is
/// wrong (Rv::encrypted_data_invalid).
Result<void> aead_decrypt(const AeadKey& key, AeadParams params, ByteView ciphertext, ByteView tag, MutableByteView plaintext);

/// The same for a key that is wrapped or unwrapped.
Result<Bytes> aead_encrypt_secret(const AeadKey& key, AeadParams params, const SecretBytes& secret, MutableByteView tag);
Result<SecretBytes> aead_decrypt_secret(const AeadKey& key, AeadParams params, ByteView ciphertext, ByteView tag);

}  // namespace holdfast::secure::crypto
