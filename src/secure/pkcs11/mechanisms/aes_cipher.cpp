#include "secure/crypto/aes_cipher.h"

#include <algorithm>

#include "secret/wipe.h"
#include "secure/crypto/secrets.h"
#include "secure/pkcs11/mechanisms/row.h"

// CKM_AES_ECB, CKM_AES_CBC, CKM_AES_CBC_PAD and CKM_AES_CTR.

namespace holdfast::secure::pkcs11 {
namespace {

using crypto::AesCipher;
using crypto::AesMode;
using crypto::CipherDirection;

constexpr std::size_t kBlockBits = 8 * crypto::kAesBlockBytes;

constexpr bool needs_whole_blocks(AesMode mode) { return mode == AesMode::ecb || mode == AesMode::cbc; }

/// StreamingCipher is every mode whose output sizes follow from the input's.
class StreamingCipher final : public Cipher {
 public:
  StreamingCipher(AesCipher cipher, AesMode mode, CipherDirection direction)
      : cipher_(std::move(cipher)), mode_(mode), direction_(direction) {}

  std::size_t update_bytes(std::size_t input_bytes) const override { return cipher_.update_size(input_bytes); }
  std::size_t finish_bytes() const override { return cipher_.finish_size(); }
  std::size_t oneshot_bytes(std::size_t input_bytes) const override {
    if (mode_ != AesMode::cbc_pad) return input_bytes;
    return input_bytes - input_bytes % crypto::kAesBlockBytes + crypto::kAesBlockBytes;
  }
  Result<std::size_t> update(ByteView in, MutableByteView out) override { return cipher_.update(in, out); }
  Result<std::size_t> finish(MutableByteView out) override { return cipher_.finish(out); }
  Result<std::size_t> oneshot(ByteView in, MutableByteView out) override {
    if (needs_whole_blocks(mode_) && in.size() % crypto::kAesBlockBytes != 0)
      return fail(direction_ == CipherDirection::encrypt ? Rv::data_len_range : Rv::encrypted_data_len_range,
                  "input is not a number of blocks");
    if (out.size() < oneshot_bytes(in.size())) return fail(Rv::buffer_too_small, "no room for the output");
    HF_ASSIGN_OR_RETURN(const std::size_t head, cipher_.update(in, out));
    HF_ASSIGN_OR_RETURN(const std::size_t tail, cipher_.finish(out.subspan(head)));
    return head + tail;
  }

 private:
  AesCipher cipher_;
  AesMode mode_;
  CipherDirection direction_;
};

/// PaddedDecryptor is CBC decryption with padding, whose output size shows only at the end.
class PaddedDecryptor final : public Cipher {
 public:
  PaddedDecryptor(crypto::AesKey key, Bytes iv, AesCipher cipher)
      : key_(std::move(key)), iv_(std::move(iv)), cipher_(std::move(cipher)) {}

  std::size_t update_bytes(std::size_t input_bytes) const override { return cipher_.update_size(input_bytes); }
  std::size_t finish_bytes() const override { return cipher_.finish_size(); }
  std::size_t oneshot_bytes(std::size_t input_bytes) const override { return input_bytes; }
  Result<std::size_t> update(ByteView in, MutableByteView out) override { return cipher_.update(in, out); }
  Result<std::size_t> finish(MutableByteView out) override { return cipher_.finish(out); }

  Result<std::size_t> oneshot(ByteView in, MutableByteView out) override {
    if (in.empty() || in.size() % crypto::kAesBlockBytes != 0)
      return fail(Rv::encrypted_data_len_range, "input is not a number of blocks");
    Bytes plaintext(in.size());
    const auto size = decrypt(in, plaintext);
    const bool fits = size.has_value() && *size <= out.size();
    if (fits) std::copy_n(plaintext.begin(), *size, out.begin());
    wipe(plaintext);
    if (size.has_value() && !fits) return fail(Rv::buffer_too_small, "plaintext does not fit");
    return size;
  }

 private:
  /// decrypt starts from the key, so that a one-shot can be asked again with more room.
  Result<std::size_t> decrypt(ByteView in, MutableByteView out) const {
    HF_ASSIGN_OR_RETURN(AesCipher cipher,
                        AesCipher::create(key_, CipherDirection::decrypt, {.mode = AesMode::cbc_pad, .iv = iv_}));
    HF_ASSIGN_OR_RETURN(const std::size_t head, cipher.update(in, out));
    HF_ASSIGN_OR_RETURN(const std::size_t tail, cipher.finish(out.subspan(head)));
    return head + tail;
  }

