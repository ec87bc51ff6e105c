#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"

namespace holdfast::secure::crypto {

/// Curve is a short Weierstrass curve over a prime field; all of these have cofactor 1.
enum class Curve : std::uint8_t {
  p192,
  p224,
  p256,
  p384,
  p521,
  secp256k1,
  secp160k1,
  secp160r1,
  secp160r2,
  secp192k1,
  secp224k1,
  brainpool160r1,
  brainpool160t1,
  brainpool192r1,
  brainpool192t1,
  brainpool224r1,
  brainpool224t1,
  brainpool256r1,
  brainpool256t1,
  brainpool320r1,
  brainpool320t1,
  brainpool384r1,
  brainpool384t1,
  brainpool512r1,
  brainpool512t1,
};

std::size_t field_bits(Curve curve) noexcept;
inline std::size_t field_bytes(Curve curve) noexcept { return (field_bits(curve) + 7) / 8; }
std::size_t order_bytes(Curve curve) noexcept;
/// point_bytes is the size of 04 || X || Y, signature_bytes that of r || s.
inline std::size_t point_bytes(Curve curve) noexcept { return 1 + 2 * field_bytes(curve); }
inline std::size_t signature_bytes(Curve curve) noexcept { return 2 * order_bytes(curve); }
/// available says whether the libcrypto found has the curve.
bool available(Curve curve) noexcept;

/// curve_from_params reads CKA_EC_PARAMS: the OID of a named curve, a PrintableString with its name, or explicit
/// parameters that are exactly those of a curve above. Fails with Rv::curve_not_supported for any other curve, and
/// Rv::domain_params_invalid for bytes that are no parameters at all.
Result<Curve> curve_from_params(ByteView der);
/// curve_params is the DER encoding of the curve's OID, the form in which parameters are kept.
ByteView curve_params(Curve curve) noexcept;

}  // namespace holdfast::secure::crypto
