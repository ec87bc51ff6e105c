#pragma once

#include <memory>

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/crypto/curve.h"

namespace holdfast::secure::crypto {

/// EcPublicKey is a parsed point that lies on its curve. Copies share it; it never changes and may be used from many
/// threads at once.
class EcPublicKey {
 public:
  /// from_point takes CKA_EC_POINT and the forms clients send for it: the point plain or inside a DER OCTET STRING or
  /// BIT STRING, uncompressed or compressed. Anything else, and a point off the curve, is `refusal`.
  static Result<EcPublicKey> from_point(Curve curve, ByteView point, Rv refusal = Rv::attribute_value_invalid);

  Curve curve() const noexcept;
  /// point is 04 || X || Y, whatever form came in.
  ByteView point() const noexcept;

  /// verify checks r || s over a digest, of which ECDSA takes the leftmost bits (FIPS 186-5, 6.4). Fails with
  /// Rv::signature_len_range and Rv::signature_invalid.
  Result<void> verify(ByteView digest, ByteView signature) const;

  struct Impl;
  const std::shared_ptr<const Impl>& impl() const noexcept { return impl_; }

 private:
  explicit EcPublicKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

  std::shared_ptr<const Impl> impl_;
};

/// EcPrivateKey is a parsed key. Copies share it; it never changes and may be used from many threads at once.
class EcPrivateKey {
 public:
  /// from_scalar takes the unsigned big-endian number; Rv::attribute_value_invalid unless it is from 1 to order - 1.
  static Result<EcPrivateKey> from_scalar(Curve curve, const SecretBytes& scalar);

  Curve curve() const noexcept;
  /// public_point computes 04 || X || Y.
  Result<Bytes> public_point() const;

  /// sign writes signature_bytes(curve()) bytes, r || s; Rv::buffer_too_small for less room.
  Result<void> sign(ByteView digest, MutableByteView signature) const;
  /// derive is ECDH: the X coordinate, field_bytes(curve()) bytes. With cofactor 1, plain and cofactor ECDH are one.
  /// A peer on another curve is Rv::mechanism_param_invalid.
  Result<SecretBytes> derive(const EcPublicKey& peer) const;

  struct Impl;

 private:
  explicit EcPrivateKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

  std::shared_ptr<const Impl> impl_;
};

struct EcKeyPair {
  SecretBytes scalar;  // order_bytes(curve) bytes
  Bytes point;         // 04 || X || Y
};
/// generate_ec draws the private number by libcrypto's rejection sampling (FIPS 186-5, A.2.2), generate_ec_extra_bits as
/// the remainder of 64 bits more than the order has (A.2.1).
Result<EcKeyPair> generate_ec(Curve curve);
Result<EcKeyPair> generate_ec_extra_bits(Curve curve);

}  // namespace holdfast::secure::crypto
