#pragma once

#include "secret/secret_bytes.h"

namespace holdfast::secure::crypto {

/// SecretUse is where this folder sees secret bytes, to hand them to libcrypto. No other folder includes this header.
class SecretUse {
 public:
  static ByteView see(const SecretBytes& secret) noexcept { return secret.reveal(SecretAccess{}); }
  static MutableByteView fill(SecretBytes& secret) noexcept { return secret.fill(SecretAccess{}); }
};

}  // namespace holdfast::secure::crypto
