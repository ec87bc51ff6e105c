#pragma once

#include <map>

#include "secure/pkcs11/attributes/apply.h"
#include "secure/pkcs11/attributes/policy.h"

namespace holdfast::secure::pkcs11 {

/// Given is what a caller's template says, each attribute once. The views point into the request.
using Given = std::map<ck::AttributeType, ByteView>;

/// Kind is what a template makes.
struct Kind {
  ck::ObjectClass object_class;
  ck::KeyType key_type;
  Policy policy;
};

/// DraftRules is what a template may say, in one dialect. draft.cpp does the rest for both.
struct DraftRules {
  Dialect dialect;
  /// collect reads the list.
  Result<Given> (*collect)(const wire::Template& attributes);
  /// What a template without class or key type is, and one that names a kind of object that does not exist.
  Rv kind_missing;
  Rv kind_unknown;
  /// Whether class and key type may be left out of templates that derive or unwrap.
  bool hints_every_origin;
  /// check_given refuses, or drops, what does not go with the kind and its origin, and asks for what must be there.
  Result<void> (*check_given)(Given& given, const Kind& kind, Origin origin);
  /// check_values looks at values that depend on each other.
  Result<void> (*check_values)(const AttributeSet& object);
};

extern const DraftRules kStandardRules;  // standard_rules.cpp
extern const DraftRules kOpteeRules;     // optee_rules.cpp

/// need_of is what a template of this origin must, may or must not hold.
Need need_of(const AttributeRow& row, Origin origin, Dialect dialect);

/// find_missing gives the first attribute that must be given and is not, or null.
const AttributeRow* find_missing(const Given& given, const Policy& policy, Origin origin, Dialect dialect);

/// has_known_category tells whether CKA_CERTIFICATE_CATEGORY, if there, is one of the standard's.
bool has_known_category(const AttributeSet& object);

}  // namespace holdfast::secure::pkcs11
