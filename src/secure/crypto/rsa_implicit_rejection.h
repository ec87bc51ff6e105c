#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"

namespace holdfast::secure::crypto {

// Private to this folder: PKCS#1 v1.5 decryption that never says whether the padding was right. A ciphertext with a wrong
// padding decrypts to bytes that look like any plaintext and are always the same for it, so that neither a code nor a
// repetition tells one from the other (draft-irtf-cfrg-rsa-guidance, section 7). The draws are those of libcrypto 3.2 and
// newer; doing them here gives every release the same answers.

/// rejection_key is the hash of the private exponent, which is as long as the modulus.
Result<SecretBytes> rejection_key(const SecretBytes& private_exponent);

/// remove_pkcs1_padding gives the plaintext of a decrypted block, or the one drawn for its ciphertext. Both are as long as
/// the modulus. Its time does not depend on the padding.
Result<SecretBytes> remove_pkcs1_padding(const SecretBytes& block, ByteView ciphertext, const SecretBytes& rejection_key);

}  // namespace holdfast::secure::crypto
