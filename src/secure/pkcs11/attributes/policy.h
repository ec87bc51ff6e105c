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

/// policy_for gives the rows for a class and, of a key, its type. Rv::attribute_value_invalid when we have no such objects.
Result<Policy> policy_for(ck::ObjectClass object_class, ck::KeyType key_type);

/// policy_of gives the rows of an object that exists.
Policy policy_of(const AttributeSet& object);

}  // namespace holdfast::secure::pkcs11
