#include <algorithm>
#include <bit>
#include <map>
#include <string_view>

#include <pkcs11/pkcs11.h>

#include "ck/names.h"
#include "secure/pkcs11/attributes/apply.h"
#include "secure/pkcs11/attributes/policy.h"
#include "secure/pkcs11/attributes/value_check.h"
#include "wire/codec.h"

namespace holdfast::secure::pkcs11 {
namespace {

/// What a caller gave, each attribute once. The views point into the request.
using Given = std::map<ck::AttributeType, ByteView>;

// PKCS#11 3.1 §4.1.1: an attribute given twice with one value counts once; with two values the template contradicts
// itself.
Result<Given> collect(const wire::Template& attributes) {
  Given given;
  HF_TRY(for_each_attribute(attributes, [&](const wire::Attribute& attribute) -> Result<void> {
    const auto [it, is_new] = given.emplace(attribute.type, attribute.value);
    if (!is_new && !equal(it->second, attribute.value))
      return fail(Rv::template_inconsistent, "one attribute with two values");
    return {};
  }));
  return given;
}

Result<std::optional<std::uint32_t>> ulong_of(const Given& given, ck::AttributeType type) {
  const auto it = given.find(type);
  if (it == given.end()) return std::optional<std::uint32_t>{};
  HF_TRY(check_value_shape(Shape::ulong, it->second));
  return std::optional<std::uint32_t>(*ByteReader(it->second).u32());
}

/// settle joins what a template says with what the command implies.
Result<std::uint32_t> settle(const Given& given, ck::AttributeType type, std::optional<std::uint32_t> implied) {
  HF_ASSIGN_OR_RETURN(const std::optional<std::uint32_t> said, ulong_of(given, type));
  if (said.has_value() && implied.has_value() && *said != *implied)
    return fail(Rv::template_inconsistent, "template contradicts the command");
  if (said.has_value()) return *said;
  if (implied.has_value()) return *implied;
  return fail(Rv::template_incomplete, "template lacks class or key type");
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

Need need_of(const AttributeRow& row, Origin origin) {
  switch (origin) {
    case Origin::create:
      return row.create;
    case Origin::generate:
      return row.generate;
    case Origin::unwrap:
      return row.unwrap;
    case Origin::derive:
      return row.derive;
  }
  return Need::never;
}

// PKCS#11 3.1 §4.1.1, points 1 and 5: an attribute that the standard has, for objects of another class, makes a
// template inconsistent; one that it has not is invalid.
Unexpected<Error> foreign_attribute(ck::AttributeType type) {
  if (std::string_view(ck::name_of_attribute(type.value)) == "unknown")
    return fail(Rv::attribute_type_invalid, "unknown attribute");
  return fail(Rv::template_inconsistent, "objects of this class have no such attribute");
}

// PKCS#11 3.1 §4.1.1, points 1 to 3: unknown here, set by the token alone, not with this way of making an object.
Result<void> check_given(const Given& given, const Policy& policy, Origin origin) {
  for (const auto& [type, value] : given) {
    const AttributeRow* const row = policy.find(type);
    if (row == nullptr) return foreign_attribute(type);
    if (row->set_by_token()) return fail(Rv::attribute_read_only, "only the token sets this attribute");
    if (need_of(*row, origin) == Need::never)
      return fail(Rv::template_inconsistent, "attribute does not go with this command");
    HF_TRY(check_value_shape(row->shape, value));
  }
  Result<void> outcome{};
  policy.for_each([&](const AttributeRow& row) {
    if (outcome && policy.find(row.type) == &row && need_of(row, origin) == Need::must && !given.contains(row.type))
      outcome = fail(Rv::template_incomplete, "template lacks an attribute that must be given");
  });
  return outcome;
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
      return true;
    default:
      return false;
  }
}

bool names_a_use(const Given& given) {
  return std::any_of(given.begin(), given.end(),
                     [](const auto& entry) { return is_use(entry.first) && entry.second[0] == std::byte{1}; });
}

void fall_back(AttributeSet& set, const AttributeRow& row, bool use_by_default) {
  switch (row.fallback) {
    case Fallback::none:
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

Result<void> check_values(const AttributeSet& set) {
  if (const auto type = set.ulong(ck::AttributeType{CKA_CERTIFICATE_TYPE}); type.has_value() && *type != CKC_X_509)
    return fail(Rv::attribute_value_invalid, "only X.509 certificates are kept");
  // PKCS#11 3.1 §4.6.3: a certificate is here, or where its URL says.
  const auto is_empty = [&](ck::AttributeType type) { return set.find(type) == nullptr || set.find(type)->empty(); };
  if (set.object_class() == ck::ObjectClass{CKO_CERTIFICATE} && is_empty(ck::AttributeType{CKA_VALUE}) &&
      is_empty(ck::AttributeType{CKA_URL}))
    return fail(Rv::template_inconsistent, "certificate with neither value nor URL");
  // PKCS#11 3.1 §4.9: a login for each use makes sense only where a login is needed at all.
  if (set.flag(ck::AttributeType{CKA_ALWAYS_AUTHENTICATE}) && !set.flag(ck::AttributeType{CKA_PRIVATE}))
    return fail(Rv::template_inconsistent, "a key that asks for a login for each use must be private");
  if (const auto category = set.ulong(ck::AttributeType{CKA_CERTIFICATE_CATEGORY});
      category.value_or(0) > CK_CERTIFICATE_CATEGORY_OTHER_ENTITY)
    return fail(Rv::attribute_value_invalid, "unknown certificate category");
  return {};
}

}  // namespace

bool is_secret(const AttributeSet& object, ck::AttributeType type) {
  const Policy policy = policy_of(object);
  const AttributeRow* const row = policy.find(type);
  if (row == nullptr) return false;
  return row->at_rest == AtRest::secret ||
         (row->at_rest == AtRest::secret_if_private && object.flag(ck::AttributeType{CKA_PRIVATE}));
}

Result<ObjectContent> draft_object(Origin origin, const wire::Template& attributes, const Expectation& expected) {
  HF_ASSIGN_OR_RETURN(Given given, collect(attributes));
  if (expected.required_template != nullptr) HF_TRY(require_template(given, *expected.required_template));

  const ck::AttributeType class_type{CKA_CLASS};
  const ck::AttributeType key_type_type{CKA_KEY_TYPE};
  HF_ASSIGN_OR_RETURN(
      const std::uint32_t object_class,
      settle(given, class_type, expected.object_class ? std::optional(expected.object_class->value) : std::nullopt));
  const bool is_key =
      object_class == CKO_PUBLIC_KEY || object_class == CKO_PRIVATE_KEY || object_class == CKO_SECRET_KEY;
  std::uint32_t key_type = 0xFFFFFFFF;
  if (is_key) {
    HF_ASSIGN_OR_RETURN(key_type, settle(given, key_type_type,
                                         expected.key_type ? std::optional(expected.key_type->value) : std::nullopt));
  }
  HF_ASSIGN_OR_RETURN(const Policy policy, policy_for(ck::ObjectClass{object_class}, ck::KeyType{key_type}));
  HF_TRY(check_given(given, policy, origin));

  ObjectContent object;
  const bool use_by_default = !names_a_use(given);
  policy.for_each([&](const AttributeRow& row) {
    if (policy.find(row.type) == &row && !given.contains(row.type)) fall_back(object.attributes, row, use_by_default);
  });
  object.attributes.set_ulong(class_type, object_class);
  if (is_key) object.attributes.set_ulong(key_type_type, key_type);
  // OP-TEE ABI section 10.3: what is unwrapped without a word on it stays extractable.
  const ck::AttributeType extractable{CKA_EXTRACTABLE};
  if (origin == Origin::unwrap && policy.find(extractable) != nullptr && !given.contains(extractable))
    object.attributes.set_flag(extractable, true);
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
  HF_TRY(settle_secrets(object));  // a default may be a secret too
  HF_TRY(check_values(object.attributes));
  return object;
}

namespace {

std::uint32_t bit_length(const Bytes& big_endian) {
  const auto first = std::find_if(big_endian.begin(), big_endian.end(), [](std::byte b) { return b != std::byte{0}; });
  if (first == big_endian.end()) return 0;
  const auto rest = static_cast<std::uint32_t>(big_endian.end() - first - 1);
  return rest * 8 + static_cast<std::uint32_t>(std::bit_width(std::to_integer<unsigned>(*first)));
}

// CKA_VALUE_LEN tells the length of the value; a length beside an imported value must be that.
Result<void> set_value_length(ObjectContent& object) {
  const ck::AttributeType length_type{CKA_VALUE_LEN};
  const SecretBytes* const value = object.secrets.find(ck::AttributeType{CKA_VALUE});
  if (value == nullptr || value->empty()) return fail(Rv::attribute_value_invalid, "secret key without a value");
  const auto length = static_cast<std::uint32_t>(value->size());
  if (object.attributes.ulong(length_type).value_or(length) != length)
    return fail(Rv::template_inconsistent, "value length is not the value's");
  object.attributes.set_ulong(length_type, length);
  return {};
}

}  // namespace

Result<void> complete_object(ObjectContent& object, const History& history) {
  AttributeSet& set = object.attributes;
  const std::uint32_t object_class = set.object_class().value;
  if (object_class == CKO_DATA || object_class == CKO_CERTIFICATE) return {};

  const bool generated = history.origin == Origin::generate;
  set.set_flag(ck::AttributeType{CKA_LOCAL}, generated);
  set.set_ulong(ck::AttributeType{CKA_KEY_GEN_MECHANISM},
                history.generated_by.has_value() ? history.generated_by->value : 0xFFFFFFFF);
  if (const Bytes* const modulus = set.find(ck::AttributeType{CKA_MODULUS});
      modulus != nullptr && object_class == CKO_PUBLIC_KEY)
    set.set_ulong(ck::AttributeType{CKA_MODULUS_BITS}, bit_length(*modulus));
  if (object_class == CKO_PUBLIC_KEY) return {};

  // PKCS#11 3.1 §4.9 and §4.10: an imported or unwrapped key was somewhere else before; a derived one inherits its
  // parent's past.
  const bool derived = history.origin == Origin::derive;
  const bool sensitive = set.flag(ck::AttributeType{CKA_SENSITIVE});
  const bool extractable = set.flag(ck::AttributeType{CKA_EXTRACTABLE});
  set.set_flag(ck::AttributeType{CKA_ALWAYS_SENSITIVE},
               sensitive && (generated || (derived && history.parent_always_sensitive)));
  set.set_flag(ck::AttributeType{CKA_NEVER_EXTRACTABLE},
               !extractable && (generated || (derived && history.parent_never_extractable)));
  if (object_class == CKO_SECRET_KEY) HF_TRY(set_value_length(object));
  return {};
}

}  // namespace holdfast::secure::pkcs11
