#pragma once

#include "secure/crypto/aead.h"
#include "secure/pkcs11/mechanisms/row.h"

namespace holdfast::secure::pkcs11 {

/// aead_key is the key of an operation as its row's mode uses it: CKM_AES_GCM, CKM_AES_CCM or CKM_CHACHA20_POLY1305.
Result<crypto::AeadKey> aead_key(const Start& start);

/// gcm_tag_bytes and ccm_tag_bytes give the size of a tag that a parameter asks for; Rv::mechanism_param_invalid.
Result<std::size_t> gcm_tag_bytes(std::uint32_t tag_bits);
Result<std::size_t> ccm_tag_bytes(std::uint32_t mac_bytes);

/// The ciphers of C_Encrypt and C_Decrypt, with the tag at the end of the ciphertext. For a mode that is told
/// the length of its text, params.text_bytes is held to.
Made<Cipher> new_aead_encryption(const crypto::AeadKey& key, const crypto::AeadParams& params, Dialect dialect);
Made<Cipher> new_aead_decryption(crypto::AeadKey key, const crypto::AeadParams& params, Dialect dialect);

/// wrap_with and unwrap_with are C_WrapKey and C_UnwrapKey, with the tag at the end.
Result<Bytes> wrap_with(const crypto::AeadKey& wrapping_key, const crypto::AeadParams& params, const SecretBytes& key);
Result<SecretBytes> unwrap_with(const crypto::AeadKey& unwrapping_key, const crypto::AeadParams& params, ByteView wrapped);

}  // namespace holdfast::secure::pkcs11
