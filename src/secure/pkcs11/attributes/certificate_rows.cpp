#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/attributes/row.h"

namespace holdfast::secure::pkcs11 {
namespace {

// PKCS#11 3.1 §4.6, certificate objects.
constexpr AttributeRow kCertificateRows[] = {
    {.type = ck::AttributeType{CKA_CERTIFICATE_TYPE}, .shape = Shape::ulong, .create = Need::must},
    {.type = ck::AttributeType{CKA_TRUSTED}, .shape = Shape::boolean, .change = Change::by_security_officer, .fallback = Fallback::no},
    {.type = ck::AttributeType{CKA_CERTIFICATE_CATEGORY}, .shape = Shape::ulong, .fallback = Fallback::number,
     .number = CK_CERTIFICATE_CATEGORY_UNSPECIFIED},
    {.type = ck::AttributeType{CKA_CHECK_VALUE}},
    {.type = ck::AttributeType{CKA_START_DATE}, .shape = Shape::date, .fallback = Fallback::empty, .optee_fallback = Fallback::none},
    {.type = ck::AttributeType{CKA_END_DATE}, .shape = Shape::date, .fallback = Fallback::empty, .optee_fallback = Fallback::none},
    {.type = ck::AttributeType{CKA_PUBLIC_KEY_INFO}, .fallback = Fallback::empty, .optee_fallback = Fallback::none},
};

// PKCS#11 3.1 §4.6.3, X.509 public key certificates, of which only the label, CKA_ID, CKA_ISSUER and CKA_SERIAL_NUMBER may
// change.
constexpr AttributeRow kX509Rows[] = {
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

// PKCS#11 3.1 §4.6.5, X.509 attribute certificates.
constexpr AttributeRow kAttributeCertificateRows[] = {
    {.type = ck::AttributeType{CKA_OWNER}, .create = Need::must},
    {.type = ck::AttributeType{CKA_AC_ISSUER}, .change = Change::always, .fallback = Fallback::empty},
    {.type = ck::AttributeType{CKA_SERIAL_NUMBER}, .change = Change::always, .fallback = Fallback::empty},
    {.type = ck::AttributeType{CKA_ATTR_TYPES}, .change = Change::always, .fallback = Fallback::empty},
    {.type = ck::AttributeType{CKA_VALUE}, .create = Need::must},
};

// PKCS#11 3.1 §4.6.4, WTLS public key certificates.
constexpr AttributeRow kWtlsRows[] = {
    {.type = ck::AttributeType{CKA_SUBJECT}, .create = Need::must},
    {.type = ck::AttributeType{CKA_ISSUER}, .change = Change::always, .fallback = Fallback::empty},
    {.type = ck::AttributeType{CKA_VALUE}, .create = Need::must},
    {.type = ck::AttributeType{CKA_URL}, .fallback = Fallback::empty},
    {.type = ck::AttributeType{CKA_HASH_OF_SUBJECT_PUBLIC_KEY}, .fallback = Fallback::empty},
    {.type = ck::AttributeType{CKA_HASH_OF_ISSUER_PUBLIC_KEY}, .fallback = Fallback::empty},
    {.type = ck::AttributeType{CKA_NAME_HASH_ALGORITHM}, .shape = Shape::ulong, .fallback = Fallback::number,
     .number = CKM_SHA_1},
};

}  // namespace

RowSpan certificate_attribute_rows() { return kCertificateRows; }
RowSpan x_509_attribute_rows() { return kX509Rows; }
RowSpan attribute_certificate_attribute_rows() { return kAttributeCertificateRows; }
RowSpan wtls_attribute_rows() { return kWtlsRows; }

}  // namespace holdfast::secure::pkcs11
