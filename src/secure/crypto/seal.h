#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"

namespace holdfast::secure::crypto {

inline constexpr std::size_t kSealKeyBytes = 32;
inline constexpr std::size_t kSealNonceBytes = 12;
inline constexpr std::size_t kSealTagBytes = 16;

// AES-256-GCM in one go, for records at rest. The output is ciphertext, then tag. A key or nonce of another size is
// Rv::arguments_bad: the caller's mistake. Anything that does not authenticate is Rv::encrypted_data_invalid.

Result<Bytes> seal(const SecretBytes& key, ByteView nonce, ByteView aad, ByteView plaintext);
Result<Bytes> seal_secret(const SecretBytes& key, ByteView nonce, ByteView aad, const SecretBytes& plaintext);
Result<Bytes> unseal(const SecretBytes& key, ByteView nonce, ByteView aad, ByteView sealed);
Result<SecretBytes> unseal_secret(const SecretBytes& key, ByteView nonce, ByteView aad, ByteView sealed);

}  // namespace holdfast::secure::crypto
