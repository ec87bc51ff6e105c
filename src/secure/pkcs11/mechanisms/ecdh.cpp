#include "secure/pkcs11/mechanisms/encapsulation.h"
#include "secure/pkcs11/mechanisms/key_agreement.h"

// CKM_ECDH1_DERIVE and CKM_ECDH1_COFACTOR_DERIVE (PKCS#11 3.2, "Elliptic curve Diffie-Hellman"). Our short Weierstrass
// curves have cofactor 1, so for them the two are one computation; the first takes Montgomery keys too (RFC 7748).

namespace holdfast::secure::pkcs11 {
namespace {

constexpr bool is_compressed(ByteView point) {
  return !point.empty() && (point[0] == std::byte{2} || point[0] == std::byte{3});
}

/// require_optee makes the checks of OP-TEE's dialect (ABI sections 7 and 11.4): it has no key derivation function,
/// takes no compressed point and asks for CKA_VALUE_LEN.
Result<void> require_optee(const EcdhParam& param, std::optional<std::size_t> bytes) {
  if (param.kdf != CKD_NULL) return fail(Rv::function_failed, "OP-TEE has no key derivation function");
  if (is_compressed(param.public_point)) return fail(Rv::arguments_bad, "OP-TEE takes no compressed point");
  if (!bytes.has_value()) return fail(Rv::template_incomplete, "OP-TEE asks for CKA_VALUE_LEN");
  return {};
}

Result<SecretBytes> derive(const Start& start, std::optional<std::size_t> bytes) {
  HF_ASSIGN_OR_RETURN(const EcdhParam param, start.parameter<EcdhParam>());
  if (start.dialect == Dialect::optee) HF_TRY(require_optee(param, bytes));
  HF_ASSIGN_OR_RETURN(const AgreementKdf kdf, agreement_kdf(param.kdf, param.shared_data));
  HF_ASSIGN_OR_RETURN(SecretBytes secret, shared_secret(start.key, param.public_point));
  return derive_agreed(kdf, std::move(secret), param.shared_data, bytes);
}

constexpr MechanismRow row(CK_MECHANISM_TYPE id, KeyTypes keys) {
  return {.id = static_cast<std::uint32_t>(id),
          .keys = keys,
          .size = Bits{160, 521},
          .param = wire::ParamKind::ecdh1_derive,
          .ops = {.derive = &derive, .encapsulate = &encapsulate_agreed, .decapsulate = &decapsulate_agreed}};
}

constexpr MechanismRow kRows[] = {row(CKM_ECDH1_DERIVE, {CKK_EC, CKK_EC_MONTGOMERY}),
                                  row(CKM_ECDH1_COFACTOR_DERIVE, {CKK_EC})};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> ecdh_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
