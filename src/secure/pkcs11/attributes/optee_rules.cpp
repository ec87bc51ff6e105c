#include <array>

#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/attributes/draft_rules.h"
#include "secure/pkcs11/attributes/optee_template.h"
#include "secure/pkcs11/attributes/value_check.h"

// What OP-TEE's trusted application says of templates (ABI sections 10.1 to 10.4).

namespace holdfast::secure::pkcs11 {
namespace {

// ABI section 10.1: of other duplicates creation uses the first.
Result<Given> collect(const wire::Template& attributes) {
  HF_ASSIGN_OR_RETURN(const std::vector<wire::Attribute> clean, clean_template(attributes));
  Given given;
  for (const wire::Attribute& attribute : clean) given.emplace(attribute.type, attribute.value);
  return given;
}

/// What a parent's template filled in was not cleaned with the caller's, so shapes are looked at again.
Result<void> check_shapes(const Given& given, const Policy& policy) {
  for (const auto& [type, value] : given) {
    const AttributeRow* const row = policy.find(type);
    if (row == nullptr || row->shape == Shape::mechanism_array) continue;
    if (!check_value_shape(row->shape, value)) return fail(Rv::template_inconsistent, "value without its attribute's shape");
  }
  return {};
}

// ABI section 10.4, "Secret key import": the value alone, not its length. No other origin takes a value.
Result<void> check_secret_value(const Given& given, Origin origin) {
  const auto value = given.find(ck::AttributeType{CKA_VALUE});
  if (origin != Origin::create) {
    if (value != given.end()) return fail(Rv::template_inconsistent, "only an imported key brings its value");
    return {};
  }
  if (value == given.end() || value->second.empty()) return fail(Rv::template_inconsistent, "imported key without a value");
  if (given.contains(ck::AttributeType{CKA_VALUE_LEN}))
    return fail(Rv::template_inconsistent, "the token sets an imported key's length");
  return {};
}

Result<void> check_certificate_type(const Given& given) {
  const auto type = given.find(ck::AttributeType{CKA_CERTIFICATE_TYPE});
  if (type != given.end() && *ByteReader(type->second).u32() != CKC_X_509)
    return fail(Rv::template_inconsistent, "only X.509 certificates are kept");
  return {};
}

// OP-TEE takes a private Edwards key without its curve, as it has but one for it. Keys of other curves are longer.
void name_only_edwards_curve(Given& given, const Kind& kind, Origin origin) {
  static constexpr std::array kEd25519Oid{std::byte{0x06}, std::byte{0x03}, std::byte{0x2B}, std::byte{0x65}, std::byte{0x70}};
  static constexpr std::size_t kSeedBytes = 32;
  const bool is_imported_edwards_private = origin == Origin::create && kind.object_class == ck::ObjectClass{CKO_PRIVATE_KEY} &&
                                           kind.key_type == ck::KeyType{CKK_EC_EDWARDS};
  const auto value = given.find(ck::AttributeType{CKA_VALUE});
  if (is_imported_edwards_private && value != given.end() && value->second.size() == kSeedBytes)
    given.emplace(ck::AttributeType{CKA_EC_PARAMS}, ByteView(kEd25519Oid));
}

Rv code_of_missing(const Kind& kind) {
  const bool is_ec_private =
      kind.object_class == ck::ObjectClass{CKO_PRIVATE_KEY} && kind.key_type == ck::KeyType{CKK_EC};
  return is_ec_private ? Rv::attribute_type_invalid : Rv::template_incomplete;
}

// ABI section 10.4: OP-TEE computes the point of a private key on a Weierstrass curve and drops the caller's.
bool is_dropped(ck::AttributeType type, const AttributeRow* row, const Kind& kind, Origin origin) {
  if (row == nullptr || row->set_by_token() || need_of(*row, origin, Dialect::optee) == Need::never) return true;
  return type.value == CKA_EC_POINT && kind.object_class.value == CKO_PRIVATE_KEY && kind.key_type.value == CKK_EC;
}

Result<void> check_given(Given& given, const Kind& kind, Origin origin) {
  HF_TRY(check_shapes(given, kind.policy));
  if (kind.object_class.value == CKO_SECRET_KEY) HF_TRY(check_secret_value(given, origin));
  if (kind.object_class.value == CKO_CERTIFICATE) HF_TRY(check_certificate_type(given));
  name_only_edwards_curve(given, kind, origin);
  if (find_missing(given, kind.policy, origin, Dialect::optee) != nullptr)
    return fail(code_of_missing(kind), "template lacks an attribute that must be given");
  if (given.contains(ck::AttributeType{CKA_LOCAL})) return fail(Rv::template_inconsistent, "only the token says what is local");
  const ck::AttributeType generated_by{CKA_KEY_GEN_MECHANISM};
  if (given.contains(generated_by) && kind.policy.find(generated_by) != nullptr)
    return fail(Rv::template_inconsistent, "only the token says how a key was made");
  std::erase_if(given, [&](const auto& entry) {
    return is_dropped(entry.first, kind.policy.find(entry.first), kind, origin);
  });
  return {};
}

Result<void> check_values(const AttributeSet& set) {
  if (!has_known_category(set)) return fail(Rv::attribute_value_invalid, "unknown certificate category");
  // Without a value OP-TEE cannot compute a check value and answers with a code of its own, 0x80000000 (ABI section 10.5).
  // As in the standard, an address will do in its place.
  const auto is_empty = [&](ck::AttributeType type) { return set.find(type) == nullptr || set.find(type)->empty(); };
  if (set.object_class() == ck::ObjectClass{CKO_CERTIFICATE} && is_empty(ck::AttributeType{CKA_VALUE}) &&
      is_empty(ck::AttributeType{CKA_URL}))
    return fail(Rv::template_incomplete, "certificate with neither value nor URL");
  return {};
}

}  // namespace

constinit const DraftRules kOpteeRules{.dialect = Dialect::optee,
                                       .collect = &collect,
                                       .kind_missing = Rv::template_inconsistent,
                                       .kind_unknown = Rv::template_inconsistent,
                                       .hints_every_origin = false,
                                       .check_given = &check_given,
                                       .check_values = &check_values};

}  // namespace holdfast::secure::pkcs11
