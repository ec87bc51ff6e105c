#include <algorithm>
#include <bit>

#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/attributes/apply.h"

namespace holdfast::secure::pkcs11 {
namespace {

std::uint32_t bit_length(const Bytes& big_endian) {
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

}  // namespace

Result<void> complete_object(ObjectContent& object, const History& history) {
  AttributeSet& set = object.attributes;
  const std::uint32_t object_class = set.object_class().value;
  if (object_class == CKO_DATA || object_class == CKO_CERTIFICATE) return {};

  const bool generated = history.origin == Origin::generate;
  set.set_flag(ck::AttributeType{CKA_LOCAL}, generated);
  set.set_ulong(ck::AttributeType{CKA_KEY_GEN_MECHANISM},
                history.generated_by.has_value() ? history.generated_by->value : 0xFFFFFFFF);
  if (const Bytes* const modulus = set.find(ck::AttributeType{CKA_MODULUS});
      modulus != nullptr && object_class == CKO_PUBLIC_KEY)
    set.set_ulong(ck::AttributeType{CKA_MODULUS_BITS}, bit_length(*modulus));
  if (object_class == CKO_PUBLIC_KEY) return {};

  // PKCS#11 3.1 §4.9 and §4.10: an imported or unwrapped key was somewhere else before; a derived one inherits its
  // parent's past.
  const bool derived = history.origin == Origin::derive;
  const bool sensitive = set.flag(ck::AttributeType{CKA_SENSITIVE});
  const bool extractable = set.flag(ck::AttributeType{CKA_EXTRACTABLE});
  set.set_flag(ck::AttributeType{CKA_ALWAYS_SENSITIVE},
               sensitive && (generated || (derived && history.parent_always_sensitive)));
  set.set_flag(ck::AttributeType{CKA_NEVER_EXTRACTABLE},
               !extractable && (generated || (derived && history.parent_never_extractable)));
  if (object_class == CKO_SECRET_KEY) HF_TRY(set_value_length(object));
  return {};
}

}  // namespace holdfast::secure::pkcs11
