#include "secure/crypto/kdf.h"
#include "secure/crypto/secrets.h"
#include "secure/pkcs11/attributes/key_types.h"
#include "secure/pkcs11/mechanisms/row.h"

// CKM_PKCS5_PBKD2 (PKCS#11 3.2, "PKCS #5 PBKDF2 key generation"): a key of any type from a password.

namespace holdfast::secure::pkcs11 {
namespace {

using crypto::DigestKind;

/// So long does nobody hold a worker: a few seconds of one processor, and ten times what is recommended today.
constexpr std::uint64_t kMostHashes = 10'000'000;

struct Prf {
  CK_ULONG id;
  DigestKind digest;
};
constexpr Prf kPrfs[] = {
    {CKP_PKCS5_PBKD2_HMAC_SHA1, DigestKind::sha1},
    {CKP_PKCS5_PBKD2_HMAC_SHA224, DigestKind::sha224},
    {CKP_PKCS5_PBKD2_HMAC_SHA256, DigestKind::sha256},
    {CKP_PKCS5_PBKD2_HMAC_SHA384, DigestKind::sha384},
    {CKP_PKCS5_PBKD2_HMAC_SHA512, DigestKind::sha512},
    {CKP_PKCS5_PBKD2_HMAC_SHA512_224, DigestKind::sha512_224},
    {CKP_PKCS5_PBKD2_HMAC_SHA512_256, DigestKind::sha512_256},
};

Result<DigestKind> prf_of(const Pbkdf2Param& param) {
  if (!param.prf_data.empty()) return fail(Rv::mechanism_param_invalid, "these functions take no data");
  for (const Prf& prf : kPrfs)
    if (prf.id == param.prf) return prf.digest;
  return fail(Rv::mechanism_param_invalid, "unknown pseudo-random function");
}

Result<std::size_t> length_of(const AttributeSet& key) {
  const std::optional<std::uint32_t> asked = key.ulong(ck::AttributeType{CKA_VALUE_LEN});
  const KeyTypeRow* const type = find_key_type(key.key_type());
  if (type == nullptr) return fail(Rv::template_inconsistent, "no such keys here");
  if (!asked.has_value() && !type->sizes.is_one()) return fail(Rv::template_incomplete, "template has no CKA_VALUE_LEN");
  const std::size_t bytes = asked.has_value() ? *asked : type->sizes.first;
  if (!secret_size_fits(key.key_type(), bytes)) return fail(Rv::key_size_range, "key type has no such size");
  return bytes;
}

Result<void> generate(const MechanismRow&, const MechanismParam& parameter, ObjectContent& key) {
  const auto* const param = std::get_if<Pbkdf2Param>(&parameter);
  if (param == nullptr) return fail(Rv::mechanism_param_invalid, "row and parameter disagree");
  if (param->salt_source != CKZ_SALT_SPECIFIED) return fail(Rv::mechanism_param_invalid, "unknown source of salt");
  HF_ASSIGN_OR_RETURN(const DigestKind prf, prf_of(*param));
  HF_ASSIGN_OR_RETURN(const std::size_t bytes, length_of(key.attributes));
  const std::size_t blocks = (bytes + crypto::digest_bytes(prf) - 1) / crypto::digest_bytes(prf);
  if (param->iterations == 0 || param->iterations > kMostHashes / blocks)
    return fail(Rv::mechanism_param_invalid, "iterations out of bounds");
  HF_ASSIGN_OR_RETURN(const SecretBytes password, crypto::to_secret(param->password));
  HF_ASSIGN_OR_RETURN(SecretBytes value, crypto::pbkdf2(prf, password, param->salt, param->iterations, bytes));
  if (key.attributes.key_type().value == CKK_DES2 || key.attributes.key_type().value == CKK_DES3)
    crypto::set_odd_parity(value);
  key.secrets.set(ck::AttributeType{CKA_VALUE}, std::move(value));
  return {};
}

constexpr MechanismRow kRows[] = {{.id = CKM_PKCS5_PBKD2,
                                   .keys = kSecretKeyTypes,
                                   .param = wire::ParamKind::pbkdf2,
                                   .ops = {.generate_from = &generate}}};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> pbkdf2_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
