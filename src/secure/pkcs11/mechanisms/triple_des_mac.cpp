#include "secure/crypto/cbc_mac.h"
#include "secure/crypto/keyed_mac.h"
#include "secure/crypto/triple_des.h"
#include "secure/pkcs11/mechanisms/mac_ops.h"

// CKM_DES3_MAC and CKM_DES3_MAC_GENERAL (FIPS 113), CKM_DES3_CMAC and CKM_DES3_CMAC_GENERAL (SP 800-38B).

namespace holdfast::secure::pkcs11 {
namespace {

Result<crypto::CbcMac> begin_cbc(const Start& start) {
  HF_ASSIGN_OR_RETURN(const auto key, start.material<std::shared_ptr<const SecretBytes>>());
  return crypto::CbcMac::triple_des(*key);
}

Result<crypto::KeyedMac> begin_cmac(const Start& start) {
  HF_ASSIGN_OR_RETURN(const auto key, start.material<std::shared_ptr<const SecretBytes>>());
  return crypto::KeyedMac::triple_des_cmac(*key);
}

constexpr MechanismRow row(CK_MECHANISM_TYPE id, wire::ParamKind param, Ops ops) {
  return {.id = static_cast<std::uint32_t>(id),
          .keys = {CKK_DES3, CKK_DES2},
          .param = param,
          .parts = Parts::any,
          .ops = ops,
          .available = &crypto::has_triple_des};
}

constexpr Ops kCbcOps = MacOps<crypto::CbcMac, &begin_cbc, &half_or_general>::kOps;
constexpr Ops kCmacOps = MacOps<crypto::KeyedMac, &begin_cmac>::kOps;

constexpr MechanismRow kRows[] = {
    row(CKM_DES3_MAC, wire::ParamKind::none, kCbcOps),
    row(CKM_DES3_MAC_GENERAL, wire::ParamKind::mac_general, kCbcOps),
    row(CKM_DES3_CMAC, wire::ParamKind::none, kCmacOps),
    row(CKM_DES3_CMAC_GENERAL, wire::ParamKind::mac_general, kCmacOps),
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> triple_des_mac_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
