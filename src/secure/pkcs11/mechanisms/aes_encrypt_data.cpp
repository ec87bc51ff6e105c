#include "secure/crypto/aes_cipher.h"
#include "secure/pkcs11/mechanisms/encrypt_data.h"

// CKM_AES_ECB_ENCRYPT_DATA and CKM_AES_CBC_ENCRYPT_DATA.

namespace holdfast::secure::pkcs11 {
namespace {

Result<SecretBytes> derive(const Start& start, std::optional<std::size_t> bytes) {
  HF_ASSIGN_OR_RETURN(const auto parent, start.material<std::shared_ptr<const AesMaterial>>());
  HF_ASSIGN_OR_RETURN(const EncryptDataParam param, start.parameter<EncryptDataParam>());
  const crypto::AesMode mode = start.row.id == CKM_AES_CBC_ENCRYPT_DATA ? crypto::AesMode::cbc : crypto::AesMode::ecb;
  HF_ASSIGN_OR_RETURN(crypto::AesCipher cipher, crypto::AesCipher::create(parent->key, crypto::CipherDirection::encrypt,
                                                                          {.mode = mode, .iv = param.iv}));
  return derive_by_encryption(std::move(cipher), param.data, bytes, start.dialect);
}

constexpr MechanismRow kRows[] = {
    {.id = CKM_AES_ECB_ENCRYPT_DATA,
     .keys = {CKK_AES},
     .size = Octets{16, 32},
     .param = wire::ParamKind::key_derivation_string,
     .ops = {.derive = &derive}},
    {.id = CKM_AES_CBC_ENCRYPT_DATA,
     .keys = {CKK_AES},
     .size = Octets{16, 32},
     .param = wire::ParamKind::aes_cbc_encrypt_data,
     .ops = {.derive = &derive}},
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> aes_encrypt_data_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
