#include "secure/crypto/aes_wrap.h"
#include "secure/pkcs11/mechanisms/row.h"

// CKM_AES_KEY_WRAP (RFC 3394, SP 800-38F KW) and CKM_AES_KEY_WRAP_KWP (RFC 5649, KWP). CKM_AES_KEY_WRAP_PAD, whose text
// left room for two paddings, is KWP here as in SoftHSM and NSS.

namespace holdfast::secure::pkcs11 {
namespace {

constexpr crypto::KeyWrapKind kind_of(const MechanismRow& row) {
  return row.id == CKM_AES_KEY_WRAP ? crypto::KeyWrapKind::kw : crypto::KeyWrapKind::kwp;
}

Result<Bytes> wrap(const Start& start, const SecretBytes& key) {
  HF_ASSIGN_OR_RETURN(const auto material, start.material<std::shared_ptr<const AesMaterial>>());
  HF_ASSIGN_OR_RETURN(const IvParam param, start.parameter<IvParam>());
  return crypto::wrap_key(material->key, kind_of(start.row), key, param.iv);
}

Result<SecretBytes> unwrap(const Start& start, ByteView wrapped) {
  HF_ASSIGN_OR_RETURN(const auto material, start.material<std::shared_ptr<const AesMaterial>>());
  HF_ASSIGN_OR_RETURN(const IvParam param, start.parameter<IvParam>());
  return crypto::unwrap_key(material->key, kind_of(start.row), wrapped, param.iv);
}

constexpr MechanismRow row(CK_MECHANISM_TYPE id) {
  return {.id = static_cast<std::uint32_t>(id),
          .keys = {CKK_AES},
          .size = Octets{16, 32},
          .param = wire::ParamKind::optional_iv,
          .wraps = Wraps::secret_and_private_keys,
          .ops = {.wrap = &wrap, .unwrap = &unwrap}};
}

constexpr MechanismRow kRows[] = {
    row(CKM_AES_KEY_WRAP),
    row(CKM_AES_KEY_WRAP_PAD),
    row(CKM_AES_KEY_WRAP_KWP),
};
static_assert(well_formed(kRows));

}  // namespace

std::span<const MechanismRow> aes_key_wrap_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
