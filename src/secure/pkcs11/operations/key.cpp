#include "secure/pkcs11/operations/key.h"

#include <pkcs11/pkcs11.h>

#include "secure/crypto/check_value.h"
#include "secure/crypto/key_info.h"
#include "secure/crypto/secrets.h"
#include "secure/pkcs11/operations/private_key.h"

namespace holdfast::secure::pkcs11 {
namespace {

constexpr std::size_t kMaxGenericBytes = 512;
constexpr std::byte kDefaultExponent[] = {std::byte{1}, std::byte{0}, std::byte{1}};

Result<ByteView> required(const AttributeSet& attributes, CK_ATTRIBUTE_TYPE type) {
  const Bytes* const value = attributes.find(ck::AttributeType{static_cast<std::uint32_t>(type)});
  if (value == nullptr || value->empty())
    return fail(Rv::template_incomplete, "key object lacks a part of its material");
  return ByteView(*value);
}

Result<const SecretBytes*> required_value(const SecretSet& secrets) {
  const SecretBytes* const value = secrets.find(ck::AttributeType{CKA_VALUE});
  if (value == nullptr || value->empty()) return fail(Rv::template_incomplete, "key object lacks its value");
  return value;
}

ByteView public_exponent(const AttributeSet& attributes) {
  const Bytes* const exponent = attributes.find(ck::AttributeType{CKA_PUBLIC_EXPONENT});
  return exponent == nullptr || exponent->empty() ? ByteView(kDefaultExponent) : ByteView(*exponent);
}

Result<crypto::EcPublicKey> ec_public(const AttributeSet& attributes) {
  HF_ASSIGN_OR_RETURN(const ByteView params, required(attributes, CKA_EC_PARAMS));
  HF_ASSIGN_OR_RETURN(const crypto::Curve curve, crypto::curve_from_params(params));
  HF_ASSIGN_OR_RETURN(const ByteView point, required(attributes, CKA_EC_POINT));
  return crypto::EcPublicKey::from_point(curve, point);
}

Result<crypto::EcPrivateKey> ec_private(const AttributeSet& attributes, const SecretSet& secrets) {
  HF_ASSIGN_OR_RETURN(const ByteView params, required(attributes, CKA_EC_PARAMS));
  HF_ASSIGN_OR_RETURN(const crypto::Curve curve, crypto::curve_from_params(params));
  HF_ASSIGN_OR_RETURN(const SecretBytes* const scalar, required_value(secrets));
  return crypto::EcPrivateKey::from_scalar(curve, *scalar);
}

Result<void> require_ed25519(const AttributeSet& attributes) {
  HF_ASSIGN_OR_RETURN(const ByteView params, required(attributes, CKA_EC_PARAMS));
  if (!crypto::is_ed25519_params(params)) return fail(Rv::curve_not_supported, "Edwards curve is not Ed25519");
  return {};
}

Result<crypto::Ed25519PublicKey> ed25519_public(const AttributeSet& attributes) {
  HF_TRY(require_ed25519(attributes));
  HF_ASSIGN_OR_RETURN(const ByteView point, required(attributes, CKA_EC_POINT));
  return crypto::Ed25519PublicKey::from_point(point);
}

Result<crypto::Ed25519PrivateKey> ed25519_private(const AttributeSet& attributes, const SecretSet& secrets) {
  HF_TRY(require_ed25519(attributes));
  HF_ASSIGN_OR_RETURN(const SecretBytes* const seed, required_value(secrets));
  return crypto::Ed25519PrivateKey::from_seed(*seed);
}

template <class Parsed>
Result<KeyMaterial> as_material(Result<Parsed> parsed) {
  HF_ASSIGN_OR_RETURN(Parsed key, std::move(parsed));
  return KeyMaterial(std::move(key));
}

Result<KeyMaterial> load_public(const AttributeSet& attributes) {
  switch (attributes.key_type().value) {
    case CKK_RSA: {
      HF_ASSIGN_OR_RETURN(const ByteView modulus, required(attributes, CKA_MODULUS));
      HF_ASSIGN_OR_RETURN(const ByteView exponent, required(attributes, CKA_PUBLIC_EXPONENT));
      return as_material(crypto::RsaPublicKey::from_components(modulus, exponent));
    }
    case CKK_EC:
      return as_material(ec_public(attributes));
    case CKK_EC_EDWARDS:
      return as_material(ed25519_public(attributes));
    default:
      return fail(Rv::key_type_inconsistent, "no public key type in use here");
  }
}

Result<KeyMaterial> load_private(const AttributeSet& attributes, const SecretSet& secrets) {
  switch (attributes.key_type().value) {
    case CKK_RSA: {
      HF_ASSIGN_OR_RETURN(const crypto::RsaPrivateComponents components, rsa_components(attributes, secrets));
      return as_material(crypto::RsaPrivateKey::from_components(components));
    }
    case CKK_EC:
      return as_material(ec_private(attributes, secrets));
    case CKK_EC_EDWARDS:
      return as_material(ed25519_private(attributes, secrets));
    default:
      return fail(Rv::key_type_inconsistent, "no private key type in use here");
  }
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
  switch (type.value) {
    case CKK_AES:
      return bytes == 16 || bytes == 24 || bytes == 32;
    case CKK_GENERIC_SECRET:
    case CKK_MD5_HMAC:
    case CKK_SHA_1_HMAC:
    case CKK_SHA224_HMAC:
    case CKK_SHA256_HMAC:
    case CKK_SHA384_HMAC:
    case CKK_SHA512_HMAC:
      return bytes >= 1 && bytes <= kMaxGenericBytes;
    default:
      return false;
  }
}

Result<KeyMaterial> load_key(const AttributeSet& attributes, const SecretSet& secrets) {
  switch (attributes.object_class().value) {
    case CKO_PUBLIC_KEY:
      return load_public(attributes);
    case CKO_PRIVATE_KEY:
      return load_private(attributes, secrets);
    case CKO_SECRET_KEY:
      return load_secret(attributes, secrets);
    default:
      return fail(Rv::key_type_inconsistent, "object is no key");
  }
}

Result<Bytes> public_key_info(const AttributeSet& attributes, const SecretSet& secrets) {
  const bool is_private = attributes.object_class().value == CKO_PRIVATE_KEY;
  if (!is_private && attributes.object_class().value != CKO_PUBLIC_KEY)
    return fail(Rv::key_type_inconsistent, "object is no half of a key pair");
  switch (attributes.key_type().value) {
    case CKK_RSA: {
      HF_ASSIGN_OR_RETURN(const ByteView modulus, required(attributes, CKA_MODULUS));
      return crypto::rsa_public_key_info(modulus, public_exponent(attributes));
    }
    case CKK_EC: {
      if (is_private) {
        HF_ASSIGN_OR_RETURN(const crypto::EcPrivateKey key, ec_private(attributes, secrets));
        HF_ASSIGN_OR_RETURN(const Bytes point, key.public_point());
        return crypto::ec_public_key_info(key.curve(), point);
      }
      HF_ASSIGN_OR_RETURN(const crypto::EcPublicKey key, ec_public(attributes));
      return crypto::ec_public_key_info(key.curve(), key.point());
    }
    case CKK_EC_EDWARDS: {
      if (is_private) {
        HF_ASSIGN_OR_RETURN(const crypto::Ed25519PrivateKey key, ed25519_private(attributes, secrets));
        return crypto::ed25519_public_key_info(key.public_point());
      }
      HF_ASSIGN_OR_RETURN(const crypto::Ed25519PublicKey key, ed25519_public(attributes));
      return crypto::ed25519_public_key_info(key.point());
    }
    default:
      return fail(Rv::key_type_inconsistent, "no key pair type in use here");
  }
}

Result<Bytes> check_value(const AttributeSet& attributes, const SecretSet& secrets) {
  if (attributes.object_class().value != CKO_SECRET_KEY)
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
