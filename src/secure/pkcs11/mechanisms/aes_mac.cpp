#include "secure/crypto/cbc_mac.h"
#include "secure/crypto/xcbc_mac.h"
#include "secure/pkcs11/mechanisms/mac_ops.h"

// CKM_AES_MAC and CKM_AES_MAC_GENERAL (CBC-MAC as in FIPS 113), CKM_AES_XCBC_MAC and CKM_AES_XCBC_MAC_96 (RFC 3566).

namespace holdfast::secure::pkcs11 {
namespace {

constexpr std::size_t kShortXcbcBytes = 96 / 8;

Result<crypto::CbcMac> begin_cbc(const Start& start) {
  HF_ASSIGN_OR_RETURN(const auto material, start.material<std::shared_ptr<const AesMaterial>>());
  return crypto::CbcMac::aes(material->key);
}

Result<crypto::XcbcMac> begin_xcbc(const Start& start) {
  HF_ASSIGN_OR_RETURN(const auto material, start.material<std::shared_ptr<const AesMaterial>>());
  return crypto::XcbcMac::create(material->key);
}

Result<std::size_t> xcbc_bytes(const Start& start, std::size_t full_bytes) {
  return start.row.id == CKM_AES_XCBC_MAC_96 ? kShortXcbcBytes : full_bytes;
}

constexpr MechanismRow row(CK_MECHANISM_TYPE id, Octets size, wire::ParamKind param, Ops ops) {
  return {.id = static_cast<std::uint32_t>(id),
          .keys = {CKK_AES},
          .size = size,
          .param = param,
          .parts = Parts::any,
          .ops = ops};
}

constexpr Octets kAnyAes{16, 32};
constexpr Octets kAes128{16, 16};
constexpr Ops kCbcOps = MacOps<crypto::CbcMac, &begin_cbc, &half_or_general>::kOps;
constexpr Ops kXcbcOps = MacOps<crypto::XcbcMac, &begin_xcbc, &xcbc_bytes>::kOps;

constexpr MechanismRow kRows[] = {
    row(CKM_AES_MAC, kAnyAes, wire::ParamKind::none, kCbcOps),
    row(CKM_AES_MAC_GENERAL, kAnyAes, wire::ParamKind::mac_general, kCbcOps),
    row(CKM_AES_XCBC_MAC, kAes128, wire::ParamKind::none, kXcbcOps),
    row(CKM_AES_XCBC_MAC_96, kAes128, wire::ParamKind::none, kXcbcOps),
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> aes_mac_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
