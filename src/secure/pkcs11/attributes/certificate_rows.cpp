#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/attributes/row.h"

namespace holdfast::secure::pkcs11 {
namespace {

// PKCS#11 3.1 §4.6, certificate objects, and §4.6.3, X.509 public key certificates, of which only the label, CKA_ID,
// CKA_ISSUER and CKA_SERIAL_NUMBER may change.
constexpr AttributeRow kCertificateRows[] = {
    {.type = ck::AttributeType{CKA_CERTIFICATE_TYPE}, .shape = Shape::ulong, .create = Need::must},
    {.type = ck::AttributeType{CKA_TRUSTED}, .shape = Shape::boolean, .change = Change::by_security_officer, .fallback = Fallback::no},
    {.type = ck::AttributeType{CKA_CERTIFICATE_CATEGORY}, .shape = Shape::ulong, .fallback = Fallback::number,
     .number = CK_CERTIFICATE_CATEGORY_UNSPECIFIED},
    {.type = ck::AttributeType{CKA_CHECK_VALUE}},
    {.type = ck::AttributeType{CKA_START_DATE}, .shape = Shape::date, .fallback = Fallback::empty, .optee_fallback = Fallback::none},
    {.type = ck::AttributeType{CKA_END_DATE}, .shape = Shape::date, .fallback = Fallback::empty, .optee_fallback = Fallback::none},
    {.type = ck::AttributeType{CKA_PUBLIC_KEY_INFO}, .fallback = Fallback::empty, .optee_fallback = Fallback::none},
    {.type = ck::AttributeType{CKA_SUBJECT}, .create = Need::must},
    {.type = ck::AttributeType{CKA_ID}, .change = Change::always, .fallback = Fallback::empty, .optee_fallback = Fallback::none},
    {.type = ck::AttributeType{CKA_ISSUER}, .change = Change::always, .fallback = Fallback::empty, .optee_fallback = Fallback::none},
    {.type = ck::AttributeType{CKA_SERIAL_NUMBER}, .change = Change::always, .fallback = Fallback::empty, .optee_fallback = Fallback::none},
    {.type = ck::AttributeType{CKA_VALUE}, .create = Need::must, .optee_create = Need::may},
    {.type = ck::AttributeType{CKA_URL}, .fallback = Fallback::empty, .optee_fallback = Fallback::none},
    {.type = ck::AttributeType{CKA_HASH_OF_SUBJECT_PUBLIC_KEY}, .fallback = Fallback::empty, .optee_fallback = Fallback::none},
    {.type = ck::AttributeType{CKA_HASH_OF_ISSUER_PUBLIC_KEY}, .fallback = Fallback::empty, .optee_fallback = Fallback::none},
    {.type = ck::AttributeType{CKA_JAVA_MIDP_SECURITY_DOMAIN}, .shape = Shape::ulong, .fallback = Fallback::number,
     .number = CK_SECURITY_DOMAIN_UNSPECIFIED, .optee_fallback = Fallback::none},
    {.type = ck::AttributeType{CKA_NAME_HASH_ALGORITHM}, .shape = Shape::ulong, .fallback = Fallback::number,
     .number = CKM_SHA_1},
};

}  // namespace

RowSpan certificate_attribute_rows() { return kCertificateRows; }

}  // namespace holdfast::secure::pkcs11
