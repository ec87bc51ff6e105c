#pragma once

#include <algorithm>

#include "secret/secret_bytes.h"

namespace holdfast::testing {

/// SecretPeek lets a test make a secret from known bytes and look at one.
class SecretPeek {
 public:
  static SecretBytes make(ByteView bytes) {
    SecretBytes secret = SecretBytes::allocate(bytes.size()).value();
    std::copy(bytes.begin(), bytes.end(), secret.fill(SecretAccess{}).begin());
    return secret;
  }
  static ByteView see(const SecretBytes& secret) { return secret.reveal(SecretAccess{}); }
};

}  // namespace holdfast::testing
