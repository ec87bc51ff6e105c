#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/attributes/row.h"

namespace holdfast::secure::pkcs11 {
namespace {

// PKCS#11 3.1 §4.4, storage objects.
constexpr AttributeRow kStorageRows[] = {
    {.type = ck::AttributeType{CKA_CLASS}, .shape = Shape::ulong, .create = Need::must, .unwrap = Need::must},
    {.type = ck::AttributeType{CKA_TOKEN}, .shape = Shape::boolean, .change = Change::on_copy, .fallback = Fallback::no},
    {.type = ck::AttributeType{CKA_PRIVATE}, .shape = Shape::boolean, .change = Change::on_copy, .fallback = Fallback::no},
    {.type = ck::AttributeType{CKA_MODIFIABLE}, .shape = Shape::boolean, .change = Change::on_copy, .fallback = Fallback::yes},
    {.type = ck::AttributeType{CKA_COPYABLE}, .shape = Shape::boolean, .change = Change::to_false_only, .fallback = Fallback::yes},
    {.type = ck::AttributeType{CKA_DESTROYABLE}, .shape = Shape::boolean, .change = Change::on_copy, .fallback = Fallback::yes},
    {.type = ck::AttributeType{CKA_LABEL}, .change = Change::always, .fallback = Fallback::empty},
    {.type = ck::AttributeType{CKA_UNIQUE_ID},
     .create = Need::never, .generate = Need::never, .unwrap = Need::never, .derive = Need::never},
};

// PKCS#11 3.1 §4.5, data objects.
constexpr AttributeRow kDataRows[] = {
    {.type = ck::AttributeType{CKA_APPLICATION}, .fallback = Fallback::empty},
    {.type = ck::AttributeType{CKA_OBJECT_ID}, .fallback = Fallback::empty},
    {.type = ck::AttributeType{CKA_VALUE}, .at_rest = AtRest::secret_if_private, .fallback = Fallback::empty},
};

}  // namespace

RowSpan storage_attribute_rows() { return kStorageRows; }
RowSpan data_attribute_rows() { return kDataRows; }

}  // namespace holdfast::secure::pkcs11
