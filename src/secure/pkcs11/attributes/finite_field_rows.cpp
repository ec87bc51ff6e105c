#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/attributes/part_rows.h"

// Keys and domain parameters in finite fields: DSA, Diffie-Hellman of PKCS #3 and of X9.42.

namespace holdfast::secure::pkcs11 {
namespace {

// PKCS#11 3.2 §6.2, DSA.
constexpr AttributeRow kDsaPublicRows[] = {
    parameter_row(CKA_PRIME),
    parameter_row(CKA_SUBPRIME),
    parameter_row(CKA_BASE),
    part_row(CKA_VALUE),
};
constexpr AttributeRow kDsaPrivateRows[] = {
    part_row(CKA_PRIME),
    part_row(CKA_SUBPRIME),
    part_row(CKA_BASE),
    secret_part_row(CKA_VALUE),
};
constexpr AttributeRow kDsaDomainRows[] = {
    part_row(CKA_PRIME),
    part_row(CKA_SUBPRIME),
    part_row(CKA_BASE),
    {.type = ck::AttributeType{CKA_PRIME_BITS}, .shape = Shape::ulong, .create = Need::never, .generate = Need::must},
    {.type = ck::AttributeType{CKA_SUBPRIME_BITS}, .shape = Shape::ulong, .create = Need::never},
};

// PKCS#11 3.2 §6.4, Diffie-Hellman. Keys of an agreement sign nothing; a key that names no use derives.
constexpr AttributeRow kDhPublicRows[] = {
    use_row(CKA_VERIFY, Fallback::no),
    use_row(CKA_DERIVE, Fallback::usage),
    parameter_row(CKA_PRIME),
    parameter_row(CKA_BASE),
    part_row(CKA_VALUE),
};
constexpr AttributeRow kDhPrivateRows[] = {
    use_row(CKA_SIGN, Fallback::no),
    use_row(CKA_DERIVE, Fallback::usage),
    part_row(CKA_PRIME),
    part_row(CKA_BASE),
    secret_part_row(CKA_VALUE),
    {.type = ck::AttributeType{CKA_VALUE_BITS}, .shape = Shape::ulong, .create = Need::never, .unwrap = Need::never,
     .derive = Need::never},
};
constexpr AttributeRow kDhDomainRows[] = {
    part_row(CKA_PRIME),
    part_row(CKA_BASE),
    {.type = ck::AttributeType{CKA_PRIME_BITS}, .shape = Shape::ulong, .create = Need::never, .generate = Need::must},
};

constexpr AttributeRow kX942PublicRows[] = {
    use_row(CKA_VERIFY, Fallback::no),
    use_row(CKA_DERIVE, Fallback::usage),
    parameter_row(CKA_PRIME),
    parameter_row(CKA_BASE),
    parameter_row(CKA_SUBPRIME),
    part_row(CKA_VALUE),
};
constexpr AttributeRow kX942PrivateRows[] = {
    use_row(CKA_SIGN, Fallback::no),
    use_row(CKA_DERIVE, Fallback::usage),
    part_row(CKA_PRIME),
    part_row(CKA_BASE),
    part_row(CKA_SUBPRIME),
    secret_part_row(CKA_VALUE),
};
constexpr AttributeRow kX942DomainRows[] = {
    part_row(CKA_PRIME),
    part_row(CKA_BASE),
    part_row(CKA_SUBPRIME),
    {.type = ck::AttributeType{CKA_PRIME_BITS}, .shape = Shape::ulong, .create = Need::never, .generate = Need::must},
    {.type = ck::AttributeType{CKA_SUBPRIME_BITS}, .shape = Shape::ulong, .create = Need::never, .generate = Need::must},
};

}  // namespace

RowSpan dsa_public_attribute_rows() { return kDsaPublicRows; }
RowSpan dsa_private_attribute_rows() { return kDsaPrivateRows; }
RowSpan dsa_domain_attribute_rows() { return kDsaDomainRows; }
RowSpan dh_public_attribute_rows() { return kDhPublicRows; }
RowSpan dh_private_attribute_rows() { return kDhPrivateRows; }
RowSpan dh_domain_attribute_rows() { return kDhDomainRows; }
RowSpan x9_42_dh_public_attribute_rows() { return kX942PublicRows; }
RowSpan x9_42_dh_private_attribute_rows() { return kX942PrivateRows; }
RowSpan x9_42_dh_domain_attribute_rows() { return kX942DomainRows; }

}  // namespace holdfast::secure::pkcs11
