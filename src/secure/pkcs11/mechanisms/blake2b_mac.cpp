#include "secure/crypto/keyed_mac.h"
#include "secure/pkcs11/mechanisms/mac_ops.h"

// CKM_BLAKE2B_…_HMAC and their …_GENERAL: PKCS#11 3.2 means the keyed variant of BLAKE2b (RFC 7693), not HMAC over it.

namespace holdfast::secure::pkcs11 {
namespace {

constexpr std::size_t output_bytes(std::uint32_t mechanism) {
  switch (mechanism) {
    case CKM_BLAKE2B_160_HMAC:
    case CKM_BLAKE2B_160_HMAC_GENERAL:
      return 20;
    case CKM_BLAKE2B_256_HMAC:
    case CKM_BLAKE2B_256_HMAC_GENERAL:
      return 32;
    case CKM_BLAKE2B_384_HMAC:
    case CKM_BLAKE2B_384_HMAC_GENERAL:
      return 48;
    default:
      return 64;
  }
}

Result<crypto::KeyedMac> begin_mac(const Start& start) {
  HF_ASSIGN_OR_RETURN(const auto key, start.material<std::shared_ptr<const SecretBytes>>());
  return crypto::KeyedMac::blake2b(output_bytes(start.row.id), *key);
}

constexpr MechanismRow row(CK_MECHANISM_TYPE id, CK_KEY_TYPE key_type, wire::ParamKind param) {
  return {.id = static_cast<std::uint32_t>(id),
          .keys = {CKK_GENERIC_SECRET, key_type},
          .size = Octets{1, 64},
          .param = param,
          .parts = Parts::any,
          .ops = MacOps<crypto::KeyedMac, &begin_mac>::kOps,
          .available = &crypto::has_blake2b_mac};
}

using wire::ParamKind;

constexpr MechanismRow kRows[] = {
    row(CKM_BLAKE2B_160_HMAC, CKK_BLAKE2B_160_HMAC, ParamKind::none),
    row(CKM_BLAKE2B_160_HMAC_GENERAL, CKK_BLAKE2B_160_HMAC, ParamKind::mac_general),
    row(CKM_BLAKE2B_256_HMAC, CKK_BLAKE2B_256_HMAC, ParamKind::none),
    row(CKM_BLAKE2B_256_HMAC_GENERAL, CKK_BLAKE2B_256_HMAC, ParamKind::mac_general),
    row(CKM_BLAKE2B_384_HMAC, CKK_BLAKE2B_384_HMAC, ParamKind::none),
    row(CKM_BLAKE2B_384_HMAC_GENERAL, CKK_BLAKE2B_384_HMAC, ParamKind::mac_general),
    row(CKM_BLAKE2B_512_HMAC, CKK_BLAKE2B_512_HMAC, ParamKind::none),
    row(CKM_BLAKE2B_512_HMAC_GENERAL, CKK_BLAKE2B_512_HMAC, ParamKind::mac_general),
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> blake2b_mac_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
