#include "secure/pkcs11/attributes/policy.h"

#include <pkcs11/pkcs11.h>

#include <algorithm>

#include "secure/pkcs11/attributes/key_types.h"

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

Result<Policy> certificate_policy(std::uint32_t certificate_type) {
  switch (certificate_type) {
    case CKC_X_509:
      return Policy{storage_attribute_rows(), certificate_attribute_rows(), x_509_attribute_rows()};
    case CKC_X_509_ATTR_CERT:
      return Policy{storage_attribute_rows(), certificate_attribute_rows(), attribute_certificate_attribute_rows()};
    case CKC_WTLS:
      return Policy{storage_attribute_rows(), certificate_attribute_rows(), wtls_attribute_rows()};
    default:
      return fail(Rv::attribute_value_invalid, "no certificates of this type");
  }
}

}  // namespace

Result<Policy> policy_for(ck::ObjectClass object_class, ck::KeyType key_type, std::uint32_t certificate_type) {
  switch (object_class.value) {
    case CKO_DATA:
      return Policy{storage_attribute_rows(), data_attribute_rows()};
    case CKO_CERTIFICATE:
      return certificate_policy(certificate_type);
    case CKO_TRUST:
      return Policy{storage_attribute_rows(), trust_attribute_rows()};
    case CKO_MECHANISM:
      return Policy{storage_attribute_rows(), mechanism_attribute_rows()};
    case CKO_PROFILE:
      return Policy{storage_attribute_rows(), profile_attribute_rows()};
    default:
      break;
  }
  if (!has_key_type(object_class)) return fail(Rv::attribute_value_invalid, "no objects of this class");
  const KeyTypeRow* const type = find_key_type(key_type);
  if (type == nullptr) return fail(Rv::attribute_value_invalid, "no keys of this type");
  const RowSpan storage = storage_attribute_rows();
  const RowSpan key = key_attribute_rows();
  if (object_class.value == CKO_PUBLIC_KEY && type->public_rows != nullptr)
    return Policy{storage, key, public_key_attribute_rows(), type->public_rows()};
  if (object_class.value == CKO_PRIVATE_KEY && type->private_rows != nullptr)
    return Policy{storage, key, private_key_attribute_rows(), type->private_rows()};
  if (object_class.value == CKO_SECRET_KEY && type->secret_rows != nullptr)
    return Policy{storage, key, secret_key_attribute_rows(), type->secret_rows()};
  if (object_class.value == CKO_OTP_KEY && type->otp_rows != nullptr)
    return Policy{storage, key, secret_key_attribute_rows(), type->otp_rows()};
  if (object_class.value == CKO_DOMAIN_PARAMETERS && type->domain_rows != nullptr)
    return Policy{storage, domain_attribute_rows(), type->domain_rows()};
  return fail(Rv::attribute_value_invalid, "no objects of this class have this key type");
}

Policy policy_of(const AttributeSet& object) {
  const Result<Policy> policy = policy_for(object.object_class(), object.key_type(),
                                           object.ulong(ck::AttributeType{CKA_CERTIFICATE_TYPE}).value_or(CKC_X_509));
  return policy ? *policy : Policy{storage_attribute_rows()};
}

bool has_key_type(ck::ObjectClass object_class) {
  switch (object_class.value) {
    case CKO_PUBLIC_KEY:
    case CKO_PRIVATE_KEY:
    case CKO_SECRET_KEY:
    case CKO_OTP_KEY:
    case CKO_DOMAIN_PARAMETERS:
      return true;
    default:
      return false;
  }
}

bool is_built_in(ck::ObjectClass object_class) {
  return object_class.value == CKO_MECHANISM || object_class.value == CKO_PROFILE;
}

bool is_known_to_optee(ck::ObjectClass object_class, ck::KeyType key_type) {
  switch (object_class.value) {
    case CKO_DATA:
    case CKO_CERTIFICATE:
      return true;
    case CKO_PUBLIC_KEY:
    case CKO_PRIVATE_KEY:
    case CKO_SECRET_KEY: {
      const KeyTypeRow* const type = find_key_type(key_type);
      return type != nullptr && type->in_optee;
    }
    default:
      return false;
  }
}

}  // namespace holdfast::secure::pkcs11
