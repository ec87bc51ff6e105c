#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/crypto/aes_key.h"

namespace holdfast::secure::crypto {

/// kw is RFC 3394 (whole 8-byte units, 16 or more); kwp is RFC 5649 (any length from 1 byte); pkcs7 is kw of what PKCS #7
/// padding makes whole units (any length from 8 bytes).
enum class KeyWrapKind : std::uint8_t { kw, kwp, pkcs7 };

/// wrap_size is the size of a wrapped secret of `size` bytes.
std::size_t wrap_size(KeyWrapKind kind, std::size_t size) noexcept;

/// wrap_key fails with Rv::key_size_range for a secret that does not fit the kind, and Rv::mechanism_param_invalid for
/// an `iv` that is neither empty (the standard's own) nor 8 bytes (kw, pkcs7) or 4 bytes (kwp).
Result<Bytes> wrap_key(const AesKey& key, KeyWrapKind kind, const SecretBytes& secret, ByteView iv = {});
/// unwrap_key fails with Rv::wrapped_key_len_range, or Rv::wrapped_key_invalid when the integrity check fails.
Result<SecretBytes> unwrap_key(const AesKey& key, KeyWrapKind kind, ByteView wrapped, ByteView iv = {});

/// wrap_bytes and unwrap_bytes do the same with data that is no key: a length that does not fit is Rv::data_len_range or
/// Rv::encrypted_data_len_range, a failed check Rv::encrypted_data_invalid. unwrap_bytes writes to `out`, which must be private
/// memory of wrapped.size() bytes, and returns how many.
Result<Bytes> wrap_bytes(const AesKey& key, KeyWrapKind kind, ByteView data, ByteView iv = {});
Result<std::size_t> unwrap_bytes(const AesKey& key, KeyWrapKind kind, ByteView wrapped, ByteView iv, MutableByteView out);

}  // namespace holdfast::secure::crypto
