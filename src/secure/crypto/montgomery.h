#pragma once

#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"

namespace holdfast::secure::crypto {

/// MontgomeryCurve is a curve with the Diffie-Hellman functions of RFC 7748.
enum class MontgomeryCurve : std::uint8_t { x25519, x448 };

/// point_bytes is the size of a public key, a private one and a shared secret.
std::size_t point_bytes(MontgomeryCurve curve) noexcept;
/// key_bits is the size by which PKCS#11 knows the curve: 255 or 448.
std::uint32_t key_bits(MontgomeryCurve curve) noexcept;

/// montgomery_from_params reads CKA_EC_PARAMS: the OIDs of RFC 8410, the older one of Curve25519
/// (1.3.6.1.4.1.3029.1.5.1), or PrintableString "curve25519" and "curve448". Rv::curve_not_supported, and
/// domain_params_invalid for bytes that are no parameters at all.
Result<MontgomeryCurve> montgomery_from_params(ByteView der);
/// montgomery_params is the DER encoding of the OID, the form in which parameters are kept.
ByteView montgomery_params(MontgomeryCurve curve) noexcept;

class MontgomeryPublicKey {
 public:
  /// from_point takes the bytes plain or inside a DER OCTET STRING or BIT STRING; anything else is `refusal`.
  static Result<MontgomeryPublicKey> from_point(MontgomeryCurve curve, ByteView point,
                                                Rv refusal = Rv::attribute_value_invalid);

  MontgomeryCurve curve() const noexcept;
  ByteView point() const noexcept;

  struct Impl;
  const std::shared_ptr<const Impl>& impl() const noexcept { return impl_; }

 private:
  explicit MontgomeryPublicKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

  std::shared_ptr<const Impl> impl_;
};

class MontgomeryPrivateKey {
 public:
  /// from_value fails with Rv::attribute_value_invalid unless there are point_bytes(curve).
  static Result<MontgomeryPrivateKey> from_value(MontgomeryCurve curve, const SecretBytes& value);

  MontgomeryCurve curve() const noexcept;
  ByteView public_point() const noexcept;
  /// derive gives the shared secret. A peer on another curve, and one whose secret is all zeros (a point of small order;
  /// RFC 7748, 6.1), is Rv::mechanism_param_invalid.
  Result<SecretBytes> derive(const MontgomeryPublicKey& peer) const;

  struct Impl;

 private:
  explicit MontgomeryPrivateKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

  std::shared_ptr<const Impl> impl_;
};

struct MontgomeryKeyPair {
  SecretBytes value;
  Bytes point;
};
Result<MontgomeryKeyPair> generate_montgomery(MontgomeryCurve curve);

}  // namespace holdfast::secure::crypto
