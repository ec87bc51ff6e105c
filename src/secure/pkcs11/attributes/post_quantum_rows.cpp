#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/attributes/part_rows.h"

namespace holdfast::secure::pkcs11 {
namespace {

// PKCS#11 3.2, ML-DSA, SLH-DSA, XMSS and XMSSMT: a parameter set and a value.
constexpr AttributeRow kParameterSetPublicRows[] = {
    parameter_row(CKA_PARAMETER_SET, Shape::ulong),
    part_row(CKA_VALUE),
};

constexpr AttributeRow kSlhDsaPrivateRows[] = {
    part_row(CKA_PARAMETER_SET, Shape::ulong),
    secret_part_row(CKA_VALUE),
};

// Either of seed and value makes a key; whether one is there, load_key (operations/key.h) tells.
constexpr AttributeRow kMlDsaPrivateRows[] = {
    part_row(CKA_PARAMETER_SET, Shape::ulong),
    secret_part_row(CKA_SEED, Need::may),
    secret_part_row(CKA_VALUE, Need::may),
};

// PKCS#11 3.2, ML-KEM: its keys do nothing but carry other keys.
constexpr AttributeRow kMlKemPublicRows[] = {
    use_row(CKA_VERIFY, Fallback::no),
    use_row(CKA_ENCAPSULATE, Fallback::usage),
    parameter_row(CKA_PARAMETER_SET, Shape::ulong),
    part_row(CKA_VALUE),
};
constexpr AttributeRow kMlKemPrivateRows[] = {
    use_row(CKA_SIGN, Fallback::no),
    use_row(CKA_DECAPSULATE, Fallback::usage),
    part_row(CKA_PARAMETER_SET, Shape::ulong),
    secret_part_row(CKA_SEED, Need::may),
    secret_part_row(CKA_VALUE, Need::may),
};

// PKCS#11 3.2, HSS: the value tells levels and types.
constexpr AttributeRow kHssPublicRows[] = {
    part_row(CKA_VALUE),
    computed_row(CKA_HSS_LEVELS, Shape::ulong),
    computed_row(CKA_HSS_LMS_TYPE, Shape::ulong),
    computed_row(CKA_HSS_LMOTS_TYPE, Shape::ulong),
};

}  // namespace

RowSpan parameter_set_public_attribute_rows() { return kParameterSetPublicRows; }
RowSpan slh_dsa_private_attribute_rows() { return kSlhDsaPrivateRows; }
RowSpan ml_dsa_private_attribute_rows() { return kMlDsaPrivateRows; }
RowSpan ml_kem_public_attribute_rows() { return kMlKemPublicRows; }
RowSpan ml_kem_private_attribute_rows() { return kMlKemPrivateRows; }
RowSpan hss_public_attribute_rows() { return kHssPublicRows; }

}  // namespace holdfast::secure::pkcs11
