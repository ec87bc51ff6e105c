#include "cryptoki/optee/template_rules.h"

#include <algorithm>
#include <array>

#include "cryptoki/optee/curve.h"
#include "cryptoki/optee/edwards_point.h"

namespace holdfast::cryptoki::optee {
namespace {

using wire::Attribute;

/// What OP-TEE takes in a template (OP-TEE ABI section 8.6); anything else spoils the whole template.
constexpr std::array<CK_ATTRIBUTE_TYPE, 61> kKnown{
    CKA_CLASS, CKA_CERTIFICATE_TYPE, CKA_CERTIFICATE_CATEGORY, CKA_JAVA_MIDP_SECURITY_DOMAIN, CKA_NAME_HASH_ALGORITHM,
    CKA_KEY_TYPE, CKA_START_DATE, CKA_END_DATE, CKA_MODULUS_BITS, CKA_VALUE_LEN, CKA_KEY_GEN_MECHANISM,
    CKA_MECHANISM_TYPE, CKA_TOKEN, CKA_PRIVATE, CKA_TRUSTED, CKA_SENSITIVE, CKA_ENCRYPT, CKA_DECRYPT, CKA_WRAP,
    CKA_UNWRAP, CKA_SIGN, CKA_SIGN_RECOVER, CKA_VERIFY, CKA_VERIFY_RECOVER, CKA_DERIVE, CKA_EXTRACTABLE, CKA_LOCAL,
    CKA_NEVER_EXTRACTABLE, CKA_ALWAYS_SENSITIVE, CKA_MODIFIABLE, CKA_COPYABLE, CKA_DESTROYABLE,
    CKA_ALWAYS_AUTHENTICATE, CKA_WRAP_WITH_TRUSTED, CKA_LABEL, CKA_APPLICATION, CKA_VALUE, CKA_OBJECT_ID, CKA_ISSUER,
    CKA_SERIAL_NUMBER, CKA_URL, CKA_HASH_OF_SUBJECT_PUBLIC_KEY, CKA_HASH_OF_ISSUER_PUBLIC_KEY, CKA_CHECK_VALUE,
    CKA_SUBJECT, CKA_ID, CKA_MODULUS, CKA_PUBLIC_EXPONENT, CKA_PRIVATE_EXPONENT, CKA_PRIME_1, CKA_PRIME_2,
    CKA_EXPONENT_1, CKA_EXPONENT_2, CKA_COEFFICIENT, CKA_PUBLIC_KEY_INFO, CKA_EC_PARAMS, CKA_EC_POINT,
    CKA_WRAP_TEMPLATE, CKA_UNWRAP_TEMPLATE, CKA_DERIVE_TEMPLATE, CKA_ALLOWED_MECHANISMS};

constexpr std::array kTrue{std::byte{1}};
constexpr std::array kDataClass{std::byte(CKO_DATA), std::byte{0}, std::byte{0}, std::byte{0}};
constexpr std::array kEdwardsKeyType{std::byte(CKK_EC_EDWARDS), std::byte{0}, std::byte{0}, std::byte{0}};

bool is_known(const Attribute& attribute) {
  return std::find(kKnown.begin(), kKnown.end(), attribute.type.value) != kKnown.end();
}
bool is_date(const Attribute& attribute) {
  return attribute.type.value == CKA_START_DATE || attribute.type.value == CKA_END_DATE;
}

Result<void> require_known(const AttributeList& attributes) {
  for (const Attribute& attribute : attributes.all())
    if (!is_known(attribute)) return fail(Rv::attribute_type_invalid, "an attribute that OP-TEE does not have");
  return {};
}

/// An attribute without a value says that there is none, and so does one that OP-TEE does not have.
void drop_empty_unknown(AttributeList& attributes) {
  attributes.remove_if([](const Attribute& attribute) { return attribute.value.empty() && !is_known(attribute); });
}

/// OP-TEE has 4 bytes for a date, the standard 8 or none: a date, which no token enforces, stays away (OP-TEE ABI
/// section 4.3).
void drop_dates(AttributeList& attributes) {
  attributes.remove_if([](const Attribute& a) { return is_date(a) && a.value.size() != sizeof(std::uint32_t); });
}

void strip_edwards_points(AttributeList& attributes) {
  for (Attribute& attribute : attributes.all())
    if (attribute.type.value == CKA_EC_POINT) attribute.value = raw_edwards_point(attribute.value);
}

/// OP-TEE keeps a public key of any curve, and its application dies of the first use (OP-TEE ABI section 19.3, number 3).
Result<void> require_known_curve(const AttributeList& attributes) {
  if (attributes.number(CKA_CLASS) != CKO_PUBLIC_KEY) return {};
  const auto type = attributes.number(CKA_KEY_TYPE);
  if (type != CKK_EC && type != CKK_EC_EDWARDS) return {};
  for (const Attribute& attribute : attributes.all())
    if (attribute.type.value == CKA_EC_PARAMS && !is_named_curve(attribute.value))
      return fail(Rv::curve_not_supported, "OP-TEE does not know the curve");
  return {};
}

bool is_user_session(const wire::SessionInfo::Reply& info) {
  return info.state == CKS_RO_USER_FUNCTIONS || info.state == CKS_RW_USER_FUNCTIONS;
}

/// find_nothing searches for data that is a key. (A zero length alone never matches anything in OP-TEE, OP-TEE ABI section
/// 5.5; but that is not a rule of the standard.)
void find_nothing(AttributeList& attributes) {
  attributes.clear();
  attributes.add(CKA_CLASS, kDataClass);
  attributes.add(CKA_KEY_TYPE, kEdwardsKeyType);
  attributes.add(CKA_LABEL, {});
}

}  // namespace

Result<void> fit_new(AttributeList& attributes) {
  drop_empty_unknown(attributes);
  drop_dates(attributes);
  strip_edwards_points(attributes);
  // OP-TEE has no way to authenticate again: such a key could never be used (OP-TEE ABI section 12.3).
  if (attributes.is_true(CKA_ALWAYS_AUTHENTICATE))
    return fail(Rv::attribute_value_invalid, "OP-TEE cannot use keys that always authenticate");
  HF_TRY(require_known_curve(attributes));
  return require_known(attributes);
}

Result<void> fit_new_key(const Client& client, ck::SessionHandle session, AttributeList& attributes,
                         CK_OBJECT_CLASS object_class) {
  if (object_class != CKO_PRIVATE_KEY && object_class != CKO_SECRET_KEY) return {};
  HF_ASSIGN_OR_RETURN(const auto info, client.send<wire::SessionInfo>({session}));
  if (!is_user_session(info)) {
    // C_GenerateKey of OP-TEE forgets to ask (OP-TEE ABI section 19.3, number 6).
    if (attributes.is_true(CKA_PRIVATE)) return fail(Rv::user_not_logged_in, "private object without a user");
    return {};
  }
  attributes.add_if_absent(CKA_PRIVATE, kTrue);
  if (object_class == CKO_PRIVATE_KEY) attributes.add_if_absent(CKA_SENSITIVE, kTrue);
  return {};
}

void fit_edwards_pair(AttributeList& attributes) { attributes.add_if_absent(CKA_KEY_TYPE, kEdwardsKeyType); }

Result<void> fit_copy(AttributeList& attributes) {
  drop_empty_unknown(attributes);
  drop_dates(attributes);
  return require_known(attributes);
}

Result<void> fit_change(AttributeList& attributes) {
  for (const Attribute& attribute : attributes.all())
    if (is_date(attribute) && !attribute.value.empty() && attribute.value.size() != sizeof(std::uint32_t))
      return fail(Rv::attribute_value_invalid, "OP-TEE keeps no dates");
  return fit_copy(attributes);
}

Result<void> fit_search(AttributeList& attributes) {
  for (const Attribute& attribute : attributes.all()) {
    // OP-TEE would search for a key type instead (OP-TEE ABI section 10.1).
    if (attribute.type.value == CKA_KEY_GEN_MECHANISM || attribute.type.value == CKA_MECHANISM_TYPE)
      return fail(Rv::attribute_type_invalid, "OP-TEE does not search for this attribute");
  }
  const auto is_unfindable = [](const Attribute& attribute) {
    return !is_known(attribute) || (is_date(attribute) && !attribute.value.empty());
  };
  const auto object_class = attributes.number(CKA_CLASS);
  const bool is_foreign_class = object_class && *object_class > CKO_SECRET_KEY;
  if (is_foreign_class || std::any_of(attributes.all().begin(), attributes.all().end(), is_unfindable))
    find_nothing(attributes);
  strip_edwards_points(attributes);
  return {};
}

}  // namespace holdfast::cryptoki::optee
