#pragma once

#include <mutex>
#include <vector>

#include "base/token_policy.h"
#include "secure/pkcs11/object/object_table.h"

namespace holdfast::secure::pkcs11 {

/// is_built_in tells whether a uid is that of a built-in object, which is no random one.
bool is_built_in(const ObjectUid& uid);

/// BuiltInObjects are those that a token has of itself: its profiles and its mechanisms (PKCS#11 3.2 §4.13 and §4.14). They say
/// what is so, nobody makes, changes or destroys them, and no store keeps them. There is no validation object: nobody has
/// validated this software (§4.15). Thread-safe.
class BuiltInObjects {
 public:
  /// What a token's own objects depend on beside the libcrypto at hand.
  struct Conditions {
    bool certificates_are_public = false;
    TokenPolicy policy;
  };

  explicit BuiltInObjects(ck::SlotId slot) : slot_(slot) {}

  /// find gives null for any other object's uid.
  ObjectRef find(const ObjectUid& uid, const Conditions& conditions) const;
  /// find_matching gives mechanisms only to a search for CKA_CLASS CKO_MECHANISM (§4.13).
  std::vector<ObjectRef> find_matching(const wire::Template& search, const Conditions& conditions) const;

 private:
  const ObjectTable& profiles() const;
  const ObjectTable& mechanisms() const;

  const ck::SlotId slot_;
  // Made at the first search, when the mechanisms that failed their self-test are known.
  mutable std::once_flag profiles_made_;
  mutable std::once_flag mechanisms_made_;
  mutable ObjectTable profiles_;
  mutable ObjectTable mechanisms_;
};

}  // namespace holdfast::secure::pkcs11
