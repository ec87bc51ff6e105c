#include "secure/crypto/kdf.h"
#include "secure/crypto/random.h"
#include "secure/crypto/secrets.h"
#include "secure/pkcs11/mechanisms/hash_mechanism.h"
#include "secure/pkcs11/mechanisms/row.h"
#include "secure/pkcs11/operations/template_edit.h"

// CKM_HKDF_DERIVE, CKM_HKDF_DATA and CKM_HKDF_KEY_GEN (PKCS#11 3.2, "HKDF mechanisms"; RFC 5869).

namespace holdfast::secure::pkcs11 {
namespace {

Result<std::shared_ptr<const SecretBytes>> salt_of(const Start& start, const HkdfParam& param) {
  switch (param.salt_type) {
    case CKF_HKDF_SALT_NULL:
      // An empty salt and the RFC's, which is all zero, are one to HMAC.
      return std::make_shared<const SecretBytes>();
    case CKF_HKDF_SALT_DATA: {
      HF_ASSIGN_OR_RETURN(SecretBytes salt, crypto::to_secret(param.salt));
      return std::make_shared<const SecretBytes>(std::move(salt));
    }
    case CKF_HKDF_SALT_KEY:
      return other_value(start, param.salt_key);
    default:
      return fail(Rv::mechanism_param_invalid, "unknown type of salt");
  }
}

Result<SecretBytes> derive(const Start& start, std::optional<std::size_t> bytes) {
  HF_ASSIGN_OR_RETURN(const auto base, base_value(start));
  HF_ASSIGN_OR_RETURN(const HkdfParam param, start.parameter<HkdfParam>());
  HF_ASSIGN_OR_RETURN(const crypto::DigestKind digest, digest_named(param.hash));
  if (!param.extract && !param.expand) return fail(Rv::mechanism_param_invalid, "HKDF with neither of its halves");
  std::shared_ptr<const SecretBytes> key = base;
  if (param.extract) {
    HF_ASSIGN_OR_RETURN(const auto salt, salt_of(start, param));
    HF_ASSIGN_OR_RETURN(SecretBytes extracted, crypto::hkdf_extract(digest, *base, *salt));
    if (!param.expand) {
      if (bytes.has_value() && *bytes != extracted.size())
        return fail(Rv::template_inconsistent, "an extracted key has the length of the hash");
      return extracted;
    }
    key = std::make_shared<const SecretBytes>(std::move(extracted));
  }
  if (!bytes.has_value()) return fail(Rv::template_incomplete, "expanding needs CKA_VALUE_LEN");
  return crypto::hkdf_expand(digest, *key, param.info, *bytes);
}

/// A data object has no CKA_VALUE_LEN: the template's says how much to derive.
Result<std::vector<PlannedKey>> plan_data(const MechanismRow&, const MechanismParam&, const wire::Template& list) {
  HF_ASSIGN_OR_RETURN(const std::optional<std::uint32_t> bytes, stated_number(list, ck::AttributeType{CKA_VALUE_LEN}));
  std::vector<PlannedKey> plan(1);
  HF_ASSIGN_OR_RETURN(plan[0].attributes, without(list, {CKA_VALUE_LEN}));
  if (bytes.has_value()) plan[0].bytes = *bytes;
  return plan;
}

Result<void> generate(const MechanismRow&, ObjectContent& key) {
  const std::optional<std::uint32_t> bytes = key.attributes.ulong(ck::AttributeType{CKA_VALUE_LEN});
  if (!bytes.has_value()) return fail(Rv::template_incomplete, "template has no CKA_VALUE_LEN");
  if (!secret_size_fits(key.attributes.key_type(), *bytes)) return fail(Rv::key_size_range, "no key has this size");
  HF_ASSIGN_OR_RETURN(SecretBytes value, crypto::random_secret(*bytes));
  key.secrets.set(ck::AttributeType{CKA_VALUE}, std::move(value));
  return {};
}

constexpr MechanismRow kRows[] = {
    {.id = CKM_HKDF_DERIVE,
     .keys = kSecretKeyTypes,
     .size = Octets{1, 512},
     .param = wire::ParamKind::hkdf,
     .derives = {.generic_by_default = true},
     .ops = {.derive = &derive}},
    {.id = CKM_HKDF_DATA,
     .keys = kSecretKeyTypes,
     .size = Octets{1, 512},
     .param = wire::ParamKind::hkdf,
     .derives = {.object_class = CKO_DATA},
     .ops = {.derive = &derive, .plan = &plan_data}},
    {.id = CKM_HKDF_KEY_GEN, .keys = {CKK_HKDF}, .size = Octets{1, 512}, .ops = {.generate = &generate}},
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> hkdf_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
