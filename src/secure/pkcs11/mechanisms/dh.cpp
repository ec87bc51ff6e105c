#include "secure/pkcs11/mechanisms/finite_field.h"
#include "secure/pkcs11/mechanisms/key_agreement.h"

// Diffie-Hellman (PKCS#11 3.2, "Diffie-Hellman"): CKM_DH_PKCS_… of PKCS #3 and CKM_X9_42_DH_… of ANSI X9.42.

namespace holdfast::secure::pkcs11 {
namespace {

Result<SecretBytes> derive_pkcs(const Start& start, std::optional<std::size_t> bytes) {
  HF_ASSIGN_OR_RETURN(const crypto::FieldPrivateKey key, start.material<crypto::FieldPrivateKey>());
  HF_ASSIGN_OR_RETURN(const BytesParam peer, start.parameter<BytesParam>());
  HF_ASSIGN_OR_RETURN(SecretBytes secret, key.derive(peer.bytes));
  return derive_agreed(AgreementKdf{}, std::move(secret), {}, bytes);
}

Result<SecretBytes> derive_x942(const Start& start, std::optional<std::size_t> bytes) {
  HF_ASSIGN_OR_RETURN(const crypto::FieldPrivateKey key, start.material<crypto::FieldPrivateKey>());
  HF_ASSIGN_OR_RETURN(const X942DhParam param, start.parameter<X942DhParam>());
  HF_ASSIGN_OR_RETURN(const AgreementKdf kdf, agreement_kdf(param.kdf, param.other_info));
  HF_ASSIGN_OR_RETURN(SecretBytes secret, key.derive(param.public_value));
  return derive_agreed(kdf, std::move(secret), param.other_info, bytes);
}

constexpr MechanismRow kRows[] = {
    {.id = CKM_DH_PKCS_KEY_PAIR_GEN, .keys = {CKK_DH}, .size = kDhSizes, .ops = {.generate_pair = &generate_field_pair}},
    {.id = CKM_DH_PKCS_PARAMETER_GEN,
     .keys = {CKK_DH},
     .size = Bits{2048, 8192},
     .ops = {.generate_parameters = &generate_field_domain}},
    {.id = CKM_DH_PKCS_DERIVE,
     .keys = {CKK_DH},
     .size = kDhSizes,
     .param = wire::ParamKind::bytes,
     .ops = {.derive = &derive_pkcs}},
    {.id = CKM_X9_42_DH_KEY_PAIR_GEN,
     .keys = {CKK_X9_42_DH},
     .size = kDhSizes,
     .ops = {.generate_pair = &generate_field_pair}},
    {.id = CKM_X9_42_DH_PARAMETER_GEN,
     .keys = {CKK_X9_42_DH},
     .size = Bits{1024, 3072},
     .ops = {.generate_parameters = &generate_field_domain}},
    {.id = CKM_X9_42_DH_DERIVE,
     .keys = {CKK_X9_42_DH},
     .size = kDhSizes,
     .param = wire::ParamKind::x9_42_dh1_derive,
     .ops = {.derive = &derive_x942}},
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> dh_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
