#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/attributes/part_rows.h"

namespace holdfast::secure::pkcs11 {
namespace {

// PKCS#11 3.2 §4.12, domain parameter objects.
constexpr AttributeRow kDomainRows[] = {
    {.type = ck::AttributeType{CKA_KEY_TYPE}, .shape = Shape::ulong, .create = Need::must},
    computed_row(CKA_LOCAL, Shape::boolean),
};

}  // namespace

RowSpan domain_attribute_rows() { return kDomainRows; }

}  // namespace holdfast::secure::pkcs11
