#include <string_view>

#include <pkcs11/pkcs11.h>

#include "ck/names.h"
#include "secure/pkcs11/attributes/draft_rules.h"
#include "secure/pkcs11/attributes/value_check.h"

// What PKCS#11 says of templates (3.1 §4.1).

namespace holdfast::secure::pkcs11 {
namespace {

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

// PKCS#11 3.1 §4.1.1, points 1 and 5: an attribute that the standard has, for objects of another class, makes a
// template inconsistent; one that it has not is invalid.
Unexpected<Error> foreign_attribute(ck::AttributeType type) {
  if (std::string_view(ck::name_of_attribute(type.value)) == "unknown")
    return fail(Rv::attribute_type_invalid, "unknown attribute");
  return fail(Rv::template_inconsistent, "objects of this class have no such attribute");
}

// PKCS#11 3.1 §4.1.1, points 1 to 3: unknown here, set by the token alone, not with this way of making an object.
Result<void> check_given(Given& given, const Kind& kind, Origin origin) {
  for (const auto& [type, value] : given) {
    const AttributeRow* const row = kind.policy.find(type);
    if (row == nullptr) return foreign_attribute(type);
    if (row->set_by_token()) return fail(Rv::attribute_read_only, "only the token sets this attribute");
    if (need_of(*row, origin, Dialect::standard) == Need::never)
      return fail(Rv::template_inconsistent, "attribute does not go with this command");
    HF_TRY(check_value_shape(row->shape, value));
  }
  if (find_missing(given, kind.policy, origin, Dialect::standard) != nullptr)
    return fail(Rv::template_incomplete, "template lacks an attribute that must be given");
  return {};
}

// PKCS#11 3.2 §4.7: trust is bound to one certificate by its hash; only distrust may go by the name alone.
Result<void> check_trust(const AttributeSet& set) {
  const Bytes* const hash = set.find(ck::AttributeType{CKA_HASH_OF_CERTIFICATE});
  for (const AttributeRow& row : trust_attribute_rows()) {
    if (row.number != CKT_TRUST_UNKNOWN || row.fallback != Fallback::number) continue;
    const std::uint32_t trust = set.ulong(row.type).value_or(CKT_TRUST_UNKNOWN);
    if (trust > CKT_TRUST_MUST_VERIFY_TRUST) return fail(Rv::attribute_value_invalid, "no such trust");
    const bool needs_hash = trust != CKT_TRUST_UNKNOWN && trust != CKT_NOT_TRUSTED;
    if (needs_hash && (hash == nullptr || hash->empty()))
      return fail(Rv::template_incomplete, "trust without the hash of its certificate");
  }
  return {};
}

Result<void> check_values(const AttributeSet& set) {
  // PKCS#11 3.1 §4.6.3: a certificate is here, or where its URL says.
  const auto is_empty = [&](ck::AttributeType type) { return set.find(type) == nullptr || set.find(type)->empty(); };
  if (set.object_class() == ck::ObjectClass{CKO_CERTIFICATE} && is_empty(ck::AttributeType{CKA_VALUE}) &&
      is_empty(ck::AttributeType{CKA_URL}))
    return fail(Rv::template_inconsistent, "certificate with neither value nor URL");
  // PKCS#11 3.1 §4.9: a login for each use makes sense only where a login is needed at all.
  if (set.flag(ck::AttributeType{CKA_ALWAYS_AUTHENTICATE}) && !set.flag(ck::AttributeType{CKA_PRIVATE}))
    return fail(Rv::template_inconsistent, "a key that asks for a login for each use must be private");
  if (!has_known_category(set)) return fail(Rv::attribute_value_invalid, "unknown certificate category");
  if (set.object_class() == ck::ObjectClass{CKO_TRUST}) return check_trust(set);
  return {};
}

}  // namespace

constinit const DraftRules kStandardRules{.dialect = Dialect::standard,
                                          .collect = &collect,
                                          .kind_missing = Rv::template_incomplete,
                                          .kind_unknown = Rv::attribute_value_invalid,
                                          .hints_every_origin = true,
                                          .check_given = &check_given,
                                          .check_values = &check_values};

}  // namespace holdfast::secure::pkcs11
