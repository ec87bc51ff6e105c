#include "secure/crypto/aes_cipher.h"

#include "secure/pkcs11/mechanisms/block_cipher.h"

// The modes of SP 800-38A: CKM_AES_ECB, CKM_AES_CBC, CKM_AES_CBC_PAD, CKM_AES_CTR, CKM_AES_OFB, CKM_AES_CFB1, CKM_AES_CFB8 and
// CKM_AES_CFB128. libcrypto has no CFB of 64 bits.

namespace holdfast::secure::pkcs11 {
namespace {

using crypto::AesCipher;
using crypto::AesMode;
using crypto::CipherDirection;

constexpr std::size_t kBlockBits = 8 * crypto::kAesBlockBytes;

constexpr AesMode mode_of(const MechanismRow& row) {
  switch (row.id) {
    case CKM_AES_CBC:
      return AesMode::cbc;
    case CKM_AES_CBC_PAD:
      return AesMode::cbc_pad;
    case CKM_AES_CTR:
      return AesMode::ctr;
    case CKM_AES_OFB:
      return AesMode::ofb;
    case CKM_AES_CFB1:
      return AesMode::cfb1;
    case CKM_AES_CFB8:
      return AesMode::cfb8;
    case CKM_AES_CFB128:
      return AesMode::cfb128;
    default:
      return AesMode::ecb;
  }
}

Result<crypto::AesCipherParams> params_of(const Start& start) {
  crypto::AesCipherParams params{.mode = mode_of(start.row)};
  if (params.mode == AesMode::ctr) {
    HF_ASSIGN_OR_RETURN(const CtrParam param, start.parameter<CtrParam>());
    params.iv = param.counter_block;
    params.counter_bits = param.counter_bits;
    // OP-TEE takes one counter bit and counts with the whole block (ABI section 7).
    if (start.dialect == Dialect::optee && param.counter_bits == 1) params.counter_bits = kBlockBits;
  } else if (params.mode != AesMode::ecb) {
    HF_ASSIGN_OR_RETURN(const IvParam param, start.parameter<IvParam>());
    params.iv = param.iv;
  }
  return params;
}

Result<crypto::AesKey> key_of(const Start& start) {
  HF_ASSIGN_OR_RETURN(const auto material, start.material<std::shared_ptr<const AesMaterial>>());
  return material->key;
}

Result<AesCipher> cipher_for(const Start& start, CipherDirection direction) {
  HF_ASSIGN_OR_RETURN(const crypto::AesKey key, key_of(start));
  HF_ASSIGN_OR_RETURN(const crypto::AesCipherParams params, params_of(start));
  return AesCipher::create(key, direction, params);
}

Made<Cipher> new_encryptor(const Start& start) {
  HF_ASSIGN_OR_RETURN(AesCipher cipher, cipher_for(start, CipherDirection::encrypt));
  return new_block_cipher(std::move(cipher), nullptr);
}

Made<Cipher> new_decryptor(const Start& start) {
  HF_ASSIGN_OR_RETURN(AesCipher cipher, cipher_for(start, CipherDirection::decrypt));
  if (cipher.cut() != crypto::Cut::padded_blocks) return new_block_cipher(std::move(cipher), nullptr);
  HF_ASSIGN_OR_RETURN(crypto::AesKey key, key_of(start));
  HF_ASSIGN_OR_RETURN(const crypto::AesCipherParams params, params_of(start));
  auto again = [key = std::move(key), iv = to_bytes(params.iv), mode = params.mode]() -> Result<crypto::BlockCipher> {
    HF_ASSIGN_OR_RETURN(AesCipher fresh, AesCipher::create(key, CipherDirection::decrypt, {.mode = mode, .iv = iv}));
    return crypto::BlockCipher(std::move(fresh));
  };
  return new_block_cipher(std::move(cipher), std::move(again));
}

Result<Bytes> wrap(const Start& start, const SecretBytes& key) {
  HF_ASSIGN_OR_RETURN(AesCipher cipher, cipher_for(start, CipherDirection::encrypt));
  return wrap_with_blocks(std::move(cipher), key);
}

Result<SecretBytes> unwrap(const Start& start, ByteView wrapped) {
  HF_ASSIGN_OR_RETURN(AesCipher cipher, cipher_for(start, CipherDirection::decrypt));
  return crypto::decrypt_secret(cipher, wrapped);
}

constexpr Ops kOps{.encrypt = &new_encryptor, .decrypt = &new_decryptor, .wrap = &wrap, .unwrap = &unwrap};

constexpr MechanismRow stream_row(CK_MECHANISM_TYPE id, wire::ParamKind param) {
  return {.id = static_cast<std::uint32_t>(id),
          .keys = {CKK_AES},
          .size = Octets{16, 32},
          .param = param,
          .parts = Parts::any,
          .optee_input = InputRule::present,
          .ops = kOps};
}

constexpr MechanismRow kRows[] = {
    {.id = CKM_AES_ECB,
     .keys = {CKK_AES},
     .size = Octets{16, 32},
     .parts = Parts::any,
     .unwrapped = UnwrappedLength::padded,
     .optee_input = InputRule::whole_blocks,
     .ops = kOps},
    {.id = CKM_AES_CBC,
     .keys = {CKK_AES},
     .size = Octets{16, 32},
     .param = wire::ParamKind::iv,
     .parts = Parts::any,
     .unwrapped = UnwrappedLength::padded,
     .optee_input = InputRule::whole_blocks,
     .ops = kOps},
    {.id = CKM_AES_CBC_PAD,
     .keys = {CKK_AES},
     .size = Octets{16, 32},
     .param = wire::ParamKind::iv,
     .parts = Parts::any,
     .wraps = Wraps::secret_and_private_keys,
     .ops = kOps},
    stream_row(CKM_AES_CTR, wire::ParamKind::aes_ctr),
    stream_row(CKM_AES_OFB, wire::ParamKind::iv),
    stream_row(CKM_AES_CFB1, wire::ParamKind::iv),
    stream_row(CKM_AES_CFB8, wire::ParamKind::iv),
    stream_row(CKM_AES_CFB128, wire::ParamKind::iv),
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> aes_cipher_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
