#pragma once

#include "secure/crypto/pkey.h"
#include "secure/crypto/pq_key.h"

namespace holdfast::secure::crypto {

// Private to this folder.

struct PqPublicKey::Impl {
  const PqParams* params = nullptr;
  Bytes value;
  PkeyPtr key;
};

struct PqPrivateKey::Impl {
  const PqParams* params = nullptr;
  Bytes public_value;
  PkeyPtr key;
};

}  // namespace holdfast::secure::crypto
