#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/attributes/part_rows.h"

namespace holdfast::secure::pkcs11 {
namespace {

// PKCS#11 3.2 §4.13, mechanism objects, and §4.14, profile objects.
constexpr AttributeRow kMechanismRows[] = {computed_row(CKA_MECHANISM_TYPE, Shape::ulong)};
constexpr AttributeRow kProfileRows[] = {computed_row(CKA_PROFILE_ID, Shape::ulong)};

}  // namespace

RowSpan mechanism_attribute_rows() { return kMechanismRows; }
RowSpan profile_attribute_rows() { return kProfileRows; }

}  // namespace holdfast::secure::pkcs11
