#pragma once

#include <array>

#include "base/result.h"
#include "secure/pkcs11/attributes/attribute_set.h"
#include "secure/pkcs11/attributes/row.h"

namespace holdfast::secure::pkcs11 {

/// Policy is every row that holds for an object, most general first.
class Policy {
 public:
  Policy(std::initializer_list<RowSpan> spans);

  const AttributeRow* find(ck::AttributeType type) const;
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (const RowSpan span : spans_)
      for (const AttributeRow& row : span) visit(row);
  }

 private:
  std::array<RowSpan, 4> spans_{};
};

/// policy_for gives the rows for a class and, of a key or its domain parameters, the key type, of a certificate (CKC_X_509 unless
/// told) its type. Rv::attribute_value_invalid when we have no such objects.
Result<Policy> policy_for(ck::ObjectClass object_class, ck::KeyType key_type, std::uint32_t certificate_type = 0);

/// policy_of gives the rows of an object that exists.
Policy policy_of(const AttributeSet& object);

/// has_key_type tells whether objects of a class have a CKA_KEY_TYPE: keys and domain parameters.
bool has_key_type(ck::ObjectClass object_class);

/// is_built_in tells whether only the token makes objects of a class.
bool is_built_in(ck::ObjectClass object_class);

/// is_known_to_optee tells whether OP-TEE's trusted application has objects of this kind (ABI section 10.4).
bool is_known_to_optee(ck::ObjectClass object_class, ck::KeyType key_type);

}  // namespace holdfast::secure::pkcs11
