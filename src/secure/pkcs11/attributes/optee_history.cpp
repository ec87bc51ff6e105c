#include "secure/pkcs11/attributes/optee_history.h"

#include <pkcs11/pkcs11.h>

namespace holdfast::secure::pkcs11 {

std::optional<bool> optee_history(const AttributeSet& object, ck::AttributeType type) {
  const std::uint32_t object_class = object.object_class().value;
  const bool is_public_key = object_class == CKO_PUBLIC_KEY;
  switch (type.value) {
    case CKA_LOCAL:
      if (object_class == CKO_DATA || object_class == CKO_CERTIFICATE) return false;
      return std::nullopt;
    case CKA_ALWAYS_SENSITIVE:
      if (is_public_key) return false;
      return std::nullopt;
    case CKA_NEVER_EXTRACTABLE:
      if (is_public_key) return object.flag(ck::AttributeType{CKA_LOCAL});
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace holdfast::secure::pkcs11
