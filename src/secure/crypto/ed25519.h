#pragma once

#include <memory>

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"

namespace holdfast::secure::crypto {

inline constexpr std::size_t kEd25519Bytes = 32;  // seed and public key
inline constexpr std::size_t kEd25519SignatureBytes = 64;

/// Ed25519Variant is CK_EDDSA_PARAMS (RFC 8032, 5.1): plain Ed25519 by default; a context (at most 255 bytes) makes it
/// Ed25519ctx, prehash Ed25519ph. libcrypto before 3.2 has only the plain one: Rv::mechanism_param_invalid.
struct Ed25519Variant {
  bool prehash = false;
  Bytes context = {};
};

/// is_ed25519_params says whether CKA_EC_PARAMS names this curve: OID 1.3.101.112, the older
/// OID 1.3.6.1.4.1.11591.15.1, or PrintableString "edwards25519".
bool is_ed25519_params(ByteView der) noexcept;
/// ed25519_params is the DER encoding of the OID, the form in which parameters are kept.
ByteView ed25519_params() noexcept;

class Ed25519PublicKey {
 public:
  /// from_point takes the 32 bytes plain or inside a DER OCTET STRING or BIT STRING; anything else is `refusal`.
  static Result<Ed25519PublicKey> from_point(ByteView point, Rv refusal = Rv::attribute_value_invalid);

  ByteView point() const noexcept;
  /// verify fails with Rv::signature_len_range and Rv::signature_invalid.
  Result<void> verify(const Ed25519Variant& variant, ByteView message, ByteView signature) const;

  struct Impl;

 private:
  explicit Ed25519PublicKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

  std::shared_ptr<const Impl> impl_;
};

class Ed25519PrivateKey {
 public:
  /// from_seed fails with Rv::attribute_value_invalid unless there are 32 bytes.
  static Result<Ed25519PrivateKey> from_seed(const SecretBytes& seed);

  ByteView public_point() const noexcept;
  /// sign writes 64 bytes. The message is read twice, so it must be private memory.
  Result<void> sign(const Ed25519Variant& variant, ByteView message, MutableByteView signature) const;

  struct Impl;

 private:
  explicit Ed25519PrivateKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

  std::shared_ptr<const Impl> impl_;
};

struct Ed25519KeyPair {
  SecretBytes seed;
  Bytes point;
};
Result<Ed25519KeyPair> generate_ed25519();

}  // namespace holdfast::secure::crypto
