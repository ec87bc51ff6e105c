#include <algorithm>

#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/operations/derivation.h"
#include "secure/pkcs11/operations/template_edit.h"

// How secret a derived key is (PKCS#11 3.2, the rules at the end of each derivation mechanism).

namespace holdfast::secure::pkcs11 {
namespace {

constexpr ck::AttributeType kSensitive{CKA_SENSITIVE};
constexpr ck::AttributeType kExtractable{CKA_EXTRACTABLE};
constexpr ck::AttributeType kAlwaysSensitive{CKA_ALWAYS_SENSITIVE};
constexpr ck::AttributeType kNeverExtractable{CKA_NEVER_EXTRACTABLE};

/// impose sets a flag, unless the template said the opposite.
Result<void> impose(ck::AttributeType type, bool value, const wire::Template& list, AttributeSet& key) {
  HF_ASSIGN_OR_RETURN(const std::optional<ByteView> said, stated(list, type));
  if (said.has_value() && key.flag(type) != value)
    return fail(Rv::template_inconsistent, "template asks for less secrecy than the base key has");
  key.set_flag(type, value);
  return {};
}

Result<void> offer(ck::AttributeType type, bool value, const wire::Template& list, AttributeSet& key) {
  HF_ASSIGN_OR_RETURN(const std::optional<ByteView> said, stated(list, type));
  if (!said.has_value()) key.set_flag(type, value);
  return {};
}

}  // namespace

Result<Past> settle_secrecy(Secrecy rule, const AttributeSet& base, const OtherKeys& others, const PlannedKey& planned,
                            AttributeSet& key) {
  const wire::Template list{.attributes = planned.attributes};
  std::vector<const AttributeSet*> all{&base};
  all.insert(all.end(), others.found().begin(), others.found().end());
  const auto any = [&](ck::AttributeType type, bool value) {
    return std::any_of(all.begin(), all.end(), [&](const AttributeSet* set) { return set->flag(type) == value; });
  };
  switch (rule) {
    case Secrecy::chosen:
      break;
    case Secrecy::inherited:
      HF_TRY(offer(kSensitive, base.flag(kSensitive), list, key));
      HF_TRY(offer(kExtractable, base.flag(kExtractable), list, key));
      return Past{.always_sensitive = any(kAlwaysSensitive, true), .never_extractable = any(kNeverExtractable, true)};
    case Secrecy::strictest:
      if (any(kSensitive, true)) HF_TRY(impose(kSensitive, true, list, key));
      if (any(kExtractable, false)) HF_TRY(impose(kExtractable, false, list, key));
      return Past{.always_sensitive = !any(kAlwaysSensitive, false), .never_extractable = !any(kNeverExtractable, false)};
    case Secrecy::same:
      HF_TRY(impose(kSensitive, base.flag(kSensitive), list, key));
      HF_TRY(impose(kExtractable, base.flag(kExtractable), list, key));
      break;
  }
  return Past{.always_sensitive = base.flag(kAlwaysSensitive), .never_extractable = base.flag(kNeverExtractable)};
}

}  // namespace holdfast::secure::pkcs11
