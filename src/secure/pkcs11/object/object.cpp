#include "secure/pkcs11/object/object.h"

#include <pkcs11/pkcs11.h>

namespace holdfast::secure::pkcs11 {

bool Object::is_token_object() const { return attributes.flag(ck::AttributeType{CKA_TOKEN}); }
bool Object::is_private() const { return attributes.flag(ck::AttributeType{CKA_PRIVATE}); }

bool Object::is_key() const {
  switch (attributes.object_class().value) {
    case CKO_PUBLIC_KEY:
    case CKO_PRIVATE_KEY:
    case CKO_SECRET_KEY:
    case CKO_OTP_KEY:
      return true;
    default:
      return false;
  }
}

void set_unique_id(AttributeSet& attributes, const ObjectUid& uid) {
  constexpr char kDigits[] = "0123456789abcdef";
  Bytes text;
  for (const std::byte octet : uid.octets) {
    text.push_back(static_cast<std::byte>(kDigits[std::to_integer<unsigned>(octet) >> 4]));
    text.push_back(static_cast<std::byte>(kDigits[std::to_integer<unsigned>(octet) & 15]));
  }
  attributes.set(ck::AttributeType{CKA_UNIQUE_ID}, std::move(text));
}

}  // namespace holdfast::secure::pkcs11
