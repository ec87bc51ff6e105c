#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <variant>

#include "secure/crypto/aes_key.h"
#include "secure/crypto/ec.h"
#include "secure/crypto/edwards.h"
#include "secure/crypto/finite_field.h"
#include "secure/crypto/lms.h"
#include "secure/crypto/montgomery.h"
#include "secure/crypto/pq_key.h"
#include "secure/crypto/rsa.h"
#include "secure/crypto/xmss.h"
#include "secure/pkcs11/attributes/attribute_set.h"

namespace holdfast::secure::pkcs11 {

/// AesMaterial serves the two users of an AES key: ciphers take the parsed key, CMAC the bytes.
struct AesMaterial {
  crypto::AesKey key;
  SecretBytes value;
};

/// KeyMaterial is a key parsed for libcrypto once. Copies share it, from any thread. A generic secret or HMAC key is
/// just its bytes.
using KeyMaterial = std::variant<std::shared_ptr<const SecretBytes>, std::shared_ptr<const AesMaterial>,
                                 crypto::RsaPublicKey, crypto::RsaPrivateKey, crypto::EcPublicKey, crypto::EcPrivateKey,
                                 crypto::EdwardsPublicKey, crypto::EdwardsPrivateKey, crypto::MontgomeryPublicKey,
                                 crypto::MontgomeryPrivateKey, crypto::FieldPublicKey, crypto::FieldPrivateKey,
                                 crypto::HssPublicKey, crypto::XmssPublicKey, crypto::PqPublicKey, crypto::PqPrivateKey>;

/// load_key parses the material of a key object. Rv::key_type_inconsistent when the object is no key we can use; the
/// codes of secure/crypto (attribute_value_invalid, curve_not_supported, key_size_range, …) when its material is not
/// sound, so an import may check with it; template_incomplete when a part is missing.
Result<KeyMaterial> load_key(const AttributeSet& attributes, const SecretSet& secrets);

/// public_key_info computes CKA_PUBLIC_KEY_INFO, the SubjectPublicKeyInfo of a public or private key object. Fails as
/// load_key does.
Result<Bytes> public_key_info(const AttributeSet& attributes, const SecretSet& secrets);

/// check_value computes CKA_CHECK_VALUE of a secret key object, three bytes. Fails as load_key does.
Result<Bytes> check_value(const AttributeSet& attributes, const SecretSet& secrets);

/// secret_size_fits tells whether a secret key of this type may have this many bytes; never for another key type.
bool secret_size_fits(ck::KeyType type, std::size_t bytes) noexcept;
/// only_secret_size is the size of every key of a type, or 0 if they have several.
std::uint32_t only_secret_size(ck::KeyType type) noexcept;

/// Key is a key object as operations see it: attributes at once, material only when all checks have passed.
class Key {
 public:
  virtual ~Key() = default;
  virtual const AttributeSet& attributes() const = 0;
  /// Rv::user_not_logged_in when the material is sealed and nobody is logged in.
  virtual Result<KeyMaterial> material() const = 0;
};

}  // namespace holdfast::secure::pkcs11
