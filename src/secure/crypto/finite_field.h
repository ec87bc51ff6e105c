#pragma once

#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"

namespace holdfast::secure::crypto {

/// FieldScheme is what a key over the integers modulo a prime is for: Diffie-Hellman of PKCS #3 or of X9.42, or DSA.
enum class FieldScheme : std::uint8_t { dh, x942_dh, dsa };

inline constexpr std::size_t kMinFieldBits = 1024;
inline constexpr std::size_t kMaxDhBits = 8192;
inline constexpr std::size_t kMaxDsaBits = 3072;
constexpr std::size_t max_field_bits(FieldScheme scheme) { return scheme == FieldScheme::dsa ? kMaxDsaBits : kMaxDhBits; }

/// FieldDomain are domain parameters, big endian. The subprime is empty for FieldScheme::dh.
struct FieldDomain {
  Bytes prime;
  Bytes subprime;
  Bytes base;
};

/// FieldPublicKey is a public value that lies in its group. Copies share it; it may be used from many threads at once.
class FieldPublicKey {
 public:
  /// from_value checks the domain (Rv::key_size_range for a prime outside the limits, else domain_params_invalid), and that
  /// the value is from 2 to prime - 2 and, with a subprime, in its subgroup: else `refusal`. Primality is not tested.
  static Result<FieldPublicKey> from_value(FieldScheme scheme, const FieldDomain& domain, ByteView value,
                                           Rv refusal = Rv::attribute_value_invalid);

  const FieldDomain& domain() const noexcept;
  ByteView value() const noexcept;
  /// verify is DSA (FIPS 186-4, 4.7): r || s, each as long as the subprime. Rv::signature_len_range, signature_invalid.
  Result<void> verify(ByteView digest, ByteView signature) const;

  struct Impl;
  const std::shared_ptr<const Impl>& impl() const noexcept { return impl_; }

 private:
  explicit FieldPublicKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

  std::shared_ptr<const Impl> impl_;
};

class FieldPrivateKey {
 public:
  /// from_value checks the domain as above, and that the value is from 1 to subprime - 1 or prime - 2.
  static Result<FieldPrivateKey> from_value(FieldScheme scheme, const FieldDomain& domain, const SecretBytes& value);

  const FieldDomain& domain() const noexcept;
  /// public_value is as long as the prime.
  ByteView public_value() const noexcept;
  /// signature_bytes is what sign writes: DSA's r || s.
  std::size_t signature_bytes() const noexcept;
  Result<void> sign(ByteView digest, MutableByteView signature) const;
  /// derive gives the shared secret, as long as the prime. A peer's value outside the group is Rv::mechanism_param_invalid.
  Result<SecretBytes> derive(ByteView peer) const;

  struct Impl;

 private:
  explicit FieldPrivateKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

  std::shared_ptr<const Impl> impl_;
};

struct FieldKeyPair {
  SecretBytes value;
  Bytes public_value;
};
/// generate_in_field fails as from_value does for an unsound domain.
Result<FieldKeyPair> generate_in_field(FieldScheme scheme, const FieldDomain& domain);

/// generate_field makes domain parameters: for dh the group of RFC 7919 of that size (2048, 3072, 4096, 6144 or 8192 bits),
/// as a fresh safe prime takes minutes; for the others fresh ones after FIPS 186-4 (1024/160, 2048/224, 2048/256,
/// 3072/256). Other sizes are Rv::key_size_range.
Result<FieldDomain> generate_field(FieldScheme scheme, std::size_t prime_bits, std::size_t subprime_bits);

}  // namespace holdfast::secure::crypto
