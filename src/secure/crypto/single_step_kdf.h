#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/crypto/digest.h"

namespace holdfast::secure::crypto {

/// single_step_kdf is the one-step key derivation of SP 800-56A (5.8.1.1; SP 800-56C, 4.1) with a hash: the hashes of
/// counter, shared secret and fixed info, one after the other. Rv::key_size_range for 0 bytes.
Result<SecretBytes> single_step_kdf(DigestKind kind, const SecretBytes& shared_secret, ByteView fixed_info,
                                    std::size_t size);

}  // namespace holdfast::secure::crypto
