#include "secure/crypto/aes_wrap.h"

#include <algorithm>

#include "secret/wipe.h"
#include "secure/crypto/secrets.h"
#include "secure/pkcs11/mechanisms/row.h"
#include "secure/pkcs11/operations/single_part.h"

// CKM_AES_KEY_WRAP (RFC 3394, SP 800-38F KW), CKM_AES_KEY_WRAP_KWP (RFC 5649, KWP) and CKM_AES_KEY_WRAP_PKCS7 (KW of what
// PKCS #7 pads), for keys and, in one piece, for data. CKM_AES_KEY_WRAP_PAD, deprecated, whose text left room for two
// paddings, is KWP here as in SoftHSM and NSS.

namespace holdfast::secure::pkcs11 {
namespace {

using crypto::KeyWrapKind;

constexpr std::size_t kUnitBytes = 8;

constexpr KeyWrapKind kind_of(const MechanismRow& row) {
  switch (row.id) {
    case CKM_AES_KEY_WRAP:
      return KeyWrapKind::kw;
    case CKM_AES_KEY_WRAP_PKCS7:
      return KeyWrapKind::pkcs7;
    default:
      return KeyWrapKind::kwp;
  }
}

Result<crypto::AesKey> key_of(const Start& start) {
  HF_ASSIGN_OR_RETURN(const auto material, start.material<std::shared_ptr<const AesMaterial>>());
  return material->key;
}

/// checked_iv also finds now what is wrong with its size.
Result<ByteView> checked_iv(const Start& start) {
  HF_ASSIGN_OR_RETURN(const IvParam param, start.parameter<IvParam>());
  const std::size_t size = kind_of(start.row) == KeyWrapKind::kwp ? 4 : 8;
  if (!param.iv.empty() && param.iv.size() != size)
    return fail(Rv::mechanism_param_invalid, "an initial value of a size the key wrapping does not have");
  return param.iv;
}

class WrappingCipher final : public SinglePartCipher {
 public:
  WrappingCipher(crypto::AesKey key, KeyWrapKind kind, ByteView iv)
      : key_(std::move(key)), kind_(kind), iv_(to_bytes(iv)) {}

  std::size_t oneshot_bytes(std::size_t input_bytes) const override { return crypto::wrap_size(kind_, input_bytes); }
  Result<std::size_t> oneshot(ByteView in, MutableByteView out) override {
    HF_ASSIGN_OR_RETURN(const Bytes wrapped, crypto::wrap_bytes(key_, kind_, in, iv_));
    if (out.size() < wrapped.size()) return fail(Rv::buffer_too_small, "no room for the output");
    std::ranges::copy(wrapped, out.begin());
    return wrapped.size();
  }

 private:
  crypto::AesKey key_;
  KeyWrapKind kind_;
  Bytes iv_;
};

class UnwrappingCipher final : public SinglePartCipher {
 public:
  UnwrappingCipher(crypto::AesKey key, KeyWrapKind kind, ByteView iv)
      : key_(std::move(key)), kind_(kind), iv_(to_bytes(iv)) {}

  std::size_t oneshot_bytes(std::size_t input_bytes) const override {
    return input_bytes < kUnitBytes ? 0 : input_bytes - kUnitBytes;
  }
  Result<std::size_t> oneshot(ByteView in, MutableByteView out) override {
    // Not into `out`: nothing is released before the integrity check.
    Bytes data(in.size());
    const auto size = crypto::unwrap_bytes(key_, kind_, in, iv_, data);
    const bool fits = size.has_value() && *size <= out.size();
    if (fits) std::copy_n(data.begin(), *size, out.begin());
    wipe(data);
    if (size.has_value() && !fits) return fail(Rv::buffer_too_small, "no room for the output");
    return size;
  }

 private:
  crypto::AesKey key_;
  KeyWrapKind kind_;
  Bytes iv_;
};

Made<Cipher> new_encryptor(const Start& start) {
  HF_ASSIGN_OR_RETURN(crypto::AesKey key, key_of(start));
  HF_ASSIGN_OR_RETURN(const ByteView iv, checked_iv(start));
  return std::make_unique<WrappingCipher>(std::move(key), kind_of(start.row), iv);
}

Made<Cipher> new_decryptor(const Start& start) {
  HF_ASSIGN_OR_RETURN(crypto::AesKey key, key_of(start));
  HF_ASSIGN_OR_RETURN(const ByteView iv, checked_iv(start));
  return std::make_unique<UnwrappingCipher>(std::move(key), kind_of(start.row), iv);
}

Result<Bytes> wrap(const Start& start, const SecretBytes& key) {
  HF_ASSIGN_OR_RETURN(const crypto::AesKey wrapping_key, key_of(start));
  HF_ASSIGN_OR_RETURN(const ByteView iv, checked_iv(start));
  const std::size_t above = key.size() % kUnitBytes;
  if (kind_of(start.row) != KeyWrapKind::kw || above == 0)
    return crypto::wrap_key(wrapping_key, kind_of(start.row), key, iv);
  // PKCS#11 3.2, "CKM_AES_KEY_WRAP": a key that is no number of semiblocks is padded with zero bytes.
  HF_ASSIGN_OR_RETURN(const SecretBytes zeros, SecretBytes::allocate(kUnitBytes - above));
  HF_ASSIGN_OR_RETURN(const SecretBytes padded, crypto::concatenate(key, zeros));
  return crypto::wrap_key(wrapping_key, KeyWrapKind::kw, padded, iv);
}

Result<SecretBytes> unwrap(const Start& start, ByteView wrapped) {
  HF_ASSIGN_OR_RETURN(const crypto::AesKey unwrapping_key, key_of(start));
  HF_ASSIGN_OR_RETURN(const ByteView iv, checked_iv(start));
  return crypto::unwrap_key(unwrapping_key, kind_of(start.row), wrapped, iv);
}

constexpr MechanismRow row(CK_MECHANISM_TYPE id, UnwrappedLength unwrapped) {
  return {.id = static_cast<std::uint32_t>(id),
          .keys = {CKK_AES},
          .size = Octets{16, 32},
          .param = wire::ParamKind::optional_iv,
          .wraps = Wraps::secret_and_private_keys,
          .unwrapped = unwrapped,
          .ops = {.encrypt = &new_encryptor, .decrypt = &new_decryptor, .wrap = &wrap, .unwrap = &unwrap}};
}

constexpr MechanismRow kRows[] = {
    row(CKM_AES_KEY_WRAP, UnwrappedLength::padded),
    row(CKM_AES_KEY_WRAP_PAD, UnwrappedLength::exact),
    row(CKM_AES_KEY_WRAP_KWP, UnwrappedLength::exact),
    row(CKM_AES_KEY_WRAP_PKCS7, UnwrappedLength::exact),
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> aes_key_wrap_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
