#pragma once

#include <array>
#include <cstdint>

#include <pkcs11/pkcs11.h>

#include "ck/handles.h"

namespace holdfast::wire {

/// How an attribute's value travels where the wire differs from the caller's memory (OP-TEE ABI section 4.3).
enum class AttributeEncoding : std::uint8_t {
  raw,              // the caller's bytes unchanged; a CK_BBOOL is one such byte
  ulong,            // CK_ULONG in memory, u32 on the wire; CK_UNAVAILABLE_INFORMATION is 0xFFFFFFFF
  mechanism_array,  // CK_MECHANISM_TYPE[], or other CK_ULONG[], in memory, u32[] on the wire
  attribute_array,  // CK_ATTRIBUTE[] in memory, a nested attribute list on the wire
};

/// Nested attribute lists deeper than this are refused.
inline constexpr int kMaxTemplateNesting = 5;

constexpr AttributeEncoding encoding_of(ck::AttributeType type) {
  switch (type.value) {
    case CKA_CLASS:
    case CKA_CERTIFICATE_TYPE:
    case CKA_CERTIFICATE_CATEGORY:
    case CKA_JAVA_MIDP_SECURITY_DOMAIN:
    case CKA_NAME_HASH_ALGORITHM:
    case CKA_KEY_TYPE:
    case CKA_HW_FEATURE_TYPE:
    case CKA_MECHANISM_TYPE:
    case CKA_KEY_GEN_MECHANISM:
    case CKA_VALUE_LEN:
    case CKA_MODULUS_BITS:
    // What OP-TEE's trusted application does not have.
    case CKA_VALUE_BITS:
    case CKA_PRIME_BITS:
    case CKA_SUBPRIME_BITS:
    case CKA_PARAMETER_SET:
    case CKA_HSS_LEVELS:
    case CKA_HSS_LMS_TYPE:
    case CKA_HSS_LMOTS_TYPE:
    case CKA_KEYS_REMAINING:
    case CKA_OTP_FORMAT:
    case CKA_OTP_LENGTH:
    case CKA_OTP_TIME_INTERVAL:
    case CKA_OTP_CHALLENGE_REQUIREMENT:
    case CKA_OTP_TIME_REQUIREMENT:
    case CKA_OTP_COUNTER_REQUIREMENT:
    case CKA_OTP_PIN_REQUIREMENT:
    case CKA_X2RATCHET_BAGSIZE:
    case CKA_X2RATCHET_NR:
    case CKA_X2RATCHET_NS:
    case CKA_X2RATCHET_PNS:
    case CKA_PIXEL_X:
    case CKA_PIXEL_Y:
    case CKA_RESOLUTION:
    case CKA_CHAR_ROWS:
    case CKA_CHAR_COLUMNS:
    case CKA_BITS_PER_PIXEL:
    case CKA_PROFILE_ID:
    case CKA_OBJECT_VALIDATION_FLAGS:
    case CKA_VALIDATION_TYPE:
    case CKA_VALIDATION_LEVEL:
    case CKA_VALIDATION_FLAG:
    case CKA_VALIDATION_AUTHORITY_TYPE:
    case CKA_TRUST_SERVER_AUTH:
    case CKA_TRUST_CLIENT_AUTH:
    case CKA_TRUST_CODE_SIGNING:
    case CKA_TRUST_EMAIL_PROTECTION:
    case CKA_TRUST_IPSEC_IKE:
    case CKA_TRUST_TIME_STAMPING:
    case CKA_TRUST_OCSP_SIGNING:
    case CKA_AUTH_PIN_FLAGS:
      return AttributeEncoding::ulong;
    case CKA_ALLOWED_MECHANISMS:
    case CKA_HSS_LMS_TYPES:
    case CKA_HSS_LMOTS_TYPES:
      return AttributeEncoding::mechanism_array;
    case CKA_WRAP_TEMPLATE:
    case CKA_UNWRAP_TEMPLATE:
    case CKA_DERIVE_TEMPLATE:
    case CKA_ENCAPSULATE_TEMPLATE:
    case CKA_DECAPSULATE_TEMPLATE:
      return AttributeEncoding::attribute_array;
    default:
      return AttributeEncoding::raw;
  }
}

}  // namespace holdfast::wire
