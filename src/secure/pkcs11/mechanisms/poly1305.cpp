#include "secure/crypto/keyed_mac.h"
#include "secure/pkcs11/mechanisms/mac_ops.h"

// CKM_POLY1305 (RFC 8439). A key must see one message only; the caller sees to that.

namespace holdfast::secure::pkcs11 {
namespace {

Result<crypto::KeyedMac> begin_mac(const Start& start) {
  HF_ASSIGN_OR_RETURN(const auto key, start.material<std::shared_ptr<const SecretBytes>>());
  return crypto::KeyedMac::poly1305(*key);
}

constexpr MechanismRow kRows[] = {
    {.id = CKM_POLY1305,
     .keys = {CKK_POLY1305},
     .size = Octets{32, 32},
     .parts = Parts::any,
     .ops = MacOps<crypto::KeyedMac, &begin_mac>::kOps,
     .available = &crypto::has_poly1305},
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> poly1305_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
