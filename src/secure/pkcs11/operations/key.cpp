#include "secure/pkcs11/operations/key.h"

#include <pkcs11/pkcs11.h>

#include "secure/crypto/check_value.h"
#include "secure/crypto/secrets.h"
#include "secure/pkcs11/attributes/key_types.h"
#include "secure/pkcs11/operations/pair_type.h"

namespace holdfast::secure::pkcs11 {
namespace {

Result<const SecretBytes*> required_value(const SecretSet& secrets) {
  const SecretBytes* const value = secrets.find(ck::AttributeType{CKA_VALUE});
  if (value == nullptr || value->empty()) return fail(Rv::template_incomplete, "key object lacks its value");
  return value;
}

Result<KeyMaterial> load_half(const AttributeSet& attributes, const SecretSet& secrets) {
  const PairType* const type = find_pair_type(attributes.key_type());
  const bool is_private = attributes.object_class().value == CKO_PRIVATE_KEY;
  if (type == nullptr || (is_private ? type->load_private == nullptr : type->load_public == nullptr))
    return fail(Rv::key_type_inconsistent, "no key pair type in use here");
  return is_private ? type->load_private(attributes, secrets) : type->load_public(attributes);
}

Result<KeyMaterial> load_secret(const AttributeSet& attributes, const SecretSet& secrets) {
  HF_ASSIGN_OR_RETURN(const SecretBytes* const value, required_value(secrets));
  if (!secret_size_fits(attributes.key_type(), value->size()))
    return fail(Rv::key_size_range, "value does not fit the key type");
  HF_ASSIGN_OR_RETURN(SecretBytes copy, crypto::copy(*value));
  if (attributes.key_type().value != CKK_AES) return std::make_shared<const SecretBytes>(std::move(copy));
  HF_ASSIGN_OR_RETURN(crypto::AesKey key, crypto::AesKey::from_secret(copy));
  return std::make_shared<const AesMaterial>(AesMaterial{std::move(key), std::move(copy)});
}

}  // namespace

bool secret_size_fits(ck::KeyType type, std::size_t bytes) noexcept {
  const KeyTypeRow* const row = find_key_type(type);
  return row != nullptr && row->sizes.allow(bytes);
}

Result<KeyMaterial> load_key(const AttributeSet& attributes, const SecretSet& secrets) {
  switch (attributes.object_class().value) {
    case CKO_PUBLIC_KEY:
    case CKO_PRIVATE_KEY:
      return load_half(attributes, secrets);
    case CKO_SECRET_KEY:
    case CKO_OTP_KEY:
      return load_secret(attributes, secrets);
    default:
      return fail(Rv::key_type_inconsistent, "object is no key");
  }
}

Result<Bytes> public_key_info(const AttributeSet& attributes, const SecretSet& secrets) {
  const bool is_half = attributes.object_class().value == CKO_PRIVATE_KEY || attributes.object_class().value == CKO_PUBLIC_KEY;
  const PairType* const type = find_pair_type(attributes.key_type());
  if (!is_half || type == nullptr || type->public_key_info == nullptr)
    return fail(Rv::key_type_inconsistent, "object is no half of a key pair");
  return type->public_key_info(attributes, secrets);
}

Result<Bytes> check_value(const AttributeSet& attributes, const SecretSet& secrets) {
  const std::uint32_t object_class = attributes.object_class().value;
  if (object_class != CKO_SECRET_KEY && object_class != CKO_OTP_KEY)
    return fail(Rv::key_type_inconsistent, "object is no secret key");
  HF_ASSIGN_OR_RETURN(const SecretBytes* const value, required_value(secrets));
  if (attributes.key_type().value != CKK_AES) {
    HF_ASSIGN_OR_RETURN(const crypto::CheckValue check, crypto::check_value(*value));
    return to_bytes(check);
  }
  HF_ASSIGN_OR_RETURN(const crypto::AesKey key, crypto::AesKey::from_secret(*value));
  HF_ASSIGN_OR_RETURN(const crypto::CheckValue check, crypto::check_value(key));
  return to_bytes(check);
}

}  // namespace holdfast::secure::pkcs11
