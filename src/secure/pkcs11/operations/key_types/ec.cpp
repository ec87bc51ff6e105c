#include "secure/pkcs11/operations/key_types/ec.h"

#include "secure/crypto/der.h"
#include "secure/crypto/ec.h"
#include "secure/crypto/secrets.h"
#include "secure/pkcs11/operations/key_types/parts.h"

namespace holdfast::secure::pkcs11 {
namespace {

Result<crypto::Curve> curve_of(const AttributeSet& half) {
  HF_ASSIGN_OR_RETURN(const ByteView params, required(half, CKA_EC_PARAMS));
  return crypto::curve_from_params(params);
}

Result<crypto::EcPublicKey> public_half(const AttributeSet& half) {
  HF_ASSIGN_OR_RETURN(const crypto::Curve curve, curve_of(half));
  HF_ASSIGN_OR_RETURN(const ByteView point, required(half, CKA_EC_POINT));
  return crypto::EcPublicKey::from_point(curve, point);
}

Result<crypto::EcPrivateKey> private_half(const AttributeSet& half, const SecretSet& secrets) {
  HF_ASSIGN_OR_RETURN(const crypto::Curve curve, curve_of(half));
  HF_ASSIGN_OR_RETURN(const SecretBytes* const scalar, required_secret(secrets, CKA_VALUE));
  return crypto::EcPrivateKey::from_scalar(curve, *scalar);
}

/// encoded_scalar gives a private number the width that its encoding has: an import may lack leading zero bytes, or have
/// some too many.
Result<SecretBytes> encoded_scalar(const SecretSet& secrets, crypto::Curve curve) {
  HF_ASSIGN_OR_RETURN(const SecretBytes* const scalar, required_secret(secrets, CKA_VALUE));
  const std::size_t width = crypto::order_bytes(curve);
  if (scalar->size() >= width) return crypto::slice(*scalar, scalar->size() - width, width);
  HF_ASSIGN_OR_RETURN(const SecretBytes zeros, SecretBytes::allocate(width - scalar->size()));
  return crypto::concatenate(zeros, *scalar);
}

std::uint32_t bits(const AttributeSet& half) {
  const auto curve = curve_of(half);
  return curve.has_value() ? static_cast<std::uint32_t>(crypto::field_bits(*curve)) : 0;
}

Result<KeyMaterial> load_public(const AttributeSet& half) { return as_material(public_half(half)); }

Result<KeyMaterial> load_private(const AttributeSet& half, const SecretSet& secrets) {
  return as_material(private_half(half, secrets));
}

Result<Bytes> public_info(const AttributeSet& half, const SecretSet& secrets) {
  if (is_private(half)) {
    HF_ASSIGN_OR_RETURN(const crypto::EcPrivateKey key, private_half(half, secrets));
    HF_ASSIGN_OR_RETURN(const Bytes point, key.public_point());
    return crypto::ec_public_key_info(key.curve(), point);
  }
  HF_ASSIGN_OR_RETURN(const crypto::EcPublicKey key, public_half(half));
  return crypto::ec_public_key_info(key.curve(), key.point());
}

bool owns(ByteView oid) { return equal(oid, crypto::ec_algorithm(crypto::Curve::p256).oid); }

Result<SecretBytes> encode(const AttributeSet& half, const SecretSet& secrets) {
  HF_ASSIGN_OR_RETURN(const crypto::EcPrivateKey key, private_half(half, secrets));
  HF_ASSIGN_OR_RETURN(SecretBytes scalar, encoded_scalar(secrets, key.curve()));
  HF_ASSIGN_OR_RETURN(Bytes point, key.public_point());
  return crypto::encode_private_key({.curve = key.curve(), .scalar = std::move(scalar), .point = std::move(point)});
}

Result<void> decode(const crypto::PrivateKeyInfo& info, ObjectContent& half) {
  HF_ASSIGN_OR_RETURN(crypto::EcPrivateComponents components, crypto::decode_ec(info));
  return store_ec(std::move(components), half);
}

}  // namespace

constinit const PairType kEcPair = {.type = CKK_EC,
                                    .bits = &bits,
                                    .load_public = &load_public,
                                    .load_private = &load_private,
                                    .public_key_info = &public_info,
                                    .owns = &owns,
                                    .encode_private = &encode,
                                    .decode_private = &decode};

Result<void> store_ec(crypto::EcPrivateComponents&& components, ObjectContent& key) {
  if (const Bytes* const params = present(key.attributes, CKA_EC_PARAMS); params != nullptr) {
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

}  // namespace holdfast::secure::pkcs11
