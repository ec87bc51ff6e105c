#include "secure/pkcs11/operations/key.h"

#include <pkcs11/pkcs11.h>

#include "secure/crypto/aes_xts.h"
#include "secure/crypto/check_value.h"
#include "secure/crypto/secrets.h"
#include "secure/crypto/triple_des.h"
#include "secure/pkcs11/attributes/key_types.h"
#include "secure/pkcs11/operations/pair_type.h"

namespace holdfast::secure::pkcs11 {
namespace {

bool is_triple_des(ck::KeyType type) { return type.value == CKK_DES2 || type.value == CKK_DES3; }

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

/// check_sound looks at what key types ask of their values beyond the size.
Result<void> check_sound(ck::KeyType type, const SecretBytes& value) {
  // PKCS#11 3.2, "DES3 secret key objects": the parity bits are properly set.
  if (is_triple_des(type) && !crypto::has_odd_parity(value))
    return fail(Rv::attribute_value_invalid, "a DES key has odd parity");
  if (type.value == CKK_AES_XTS && !crypto::xts_halves_differ(value))
    return fail(Rv::attribute_value_invalid, "both halves of the XTS key are the same");
  return {};
}

Result<crypto::CheckValue> check_of(ck::KeyType type, const SecretBytes& value) {
  if (is_triple_des(type)) return crypto::triple_des_check_value(value);
  if (type.value != CKK_AES) return crypto::check_value(value);
  HF_ASSIGN_OR_RETURN(const crypto::AesKey key, crypto::AesKey::from_secret(value));
  return crypto::check_value(key);
}

Result<KeyMaterial> load_secret(const AttributeSet& attributes, const SecretSet& secrets) {
  HF_ASSIGN_OR_RETURN(const SecretBytes* const value, required_value(secrets));
  if (!secret_size_fits(attributes.key_type(), value->size()))
    return fail(Rv::key_size_range, "value does not fit the key type");
  HF_TRY(check_sound(attributes.key_type(), *value));
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

std::uint32_t only_secret_size(ck::KeyType type) noexcept {
  const KeyTypeRow* const row = find_key_type(type);
  const bool has_one = row != nullptr && row->sizes.first == row->sizes.last;
  return has_one ? static_cast<std::uint32_t>(row->sizes.first) : 0;
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
  HF_ASSIGN_OR_RETURN(const crypto::CheckValue check, check_of(attributes.key_type(), *value));
  return to_bytes(check);
}

}  // namespace holdfast::secure::pkcs11
