#include "secure/pkcs11/mechanisms/aead.h"
#include "secure/pkcs11/mechanisms/aead_message.h"
#include "secure/pkcs11/mechanisms/aead_wrap.h"

// CKM_AES_CCM (SP 800-38C, RFC 3610).

namespace holdfast::secure::pkcs11 {
namespace {

Result<crypto::AeadParams> params_of(const Start& start) {
  HF_ASSIGN_OR_RETURN(const CcmParam param, start.parameter<CcmParam>());
  HF_ASSIGN_OR_RETURN(const std::size_t tag_bytes, ccm_tag_bytes(param.mac_bytes));
  return crypto::AeadParams{
      .nonce = param.nonce, .aad = param.aad, .tag_bytes = tag_bytes, .text_bytes = param.data_bytes};
}

/// as_param gives the code of a length that is no length of data yet, but part of the parameter.
template <class Interface>
Made<Interface> as_param(Made<Interface> made) {
  if (!made.has_value() && made.error().rv == Rv::data_len_range)
    return fail(Rv::mechanism_param_invalid, made.error().why);
  return made;
}

Made<Cipher> new_encryptor(const Start& start) {
  HF_ASSIGN_OR_RETURN(const crypto::AeadKey key, aead_key(start));
  HF_ASSIGN_OR_RETURN(const crypto::AeadParams params, params_of(start));
  return as_param(new_aead_encryption(key, params, start.dialect));
}

Made<Cipher> new_decryptor(const Start& start) {
  HF_ASSIGN_OR_RETURN(crypto::AeadKey key, aead_key(start));
  HF_ASSIGN_OR_RETURN(const crypto::AeadParams params, params_of(start));
  return as_param(new_aead_decryption(std::move(key), params, start.dialect));
}

constexpr MechanismRow kRows[] = {
    {.id = CKM_AES_CCM,
     .keys = {CKK_AES},
     .size = Octets{16, 32},
     .param = wire::ParamKind::aes_ccm,
     .message_param = wire::ParamKind::ccm_message,
     .wrap_param = wire::ParamKind::ccm_wrap,
     .parts = Parts::any,
     .wraps = Wraps::secret_and_private_keys,
     .ops = {.encrypt = &new_encryptor,
             .decrypt = &new_decryptor,
             .wrap_aead = &seal_key,
             .unwrap_aead = &open_key,
             .message_encrypt = &new_aead_message_encryptor,
             .message_decrypt = &new_aead_message_decryptor}},
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> aes_ccm_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
