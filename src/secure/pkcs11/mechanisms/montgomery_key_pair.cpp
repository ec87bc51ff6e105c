#include "secure/crypto/der.h"
#include "secure/pkcs11/mechanisms/row.h"
#include "secure/pkcs11/operations/key_types/montgomery.h"

namespace holdfast::secure::pkcs11 {
namespace {

Result<void> generate(const MechanismRow&, ObjectContent& public_key, ObjectContent& private_key) {
  const Bytes* const params = public_key.attributes.find(ck::AttributeType{CKA_EC_PARAMS});
  if (params == nullptr || params->empty())
    return fail(Rv::template_incomplete, "public template has no CKA_EC_PARAMS");
  HF_ASSIGN_OR_RETURN(const crypto::MontgomeryCurve curve, crypto::montgomery_from_params(*params));
  HF_ASSIGN_OR_RETURN(crypto::MontgomeryKeyPair pair, crypto::generate_montgomery(curve));
  if (!private_key.attributes.contains(ck::AttributeType{CKA_EC_PARAMS}))
    private_key.attributes.set(ck::AttributeType{CKA_EC_PARAMS}, *params);
  // In the form that the points of Edwards keys have here, and on both halves for the same clients.
  public_key.attributes.set(ck::AttributeType{CKA_EC_POINT}, crypto::octet_string(pair.point));
  private_key.attributes.set(ck::AttributeType{CKA_EC_POINT}, crypto::octet_string(pair.point));
  return store_montgomery(curve, std::move(pair.value), private_key);
}

constexpr MechanismRow kRows[] = {
    {.id = CKM_EC_MONTGOMERY_KEY_PAIR_GEN,
     .keys = {CKK_EC_MONTGOMERY},
     .size = Bits{255, 448},
     .ops = {.generate_pair = &generate}},
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> montgomery_key_pair_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
