#include <pkcs11/pkcs11.h>

#include "secure/crypto/curve.h"
#include "secure/crypto/edwards.h"
#include "secure/pkcs11/operations/begin.h"
#include "secure/pkcs11/operations/prepare.h"

namespace holdfast::secure::pkcs11 {
namespace {

/// require_optee_curve fails for a curve on which OP-TEE's dialect generates nothing (ABI section 11.1).
Result<void> require_optee_curve(const AttributeSet& half) {
  const Bytes* const params = half.find(ck::AttributeType{CKA_EC_PARAMS});
  if (params == nullptr) return {};
  const auto curve = crypto::curve_from_params(*params);
  const auto edwards = crypto::edwards_from_params(*params);
  if ((curve && *curve > crypto::Curve::secp256k1) || (edwards && *edwards != crypto::EdwardsCurve::ed25519))
    return fail(Rv::curve_not_supported, "a curve that OP-TEE does not have");
  return {};
}

}  // namespace

Result<KeyKind> generated_kind(Verb verb, const wire::Mechanism& mechanism, Dialect dialect) {
  if (verb != Verb::generate && verb != Verb::generate_pair)
    return fail(Rv::mechanism_invalid, "verb generates nothing");
  if (verb == Verb::generate) {
    // C_GenerateKey makes domain parameters too (PKCS#11 3.2 §5.18.1).
    if (const auto parameters = row_for(Verb::generate_parameters, mechanism.type, dialect))
      return KeyKind{.object_class = ck::ObjectClass{CKO_DOMAIN_PARAMETERS},
                     .key_type = (*parameters)->keys.first(),
                     .bytes = std::nullopt};
  }
  HF_ASSIGN_OR_RETURN(const MechanismRow* const row, row_for(verb, mechanism.type, dialect));
  const auto object_class = verb == Verb::generate ? ck::ObjectClass{CKO_SECRET_KEY} : ck::ObjectClass{CKO_PUBLIC_KEY};
  KeyKind kind{.object_class = object_class, .key_type = row->keys.first(), .bytes = std::nullopt};
  if (row->ops.generate_from != nullptr && row->keys.all().size() > 1) kind.key_type = std::nullopt;
  const auto* const octets = std::get_if<Octets>(&row->size);
  const bool is_one_size = octets != nullptr && octets->min == octets->max;
  if (is_one_size && row->ops.generate_from != nullptr) kind.bytes = octets->min;
  return kind;
}

Result<void> generate_key(const wire::Mechanism& mechanism, ObjectContent& key, Dialect dialect) {
  if (key.attributes.object_class().value == CKO_DOMAIN_PARAMETERS) {
    HF_ASSIGN_OR_RETURN(const MechanismRow* const row, row_for(Verb::generate_parameters, mechanism.type, dialect));
    HF_ASSIGN_OR_RETURN(const MechanismParam param, read_param(*row, mechanism.param, dialect));
    return row->ops.generate_parameters(*row, param, key);
  }
  HF_ASSIGN_OR_RETURN(const MechanismRow* const row, row_for(Verb::generate, mechanism.type, dialect));
  HF_ASSIGN_OR_RETURN(const MechanismParam param, read_param(*row, mechanism.param, dialect));
  if (row->ops.generate_from != nullptr) return row->ops.generate_from(*row, param, key);
  return row->ops.generate(*row, key);
}

Result<void> generate_key_pair(const wire::Mechanism& mechanism, ObjectContent& public_key, ObjectContent& private_key,
                               Dialect dialect) {
  HF_ASSIGN_OR_RETURN(const MechanismRow* const row, row_for(Verb::generate_pair, mechanism.type, dialect));
  HF_TRY(read_param(*row, mechanism.param, dialect));
  if (dialect == Dialect::optee) HF_TRY(require_optee_curve(public_key.attributes));
  return row->ops.generate_pair(*row, public_key, private_key);
}

}  // namespace holdfast::secure::pkcs11
