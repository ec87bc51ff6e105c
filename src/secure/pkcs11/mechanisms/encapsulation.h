#pragma once

#include "secure/crypto/rsa.h"
#include "secure/pkcs11/mechanisms/row.h"

namespace holdfast::secure::pkcs11 {

// Encapsulation by mechanisms that are older than it (PKCS#11 3.2, C_EncapsulateKey).

/// encapsulate_agreed and decapsulate_agreed are those of ECDH: the ciphertext is the point of a fresh key.
Result<Encapsulated> encapsulate_agreed(const Start& start);
Result<SecretBytes> decapsulate_agreed(const Start& start, ByteView ciphertext);

/// encapsulate_random wraps a fresh secret, as long as the key is to be; decapsulating is unwrapping.
Result<Encapsulated> encapsulate_random(const Start& start, const crypto::RsaEncryptionScheme& scheme);
Result<SecretBytes> decapsulate_random(const Start& start, const crypto::RsaEncryptionScheme& scheme, ByteView ciphertext);

}  // namespace holdfast::secure::pkcs11
