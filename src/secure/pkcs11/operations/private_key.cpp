#include "secure/pkcs11/operations/private_key.h"

#include <algorithm>
#include <array>

#include <pkcs11/pkcs11.h>

#include "secure/crypto/der.h"
#include "secure/crypto/ec.h"
#include "secure/crypto/ed25519.h"
#include "secure/crypto/secrets.h"

namespace holdfast::secure::pkcs11 {
namespace {

struct RsaSecret {
  CK_ATTRIBUTE_TYPE type;
  SecretBytes crypto::RsaPrivateComponents::* component;
};
constexpr std::array kRsaSecrets = {
    RsaSecret{CKA_PRIVATE_EXPONENT, &crypto::RsaPrivateComponents::private_exponent},
    RsaSecret{CKA_PRIME_1, &crypto::RsaPrivateComponents::prime_1},
    RsaSecret{CKA_PRIME_2, &crypto::RsaPrivateComponents::prime_2},
    RsaSecret{CKA_EXPONENT_1, &crypto::RsaPrivateComponents::exponent_1},
    RsaSecret{CKA_EXPONENT_2, &crypto::RsaPrivateComponents::exponent_2},
    RsaSecret{CKA_COEFFICIENT, &crypto::RsaPrivateComponents::coefficient},
};

bool has_every_number(const crypto::RsaPrivateComponents& components) {
  return !components.public_exponent.empty() && std::ranges::none_of(kRsaSecrets, [&](const RsaSecret& secret) {
    return (components.*secret.component).empty();
  });
}

ck::AttributeType attribute(CK_ATTRIBUTE_TYPE type) { return ck::AttributeType{static_cast<std::uint32_t>(type)}; }

Result<SecretBytes> copy_value(const SecretSet& secrets) {
  const SecretBytes* const value = secrets.find(attribute(CKA_VALUE));
  if (value == nullptr) return fail(Rv::template_incomplete, "private key object lacks its value");
  return crypto::copy(*value);
}

/// encoded_scalar gives an EC private number the width that its encoding has: an import may lack leading zero bytes, or
/// have some too many.
Result<SecretBytes> encoded_scalar(const SecretSet& secrets, crypto::Curve curve) {
  HF_ASSIGN_OR_RETURN(SecretBytes scalar, copy_value(secrets));
  const std::size_t width = crypto::order_bytes(curve);
  if (scalar.size() == width) return scalar;
  if (scalar.size() > width) return crypto::slice(scalar, scalar.size() - width, width);
  HF_ASSIGN_OR_RETURN(const SecretBytes zeros, SecretBytes::allocate(width - scalar.size()));
  return crypto::concatenate(zeros, scalar);
}

Result<void> require_type(const ObjectContent& key, CK_KEY_TYPE type) {
  if (key.attributes.key_type().value != type) return fail(Rv::template_inconsistent, "private key is of another type");
  return {};
}

Result<void> store(crypto::RsaPrivateComponents&& components, ObjectContent& key) {
  HF_TRY(require_type(key, CKK_RSA));
  key.attributes.set(attribute(CKA_MODULUS), std::move(components.modulus));
  key.attributes.set(attribute(CKA_PUBLIC_EXPONENT), std::move(components.public_exponent));
  for (const RsaSecret& secret : kRsaSecrets)
    if (!(components.*secret.component).empty())
      key.secrets.set(attribute(secret.type), std::move(components.*secret.component));
  return {};
}

Result<void> store(crypto::EcPrivateComponents&& components, ObjectContent& key) {
  HF_TRY(require_type(key, CKK_EC));
  if (const Bytes* const params = key.attributes.find(attribute(CKA_EC_PARAMS));
      params != nullptr && !params->empty()) {
    HF_ASSIGN_OR_RETURN(const crypto::Curve curve, crypto::curve_from_params(*params));
    if (curve != components.curve) return fail(Rv::template_inconsistent, "private key is on another curve");
  } else {
    key.attributes.set(attribute(CKA_EC_PARAMS), to_bytes(crypto::curve_params(components.curve)));
  }
  // The standard gives a private key no point. OpenSSL's provider for PKCS#11 takes it from there when the key has no
  // CKA_ID by which it could find the public half.
  if (!components.point.empty()) key.attributes.set(attribute(CKA_EC_POINT), crypto::octet_string(components.point));
  key.secrets.set(attribute(CKA_VALUE), std::move(components.scalar));
  return {};
}

Result<void> store(crypto::Ed25519PrivateComponents&& components, ObjectContent& key) {
  HF_TRY(require_type(key, CKK_EC_EDWARDS));
  if (const Bytes* const params = key.attributes.find(attribute(CKA_EC_PARAMS));
      params != nullptr && !params->empty()) {
    if (!crypto::is_ed25519_params(*params)) return fail(Rv::template_inconsistent, "private key is on another curve");
  } else {
    key.attributes.set(attribute(CKA_EC_PARAMS), to_bytes(crypto::ed25519_params()));
  }
  key.secrets.set(attribute(CKA_VALUE), std::move(components.seed));
  return {};
}

}  // namespace

Result<crypto::RsaPrivateComponents> rsa_components(const AttributeSet& attributes, const SecretSet& secrets) {
  const Bytes* const modulus = attributes.find(attribute(CKA_MODULUS));
  const Bytes* const public_exponent = attributes.find(attribute(CKA_PUBLIC_EXPONENT));
  if (modulus == nullptr) return fail(Rv::template_incomplete, "private key object lacks its modulus");
  crypto::RsaPrivateComponents components;
  components.modulus = *modulus;
  if (public_exponent != nullptr) components.public_exponent = *public_exponent;
  for (const RsaSecret& secret : kRsaSecrets) {
    const SecretBytes* const value = secrets.find(attribute(secret.type));
    if (value == nullptr) continue;
    HF_ASSIGN_OR_RETURN(components.*secret.component, crypto::copy(*value));
  }
  if (components.private_exponent.empty())
    return fail(Rv::template_incomplete, "private key object lacks its exponent");
  return components;
}

Result<crypto::PrivateComponents> private_components(const AttributeSet& attributes, const SecretSet& secrets) {
  switch (attributes.key_type().value) {
    case CKK_RSA: {
      // An import may lack what follows from the rest; the encoding has a place for each number.
      HF_ASSIGN_OR_RETURN(crypto::RsaPrivateComponents components, rsa_components(attributes, secrets));
      if (!has_every_number(components)) {
        HF_ASSIGN_OR_RETURN(components, crypto::complete_components(components));
      }
      return crypto::PrivateComponents(std::move(components));
    }
    case CKK_EC: {
      const Bytes* const params = attributes.find(attribute(CKA_EC_PARAMS));
      if (params == nullptr) return fail(Rv::template_incomplete, "private key object lacks its curve");
      HF_ASSIGN_OR_RETURN(const crypto::Curve curve, crypto::curve_from_params(*params));
      HF_ASSIGN_OR_RETURN(SecretBytes scalar, encoded_scalar(secrets, curve));
      HF_ASSIGN_OR_RETURN(const crypto::EcPrivateKey key, crypto::EcPrivateKey::from_scalar(curve, scalar));
      HF_ASSIGN_OR_RETURN(Bytes point, key.public_point());
      return crypto::PrivateComponents(crypto::EcPrivateComponents{curve, std::move(scalar), std::move(point)});
    }
    case CKK_EC_EDWARDS: {
      HF_ASSIGN_OR_RETURN(SecretBytes seed, copy_value(secrets));
      return crypto::PrivateComponents(crypto::Ed25519PrivateComponents{std::move(seed)});
    }
    default:
      return fail(Rv::key_type_inconsistent, "private key type without an encoding");
  }
}

Result<void> store_private(crypto::PrivateComponents&& components, ObjectContent& key) {
  return std::visit([&key](auto&& alternative) { return store(std::move(alternative), key); }, std::move(components));
}

}  // namespace holdfast::secure::pkcs11
