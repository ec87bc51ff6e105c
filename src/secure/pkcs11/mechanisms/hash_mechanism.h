#pragma once

#include <optional>

#include <pkcs11/pkcs11.h>

#include "base/result.h"
#include "secure/crypto/digest.h"

namespace holdfast::secure::pkcs11 {

// Mechanisms that name a hash inside another mechanism's parameter.

/// digest_named is the hash that CKM_SHA256 and its like stand for; Rv::mechanism_param_invalid for any other number and for
/// a hash that this libcrypto lacks.
Result<crypto::DigestKind> digest_named(std::uint32_t mechanism);
/// hmac_named is the same for CKM_SHA256_HMAC and its like.
Result<crypto::DigestKind> hmac_named(std::uint32_t mechanism);

}  // namespace holdfast::secure::pkcs11
