#include "secure/pkcs11/attributes/apply.h"

namespace holdfast::secure::pkcs11 {

bool matches(const AttributeSet& object, const wire::Template& search) {
  const Result<void> outcome = for_each_attribute(search, [&](const wire::Attribute& attribute) -> Result<void> {
    // Secrets are not in the set, so a search cannot confirm a guess of one.
    const Bytes* const value = object.find(attribute.type);
    if (value == nullptr || !equal(*value, attribute.value)) return fail(Rv::cancel, "no match");
    return {};
  });
  return outcome.has_value();
}

Result<void> check_search_template(const wire::Template& search) {
  return for_each_attribute(search, [](const wire::Attribute&) -> Result<void> { return {}; });
}

}  // namespace holdfast::secure::pkcs11
