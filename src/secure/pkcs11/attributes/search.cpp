#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/attributes/apply.h"
#include "secure/pkcs11/attributes/edwards_point.h"
#include "secure/pkcs11/attributes/optee_template.h"

namespace holdfast::secure::pkcs11 {
namespace {

bool is_same(const AttributeSet& object, ck::AttributeType type, ByteView value, ByteView wanted) {
  if (is_edwards_point(object, type)) return equal(plain_edwards_point(value), plain_edwards_point(wanted));
  return equal(value, wanted);
}

// OP-TEE ABI section 5.5.
bool is_searched_by_optee(std::uint32_t object_class) {
  switch (object_class) {
    case CKO_DATA:
    case CKO_CERTIFICATE:
    case CKO_PUBLIC_KEY:
    case CKO_PRIVATE_KEY:
    case CKO_SECRET_KEY:
    case 0xFFFFFFFF:  // how OP-TEE writes "unspecified"
      return true;
    default:
      return false;
  }
}

Result<void> check_for_optee(const wire::Template& search) {
  HF_ASSIGN_OR_RETURN(const std::vector<wire::Attribute> clean, clean_template(search));
  for (const wire::Attribute& attribute : clean)
    if (attribute.type.value == CKA_CLASS && !is_searched_by_optee(*ByteReader(attribute.value).u32()))
      return fail(Rv::arguments_bad, "no search for objects of this class");
  return {};
}

}  // namespace

bool matches(const AttributeSet& object, const wire::Template& search) {
  const Result<void> outcome = for_each_attribute(search, [&](const wire::Attribute& attribute) -> Result<void> {
    // Secrets are not in the set, so a search cannot confirm a guess of one.
    const Bytes* const value = object.find(attribute.type);
    if (value == nullptr || !is_same(object, attribute.type, *value, attribute.value)) return fail(Rv::cancel, "no match");
    return {};
  });
  return outcome.has_value();
}

Result<void> check_search_template(const wire::Template& search, Dialect dialect) {
  if (dialect == Dialect::optee) return check_for_optee(search);
  return for_each_attribute(search, [](const wire::Attribute&) -> Result<void> { return {}; });
}

}  // namespace holdfast::secure::pkcs11
