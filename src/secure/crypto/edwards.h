#pragma once

#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"

namespace holdfast::secure::crypto {

/// EdwardsCurve is a twisted Edwards curve with EdDSA (RFC 8032).
enum class EdwardsCurve : std::uint8_t { ed25519, ed448 };

/// point_bytes is the size of a public key and of a private one, signature_bytes that of a signature.
std::size_t point_bytes(EdwardsCurve curve) noexcept;
inline std::size_t signature_bytes(EdwardsCurve curve) noexcept { return 2 * point_bytes(curve); }
/// key_bits is the size by which PKCS#11 knows the curve: 255 or 448.
std::uint32_t key_bits(EdwardsCurve curve) noexcept;

/// edwards_from_params reads CKA_EC_PARAMS: the OIDs of RFC 8410, the older one of Ed25519 (1.3.6.1.4.1.11591.15.1), or
/// PrintableString "edwards25519" and "edwards448". Rv::curve_not_supported, and domain_params_invalid for bytes that are
/// no parameters at all.
Result<EdwardsCurve> edwards_from_params(ByteView der);
/// edwards_params is the DER encoding of the OID, the form in which parameters are kept.
ByteView edwards_params(EdwardsCurve curve) noexcept;

/// EdwardsVariant is CK_EDDSA_PARAMS (RFC 8032, 5.1 and 5.2): the plain scheme by default; a context (at most 255 bytes)
/// makes Ed25519 Ed25519ctx, prehash makes it Ed25519ph or Ed448ph. libcrypto before 3.2 has neither context nor prehash:
/// Rv::mechanism_param_invalid.
struct EdwardsVariant {
  bool prehash = false;
  Bytes context = {};
};

class EdwardsPublicKey {
 public:
  /// from_point takes the bytes plain or inside a DER OCTET STRING or BIT STRING; anything else is `refusal`.
  static Result<EdwardsPublicKey> from_point(EdwardsCurve curve, ByteView point, Rv refusal = Rv::attribute_value_invalid);

  EdwardsCurve curve() const noexcept;
  ByteView point() const noexcept;
  /// verify fails with Rv::signature_len_range and Rv::signature_invalid.
  Result<void> verify(const EdwardsVariant& variant, ByteView message, ByteView signature) const;

  struct Impl;

 private:
  explicit EdwardsPublicKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

  std::shared_ptr<const Impl> impl_;
};

class EdwardsPrivateKey {
 public:
  /// from_seed fails with Rv::attribute_value_invalid unless there are point_bytes(curve).
  static Result<EdwardsPrivateKey> from_seed(EdwardsCurve curve, const SecretBytes& seed);

  EdwardsCurve curve() const noexcept;
  ByteView public_point() const noexcept;
  /// sign writes signature_bytes(curve()). The message is read twice, so it must be private memory.
  Result<void> sign(const EdwardsVariant& variant, ByteView message, MutableByteView signature) const;

  struct Impl;

 private:
  explicit EdwardsPrivateKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

  std::shared_ptr<const Impl> impl_;
};

struct EdwardsKeyPair {
  SecretBytes seed;
  Bytes point;
};
Result<EdwardsKeyPair> generate_edwards(EdwardsCurve curve);

}  // namespace holdfast::secure::crypto
