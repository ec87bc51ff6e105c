#pragma once

#include "secure/crypto/curve.h"
#include "secure/crypto/der.h"
#include "secure/pkcs11/mechanisms/test_support.h"

namespace holdfast::secure::pkcs11 {

inline TestKey ec_private_key(crypto::Curve curve, std::string_view scalar) {
  TestKey key(CKO_PRIVATE_KEY, CKK_EC, {CKA_SIGN, CKA_DERIVE});
  key.with(CKA_EC_PARAMS, to_bytes(crypto::curve_params(curve))).with_secret(CKA_VALUE, hex(scalar));
  return key;
}

inline TestKey ec_public_key(crypto::Curve curve, std::string_view point) {
  TestKey key(CKO_PUBLIC_KEY, CKK_EC, {CKA_VERIFY});
  key.with(CKA_EC_PARAMS, to_bytes(crypto::curve_params(curve))).with(CKA_EC_POINT, crypto::octet_string(hex(point)));
  return key;
}

// RFC 6979, A.2.5: a P-256 key.
inline constexpr std::string_view kP256Scalar = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";
inline constexpr std::string_view kP256Point =
    "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
    "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";

inline TestKey p256_private() { return ec_private_key(crypto::Curve::p256, kP256Scalar); }
inline TestKey p256_public() { return ec_public_key(crypto::Curve::p256, kP256Point); }

}  // namespace holdfast::secure::pkcs11
