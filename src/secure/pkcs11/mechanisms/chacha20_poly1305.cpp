#include "secure/crypto/chacha20_poly1305.h"

#include "secure/pkcs11/mechanisms/aead.h"
#include "secure/pkcs11/mechanisms/aead_message.h"
#include "secure/pkcs11/mechanisms/aead_wrap.h"

// CKM_CHACHA20_POLY1305 (RFC 8439), with a nonce of 96 bits: libcrypto has no other.

namespace holdfast::secure::pkcs11 {
namespace {

Result<crypto::AeadParams> params_of(const Start& start) {
  HF_ASSIGN_OR_RETURN(const ChaCha20Poly1305Param param, start.parameter<ChaCha20Poly1305Param>());
  return crypto::AeadParams{.nonce = param.nonce, .aad = param.aad};
}

Made<Cipher> new_encryptor(const Start& start) {
  HF_ASSIGN_OR_RETURN(const crypto::AeadKey key, aead_key(start));
  HF_ASSIGN_OR_RETURN(const crypto::AeadParams params, params_of(start));
  return new_aead_encryption(key, params, start.dialect);
}

Made<Cipher> new_decryptor(const Start& start) {
  HF_ASSIGN_OR_RETURN(crypto::AeadKey key, aead_key(start));
  HF_ASSIGN_OR_RETURN(const crypto::AeadParams params, params_of(start));
  return new_aead_decryption(std::move(key), params, start.dialect);
}

constexpr MechanismRow kRows[] = {
    {.id = CKM_CHACHA20_POLY1305,
     .keys = {CKK_CHACHA20},
     .size = Octets{32, 32},
     .param = wire::ParamKind::chacha20_poly1305,
     .message_param = wire::ParamKind::chacha20_poly1305_message,
     .parts = Parts::any,
     .wraps = Wraps::secret_and_private_keys,
     .ops = {.encrypt = &new_encryptor,
             .decrypt = &new_decryptor,
             .wrap_aead = &seal_key,
             .unwrap_aead = &open_key,
             .message_encrypt = &new_aead_message_encryptor,
             .message_decrypt = &new_aead_message_decryptor},
     .available = &crypto::has_chacha20_poly1305},
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> chacha20_poly1305_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
