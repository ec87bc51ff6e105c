#pragma once

#include "secure/crypto/aead.h"

namespace holdfast::secure::crypto {

/// begin_ccm is begin_aead for AES-CCM (SP 800-38C, RFC 3610), from CTR and CBC-MAC: libcrypto's own CCM takes the text in one
/// piece only. Fails with Rv::data_len_range where params.text_bytes do not fit the nonce.
Result<std::unique_ptr<AeadStream>> begin_ccm(const AesKey& key, CipherDirection direction, const AeadParams& params);

}  // namespace holdfast::secure::crypto
