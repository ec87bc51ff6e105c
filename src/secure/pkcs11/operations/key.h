#pragma once

#include <memory>
#include <variant>

#include "secure/pkcs11/attributes/attribute_set.h"

namespace holdfast::secure::crypto {
class AesKey;
class RsaPublicKey;
class RsaPrivateKey;
class EcPublicKey;
class EcPrivateKey;
class Ed25519PublicKey;
class Ed25519PrivateKey;
}  // namespace holdfast::secure::crypto

namespace holdfast::secure::pkcs11 {

/// KeyMaterial is a key parsed for libcrypto once and shared by every operation with it. A generic secret or HMAC key is
/// just its bytes.
using KeyMaterial =
    std::variant<std::shared_ptr<const SecretBytes>, std::shared_ptr<const crypto::AesKey>,
                 std::shared_ptr<const crypto::RsaPublicKey>, std::shared_ptr<const crypto::RsaPrivateKey>,
                 std::shared_ptr<const crypto::EcPublicKey>, std::shared_ptr<const crypto::EcPrivateKey>,
                 std::shared_ptr<const crypto::Ed25519PublicKey>, std::shared_ptr<const crypto::Ed25519PrivateKey>>;

/// load_key parses the material of a key object. Rv::key_type_inconsistent when the object is no key we can use.
Result<KeyMaterial> load_key(const AttributeSet& attributes, const SecretSet& secrets);

/// Key is a key object as operations see it: attributes at once, material only when all checks have passed.
class Key {
 public:
  virtual ~Key() = default;
  virtual const AttributeSet& attributes() const = 0;
  /// Rv::user_not_logged_in when the material is sealed and nobody is logged in.
  virtual Result<KeyMaterial> material() const = 0;
};

}  // namespace holdfast::secure::pkcs11
