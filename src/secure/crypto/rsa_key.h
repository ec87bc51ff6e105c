#pragma once

#include "secure/crypto/pkey.h"
#include "secure/crypto/rsa.h"

namespace holdfast::secure::crypto {

// Private to this folder: what the RSA files share.

struct RsaPublicKey::Impl {
  std::size_t bits;
  Bytes modulus;
  Prepared verifier;
};

struct RsaPrivateKey::Impl {
  std::size_t bits;
  Bytes modulus;
  Prepared signer;
  SecretBytes rejection_key;  // rsa_implicit_rejection.h
};

/// RsaSize is what the length rules of the schemes need to know of a key.
struct RsaSize {
  std::size_t bits;
  ByteView modulus;
  std::size_t bytes() const noexcept { return modulus.size(); }
};

/// check_signature_input holds the length rules for signing and verifying (RFC 8017, sections 8 and 9).
Result<void> check_signature_input(const RsaSignatureScheme& scheme, const RsaSize& key, ByteView data);
/// max_plaintext is for RFC 8017, section 7.
Result<std::size_t> max_plaintext(const RsaEncryptionScheme& scheme, const RsaSize& key);

Result<void> apply(const RsaSignatureScheme& scheme, EVP_PKEY_CTX* context);
Result<void> apply(const RsaEncryptionScheme& scheme, EVP_PKEY_CTX* context);

/// pad_raw puts zero bytes in front of `data` to the length of the modulus, for RsaRaw; `out` has that length.
/// A number not below the modulus is `too_large`.
Result<void> pad_raw(const RsaSize& key, ByteView data, MutableByteView out, Rv too_large);

/// check_modulus gives the bits of a modulus without leading zeroes: Rv::key_size_range, Rv::attribute_value_invalid.
Result<std::size_t> check_modulus(ByteView modulus);
Result<void> check_public_exponent(ByteView exponent);

}  // namespace holdfast::secure::crypto
