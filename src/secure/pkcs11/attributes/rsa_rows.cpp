#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/attributes/row.h"

namespace holdfast::secure::pkcs11 {
namespace {

// PKCS#11 3.1 §6.1.2, RSA public key objects.
constexpr AttributeRow kRsaPublicRows[] = {
    {.type = ck::AttributeType{CKA_ENCRYPT}, .shape = Shape::boolean, .change = Change::always, .fallback = Fallback::usage},
    {.type = ck::AttributeType{CKA_WRAP}, .shape = Shape::boolean, .change = Change::always, .fallback = Fallback::usage},
    {.type = ck::AttributeType{CKA_MODULUS}, .create = Need::must, .generate = Need::never},
    {.type = ck::AttributeType{CKA_MODULUS_BITS}, .shape = Shape::ulong, .create = Need::never, .generate = Need::must},
    {.type = ck::AttributeType{CKA_PUBLIC_EXPONENT}, .create = Need::must},
};

// OP-TEE takes a private key with parts missing, to fail at its first use (ABI section 10.4).
#define HF_RSA_SECRET(attribute, need)                                                                       \
  {.type = ck::AttributeType{attribute}, .create = need, .generate = Need::never, .unwrap = Need::never,     \
   .derive = Need::never, .read = Read::if_revealable, .at_rest = AtRest::secret,                            \
   .optee_create = Need::may}

// PKCS#11 3.1 §6.1.3, RSA private key objects.
constexpr AttributeRow kRsaPrivateRows[] = {
    {.type = ck::AttributeType{CKA_DECRYPT}, .shape = Shape::boolean, .change = Change::always, .fallback = Fallback::usage},
    {.type = ck::AttributeType{CKA_UNWRAP}, .shape = Shape::boolean, .change = Change::always, .fallback = Fallback::usage},
    {.type = ck::AttributeType{CKA_MODULUS}, .create = Need::must, .generate = Need::never, .unwrap = Need::never,
     .optee_fallback = Fallback::empty, .optee_create = Need::may},
    {.type = ck::AttributeType{CKA_PUBLIC_EXPONENT}, .generate = Need::never, .unwrap = Need::never,
     .optee_fallback = Fallback::empty},
    HF_RSA_SECRET(CKA_PRIVATE_EXPONENT, Need::must),
    HF_RSA_SECRET(CKA_PRIME_1, Need::may),
    HF_RSA_SECRET(CKA_PRIME_2, Need::may),
    HF_RSA_SECRET(CKA_EXPONENT_1, Need::may),
    HF_RSA_SECRET(CKA_EXPONENT_2, Need::may),
    HF_RSA_SECRET(CKA_COEFFICIENT, Need::may),
};

#undef HF_RSA_SECRET

}  // namespace

RowSpan rsa_public_attribute_rows() { return kRsaPublicRows; }
RowSpan rsa_private_attribute_rows() { return kRsaPrivateRows; }

}  // namespace holdfast::secure::pkcs11
