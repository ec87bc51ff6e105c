#pragma once

#include "base/result.h"
#include "secure/crypto/libcrypto.h"
#include "secure/crypto/rsa.h"

namespace holdfast::secure::crypto {

// Private to this folder: the arithmetic behind an RSA private key.

/// RsaNumbers are the numbers of a private key (RFC 8017, 3.2).
struct RsaNumbers {
  BignumPtr n, e, d, p, q, dp, dq, qinv;
};

/// complete_rsa checks the given numbers against each other and computes the absent ones.
Result<RsaNumbers> complete_rsa(const RsaPrivateComponents& components);
Result<PkeyPtr> build_rsa(const RsaNumbers& numbers);

}  // namespace holdfast::secure::crypto
