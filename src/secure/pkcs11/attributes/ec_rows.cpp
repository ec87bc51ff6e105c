#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/attributes/part_rows.h"

namespace holdfast::secure::pkcs11 {
namespace {

// PKCS#11 3.1 §6.3.3 and §6.3.4, public keys on Weierstrass and Edwards curves.
constexpr AttributeRow kEcPublicRows[] = {
    {.type = ck::AttributeType{CKA_EC_PARAMS}, .create = Need::must, .generate = Need::must},
    {.type = ck::AttributeType{CKA_EC_POINT}, .create = Need::must, .generate = Need::never, .optee_fallback = Fallback::empty,
     .optee_create = Need::may},
};

// PKCS#11 3.1 §6.3.5 and §6.3.6, private keys. The standard gives a private key no point; clients that read one there find it.
constexpr AttributeRow kEcPrivateRows[] = {
    {.type = ck::AttributeType{CKA_EC_PARAMS}, .create = Need::must, .unwrap = Need::never},
    {.type = ck::AttributeType{CKA_EC_POINT}, .generate = Need::never, .unwrap = Need::never},
    {.type = ck::AttributeType{CKA_VALUE}, .create = Need::must, .generate = Need::never, .unwrap = Need::never,
     .derive = Need::never, .read = Read::if_revealable, .at_rest = AtRest::secret},
};

// PKCS#11 3.2 §6.3, keys on Montgomery curves: they agree on secrets and sign nothing.
constexpr AttributeRow kMontgomeryPublicRows[] = {
    use_row(CKA_VERIFY, Fallback::no),
    use_row(CKA_DERIVE, Fallback::usage),
    parameter_row(CKA_EC_PARAMS),
    part_row(CKA_EC_POINT),
};
constexpr AttributeRow kMontgomeryPrivateRows[] = {
    use_row(CKA_SIGN, Fallback::no),
    use_row(CKA_DERIVE, Fallback::usage),
    {.type = ck::AttributeType{CKA_EC_PARAMS}, .create = Need::must, .unwrap = Need::never},
    {.type = ck::AttributeType{CKA_EC_POINT}, .generate = Need::never, .unwrap = Need::never},
    secret_part_row(CKA_VALUE),
};

}  // namespace

RowSpan ec_public_attribute_rows() { return kEcPublicRows; }
RowSpan ec_private_attribute_rows() { return kEcPrivateRows; }
RowSpan montgomery_public_attribute_rows() { return kMontgomeryPublicRows; }
RowSpan montgomery_private_attribute_rows() { return kMontgomeryPrivateRows; }

}  // namespace holdfast::secure::pkcs11
