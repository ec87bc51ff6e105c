#pragma once

#include <memory>

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/crypto/pq_params.h"

namespace holdfast::secure::crypto {

/// PqPublicKey is a public key of FIPS 203, 204 or 205, parsed once. Copies share it, from any thread.
class PqPublicKey {
 public:
  /// from_value fails with `refusal` for a wrong length and, of ML-KEM, numbers that are not reduced (FIPS 203, 7.2);
  /// Rv::parameter_set_not_supported when libcrypto lacks the parameter set.
  static Result<PqPublicKey> from_value(const PqParams& params, ByteView value,
                                        Rv refusal = Rv::attribute_value_invalid);

  const PqParams& params() const noexcept;
  ByteView value() const noexcept;

  struct Impl;
  const Impl& impl() const noexcept { return *impl_; }

 private:
  explicit PqPublicKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

  std::shared_ptr<const Impl> impl_;
};

class PqPrivateKey {
 public:
  /// from_parts takes the seed, the private key as the standard encodes it, or both; null is a part that is not there.
  /// Both must be of the same key. Fails as PqPublicKey::from_value does.
  static Result<PqPrivateKey> from_parts(const PqParams& params, const SecretBytes* seed, const SecretBytes* value,
                                         Rv refusal = Rv::attribute_value_invalid);

  const PqParams& params() const noexcept;
  ByteView public_value() const noexcept;

  struct Impl;
  const Impl& impl() const noexcept { return *impl_; }

 private:
  explicit PqPrivateKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

  std::shared_ptr<const Impl> impl_;
};

/// PqKeyPair is what a new key is made of. The seed is empty where the family has none.
struct PqKeyPair {
  Bytes public_value;
  SecretBytes seed;
  SecretBytes value;
};
Result<PqKeyPair> generate_pq(const PqParams& params);
/// expand_seed computes the private key that a seed stands for. Rv::attribute_value_invalid for a wrong length.
Result<SecretBytes> expand_seed(const PqParams& params, const SecretBytes& seed);

/// PqPrivateParts is what a private key's encoding holds; a part that it does not hold is empty.
struct PqPrivateParts {
  SecretBytes seed;
  SecretBytes value;
};
/// encode_pq_private writes what PKCS#8 holds (RFC 9881, 6; RFC 9935, 6; RFC 9909, 5): the seed and the private key
/// where both are there, the bare private key for SLH-DSA. decode_pq_private undoes it; Rv::wrapped_key_invalid.
Result<SecretBytes> encode_pq_private(const PqParams& params, const SecretBytes* seed, const SecretBytes& value);
Result<PqPrivateParts> decode_pq_private(const PqParams& params, const SecretBytes& encoded);

}  // namespace holdfast::secure::crypto
