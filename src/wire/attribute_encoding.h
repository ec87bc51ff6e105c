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
  mechanism_array,  // CK_MECHANISM_TYPE[] in memory, u32[] on the wire
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
      return AttributeEncoding::ulong;
    case CKA_ALLOWED_MECHANISMS:
      return AttributeEncoding::mechanism_array;
    case CKA_WRAP_TEMPLATE:
    case CKA_UNWRAP_TEMPLATE:
    case CKA_DERIVE_TEMPLATE:
      return AttributeEncoding::attribute_array;
    default:
      return AttributeEncoding::raw;
  }
}

}  // namespace holdfast::wire
