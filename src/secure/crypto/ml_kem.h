#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/crypto/pq_key.h"

namespace holdfast::secure::crypto {

inline constexpr std::size_t kMlKemSecretBytes = 32;

struct MlKemEncapsulated {
  Bytes ciphertext;
  SecretBytes secret;
};

Result<MlKemEncapsulated> ml_kem_encapsulate(const PqPublicKey& key);

/// ml_kem_decapsulate fails with Rv::wrapped_key_len_range for a ciphertext of another length. A wrong ciphertext of
/// the right length gives a secret that nobody else has (FIPS 203, 6.3).
Result<SecretBytes> ml_kem_decapsulate(const PqPrivateKey& key, ByteView ciphertext);

}  // namespace holdfast::secure::crypto
