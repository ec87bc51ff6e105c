#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/attributes/part_rows.h"

namespace holdfast::secure::pkcs11 {
namespace {

constexpr std::uint32_t kUsualDigits = 6;  // RFC 4226 §5.3

constexpr AttributeRow number_row(std::uint32_t type, std::uint32_t usual) {
  return {.type = ck::AttributeType{type}, .shape = Shape::ulong, .fallback = Fallback::number, .number = usual};
}
constexpr AttributeRow text_row(std::uint32_t type) {
  return {.type = ck::AttributeType{type}, .fallback = Fallback::empty};
}

// PKCS#11 3.2 §6.53, OTP key objects: secret keys that give one-time passwords and nothing else. No clock, PIN or challenge
// goes into what ours give.
constexpr AttributeRow kOtpKeyRows[] = {
    use_row(CKA_ENCRYPT, Fallback::no),
    use_row(CKA_DECRYPT, Fallback::no),
    use_row(CKA_WRAP, Fallback::no),
    use_row(CKA_UNWRAP, Fallback::no),
    number_row(CKA_OTP_FORMAT, CK_OTP_FORMAT_DECIMAL),
    number_row(CKA_OTP_LENGTH, kUsualDigits),
    {.type = ck::AttributeType{CKA_OTP_USER_FRIENDLY_MODE}, .shape = Shape::boolean, .fallback = Fallback::no},
    number_row(CKA_OTP_CHALLENGE_REQUIREMENT, CK_OTP_PARAM_IGNORED),
    number_row(CKA_OTP_TIME_REQUIREMENT, CK_OTP_PARAM_IGNORED),
    number_row(CKA_OTP_COUNTER_REQUIREMENT, CK_OTP_PARAM_OPTIONAL),
    number_row(CKA_OTP_PIN_REQUIREMENT, CK_OTP_PARAM_IGNORED),
    text_row(CKA_OTP_COUNTER),
    text_row(CKA_OTP_TIME),
    text_row(CKA_OTP_USER_IDENTIFIER),
    text_row(CKA_OTP_SERVICE_IDENTIFIER),
    text_row(CKA_OTP_SERVICE_LOGO),
    text_row(CKA_OTP_SERVICE_LOGO_TYPE),
};

}  // namespace

RowSpan otp_key_attribute_rows() { return kOtpKeyRows; }

}  // namespace holdfast::secure::pkcs11
