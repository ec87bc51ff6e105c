#include "secure/crypto/aead.h"

#include "secret/wipe.h"
#include "secure/crypto/aes_ccm.h"
#include "secure/crypto/aes_gcm.h"
#include "secure/crypto/chacha20_poly1305.h"
#include "secure/crypto/secret_use.h"

namespace holdfast::secure::crypto {

Result<AeadKey> AeadKey::chacha20_poly1305(std::shared_ptr<const SecretBytes> key) {
  if (key->size() != kChaCha20KeyBytes) return fail(Rv::key_size_range, "a ChaCha20 key has 32 bytes");
  return AeadKey(AeadKind::chacha20_poly1305, std::move(key));
}

Result<std::unique_ptr<AeadStream>> begin_aead(const AeadKey& key, CipherDirection direction, const AeadParams& params) {
  switch (key.kind()) {
    case AeadKind::aes_gcm:
      return begin_gcm(key.aes(), direction, params);
    case AeadKind::aes_ccm:
      return begin_ccm(key.aes(), direction, params);
    case AeadKind::chacha20_poly1305:
      break;
  }
  return begin_chacha20_poly1305(key.bytes(), direction, params);
}

Result<void> aead_encrypt(const AeadKey& key, AeadParams params, ByteView plaintext, MutableByteView ciphertext,
                          MutableByteView tag) {
  params.text_bytes = plaintext.size();
  HF_ASSIGN_OR_RETURN(const auto stream, begin_aead(key, CipherDirection::encrypt, params));
  HF_TRY(stream->update(plaintext, ciphertext));
  return stream->finish(tag);
}

Result<void> aead_decrypt(const AeadKey& key, AeadParams params, ByteView ciphertext, ByteView tag,
                          MutableByteView plaintext) {
  params.text_bytes = ciphertext.size();
  HF_ASSIGN_OR_RETURN(const auto stream, begin_aead(key, CipherDirection::decrypt, params));
  HF_TRY(stream->update(ciphertext, plaintext));
  auto verified = stream->verify(tag);
  if (!verified.has_value()) wipe(plaintext.first(ciphertext.size()));
  return verified;
}

Result<Bytes> aead_encrypt_secret(const AeadKey& key, AeadParams params, const SecretBytes& secret, MutableByteView tag) {
  Bytes out(secret.size());
  HF_TRY(aead_encrypt(key, params, SecretUse::see(secret), out, tag));
  return out;
}

Result<SecretBytes> aead_decrypt_secret(const AeadKey& key, AeadParams params, ByteView ciphertext, ByteView tag) {
  HF_ASSIGN_OR_RETURN(SecretBytes out, SecretBytes::allocate(ciphertext.size()));
  HF_TRY(aead_decrypt(key, params, ciphertext, tag, SecretUse::fill(out)));
  return out;
}

}  // namespace holdfast::secure::crypto
