#include "secure/crypto/aes_cipher.h"
#include "secure/crypto/secrets.h"
#include "secure/pkcs11/mechanisms/row.h"
#include "wire/codec.h"

// CKM_AES_ECB_ENCRYPT_DATA and CKM_AES_CBC_ENCRYPT_DATA (PKCS#11 3.2, "Key derivation by data encryption"): the
// ciphertext is the new key; what is too long is dropped from its end.

namespace holdfast::secure::pkcs11 {
namespace {

Result<SecretBytes> derive(const Start& start, std::optional<std::size_t> bytes) {
  HF_ASSIGN_OR_RETURN(const auto parent, start.material<std::shared_ptr<const AesMaterial>>());
  HF_ASSIGN_OR_RETURN(const EncryptDataParam param, start.parameter<EncryptDataParam>());
  if (param.data.empty() || param.data.size() % crypto::kAesBlockBytes != 0)
    return fail(Rv::data_len_range, "data is not a number of blocks");
  if (bytes.has_value() && *bytes > param.data.size())
    return fail(start.dialect == Dialect::optee ? Rv::data_len_range : Rv::key_size_range,
                "data is shorter than the key asked for");

  const crypto::AesMode mode = start.row.id == CKM_AES_CBC_ENCRYPT_DATA ? crypto::AesMode::cbc : crypto::AesMode::ecb;
  HF_ASSIGN_OR_RETURN(crypto::AesCipher cipher, crypto::AesCipher::create(parent->key, crypto::CipherDirection::encrypt,
                                                                          {.mode = mode, .iv = param.iv}));
  HF_ASSIGN_OR_RETURN(SecretBytes ciphertext, SecretBytes::allocate(param.data.size()));
  HF_TRY(cipher.update(param.data, wire::SecretCodec::fill(ciphertext)));
  HF_TRY(cipher.finish({}));
  if (!bytes.has_value() || *bytes == ciphertext.size()) return ciphertext;
  return crypto::slice(ciphertext, 0, *bytes);
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
static_assert(well_formed(kRows));

}  // namespace

std::span<const MechanismRow> aes_encrypt_data_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
