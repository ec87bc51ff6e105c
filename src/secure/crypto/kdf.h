#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/crypto/digest.h"

namespace holdfast::secure::crypto {

/// hkdf is extract-then-expand of RFC 5869. At most 255 digests of output: Rv::key_size_range above, or for 0.
Result<SecretBytes> hkdf(DigestKind kind, const SecretBytes& input_key, ByteView salt, ByteView info, std::size_t size);

inline Result<SecretBytes> hkdf_sha256(const SecretBytes& input_key, ByteView salt, ByteView info, std::size_t size) {
  return hkdf(DigestKind::sha256, input_key, salt, info, size);
}

/// hkdf_extract is the first half of it: digest_bytes(kind) bytes.
Result<SecretBytes> hkdf_extract(DigestKind kind, const SecretBytes& input_key, const SecretBytes& salt);
/// hkdf_expand is the second half; limits as for hkdf.
Result<SecretBytes> hkdf_expand(DigestKind kind, const SecretBytes& key, ByteView info, std::size_t size);

/// pbkdf2 is RFC 8018, 5.2 over HMAC. Rv::mechanism_param_invalid for no iterations, Rv::key_size_range for 0 bytes.
Result<SecretBytes> pbkdf2(DigestKind kind, const SecretBytes& password, ByteView salt, std::uint64_t iterations,
                           std::size_t size);

/// tls_prf is the pseudo-random function of TLS 1.2 (RFC 5246, 5) over one hash; without a hash that of TLS 1.0 and 1.1
/// (RFC 2246, 5). Rv::key_size_range for 0 bytes.
Result<SecretBytes> tls_prf(std::optional<DigestKind> kind, const SecretBytes& secret, ByteView label_and_seed,
                            std::size_t size);

struct ScryptCost {
  std::uint8_t log2_n = 15;
  std::uint32_t r = 8;
  std::uint32_t p = 1;
};

/// scrypt is RFC 7914. Costs that need more than 1 GiB, or that the RFC forbids, are Rv::mechanism_param_invalid.
Result<SecretBytes> scrypt(const SecretBytes& password, ByteView salt, const ScryptCost& cost, std::size_t size);

/// x963_kdf is the KDF of ANSI X9.63 (SEC 1, 3.6.1), as CKD_SHA…_KDF uses it. Rv::key_size_range for 0 bytes.
Result<SecretBytes> x963_kdf(DigestKind kind, const SecretBytes& shared_secret, ByteView shared_info, std::size_t size);

}  // namespace holdfast::secure::crypto
