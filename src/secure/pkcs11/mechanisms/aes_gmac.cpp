#include "secure/crypto/aes_gcm.h"
#include "secure/pkcs11/mechanisms/aead.h"
#include "secure/pkcs11/mechanisms/mac_ops.h"

// CKM_AES_GMAC (SP 800-38D). Its parameter is that of GCM without associated data: that is what gets signed.

namespace holdfast::secure::pkcs11 {
namespace {

Result<crypto::Gmac> begin_gmac(const Start& start) {
  HF_ASSIGN_OR_RETURN(const auto material, start.material<std::shared_ptr<const AesMaterial>>());
  HF_ASSIGN_OR_RETURN(const GcmParam param, start.parameter<GcmParam>());
  if (!param.aad.empty()) return fail(Rv::mechanism_param_invalid, "the associated data of GMAC is its data");
  HF_ASSIGN_OR_RETURN(const std::size_t tag_bytes, gcm_tag_bytes(param.tag_bits));
  return crypto::Gmac::create(material->key, {.iv = param.iv, .tag_bytes = tag_bytes});
}

constexpr MechanismRow kRows[] = {
    {.id = CKM_AES_GMAC,
     .keys = {CKK_AES},
     .size = Octets{16, 32},
     .param = wire::ParamKind::aes_gcm,
     .parts = Parts::any,
     .ops = MacOps<crypto::Gmac, &begin_gmac>::kOps},
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> aes_gmac_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
