#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/crypto/aes_key.h"

namespace holdfast::secure::crypto {

/// kw is RFC 3394 (whole 8-byte units, 16 or more); kwp is RFC 5649 (any length from 1 byte).
enum class KeyWrapKind : std::uint8_t { kw, kwp };

/// wrap_size is the size of a wrapped secret of `size` bytes.
std::size_t wrap_size(KeyWrapKind kind, std::size_t size) noexcept;

/// wrap_key fails with Rv::key_size_range for a secret that does not fit the kind, and Rv::mechanism_param_invalid for
/// an `iv` that is neither empty (the standard's own) nor 8 bytes (kw) or 4 bytes (kwp).
Result<Bytes> wrap_key(const AesKey& key, KeyWrapKind kind, const SecretBytes& secret, ByteView iv = {});
/// unwrap_key fails with Rv::wrapped_key_len_range, or Rv::wrapped_key_invalid when the integrity check fails.
Result<SecretBytes> unwrap_key(const AesKey& key, KeyWrapKind kind, ByteView wrapped, ByteView iv = {});

}  // namespace holdfast::secure::crypto
