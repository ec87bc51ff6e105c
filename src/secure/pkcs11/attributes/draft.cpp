#include <algorithm>
#include <string_view>

#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/attributes/apply.h"
#include "secure/pkcs11/attributes/draft_rules.h"
#include "secure/pkcs11/attributes/value_check.h"
#include "wire/codec.h"

namespace holdfast::secure::pkcs11 {
namespace {

const DraftRules& rules_of(Dialect dialect) {
  return dialect == Dialect::standard ? kStandardRules : kOpteeRules;
}

Result<std::optional<std::uint32_t>> ulong_of(const Given& given, ck::AttributeType type) {
  const auto it = given.find(type);
  if (it == given.end()) return std::optional<std::uint32_t>{};
  HF_TRY(check_value_shape(Shape::ulong, it->second));
  return std::optional<std::uint32_t>(*ByteReader(it->second).u32());
}

/// settle joins what a template says with what the command implies.
Result<std::uint32_t> settle(const Given& given, ck::AttributeType type, std::optional<std::uint32_t> implied,
                             bool is_hint, Rv missing) {
  HF_ASSIGN_OR_RETURN(const std::optional<std::uint32_t> said, ulong_of(given, type));
  if (said.has_value() && implied.has_value() && *said != *implied)
    return fail(Rv::template_inconsistent, "template contradicts the command");
  if (said.has_value()) return *said;
  if (implied.has_value() && is_hint) return *implied;
  return fail(missing, "template lacks class or key type");
}

template <class Id>
std::optional<std::uint32_t> number_of(const std::optional<Id>& id) {
  return id.has_value() ? std::optional(id->value) : std::nullopt;
}

Result<Kind> kind_of(const Given& given, const Expectation& expected, Origin origin, const DraftRules& rules) {
  const bool hint = origin == Origin::generate || rules.hints_every_origin;
  HF_ASSIGN_OR_RETURN(const std::uint32_t object_class, settle(given, ck::AttributeType{CKA_CLASS},
                                                               number_of(expected.object_class), hint, rules.kind_missing));
  std::uint32_t key_type = 0xFFFFFFFF;
  if (has_key_type(ck::ObjectClass{object_class})) {
    const bool names_none = expected.default_key_type.has_value() && !given.contains(ck::AttributeType{CKA_KEY_TYPE});
    HF_ASSIGN_OR_RETURN(key_type, settle(given, ck::AttributeType{CKA_KEY_TYPE},
                                         number_of(names_none ? expected.default_key_type : expected.key_type), hint,
                                         rules.kind_missing));
  }
  HF_ASSIGN_OR_RETURN(const std::optional<std::uint32_t> certificate_type,
                      ulong_of(given, ck::AttributeType{CKA_CERTIFICATE_TYPE}));
  const Result<Policy> policy =
      policy_for(ck::ObjectClass{object_class}, ck::KeyType{key_type}, certificate_type.value_or(CKC_X_509));
  if (!policy) return fail(rules.kind_unknown, policy.error().why);
  if (is_built_in(ck::ObjectClass{object_class})) return fail(rules.kind_unknown, "only the token has objects of this class");
  if (rules.dialect == Dialect::optee && !is_known_to_optee(ck::ObjectClass{object_class}, ck::KeyType{key_type}))
    return fail(rules.kind_unknown, "no objects of this kind in OP-TEE");
  return Kind{ck::ObjectClass{object_class}, ck::KeyType{key_type}, *policy};
}

// A derive or unwrap template of the parent must agree with the caller's, and fills in what that leaves out.
Result<void> require_template(Given& given, const Bytes& required) {
  HF_ASSIGN_OR_RETURN(const wire::Template list, nested_template(required));
  return wire::for_each_attribute(list, [&](const wire::Attribute& attribute) -> Result<void> {
    const auto [it, is_new] = given.emplace(attribute.type, attribute.value);
    if (!is_new && !equal(it->second, attribute.value))
      return fail(Rv::template_inconsistent, "template contradicts the parent key's");
    return {};
  });
}

bool is_use(ck::AttributeType type) {
  switch (type.value) {
    case CKA_ENCRYPT:
    case CKA_DECRYPT:
    case CKA_SIGN:
    case CKA_SIGN_RECOVER:
    case CKA_VERIFY:
    case CKA_VERIFY_RECOVER:
    case CKA_WRAP:
    case CKA_UNWRAP:
    case CKA_DERIVE:
    case CKA_ENCAPSULATE:
    case CKA_DECAPSULATE:
      return true;
    default:
      return false;
  }
}

bool names_a_use(const Given& given) {
  return std::any_of(given.begin(), given.end(),
                     [](const auto& entry) { return is_use(entry.first) && entry.second[0] == std::byte{1}; });
}

void fall_back(AttributeSet& set, const AttributeRow& row, Dialect dialect, bool use_by_default) {
  switch (row.fallback_in(dialect)) {
    case Fallback::none:
    case Fallback::zero:
      return;
    case Fallback::empty:
      return set.set(row.type, {});
    case Fallback::no:
      return set.set_flag(row.type, false);
    case Fallback::yes:
      return set.set_flag(row.type, true);
    case Fallback::number:
      return set.set_ulong(row.type, row.number);
    case Fallback::usage:
      return set.set_flag(row.type, use_by_default);
  }
}

AttributeSet defaults(const Given& given, const Kind& kind, Origin origin, Dialect dialect) {
  AttributeSet set;
  const bool use_by_default = !names_a_use(given);
  kind.policy.for_each([&](const AttributeRow& row) {
    if (kind.policy.find(row.type) == &row && !given.contains(row.type)) fall_back(set, row, dialect, use_by_default);
  });
  set.set_ulong(ck::AttributeType{CKA_CLASS}, kind.object_class.value);
  if (has_key_type(kind.object_class)) set.set_ulong(ck::AttributeType{CKA_KEY_TYPE}, kind.key_type.value);
  // OP-TEE ABI section 10.3: what is unwrapped without a word on it stays extractable.
  const ck::AttributeType extractable{CKA_EXTRACTABLE};
  if (origin == Origin::unwrap && kind.policy.find(extractable) != nullptr && !given.contains(extractable))
    set.set_flag(extractable, true);
  return set;
}

Result<void> put_given(ObjectContent& object, const Given& given, const Policy& policy) {
  // Everything but secrets first: CKA_PRIVATE decides what is secret.
  for (const auto& [type, value] : given)
    if (policy.find(type)->at_rest == AtRest::open) object.attributes.set(type, to_bytes(value));
  for (const auto& [type, value] : given) {
    if (policy.find(type)->at_rest == AtRest::open) continue;
    if (is_secret(object.attributes, type)) {
      object.attributes.erase(type);
      HF_ASSIGN_OR_RETURN(SecretBytes secret, wire::SecretCodec::copy(value));
      object.secrets.set(type, std::move(secret));
    } else {
      object.attributes.set(type, to_bytes(value));
    }
  }
  return settle_secrets(object);  // a default may be a secret too
}

}  // namespace

Need need_of(const AttributeRow& row, Origin origin, Dialect dialect) {
  switch (origin) {
    case Origin::create:
      return row.create_in(dialect);
    case Origin::generate:
      return row.generate;
    case Origin::unwrap:
      return row.unwrap;
    case Origin::derive:
      return row.derive;
  }
  return Need::never;
}

const AttributeRow* find_missing(const Given& given, const Policy& policy, Origin origin, Dialect dialect) {
  const AttributeRow* missing = nullptr;
  policy.for_each([&](const AttributeRow& row) {
    if (missing == nullptr && policy.find(row.type) == &row && need_of(row, origin, dialect) == Need::must &&
        !given.contains(row.type))
      missing = &row;
  });
  return missing;
}

bool has_known_category(const AttributeSet& object) {
  return object.ulong(ck::AttributeType{CKA_CERTIFICATE_CATEGORY}).value_or(0) <= CK_CERTIFICATE_CATEGORY_OTHER_ENTITY;
}

bool is_secret(const AttributeSet& object, ck::AttributeType type) {
  const Policy policy = policy_of(object);
  const AttributeRow* const row = policy.find(type);
  if (row == nullptr) return false;
  return row->at_rest == AtRest::secret ||
         (row->at_rest == AtRest::secret_if_private && object.flag(ck::AttributeType{CKA_PRIVATE}));
}

Result<ObjectContent> draft_object(Origin origin, const wire::Template& attributes, const Expectation& expected) {
  const DraftRules& rules = rules_of(expected.dialect);
  HF_ASSIGN_OR_RETURN(Given given, rules.collect(attributes));
  if (expected.required_template != nullptr) HF_TRY(require_template(given, *expected.required_template));
  HF_ASSIGN_OR_RETURN(const Kind kind, kind_of(given, expected, origin, rules));
  HF_TRY(rules.check_given(given, kind, origin));
  ObjectContent object{.attributes = defaults(given, kind, origin, rules.dialect), .secrets = {}};
  HF_TRY(put_given(object, given, kind.policy));
  HF_TRY(rules.check_values(object.attributes));
  return object;
}

}  // namespace holdfast::secure::pkcs11
