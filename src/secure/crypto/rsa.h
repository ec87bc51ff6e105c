#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/crypto/digest.h"
#include "secure/crypto/openssl_ptr.h"

namespace holdfast::secure::crypto {

inline constexpr std::size_t kMinRsaBits = 512;
inline constexpr std::size_t kMaxRsaBits = 16384;

/// Integers are unsigned and big endian, as PKCS#11 attributes are.
struct RsaPublicComponents {
  Bytes modulus;
  Bytes exponent;
};

/// Absent values are empty: the primes (both or neither) and what follows from them are then computed. An absent public
/// exponent is taken to be 65537, and checked against the private one.
struct RsaPrivateComponents {
  Bytes modulus;
  Bytes public_exponent;
  SecretBytes private_exponent;
  SecretBytes prime_1;
  SecretBytes prime_2;
  SecretBytes exponent_1;
  SecretBytes exponent_2;
  SecretBytes coefficient;
};

/// RsaPkcs1 is the v1.5 padding (RFC 8017, 8.2 and 7.2). In a signature: with a digest, the data is that digest and a
/// DigestInfo goes round it; without, the data goes into the block as it is (CKM_RSA_PKCS).
struct RsaPkcs1 {
  std::optional<DigestKind> digest = std::nullopt;
};
struct RsaPss {
  DigestKind hash = DigestKind::sha256;
  DigestKind mgf_hash = DigestKind::sha256;
  std::size_t salt_bytes = 32;
};
struct RsaOaep {
  DigestKind hash = DigestKind::sha256;
  DigestKind mgf_hash = DigestKind::sha256;
  Bytes label = {};
};
/// RsaRaw is CKM_RSA_X_509: shorter input gets zero bytes in front.
struct RsaRaw {};

using RsaSignatureScheme = std::variant<RsaPkcs1, RsaPss, RsaRaw>;
using RsaEncryptionScheme = std::variant<RsaPkcs1, RsaOaep, RsaRaw>;

/// RsaPublicKey is a parsed key. Copies share it; it never changes and may be used from many threads at once.
class RsaPublicKey {
 public:
  /// from_components fails with Rv::key_size_range outside kMinRsaBits…kMaxRsaBits, and Rv::attribute_value_invalid for
  /// an even modulus or an exponent that is even, below 3 or above 64 bits.
  static Result<RsaPublicKey> from_components(ByteView modulus, ByteView exponent);

  std::size_t modulus_bits() const noexcept;
  std::size_t modulus_bytes() const noexcept { return (modulus_bits() + 7) / 8; }

  /// verify fails with Rv::signature_len_range, Rv::signature_invalid, Rv::data_len_range for data no signature of this
  /// kind can be over, Rv::key_size_range and Rv::mechanism_param_invalid for a scheme this key is too short for.
  Result<void> verify(const RsaSignatureScheme& scheme, ByteView data, ByteView signature) const;
  /// recover gives the data inside a signature: of RsaPkcs1 without a digest what was signed, of RsaRaw the whole block.
  /// Rv::signature_len_range, Rv::signature_invalid; Rv::mechanism_invalid for a scheme that holds no data.
  Result<Bytes> recover(const RsaSignatureScheme& scheme, ByteView signature) const;
  /// max_plaintext is the longest data the scheme can encrypt with this key; Rv::key_size_range when there is none.
  Result<std::size_t> max_plaintext(const RsaEncryptionScheme& scheme) const;
  /// encrypt returns modulus_bytes() bytes. Too much data is Rv::data_len_range; a raw number not below the modulus is
  /// Rv::data_invalid.
  Result<Bytes> encrypt(const RsaEncryptionScheme& scheme, ByteView plaintext) const;
  Result<Bytes> encrypt_secret(const RsaEncryptionScheme& scheme, const SecretBytes& plaintext) const;

  struct Impl;

 private:
  explicit RsaPublicKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

  std::shared_ptr<const Impl> impl_;
};

/// RsaPrivateKey is a parsed key. Copies share it; it never changes and may be used from many threads at once.
class RsaPrivateKey {
 public:
  /// from_components checks that the numbers belong together (Rv::attribute_value_invalid); sizes as above. The modulus
  /// and private exponent must be there, and both primes or none: Rv::template_incomplete. Primality is not tested.
  static Result<RsaPrivateKey> from_components(const RsaPrivateComponents& components);

  std::size_t modulus_bits() const noexcept;
  std::size_t modulus_bytes() const noexcept { return (modulus_bits() + 7) / 8; }

  /// sign writes modulus_bytes() bytes to `signature`. Fails as verify does, and with Rv::buffer_too_small.
  Result<void> sign(const RsaSignatureScheme& scheme, ByteView data, MutableByteView signature) const;

  /// decrypt returns the plaintext. A ciphertext that is not modulus_bytes() long is Rv::encrypted_data_len_range,
  /// every other fault is Rv::encrypted_data_invalid. A bad v1.5 padding is no fault: it gives bytes drawn for that
  /// ciphertext (rsa_implicit_rejection.h).
  Result<Bytes> decrypt(const RsaEncryptionScheme& scheme, ByteView ciphertext) const;
  Result<SecretBytes> decrypt_secret(const RsaEncryptionScheme& scheme, ByteView ciphertext) const;

  struct Impl;

 private:
  explicit RsaPrivateKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

  std::shared_ptr<const Impl> impl_;
};

/// complete_components gives the same key with every number, computed where absent. Fails as from_components does.
Result<RsaPrivateComponents> complete_components(const RsaPrivateComponents& components);

/// generate_rsa makes a key pair with all components. An exponent that is even, below 3 or above 64 bits is
/// Rv::attribute_value_invalid, a size outside the limits Rv::key_size_range.
Result<RsaPrivateComponents> generate_rsa(std::size_t modulus_bits, ByteView public_exponent);

}  // namespace holdfast::secure::crypto
