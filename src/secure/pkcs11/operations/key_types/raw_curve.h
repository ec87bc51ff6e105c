#pragma once

#include "secure/pkcs11/operations/key_types/parts.h"

namespace holdfast::secure::pkcs11 {

/// RawCurvePair has the functions of a key type on a curve of RFC 7748 or 8032: CKA_EC_PARAMS names the curve, CKA_EC_POINT
/// and CKA_VALUE are bytes of its length, and RFC 8410 encodes them. `Family` says what its curves are and how its halves
/// are parsed.
template <class Family>
struct RawCurvePair {
  using Curve = typename Family::Curve;

  static Result<Curve> curve_of(const AttributeSet& half) {
    HF_ASSIGN_OR_RETURN(const ByteView params, required(half, CKA_EC_PARAMS));
    return Family::from_params(params);
  }

  static Result<typename Family::Public> public_half(const AttributeSet& half) {
    HF_ASSIGN_OR_RETURN(const Curve curve, curve_of(half));
    HF_ASSIGN_OR_RETURN(const ByteView point, required(half, CKA_EC_POINT));
    return Family::Public::from_point(curve, point);
  }

  static Result<typename Family::Private> private_half(const AttributeSet& half, const SecretSet& secrets) {
    HF_ASSIGN_OR_RETURN(const Curve curve, curve_of(half));
    HF_ASSIGN_OR_RETURN(const SecretBytes* const value, required_secret(secrets, CKA_VALUE));
    return Family::parse_private(curve, *value);
  }

  static std::uint32_t bits(const AttributeSet& half) {
    const auto curve = curve_of(half);
    return curve.has_value() ? crypto::key_bits(*curve) : 0;
  }

  static Result<KeyMaterial> load_public(const AttributeSet& half) { return as_material(public_half(half)); }
  static Result<KeyMaterial> load_private(const AttributeSet& half, const SecretSet& secrets) {
    return as_material(private_half(half, secrets));
  }

  static Result<Bytes> public_info(const AttributeSet& half, const SecretSet& secrets) {
    if (is_private(half)) {
      HF_ASSIGN_OR_RETURN(const auto key, private_half(half, secrets));
      return crypto::public_key_info({Family::params(key.curve())}, key.public_point());
    }
    HF_ASSIGN_OR_RETURN(const auto key, public_half(half));
    return crypto::public_key_info({Family::params(key.curve())}, key.point());
  }

  static bool owns(ByteView oid) {
    for (const Curve curve : Family::kCurves)
      if (equal(oid, Family::params(curve))) return true;
    return false;
  }

  // RFC 8410, 7: the private key stands in an OCTET STRING of its own.
  static Result<SecretBytes> encode(const AttributeSet& half, const SecretSet& secrets) {
    HF_ASSIGN_OR_RETURN(const Curve curve, curve_of(half));
    HF_ASSIGN_OR_RETURN(const SecretBytes* const value, required_secret(secrets, CKA_VALUE));
    HF_ASSIGN_OR_RETURN(const SecretBytes element, crypto::octets_element(*value));
    return crypto::private_key_info({Family::params(curve)}, element);
  }

  static Result<void> decode(const crypto::PrivateKeyInfo& info, ObjectContent& half) {
    HF_ASSIGN_OR_RETURN(const Curve curve, Family::from_params(info.oid));
    HF_ASSIGN_OR_RETURN(SecretBytes value, crypto::octets_content(info.key));
    if (value.size() != crypto::point_bytes(curve))
      return fail(Rv::wrapped_key_invalid, "a private key of another length");
    return store(curve, std::move(value), half);
  }

  static Result<void> store(Curve curve, SecretBytes&& value, ObjectContent& key) {
    if (const Bytes* const params = present(key.attributes, CKA_EC_PARAMS); params != nullptr) {
      const auto asked = Family::from_params(*params);
      if (!asked || *asked != curve) return fail(Rv::template_inconsistent, "private key is on another curve");
    } else {
      key.attributes.set(attribute(CKA_EC_PARAMS), to_bytes(Family::params(curve)));
    }
    key.secrets.set(attribute(CKA_VALUE), std::move(value));
    return {};
  }

  static constexpr PairType row(CK_KEY_TYPE type) {
    return {.type = static_cast<std::uint32_t>(type),
            .bits = &bits,
            .load_public = &load_public,
            .load_private = &load_private,
            .public_key_info = &public_info,
            .owns = &owns,
            .encode_private = &encode,
            .decode_private = &decode};
  }
};

}  // namespace holdfast::secure::pkcs11
