#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/attributes/row.h"

namespace holdfast::secure::pkcs11 {
namespace {

constexpr AttributeRow trust_in(std::uint32_t type) {
  return {.type = ck::AttributeType{type}, .shape = Shape::ulong, .change = Change::always, .fallback = Fallback::number,
          .number = CKT_TRUST_UNKNOWN};
}

// PKCS#11 3.2 §4.7, trust objects: what one certificate, named by issuer and serial number, is trusted for.
constexpr AttributeRow kTrustRows[] = {
    {.type = ck::AttributeType{CKA_ISSUER}, .create = Need::must},
    {.type = ck::AttributeType{CKA_SERIAL_NUMBER}, .create = Need::must},
    {.type = ck::AttributeType{CKA_HASH_OF_CERTIFICATE}, .fallback = Fallback::empty},
    {.type = ck::AttributeType{CKA_NAME_HASH_ALGORITHM}, .shape = Shape::ulong, .fallback = Fallback::number,
     .number = CKM_SHA_1},
    trust_in(CKA_TRUST_SERVER_AUTH),
    trust_in(CKA_TRUST_CLIENT_AUTH),
    trust_in(CKA_TRUST_CODE_SIGNING),
    trust_in(CKA_TRUST_EMAIL_PROTECTION),
    trust_in(CKA_TRUST_IPSEC_IKE),
    trust_in(CKA_TRUST_TIME_STAMPING),
    trust_in(CKA_TRUST_OCSP_SIGNING),
};

}  // namespace

RowSpan trust_attribute_rows() { return kTrustRows; }

}  // namespace holdfast::secure::pkcs11
