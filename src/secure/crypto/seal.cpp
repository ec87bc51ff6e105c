#include "secure/crypto/seal.h"

#include "secure/crypto/aes_gcm.h"

namespace holdfast::secure::crypto {
namespace {

Result<AesKey> sealing_key(const SecretBytes& key, ByteView nonce) {
  if (key.size() != kSealKeyBytes) return fail(Rv::arguments_bad, "a sealing key has 32 bytes");
  if (nonce.size() != kSealNonceBytes) return fail(Rv::arguments_bad, "a sealing nonce has 12 bytes");
  return AesKey::from_secret(key);
}

// A record cut shorter than its tag is as false as one whose tag is wrong.
template <class T>
Result<T> one_refusal(Result<T> unsealed) {
  if (!unsealed && unsealed.error().rv == Rv::encrypted_data_len_range)
    return fail(Rv::encrypted_data_invalid, unsealed.error().why);
  return unsealed;
}

}  // namespace

Result<Bytes> seal(const SecretBytes& key, ByteView nonce, ByteView aad, ByteView plaintext) {
  HF_ASSIGN_OR_RETURN(const AesKey parsed, sealing_key(key, nonce));
  return gcm_encrypt(parsed, {.iv = nonce, .aad = aad, .tag_bytes = kSealTagBytes}, plaintext);
}

Result<Bytes> seal_secret(const SecretBytes& key, ByteView nonce, ByteView aad, const SecretBytes& plaintext) {
  HF_ASSIGN_OR_RETURN(const AesKey parsed, sealing_key(key, nonce));
  return gcm_encrypt_secret(parsed, {.iv = nonce, .aad = aad, .tag_bytes = kSealTagBytes}, plaintext);
}

Result<Bytes> unseal(const SecretBytes& key, ByteView nonce, ByteView aad, ByteView sealed) {
  HF_ASSIGN_OR_RETURN(const AesKey parsed, sealing_key(key, nonce));
  return one_refusal(gcm_decrypt(parsed, {.iv = nonce, .aad = aad, .tag_bytes = kSealTagBytes}, sealed));
}

Result<SecretBytes> unseal_secret(const SecretBytes& key, ByteView nonce, ByteView aad, ByteView sealed) {
  HF_ASSIGN_OR_RETURN(const AesKey parsed, sealing_key(key, nonce));
  return one_refusal(gcm_decrypt_secret(parsed, {.iv = nonce, .aad = aad, .tag_bytes = kSealTagBytes}, sealed));
}

}  // namespace holdfast::secure::crypto
