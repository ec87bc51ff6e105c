#include "secure/crypto/cmac.h"
#include "secure/pkcs11/mechanisms/mac.h"
#include "secure/pkcs11/mechanisms/row.h"

// CKM_AES_CMAC and CKM_AES_CMAC_GENERAL (SP 800-38B).

namespace holdfast::secure::pkcs11 {
namespace {

Result<crypto::AesCmac> start_mac(const Start& start) {
  HF_ASSIGN_OR_RETURN(const auto material, start.material<std::shared_ptr<const AesMaterial>>());
  return crypto::AesCmac::create(material->value);
}

Made<Signer> new_signer(const Start& start) {
  HF_ASSIGN_OR_RETURN(crypto::AesCmac mac, start_mac(start));
  HF_ASSIGN_OR_RETURN(const std::size_t bytes, mac_bytes(start, mac.size()));
  return std::make_unique<MacSigner<crypto::AesCmac>>(std::move(mac), bytes);
}

Made<Verifier> new_verifier(const Start& start) {
  HF_ASSIGN_OR_RETURN(crypto::AesCmac mac, start_mac(start));
  HF_ASSIGN_OR_RETURN(const std::size_t bytes, mac_bytes(start, mac.size()));
  return std::make_unique<MacVerifier<crypto::AesCmac>>(std::move(mac), bytes);
}

constexpr MechanismRow row(CK_MECHANISM_TYPE id, wire::ParamKind param) {
  return {.id = static_cast<std::uint32_t>(id),
          .keys = {CKK_AES},
          .size = Octets{16, 32},
          .param = param,
          .parts = Parts::any,
          .optee_input = InputRule::present,
          .ops = {.sign = &new_signer, .verify = &new_verifier}};
}

constexpr MechanismRow kRows[] = {
    row(CKM_AES_CMAC, wire::ParamKind::none),
    row(CKM_AES_CMAC_GENERAL, wire::ParamKind::mac_general),
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> aes_cmac_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
