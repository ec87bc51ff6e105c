#pragma once

#include "base/bytes.h"

namespace holdfast::conformance {

/// pattern is data that does not repeat soon.
Bytes pattern(std::size_t size);

/// The same operations in this process, by libcrypto. They fail the test when libcrypto refuses.
namespace reference {

Bytes digest(const char* name, const Bytes& data);
Bytes hmac(const char* digest, const Bytes& key, const Bytes& data);
Bytes cmac(const Bytes& key, const Bytes& data);
/// encrypt takes libcrypto's name of cipher and mode, and pads as CBC does when asked.
Bytes encrypt(const char* cipher, const Bytes& key, const Bytes& iv, const Bytes& data, bool is_padded = false);
/// gcm returns the ciphertext with the tag appended.
Bytes gcm(const Bytes& key, const Bytes& iv, const Bytes& aad, const Bytes& data, std::size_t tag_bytes);

/// Key is one of libcrypto's, public or whole.
class Key {
 public:
  static Key ec_public(const char* curve, const Bytes& point);
  static Key ec_generate(const char* curve);
  static Key ed25519_public(const Bytes& point);
  static Key rsa_public(const Bytes& modulus, const Bytes& exponent);
  static Key rsa_generate(unsigned bits);
  static Key from_public_key_info(const Bytes& der);

  Key(Key&& other) noexcept;
  Key& operator=(Key&&) = delete;
  ~Key();

  /// number is an RSA or EC parameter by libcrypto's name ("n", "d", "rsa-factor1", "priv"…), big endian, padded to
  /// `size`.
  Bytes number(const char* name, std::size_t size = 0) const;
  Bytes ec_point() const;
  /// pkcs8 is the private key in DER.
  Bytes pkcs8() const;

  struct Padding {
    int mode = 0;                  // RSA_…_PADDING; 0 for keys that have none
    const char* digest = nullptr;  // hashed first when signing; null: the data are what is signed
    const char* mgf_digest = nullptr;
    int salt_bytes = -1;
    Bytes label{};
  };
  bool verify(const Padding& how, const Bytes& data, const Bytes& signature) const;
  Bytes sign(const Padding& how, const Bytes& data) const;
  Bytes encrypt(const Padding& how, const Bytes& data) const;
  Bytes decrypt(const Padding& how, const Bytes& data) const;
  /// ecdsa signatures are r and s, one after the other, as PKCS#11 has them.
  bool verify_ecdsa(const char* digest, const Bytes& data, const Bytes& signature) const;
  Bytes sign_ecdsa(const char* digest, const Bytes& data, std::size_t field_bytes) const;
  bool verify_eddsa(const Bytes& data, const Bytes& signature) const;
  /// agree is the x coordinate of the shared point.
  Bytes agree(const Key& peer) const;

 private:
  explicit Key(void* key) : key_(key) {}
  void* key_;  // EVP_PKEY
};

}  // namespace reference
}  // namespace holdfast::conformance
