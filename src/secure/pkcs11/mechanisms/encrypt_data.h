#pragma once

#include <optional>

#include "secure/crypto/block_cipher.h"
#include "secure/pkcs11/mechanisms/row.h"

namespace holdfast::secure::pkcs11 {

/// derive_by_encryption is CKM_…_ENCRYPT_DATA (PKCS#11 3.2, "Key derivation by data encryption"): the ciphertext is the new
/// key; what is too long is dropped from its end.
Result<SecretBytes> derive_by_encryption(crypto::BlockCipher cipher, ByteView data, std::optional<std::size_t> bytes,
                                         Dialect dialect);

}  // namespace holdfast::secure::pkcs11
