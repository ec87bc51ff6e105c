#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/crypto/libcrypto.h"

namespace holdfast::secure::crypto {

// Private to this folder: the steps that HMAC and CMAC have in common.

/// begin_mac starts a MAC under `key`; `parameter` chooses the digest or cipher by libcrypto's name.
Result<MacContextPtr> begin_mac(EVP_MAC* algorithm, const SecretBytes& key, OSSL_PARAM parameter);
Result<void> update_mac(EVP_MAC_CTX* context, ByteView data);
Result<void> finish_mac(EVP_MAC_CTX* context, std::size_t size, MutableByteView out);
Result<MacContextPtr> copy_mac(EVP_MAC_CTX* context);

}  // namespace holdfast::secure::crypto
