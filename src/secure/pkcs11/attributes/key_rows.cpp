#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/attributes/row.h"

namespace holdfast::secure::pkcs11 {
namespace {

// PKCS#11 3.1 §4.7, key objects.
constexpr AttributeRow kKeyRows[] = {
    {.type = ck::AttributeType{CKA_KEY_TYPE}, .shape = Shape::ulong, .create = Need::must, .unwrap = Need::must, .derive = Need::must},
    {.type = ck::AttributeType{CKA_ID}, .change = Change::always, .fallback = Fallback::empty},
    {.type = ck::AttributeType{CKA_START_DATE}, .shape = Shape::date, .change = Change::always, .fallback = Fallback::empty},
    {.type = ck::AttributeType{CKA_END_DATE}, .shape = Shape::date, .change = Change::always, .fallback = Fallback::empty},
    {.type = ck::AttributeType{CKA_DERIVE}, .shape = Shape::boolean, .change = Change::always, .fallback = Fallback::no},
    {.type = ck::AttributeType{CKA_LOCAL}, .shape = Shape::boolean,
     .create = Need::never, .generate = Need::never, .unwrap = Need::never, .derive = Need::never},
    {.type = ck::AttributeType{CKA_KEY_GEN_MECHANISM}, .shape = Shape::ulong,
     .create = Need::never, .generate = Need::never, .unwrap = Need::never, .derive = Need::never},
    {.type = ck::AttributeType{CKA_ALLOWED_MECHANISMS}, .shape = Shape::mechanism_array},
    // PKCS#11 3.2 §4.15: no validation holds here (docs/objects.md), so no object was made under one.
    {.type = ck::AttributeType{CKA_OBJECT_VALIDATION_FLAGS}, .shape = Shape::ulong,
     .create = Need::never, .generate = Need::never, .unwrap = Need::never, .derive = Need::never, .fallback = Fallback::zero,
     .in_optee = false},
};

// PKCS#11 3.1 §4.8, public key objects.
constexpr AttributeRow kPublicKeyRows[] = {
    {.type = ck::AttributeType{CKA_SUBJECT}, .change = Change::always, .fallback = Fallback::empty},
    {.type = ck::AttributeType{CKA_ENCRYPT}, .shape = Shape::boolean, .change = Change::always, .fallback = Fallback::no},
    {.type = ck::AttributeType{CKA_VERIFY}, .shape = Shape::boolean, .change = Change::always, .fallback = Fallback::usage},
    {.type = ck::AttributeType{CKA_VERIFY_RECOVER}, .shape = Shape::boolean, .change = Change::always, .fallback = Fallback::no},
    {.type = ck::AttributeType{CKA_WRAP}, .shape = Shape::boolean, .change = Change::always, .fallback = Fallback::no},
    {.type = ck::AttributeType{CKA_TRUSTED}, .shape = Shape::boolean, .change = Change::by_security_officer, .fallback = Fallback::no},
    {.type = ck::AttributeType{CKA_WRAP_TEMPLATE}, .shape = Shape::attribute_list, .read = Read::not_in_optee, .optee_fallback = Fallback::empty},
    {.type = ck::AttributeType{CKA_PUBLIC_KEY_INFO}},
    {.type = ck::AttributeType{CKA_ENCAPSULATE}, .shape = Shape::boolean, .change = Change::always, .fallback = Fallback::no, .in_optee = false},
    {.type = ck::AttributeType{CKA_ENCAPSULATE_TEMPLATE}, .shape = Shape::attribute_list, .in_optee = false},
};

// PKCS#11 3.1 §4.9, private key objects. Private and sensitive unless the caller says otherwise.
constexpr AttributeRow kPrivateKeyRows[] = {
    {.type = ck::AttributeType{CKA_PRIVATE}, .shape = Shape::boolean, .change = Change::on_copy, .fallback = Fallback::yes, .optee_fallback = Fallback::no},
    {.type = ck::AttributeType{CKA_SUBJECT}, .change = Change::always, .fallback = Fallback::empty},
    {.type = ck::AttributeType{CKA_SENSITIVE}, .shape = Shape::boolean, .change = Change::to_true_only, .fallback = Fallback::yes, .optee_fallback = Fallback::no},
    {.type = ck::AttributeType{CKA_DECRYPT}, .shape = Shape::boolean, .change = Change::always, .fallback = Fallback::no},
    {.type = ck::AttributeType{CKA_SIGN}, .shape = Shape::boolean, .change = Change::always, .fallback = Fallback::usage},
    {.type = ck::AttributeType{CKA_SIGN_RECOVER}, .shape = Shape::boolean, .change = Change::always, .fallback = Fallback::no},
    {.type = ck::AttributeType{CKA_UNWRAP}, .shape = Shape::boolean, .change = Change::always, .fallback = Fallback::no},
    {.type = ck::AttributeType{CKA_EXTRACTABLE}, .shape = Shape::boolean, .change = Change::to_false_only, .fallback = Fallback::no},
    {.type = ck::AttributeType{CKA_ALWAYS_SENSITIVE}, .shape = Shape::boolean,
     .create = Need::never, .generate = Need::never, .unwrap = Need::never, .derive = Need::never},
    {.type = ck::AttributeType{CKA_NEVER_EXTRACTABLE}, .shape = Shape::boolean,
     .create = Need::never, .generate = Need::never, .unwrap = Need::never, .derive = Need::never},
    {.type = ck::AttributeType{CKA_WRAP_WITH_TRUSTED}, .shape = Shape::boolean, .change = Change::to_true_only, .fallback = Fallback::no},
    {.type = ck::AttributeType{CKA_UNWRAP_TEMPLATE}, .shape = Shape::attribute_list, .read = Read::not_in_optee, .optee_fallback = Fallback::empty},
    {.type = ck::AttributeType{CKA_DERIVE_TEMPLATE}, .shape = Shape::attribute_list, .read = Read::not_in_optee},
    {.type = ck::AttributeType{CKA_ALWAYS_AUTHENTICATE}, .shape = Shape::boolean, .fallback = Fallback::no},
    {.type = ck::AttributeType{CKA_PUBLIC_KEY_INFO}, .optee_change = Change::always},
    {.type = ck::AttributeType{CKA_DECAPSULATE}, .shape = Shape::boolean, .change = Change::always, .fallback = Fallback::no, .in_optee = false},
    {.type = ck::AttributeType{CKA_DECAPSULATE_TEMPLATE}, .shape = Shape::attribute_list, .in_optee = false},
};

// PKCS#11 3.1 §4.10, secret key objects.
constexpr AttributeRow kSecretKeyRows[] = {
    {.type = ck::AttributeType{CKA_PRIVATE}, .shape = Shape::boolean, .change = Change::on_copy, .fallback = Fallback::yes, .optee_fallback = Fallback::no},
    {.type = ck::AttributeType{CKA_SENSITIVE}, .shape = Shape::boolean, .change = Change::to_true_only, .fallback = Fallback::no},
    {.type = ck::AttributeType{CKA_ENCRYPT}, .shape = Shape::boolean, .change = Change::always, .fallback = Fallback::usage},
    {.type = ck::AttributeType{CKA_DECRYPT}, .shape = Shape::boolean, .change = Change::always, .fallback = Fallback::usage},
    {.type = ck::AttributeType{CKA_SIGN}, .shape = Shape::boolean, .change = Change::always, .fallback = Fallback::usage},
    {.type = ck::AttributeType{CKA_VERIFY}, .shape = Shape::boolean, .change = Change::always, .fallback = Fallback::usage},
    {.type = ck::AttributeType{CKA_WRAP}, .shape = Shape::boolean, .change = Change::always, .fallback = Fallback::usage},
    {.type = ck::AttributeType{CKA_UNWRAP}, .shape = Shape::boolean, .change = Change::always, .fallback = Fallback::usage},
    {.type = ck::AttributeType{CKA_EXTRACTABLE}, .shape = Shape::boolean, .change = Change::to_false_only, .fallback = Fallback::no},
    {.type = ck::AttributeType{CKA_ALWAYS_SENSITIVE}, .shape = Shape::boolean,
     .create = Need::never, .generate = Need::never, .unwrap = Need::never, .derive = Need::never},
    {.type = ck::AttributeType{CKA_NEVER_EXTRACTABLE}, .shape = Shape::boolean,
     .create = Need::never, .generate = Need::never, .unwrap = Need::never, .derive = Need::never},
    {.type = ck::AttributeType{CKA_CHECK_VALUE}, .optee_change = Change::always},
    {.type = ck::AttributeType{CKA_WRAP_WITH_TRUSTED}, .shape = Shape::boolean, .change = Change::to_true_only, .fallback = Fallback::no},
    {.type = ck::AttributeType{CKA_TRUSTED}, .shape = Shape::boolean, .change = Change::by_security_officer, .fallback = Fallback::no},
    {.type = ck::AttributeType{CKA_WRAP_TEMPLATE}, .shape = Shape::attribute_list, .read = Read::not_in_optee, .optee_fallback = Fallback::empty},
    {.type = ck::AttributeType{CKA_UNWRAP_TEMPLATE}, .shape = Shape::attribute_list, .read = Read::not_in_optee, .optee_fallback = Fallback::empty},
    {.type = ck::AttributeType{CKA_DERIVE_TEMPLATE}, .shape = Shape::attribute_list, .read = Read::not_in_optee, .optee_fallback = Fallback::empty},
    {.type = ck::AttributeType{CKA_VALUE}, .create = Need::must, .generate = Need::never, .unwrap = Need::never,
     .derive = Need::never, .read = Read::if_revealable, .at_rest = AtRest::secret},
    // Beside a value its length must be right; PKCS#11 leaves it out there, but real clients send it.
    {.type = ck::AttributeType{CKA_VALUE_LEN}, .shape = Shape::ulong, .generate = Need::must},
};

constexpr AttributeRow kFixedSecretRows[] = {
    {.type = ck::AttributeType{CKA_VALUE_LEN}, .shape = Shape::ulong},
};

}  // namespace

RowSpan key_attribute_rows() { return kKeyRows; }
RowSpan public_key_attribute_rows() { return kPublicKeyRows; }
RowSpan private_key_attribute_rows() { return kPrivateKeyRows; }
RowSpan secret_key_attribute_rows() { return kSecretKeyRows; }
RowSpan sized_secret_attribute_rows() { return {}; }
RowSpan fixed_secret_attribute_rows() { return kFixedSecretRows; }

}  // namespace holdfast::secure::pkcs11
