#include <algorithm>
#include <array>
#include <bit>

#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/attributes/apply.h"
#include "wire/codec.h"

namespace holdfast::secure::pkcs11 {
namespace {

std::uint32_t bit_length(ByteView big_endian) {
  const auto first = std::find_if(big_endian.begin(), big_endian.end(), [](std::byte b) { return b != std::byte{0}; });
  if (first == big_endian.end()) return 0;
  const auto rest = static_cast<std::uint32_t>(big_endian.end() - first - 1);
  return rest * 8 + static_cast<std::uint32_t>(std::bit_width(std::to_integer<unsigned>(*first)));
}

// CKA_VALUE_LEN tells the length of the value; a length beside an imported value must be that.
Result<void> set_value_length(ObjectContent& object) {
  const ck::AttributeType length_type{CKA_VALUE_LEN};
  const SecretBytes* const value = object.secrets.find(ck::AttributeType{CKA_VALUE});
  if (value == nullptr || value->empty()) return fail(Rv::attribute_value_invalid, "secret key without a value");
  const auto length = static_cast<std::uint32_t>(value->size());
  if (object.attributes.ulong(length_type).value_or(length) != length)
    return fail(Rv::template_inconsistent, "value length is not the value's");
  object.attributes.set_ulong(length_type, length);
  return {};
}

/// measure sets the number of bits of a part, when the object has the part.
void measure(AttributeSet& set, ck::AttributeType part, ck::AttributeType bits) {
  if (const Bytes* const value = set.find(part); value != nullptr) set.set_ulong(bits, bit_length(*value));
}

void complete_domain(AttributeSet& set, const History& history) {
  set.set_flag(ck::AttributeType{CKA_LOCAL}, history.origin == Origin::generate);
  measure(set, ck::AttributeType{CKA_PRIME}, ck::AttributeType{CKA_PRIME_BITS});
  measure(set, ck::AttributeType{CKA_SUBPRIME}, ck::AttributeType{CKA_SUBPRIME_BITS});
}

// RFC 8554 §6.1: an HSS public key begins with its levels and the two types of its top tree.
Result<void> tell_hss_types(AttributeSet& set) {
  const Bytes* const value = set.find(ck::AttributeType{CKA_VALUE});
  if (value == nullptr) return fail(Rv::template_incomplete, "HSS key without a value");
  static constexpr std::size_t kHeadBytes = 12;
  if (value->size() < kHeadBytes) return fail(Rv::attribute_value_invalid, "HSS key is too short");
  static constexpr std::array kTypes{CKA_HSS_LEVELS, CKA_HSS_LMS_TYPE, CKA_HSS_LMOTS_TYPE};
  for (std::size_t i = 0; i < kTypes.size(); ++i) {
    std::uint32_t number = 0;
    for (const std::byte octet : ByteView(*value).subspan(4 * i, 4)) number = number << 8 | std::to_integer<std::uint32_t>(octet);
    set.set_ulong(ck::AttributeType{static_cast<std::uint32_t>(kTypes[i])}, number);
  }
  return {};
}

// PKCS#11 3.2 §6.4: the private value of a PKCS #3 key tells how long it is.
void measure_private_value(ObjectContent& object) {
  const ck::AttributeType bits{CKA_VALUE_BITS};
  const SecretBytes* const value = object.secrets.find(ck::AttributeType{CKA_VALUE});
  if (value != nullptr && !object.attributes.contains(bits))
    object.attributes.set_ulong(bits, bit_length(wire::SecretCodec::see(*value)));
}

bool is_no_key(std::uint32_t object_class) {
  return object_class == CKO_DATA || object_class == CKO_CERTIFICATE || object_class == CKO_TRUST;
}

}  // namespace

Result<void> complete_object(ObjectContent& object, const History& history) {
  AttributeSet& set = object.attributes;
  const std::uint32_t object_class = set.object_class().value;
  if (is_no_key(object_class)) return {};
  if (object_class == CKO_DOMAIN_PARAMETERS) {
    complete_domain(set, history);
    return {};
  }

  const bool generated = history.origin == Origin::generate;
  set.set_flag(ck::AttributeType{CKA_LOCAL}, generated);
  set.set_ulong(ck::AttributeType{CKA_KEY_GEN_MECHANISM},
                history.generated_by.has_value() ? history.generated_by->value : 0xFFFFFFFF);
  if (object_class == CKO_PUBLIC_KEY) {
    measure(set, ck::AttributeType{CKA_MODULUS}, ck::AttributeType{CKA_MODULUS_BITS});
    return set.key_type() == ck::KeyType{CKK_HSS} ? tell_hss_types(set) : Result<void>{};
  }

  // PKCS#11 3.1 §4.9 and §4.10: an imported or unwrapped key was somewhere else before; a derived one inherits its
  // parent's past.
  const bool derived = history.origin == Origin::derive;
  const bool sensitive = set.flag(ck::AttributeType{CKA_SENSITIVE});
  const bool extractable = set.flag(ck::AttributeType{CKA_EXTRACTABLE});
  set.set_flag(ck::AttributeType{CKA_ALWAYS_SENSITIVE},
               sensitive && (generated || (derived && history.parent_always_sensitive)));
  set.set_flag(ck::AttributeType{CKA_NEVER_EXTRACTABLE},
               !extractable && (generated || (derived && history.parent_never_extractable)));
  if (object_class == CKO_SECRET_KEY || object_class == CKO_OTP_KEY) HF_TRY(set_value_length(object));
  if (set.key_type() == ck::KeyType{CKK_DH}) measure_private_value(object);
  return {};
}

}  // namespace holdfast::secure::pkcs11
