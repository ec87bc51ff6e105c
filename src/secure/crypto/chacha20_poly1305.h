#pragma once

#include "secure/crypto/aead.h"

namespace holdfast::secure::crypto {

inline constexpr std::size_t kChaCha20KeyBytes = 32;

/// has_chacha20_poly1305 says whether the libcrypto found has it.
bool has_chacha20_poly1305() noexcept;

/// begin_chacha20_poly1305 is begin_aead for the construction of RFC 8439.
Result<std::unique_ptr<AeadStream>> begin_chacha20_poly1305(const SecretBytes& key, CipherDirection direction,
                                                            const AeadParams& params);

}  // namespace holdfast::secure::crypto
