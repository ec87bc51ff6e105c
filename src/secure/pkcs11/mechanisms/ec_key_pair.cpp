#include "secure/crypto/der.h"
#include "secure/crypto/ec.h"
#include "secure/pkcs11/mechanisms/row.h"
#include "secure/pkcs11/operations/key_types/ec.h"

namespace holdfast::secure::pkcs11 {
namespace {

Result<void> generate(const MechanismRow& row, ObjectContent& public_key, ObjectContent& private_key) {
  const Bytes* const params = public_key.attributes.find(ck::AttributeType{CKA_EC_PARAMS});
  if (params == nullptr || params->empty())
    return fail(Rv::template_incomplete, "public template has no CKA_EC_PARAMS");
  HF_ASSIGN_OR_RETURN(const crypto::Curve curve, crypto::curve_from_params(*params));
  if (!crypto::available(curve)) return fail(Rv::curve_not_supported, "libcrypto has no such curve");
  HF_ASSIGN_OR_RETURN(crypto::EcKeyPair pair, row.id == CKM_EC_KEY_PAIR_GEN_W_EXTRA_BITS
                                                  ? crypto::generate_ec_extra_bits(curve)
                                                  : crypto::generate_ec(curve));
  // Both halves name the curve in the caller's form, unless the private template had its own.
  if (!private_key.attributes.contains(ck::AttributeType{CKA_EC_PARAMS}))
    private_key.attributes.set(ck::AttributeType{CKA_EC_PARAMS}, *params);
  public_key.attributes.set(ck::AttributeType{CKA_EC_POINT}, crypto::octet_string(pair.point));
  return store_ec({.curve = curve, .scalar = std::move(pair.scalar), .point = std::move(pair.point)}, private_key);
}

constexpr MechanismRow kRows[] = {
    {.id = CKM_EC_KEY_PAIR_GEN, .keys = {CKK_EC}, .size = Bits{160, 521}, .ops = {.generate_pair = &generate}},
    {.id = CKM_EC_KEY_PAIR_GEN_W_EXTRA_BITS,
     .keys = {CKK_EC},
     .size = Bits{160, 521},
     .ops = {.generate_pair = &generate}},
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> ec_key_pair_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
