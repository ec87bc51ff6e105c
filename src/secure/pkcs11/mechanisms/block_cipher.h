#pragma once

#include <functional>

#include "secure/crypto/block_cipher.h"
#include "secure/pkcs11/mechanisms/row.h"

namespace holdfast::secure::pkcs11 {

/// MakeBlockCipher gives a fresh cipher for an operation that starts over.
using MakeBlockCipher = std::function<Result<crypto::BlockCipher>()>;

/// new_block_cipher is the cipher of C_Encrypt or C_Decrypt. `again` is asked when padded text is decrypted in one piece,
/// whose size shows only at the end, so that the call can be repeated with more room.
Made<Cipher> new_block_cipher(crypto::BlockCipher cipher, MakeBlockCipher again);

/// wrap_with_blocks pads a key with zero bytes to whole blocks where the mode needs them (PKCS#11 3.2, "AES-ECB" and
/// "AES-CBC").
Result<Bytes> wrap_with_blocks(crypto::BlockCipher cipher, const SecretBytes& key);

}  // namespace holdfast::secure::pkcs11
