#pragma once

#include "base/result.h"

namespace holdfast::secure::crypto {

/// initialise creates libcrypto's private library context, fetches every algorithm and starts the random generator, so
/// that nothing later opens a file. The secure world calls it before it closes its sandbox; calling again does nothing.
/// Fails with Rv::device_error when libcrypto lacks an algorithm that every supported release has.
/// libcrypto's default context and openssl.cnf are never used.
Result<void> initialise();

}  // namespace holdfast::secure::crypto
