#include "secure/pkcs11/attributes/policy.h"

#include <pkcs11/pkcs11.h>

#include <algorithm>

namespace holdfast::secure::pkcs11 {

Policy::Policy(std::initializer_list<RowSpan> spans) { std::copy(spans.begin(), spans.end(), spans_.begin()); }

const AttributeRow* Policy::find(ck::AttributeType type) const {
  // The last span is the most particular: its row stands for the type.
  for (auto span = spans_.rbegin(); span != spans_.rend(); ++span)
    for (const AttributeRow& row : *span)
      if (row.type == type) return &row;
  return nullptr;
}

namespace {

bool is_secret_key_type(ck::KeyType type) {
  switch (type.value) {
    case CKK_AES:
    case CKK_GENERIC_SECRET:
    case CKK_MD5_HMAC:
    case CKK_SHA_1_HMAC:
    case CKK_SHA224_HMAC:
    case CKK_SHA256_HMAC:
    case CKK_SHA384_HMAC:
    case CKK_SHA512_HMAC:
      return true;
    default:
      return false;
  }
}

}  // namespace

Result<Policy> policy_for(ck::ObjectClass object_class, ck::KeyType key_type) {
  const bool is_rsa = key_type == ck::KeyType{CKK_RSA};
  const bool is_ec = key_type == ck::KeyType{CKK_EC} || key_type == ck::KeyType{CKK_EC_EDWARDS};
  switch (object_class.value) {
    case CKO_DATA:
      return Policy{storage_attribute_rows(), data_attribute_rows()};
    case CKO_CERTIFICATE:
      return Policy{storage_attribute_rows(), certificate_attribute_rows()};
    case CKO_PUBLIC_KEY:
      if (is_rsa) return Policy{storage_attribute_rows(), key_attribute_rows(), public_key_attribute_rows(), rsa_public_attribute_rows()};
      if (is_ec) return Policy{storage_attribute_rows(), key_attribute_rows(), public_key_attribute_rows(), ec_public_attribute_rows()};
      break;
    case CKO_PRIVATE_KEY:
      if (is_rsa) return Policy{storage_attribute_rows(), key_attribute_rows(), private_key_attribute_rows(), rsa_private_attribute_rows()};
      if (is_ec) return Policy{storage_attribute_rows(), key_attribute_rows(), private_key_attribute_rows(), ec_private_attribute_rows()};
      break;
    case CKO_SECRET_KEY:
      if (is_secret_key_type(key_type)) return Policy{storage_attribute_rows(), key_attribute_rows(), secret_key_attribute_rows()};
      break;
    default:
      return fail(Rv::attribute_value_invalid, "no objects of this class");
  }
  return fail(Rv::attribute_value_invalid, "no keys of this type");
}

Policy policy_of(const AttributeSet& object) {
  Result<Policy> policy = policy_for(object.object_class(), object.key_type());
  return policy ? *policy : Policy{storage_attribute_rows()};
}

}  // namespace holdfast::secure::pkcs11