  crypto::AesKey key_;
  Bytes iv_;
  AesCipher cipher_;
};

constexpr AesMode mode_of(const MechanismRow& row) {
  switch (row.id) {
    case CKM_AES_CBC:
      return AesMode::cbc;
    case CKM_AES_CBC_PAD:
      return AesMode::cbc_pad;
    case CKM_AES_CTR:
      return AesMode::ctr;
    default:
      return AesMode::ecb;
  }
}

Result<crypto::AesCipherParams> params_of(const Start& start) {
  crypto::AesCipherParams params{.mode = mode_of(start.row)};
  switch (params.mode) {
    case AesMode::ecb:
      break;
    case AesMode::cbc:
    case AesMode::cbc_pad: {
      HF_ASSIGN_OR_RETURN(const IvParam param, start.parameter<IvParam>());
      params.iv = param.iv;
      break;
    }
    case AesMode::ctr: {
      HF_ASSIGN_OR_RETURN(const CtrParam param, start.parameter<CtrParam>());
      params.iv = param.counter_block;
      params.counter_bits = param.counter_bits;
      // OP-TEE takes one counter bit and counts with the whole block (ABI section 7).
      if (start.dialect == Dialect::optee && param.counter_bits == 1) params.counter_bits = kBlockBits;
      break;
    }
  }
  return params;
}

Result<crypto::AesKey> key_of(const Start& start) {
  HF_ASSIGN_OR_RETURN(const auto material, start.material<std::shared_ptr<const AesMaterial>>());
  return material->key;
}

Made<Cipher> new_cipher(const Start& start, CipherDirection direction) {
  HF_ASSIGN_OR_RETURN(crypto::AesKey key, key_of(start));
  HF_ASSIGN_OR_RETURN(const crypto::AesCipherParams params, params_of(start));
  HF_ASSIGN_OR_RETURN(AesCipher cipher, AesCipher::create(key, direction, params));
  if (params.mode == AesMode::cbc_pad && direction == CipherDirection::decrypt)
    return std::make_unique<PaddedDecryptor>(std::move(key), to_bytes(params.iv), std::move(cipher));
  return std::make_unique<StreamingCipher>(std::move(cipher), params.mode, direction);
}

Made<Cipher> new_encryptor(const Start& start) { return new_cipher(start, CipherDirection::encrypt); }
Made<Cipher> new_decryptor(const Start& start) { return new_cipher(start, CipherDirection::decrypt); }

/// PKCS#11 3.2, "AES-ECB" and "AES-CBC": a wrapped value is padded with zero bytes to whole blocks.
Result<SecretBytes> zero_padded(const SecretBytes& key) {
  const std::size_t above = key.size() % crypto::kAesBlockBytes;
  HF_ASSIGN_OR_RETURN(const SecretBytes zeros, SecretBytes::allocate(above == 0 ? 0 : crypto::kAesBlockBytes - above));
  return crypto::concatenate(key, zeros);
}

Result<Bytes> wrap(const Start& start, const SecretBytes& key) {
  HF_ASSIGN_OR_RETURN(const crypto::AesKey wrapping_key, key_of(start));
  HF_ASSIGN_OR_RETURN(const crypto::AesCipherParams params, params_of(start));
  if (!needs_whole_blocks(params.mode)) return crypto::encrypt_secret(wrapping_key, params, key);
  HF_ASSIGN_OR_RETURN(const SecretBytes padded, zero_padded(key));
  return crypto::encrypt_secret(wrapping_key, params, padded);
}

Result<SecretBytes> unwrap(const Start& start, ByteView wrapped) {
  HF_ASSIGN_OR_RETURN(const crypto::AesKey unwrapping_key, key_of(start));
  HF_ASSIGN_OR_RETURN(const crypto::AesCipherParams params, params_of(start));
  return crypto::decrypt_secret(unwrapping_key, params, wrapped);
}

constexpr Ops kWrappingOps{.encrypt = &new_encryptor, .decrypt = &new_decryptor, .wrap = &wrap, .unwrap = &unwrap};
constexpr Ops kStreamOps{.encrypt = &new_encryptor, .decrypt = &new_decryptor};

constexpr MechanismRow kRows[] = {
    {.id = CKM_AES_ECB,
     .keys = {CKK_AES},
     .size = Octets{16, 32},
     .parts = Parts::any,
     .unwrapped = UnwrappedLength::padded,
     .optee_input = InputRule::whole_blocks,
     .ops = kWrappingOps},
    {.id = CKM_AES_CBC,
     .keys = {CKK_AES},
     .size = Octets{16, 32},
     .param = wire::ParamKind::iv,
     .parts = Parts::any,
     .unwrapped = UnwrappedLength::padded,
     .optee_input = InputRule::whole_blocks,
     .ops = kWrappingOps},
    {.id = CKM_AES_CBC_PAD,
     .keys = {CKK_AES},
     .size = Octets{16, 32},
     .param = wire::ParamKind::iv,
     .parts = Parts::any,
     .wraps = Wraps::secret_and_private_keys,
     .ops = kWrappingOps},
    {.id = CKM_AES_CTR,
     .keys = {CKK_AES},
     .size = Octets{16, 32},
     .param = wire::ParamKind::aes_ctr,
     .parts = Parts::any,
     .optee_input = InputRule::present,
     .ops = kStreamOps},
};
static_assert(well_formed(kRows));

}  // namespace

std::span<const MechanismRow> aes_cipher_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
