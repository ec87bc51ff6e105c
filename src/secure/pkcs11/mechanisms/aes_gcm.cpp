#include "secure/pkcs11/mechanisms/aead.h"
#include "secure/pkcs11/mechanisms/aead_message.h"
#include "secure/pkcs11/mechanisms/aead_wrap.h"

// CKM_AES_GCM (SP 800-38D).

namespace holdfast::secure::pkcs11 {
namespace {

Result<crypto::AeadParams> params_of(const Start& start) {
  HF_ASSIGN_OR_RETURN(const GcmParam param, start.parameter<GcmParam>());
  HF_ASSIGN_OR_RETURN(const std::size_t tag_bytes, gcm_tag_bytes(param.tag_bits));
  return crypto::AeadParams{.nonce = param.iv, .aad = param.aad, .tag_bytes = tag_bytes};
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

Result<Bytes> wrap(const Start& start, const SecretBytes& key) {
  HF_ASSIGN_OR_RETURN(const crypto::AeadKey wrapping_key, aead_key(start));
  HF_ASSIGN_OR_RETURN(const crypto::AeadParams params, params_of(start));
  return wrap_with(wrapping_key, params, key);
}

Result<SecretBytes> unwrap(const Start& start, ByteView wrapped) {
  HF_ASSIGN_OR_RETURN(const crypto::AeadKey unwrapping_key, aead_key(start));
  HF_ASSIGN_OR_RETURN(const crypto::AeadParams params, params_of(start));
  return unwrap_with(unwrapping_key, params, wrapped);
}

constexpr MechanismRow kRows[] = {
    {.id = CKM_AES_GCM,
     .keys = {CKK_AES},
     .size = Octets{16, 32},
     .param = wire::ParamKind::aes_gcm,
     .message_param = wire::ParamKind::gcm_message,
     .wrap_param = wire::ParamKind::gcm_wrap,
     .parts = Parts::any,
     .wraps = Wraps::secret_and_private_keys,
     .ops = {.encrypt = &new_encryptor,
             .decrypt = &new_decryptor,
             .wrap = &wrap,
             .unwrap = &unwrap,
             .wrap_aead = &seal_key,
             .unwrap_aead = &open_key,
             .message_encrypt = &new_aead_message_encryptor,
             .message_decrypt = &new_aead_message_decryptor}},
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> aes_gcm_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
