#include "secure/crypto/triple_des.h"

#include "secure/crypto/secrets.h"
#include "secure/pkcs11/mechanisms/block_cipher.h"
#include "secure/pkcs11/mechanisms/encrypt_data.h"

// CKM_DES3_ECB, CKM_DES3_CBC, CKM_DES3_CBC_PAD, CKM_DES3_ECB_ENCRYPT_DATA and CKM_DES3_CBC_ENCRYPT_DATA, for what is old: a
// token's policy says whether anything new may begin (ADR 0010).

namespace holdfast::secure::pkcs11 {
namespace {

using crypto::CipherDirection;
using crypto::TripleDesCipher;
using crypto::TripleDesMode;

constexpr TripleDesMode mode_of(const MechanismRow& row) {
  switch (row.id) {
    case CKM_DES3_CBC:
    case CKM_DES3_CBC_ENCRYPT_DATA:
      return TripleDesMode::cbc;
    case CKM_DES3_CBC_PAD:
      return TripleDesMode::cbc_pad;
    default:
      return TripleDesMode::ecb;
  }
}

Result<ByteView> iv_of(const Start& start) {
  if (mode_of(start.row) == TripleDesMode::ecb) return ByteView{};
  HF_ASSIGN_OR_RETURN(const IvParam param, start.parameter<IvParam>());
  return param.iv;
}

Result<TripleDesCipher> cipher_for(const Start& start, CipherDirection direction) {
  HF_ASSIGN_OR_RETURN(const auto key, start.material<std::shared_ptr<const SecretBytes>>());
  HF_ASSIGN_OR_RETURN(const ByteView iv, iv_of(start));
  return TripleDesCipher::create(*key, direction, mode_of(start.row), iv);
}

Made<Cipher> new_encryptor(const Start& start) {
  HF_ASSIGN_OR_RETURN(TripleDesCipher cipher, cipher_for(start, CipherDirection::encrypt));
  return new_block_cipher(std::move(cipher), nullptr);
}

Made<Cipher> new_decryptor(const Start& start) {
  HF_ASSIGN_OR_RETURN(TripleDesCipher cipher, cipher_for(start, CipherDirection::decrypt));
  HF_ASSIGN_OR_RETURN(auto key, start.material<std::shared_ptr<const SecretBytes>>());
  HF_ASSIGN_OR_RETURN(const ByteView iv, iv_of(start));
  auto again = [key = std::move(key), iv = to_bytes(iv), mode = mode_of(start.row)]() -> Result<crypto::BlockCipher> {
    HF_ASSIGN_OR_RETURN(TripleDesCipher fresh, TripleDesCipher::create(*key, CipherDirection::decrypt, mode, iv));
    return crypto::BlockCipher(std::move(fresh));
  };
  return new_block_cipher(std::move(cipher), std::move(again));
}

Result<Bytes> wrap(const Start& start, const SecretBytes& key) {
  HF_ASSIGN_OR_RETURN(TripleDesCipher cipher, cipher_for(start, CipherDirection::encrypt));
  return wrap_with_blocks(std::move(cipher), key);
}

Result<SecretBytes> unwrap(const Start& start, ByteView wrapped) {
  HF_ASSIGN_OR_RETURN(TripleDesCipher cipher, cipher_for(start, CipherDirection::decrypt));
  return crypto::decrypt_secret(cipher, wrapped);
}

Result<SecretBytes> derive(const Start& start, std::optional<std::size_t> bytes) {
  HF_ASSIGN_OR_RETURN(const auto parent, start.material<std::shared_ptr<const SecretBytes>>());
  HF_ASSIGN_OR_RETURN(const EncryptDataParam param, start.parameter<EncryptDataParam>());
  HF_ASSIGN_OR_RETURN(TripleDesCipher cipher,
                      TripleDesCipher::create(*parent, CipherDirection::encrypt, mode_of(start.row), param.iv));
  return derive_by_encryption(std::move(cipher), param.data, bytes, start.dialect);
}

constexpr MechanismRow cipher_row(CK_MECHANISM_TYPE id, wire::ParamKind param, Wraps wraps, UnwrappedLength unwrapped) {
  return {.id = static_cast<std::uint32_t>(id),
          .keys = {CKK_DES3, CKK_DES2},
          .param = param,
          .parts = Parts::any,
          .wraps = wraps,
          .unwrapped = unwrapped,
          .ops = {.encrypt = &new_encryptor, .decrypt = &new_decryptor, .wrap = &wrap, .unwrap = &unwrap},
          .available = &crypto::has_triple_des};
}

constexpr MechanismRow derive_row(CK_MECHANISM_TYPE id, wire::ParamKind param) {
  return {.id = static_cast<std::uint32_t>(id),
          .keys = {CKK_DES3, CKK_DES2},
          .param = param,
          .ops = {.derive = &derive},
          .available = &crypto::has_triple_des};
}

using wire::ParamKind;

constexpr MechanismRow kRows[] = {
    cipher_row(CKM_DES3_ECB, ParamKind::none, Wraps::secret_keys, UnwrappedLength::padded),
    cipher_row(CKM_DES3_CBC, ParamKind::iv, Wraps::secret_keys, UnwrappedLength::padded),
    cipher_row(CKM_DES3_CBC_PAD, ParamKind::iv, Wraps::secret_and_private_keys, UnwrappedLength::exact),
    derive_row(CKM_DES3_ECB_ENCRYPT_DATA, ParamKind::key_derivation_string),
    derive_row(CKM_DES3_CBC_ENCRYPT_DATA, ParamKind::des_cbc_encrypt_data),
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> triple_des_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
