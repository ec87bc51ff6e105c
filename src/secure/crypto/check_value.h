#pragma once

#include <array>

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/crypto/aes_key.h"

namespace holdfast::secure::crypto {

/// CheckValue is CKA_CHECK_VALUE (PKCS#11 3.2, "Secret key objects" and "Certificate objects").
using CheckValue = std::array<std::byte, 3>;

/// A block cipher's key: the head of the encryption of one block of zeroes.
Result<CheckValue> check_value(const AesKey& key);
/// Any other secret key: the head of the SHA-1 of its value.
Result<CheckValue> check_value(const SecretBytes& value);
/// A certificate: the head of the SHA-1 of its bytes.
Result<CheckValue> check_value(ByteView certificate);

}  // namespace holdfast::secure::crypto
