#pragma once

#include "secure/crypto/digest.h"
#include "secure/pkcs11/operations/param.h"

namespace holdfast::secure::pkcs11 {

// SHA-512/t (PKCS#11 3.2, "SHA-512/t"): its parameter is t, in bits. libcrypto has it for 224 and 256.

inline bool has_sha512_t() {
  return crypto::available(crypto::DigestKind::sha512_224) && crypto::available(crypto::DigestKind::sha512_256);
}

/// sha512_t gives the digest for the t of a parameter; Rv::mechanism_param_invalid for a t that there is not.
inline Result<crypto::DigestKind> sha512_t(const MechanismParam& param) {
  const auto* const t = std::get_if<MacGeneralParam>(&param);
  if (t != nullptr && t->mac_bytes == 224) return crypto::DigestKind::sha512_224;
  if (t != nullptr && t->mac_bytes == 256) return crypto::DigestKind::sha512_256;
  return fail(Rv::mechanism_param_invalid, "SHA-512/t for a t that libcrypto does not have");
}

}  // namespace holdfast::secure::pkcs11
