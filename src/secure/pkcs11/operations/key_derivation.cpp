#include <pkcs11/pkcs11.h>

#include "secure/crypto/secrets.h"
#include "secure/pkcs11/attributes/apply.h"
#include "secure/pkcs11/attributes/key_types.h"
#include "secure/pkcs11/operations/begin.h"
#include "secure/pkcs11/operations/derivation.h"
#include "secure/pkcs11/operations/prepare.h"
#include "secure/pkcs11/operations/public_half.h"
#include "secure/pkcs11/operations/template_edit.h"
#include "wire/codec.h"

namespace holdfast::secure::pkcs11 {
namespace {

/// NoOthers stands where a mechanism's parameter can name no key.
class NoOthers final : public OtherKeys {
 public:
  Result<const Key*> find(ck::ObjectHandle) override { return fail(Rv::key_handle_invalid, "no other keys here"); }
  std::span<const AttributeSet* const> found() const override { return {}; }
};

/// fixed_bytes is the length of a type that has but one.
std::optional<std::size_t> fixed_bytes(ck::KeyType type) {
  const KeyTypeRow* const row = find_key_type(type);
  return row != nullptr && row->sizes.is_one() ? std::optional(row->sizes.first) : std::nullopt;
}

/// length_of is how many bytes a drafted key asks for; nothing is the mechanism's natural length.
Result<std::optional<std::size_t>> length_of(const Derivation& kind, const PlannedKey& planned, const ObjectContent& key) {
  if (key.attributes.object_class().value != CKO_SECRET_KEY) return planned.bytes;
  const ck::KeyType type = key.attributes.key_type();
  const std::optional<std::uint32_t> asked = key.attributes.ulong(ck::AttributeType{CKA_VALUE_LEN});
  if (asked.has_value() && planned.bytes.has_value() && *planned.bytes != *asked)
    return fail(Rv::template_inconsistent, "the mechanism makes keys of another length");
  std::optional<std::size_t> bytes = planned.bytes;
  if (asked.has_value()) bytes = *asked;
  if (!bytes.has_value()) bytes = fixed_bytes(type);
  if (bytes.has_value() && !secret_size_fits(type, *bytes))
    return fail(Rv::key_size_range, "derived key type has no such size");
  if (kind.generic_by_default && !bytes.has_value() && type.value == CKK_AES)
    return fail(Rv::template_incomplete, "derived key needs CKA_VALUE_LEN");
  return bytes;
}

Result<void> store(SecretBytes value, const Derivation& kind, ObjectContent& key) {
  const ck::AttributeType value_type{CKA_VALUE};
  switch (kind.object_class) {
    case CKO_PUBLIC_KEY:
      return store_public_half(wire::SecretCodec::see(value), key.attributes);
    case CKO_DATA:
      if (is_secret(key.attributes, value_type)) break;
      key.attributes.set(value_type, to_bytes(wire::SecretCodec::see(value)));
      return {};
    default:
      if (!secret_size_fits(key.attributes.key_type(), value.size()))
        return fail(Rv::template_incomplete, "derived key needs CKA_VALUE_LEN");
      if (key.attributes.key_type().value == CKK_DES2 || key.attributes.key_type().value == CKK_DES3)
        crypto::set_odd_parity(value);
      break;
  }
  key.attributes.erase(value_type);
  key.secrets.set(value_type, std::move(value));
  return {};
}

Result<Derived> derive(const Prepared& prepared, const Start& start,
                       std::span<const std::optional<std::size_t>> lengths) {
  if (prepared.row->ops.derive_keys != nullptr) return prepared.row->ops.derive_keys(start, lengths);
  HF_ASSIGN_OR_RETURN(SecretBytes value, prepared.row->ops.derive(start, lengths.front()));
  Derived derived;
  derived.keys.push_back(std::move(value));
  return derived;
}

}  // namespace

Result<DerivationPlan> plan_derivation(const wire::Mechanism& mechanism, const wire::Template& attributes,
                                       Dialect dialect) {
  HF_ASSIGN_OR_RETURN(const MechanismRow* const row, row_for(Verb::derive, mechanism.type, dialect));
  DerivationPlan plan{.kind = row->derives, .keys = {}};
  if (row->ops.plan == nullptr) {
    plan.keys.push_back({.attributes = to_bytes(attributes.attributes)});
    return plan;
  }
  HF_ASSIGN_OR_RETURN(const MechanismParam param, read_param(*row, mechanism.param, dialect));
  HF_ASSIGN_OR_RETURN(plan.keys, row->ops.plan(*row, param, attributes));
  return plan;
}

Result<Bytes> derive_keys(const wire::Mechanism& mechanism, const Key& base, OtherKeys& others,
                          const DerivationPlan& plan, std::span<ObjectContent> keys, Dialect dialect) {
  HF_ASSIGN_OR_RETURN(const Prepared prepared, prepare(Verb::derive, mechanism, base, dialect));
  std::vector<std::optional<std::size_t>> lengths;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].attributes.object_class().value != plan.kind.object_class)
      return fail(Rv::template_inconsistent, "the mechanism derives objects of another class");
    HF_ASSIGN_OR_RETURN(const std::optional<std::size_t> length, length_of(plan.kind, plan.keys[i], keys[i]));
    lengths.push_back(length);
  }
  Start start = prepared.start();
  start.others = &others;
  start.attributes = &base.attributes();
  HF_ASSIGN_OR_RETURN(Derived derived, derive(prepared, start, lengths));
  if (derived.keys.size() != keys.size()) return fail(Rv::general_error, "a derivation did not keep to its plan");
  for (std::size_t i = 0; i < keys.size(); ++i) HF_TRY(store(std::move(derived.keys[i]), plan.kind, keys[i]));
  return std::move(derived.results);
}

Result<void> derive_key(const wire::Mechanism& mechanism, const Key& parent, ObjectContent& key, Dialect dialect) {
  NoOthers others;
  HF_ASSIGN_OR_RETURN(const DerivationPlan plan, plan_derivation(mechanism, {}, dialect));
  if (plan.keys.size() != 1) return fail(Rv::mechanism_param_invalid, "the mechanism derives several keys");
  HF_TRY(derive_keys(mechanism, parent, others, plan, {&key, 1}, dialect));
  return {};
}

Result<std::shared_ptr<const SecretBytes>> secret_value(const KeyMaterial& material) {
  return std::visit(
      [](const auto& key) -> Result<std::shared_ptr<const SecretBytes>> {
        using Held = std::remove_cvref_t<decltype(key)>;
        if constexpr (std::is_same_v<Held, std::shared_ptr<const SecretBytes>>) {
          return key;
        } else if constexpr (requires { std::shared_ptr<const SecretBytes>(key, &key->value); }) {
          return std::shared_ptr<const SecretBytes>(key, &key->value);
        } else {
          return fail(Rv::key_type_inconsistent, "no secret key");
        }
      },
      material);
}

Result<std::shared_ptr<const SecretBytes>> base_value(const Start& start) { return secret_value(start.key); }

Result<std::shared_ptr<const SecretBytes>> other_value(const Start& start, ck::ObjectHandle handle) {
  if (start.others == nullptr) return fail(Rv::key_handle_invalid, "no other keys here");
  HF_ASSIGN_OR_RETURN(const Key* const key, start.others->find(handle));
  HF_TRY(require_use(Verb::derive, {.type = ck::MechanismType{start.row.id}, .param = {}}, key->attributes(), start.dialect));
  HF_ASSIGN_OR_RETURN(const KeyMaterial material, key->material());
  return secret_value(material);
}

}  // namespace holdfast::secure::pkcs11
