#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/crypto/aes_key.h"

namespace holdfast::secure::crypto {

inline constexpr std::size_t kXtsTweakBytes = 16;
/// SP 800-38E: no data unit is longer.
inline constexpr std::size_t kMaxXtsBytes = (std::size_t{1} << 20) * kAesBlockBytes;

bool has_aes_xts() noexcept;

/// xts_halves_differ is false for a key that XTS must not use: one whose two keys are the same (SP 800-38E, FIPS 140 IG C.I).
bool xts_halves_differ(const SecretBytes& key) noexcept;

/// xts_crypt encrypts or decrypts one data unit, writing in.size() bytes. The key is two AES keys of 16 or 32 bytes
/// (Rv::key_size_range; Rv::key_function_not_permitted for equal ones). A tweak has 16 bytes (Rv::mechanism_param_invalid). Less
/// than a block and more than kMaxXtsBytes are Rv::data_len_range or Rv::encrypted_data_len_range.
Result<void> xts_crypt(const SecretBytes& key, CipherDirection direction, ByteView tweak, ByteView in, MutableByteView out);

/// check_xts makes the checks of key and tweak alone.
Result<void> check_xts(const SecretBytes& key, ByteView tweak);

}  // namespace holdfast::secure::crypto
