#include "conformance/reference.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <memory>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string>

namespace holdfast::conformance {

Bytes pattern(std::size_t size) {
  Bytes data(size);
  std::uint32_t state = 12345;
  for (std::byte& byte : data) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<std::byte>(state >> 24);
  }
  return data;
}

namespace reference {
namespace {

template <auto free>
struct Free {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};
template <class T, auto free>
using Owned = std::unique_ptr<T, Free<free>>;
using CipherContext = Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;
using DigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using KeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using Builder = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Params = Owned<OSSL_PARAM, OSSL_PARAM_free>;
using Number = Owned<BIGNUM, BN_free>;
using EcdsaSignature = Owned<ECDSA_SIG, ECDSA_SIG_free>;

void must(int outcome, const char* what) { EXPECT_GT(outcome, 0) << "libcrypto: " << what; }
unsigned char* u8(Bytes& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }
const unsigned char* u8(const Bytes& bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }
EVP_PKEY* pkey(void* key) { return static_cast<EVP_PKEY*>(key); }
Number number_of(const Bytes& bytes) { return Number(BN_bin2bn(u8(bytes), static_cast<int>(bytes.size()), nullptr)); }

EVP_PKEY* key_from(const char* type, OSSL_PARAM_BLD* builder) {
  const Params params(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  must(EVP_PKEY_fromdata_init(context.get()), "fromdata_init");
  must(EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()), "fromdata");
  return key;
}

Bytes mac(const char* type, const char* parameter, const char* value, const Bytes& key, const Bytes& data) {
  Bytes out(64);
  std::size_t size = out.size();
  const Owned<EVP_MAC, EVP_MAC_free> algorithm(EVP_MAC_fetch(nullptr, type, nullptr));
  const Owned<EVP_MAC_CTX, EVP_MAC_CTX_free> context(EVP_MAC_CTX_new(algorithm.get()));
  const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(parameter, const_cast<char*>(value), 0),
                               OSSL_PARAM_construct_end()};
  must(EVP_MAC_init(context.get(), u8(key), key.size(), params), "MAC_init");
  must(EVP_MAC_update(context.get(), u8(data), data.size()), "MAC_update");
  must(EVP_MAC_final(context.get(), u8(out), &size, out.size()), "MAC_final");
  out.resize(size);
  return out;
}

void set_padding(EVP_PKEY_CTX* context, const Key::Padding& how) {
  if (how.mode == 0) return;
  must(EVP_PKEY_CTX_set_rsa_padding(context, how.mode), "padding");
  if (how.mode == RSA_PKCS1_PSS_PADDING) {
    must(EVP_PKEY_CTX_set_rsa_pss_saltlen(context, how.salt_bytes), "salt");
    must(EVP_PKEY_CTX_set_rsa_mgf1_md_name(context, how.mgf_digest, nullptr), "mgf");
  }
  if (how.mode == RSA_PKCS1_OAEP_PADDING) {
    must(EVP_PKEY_CTX_set_rsa_oaep_md_name(context, how.digest, nullptr), "oaep digest");
    must(EVP_PKEY_CTX_set_rsa_mgf1_md_name(context, how.mgf_digest, nullptr), "mgf");
    if (!how.label.empty()) {
      void* const label = OPENSSL_memdup(how.label.data(), how.label.size());
      must(EVP_PKEY_CTX_set0_rsa_oaep_label(context, label, static_cast<int>(how.label.size())), "label");
    }
  }
}

}  // namespace

Bytes digest(const char* name, const Bytes& data) {
  Bytes out(64);
  std::size_t size = 0;
  must(EVP_Q_digest(nullptr, name, nullptr, data.data(), data.size(), u8(out), &size), name);
  out.resize(size);
  return out;
}
Bytes hmac(const char* digest_name, const Bytes& key, const Bytes& data) {
  return mac("HMAC", "digest", digest_name, key, data);
}
Bytes cmac(const Bytes& key, const Bytes& data) {
  return mac("CMAC", "cipher",
             key.size() == 16   ? "AES-128-CBC"
             : key.size() == 24 ? "AES-192-CBC"
                                : "AES-256-CBC",
             key, data);
}

Bytes encrypt(const char* cipher_name, const Bytes& key, const Bytes& iv, const Bytes& data, bool is_padded) {
  const CipherContext context(EVP_CIPHER_CTX_new());
  const Owned<EVP_CIPHER, EVP_CIPHER_free> cipher(EVP_CIPHER_fetch(nullptr, cipher_name, nullptr));
  must(EVP_EncryptInit_ex2(context.get(), cipher.get(), u8(key), iv.empty() ? nullptr : u8(iv), nullptr), cipher_name);
  EVP_CIPHER_CTX_set_padding(context.get(), is_padded ? 1 : 0);
  Bytes out(data.size() + 16);
  int first = 0;
  int last = 0;
  must(EVP_EncryptUpdate(context.get(), u8(out), &first, u8(data), static_cast<int>(data.size())), "update");
  must(EVP_EncryptFinal_ex(context.get(), u8(out) + first, &last), "final");
  out.resize(static_cast<std::size_t>(first + last));
  return out;
}

Bytes gcm(const Bytes& key, const Bytes& iv, const Bytes& aad, const Bytes& data, std::size_t tag_bytes) {
  const CipherContext context(EVP_CIPHER_CTX_new());
  const EVP_CIPHER* const cipher = key.size() == 16   ? EVP_aes_128_gcm()
                                   : key.size() == 24 ? EVP_aes_192_gcm()
                                                      : EVP_aes_256_gcm();
  must(EVP_EncryptInit_ex(context.get(), cipher, nullptr, nullptr, nullptr), "init");
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_IVLEN, static_cast<int>(iv.size()), nullptr), "iv length");
  must(EVP_EncryptInit_ex(context.get(), nullptr, nullptr, u8(key), u8(iv)), "key");
  int size = 0;
  if (!aad.empty())
    must(EVP_EncryptUpdate(context.get(), nullptr, &size, u8(aad), static_cast<int>(aad.size())), "aad");
  Bytes out(data.size() + tag_bytes);
  must(EVP_EncryptUpdate(context.get(), u8(out), &size, u8(data), static_cast<int>(data.size())), "update");
  must(EVP_EncryptFinal_ex(context.get(), u8(out) + size, &size), "final");
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tag_bytes), u8(out) + data.size()),
       "tag");
  return out;
}

Key::Key(Key&& other) noexcept : key_(std::exchange(other.key_, nullptr)) {}
Key::~Key() { EVP_PKEY_free(pkey(key_)); }

Key Key::ec_public(const char* curve, const Bytes& point) {
  const Builder builder(OSSL_PARAM_BLD_new());
  must(OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve, 0), "group");
  must(OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()), "point");
  return Key(key_from("EC", builder.get()));
}
Key Key::ec_generate(const char* curve) { return Key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve)); }
Key Key::ed25519_public(const Bytes& point) {
  return Key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, u8(point), point.size()));
}
Key Key::rsa_public(const Bytes& modulus, const Bytes& exponent) {
  const Builder builder(OSSL_PARAM_BLD_new());
  const Number n = number_of(modulus);
  const Number e = number_of(exponent);
  must(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()), "n");
  must(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()), "e");
  return Key(key_from("RSA", builder.get()));
}
Key Key::rsa_generate(unsigned bits) {
  return Key(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(bits)));
}
Key Key::from_public_key_info(const Bytes& der) {
  const unsigned char* at = u8(der);
  return Key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
}

Bytes Key::number(const char* name, std::size_t size) const {
  BIGNUM* value = nullptr;
  must(EVP_PKEY_get_bn_param(pkey(key_), name, &value), name);
  const Number owner(value);
  Bytes out(size != 0 ? size : static_cast<std::size_t>(BN_num_bytes(value)));
  must(BN_bn2binpad(value, u8(out), static_cast<int>(out.size())), "size");
  return out;
}
Bytes Key::ec_point() const {
  Bytes out(256);
  std::size_t size = 0;
  must(EVP_PKEY_get_octet_string_param(pkey(key_), OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, u8(out), out.size(), &size),
       "point");
  out.resize(size);
  return out;
}
Bytes Key::pkcs8() const {
  const Owned<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free> info(EVP_PKEY2PKCS8(pkey(key_)));
  unsigned char* der = nullptr;
  const int size = i2d_PKCS8_PRIV_KEY_INFO(info.get(), &der);
  must(size, "PKCS #8");
  Bytes out = to_bytes(as_bytes(der, static_cast<std::size_t>(size)));
  OPENSSL_free(der);
  return out;
}

bool Key::verify(const Padding& how, const Bytes& data, const Bytes& signature) const {
  if (how.digest == nullptr) {
    const KeyContext context(EVP_PKEY_CTX_new(pkey(key_), nullptr));
    must(EVP_PKEY_verify_init(context.get()), "verify_init");
    set_padding(context.get(), how);
    return EVP_PKEY_verify(context.get(), u8(signature), signature.size(), u8(data), data.size()) == 1;
  }
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* inner = nullptr;
  must(EVP_DigestVerifyInit_ex(context.get(), &inner, how.digest, nullptr, nullptr, pkey(key_), nullptr),
       "DigestVerifyInit");
  set_padding(inner, how);
  return EVP_DigestVerify(context.get(), u8(signature), signature.size(), u8(data), data.size()) == 1;
}
Bytes Key::sign(const Padding& how, const Bytes& data) const {
  Bytes out(1024);
  std::size_t size = out.size();
  if (how.digest == nullptr) {
    const KeyContext context(EVP_PKEY_CTX_new(pkey(key_), nullptr));
    must(EVP_PKEY_sign_init(context.get()), "sign_init");
    set_padding(context.get(), how);
    must(EVP_PKEY_sign(context.get(), u8(out), &size, u8(data), data.size()), "sign");
  } else {
    const DigestContext context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* inner = nullptr;
    must(EVP_DigestSignInit_ex(context.get(), &inner, how.digest, nullptr, nullptr, pkey(key_), nullptr),
         "DigestSignInit");
    set_padding(inner, how);
    must(EVP_DigestSign(context.get(), u8(out), &size, u8(data), data.size()), "DigestSign");
  }
  out.resize(size);
  return out;
}
Bytes Key::encrypt(const Padding& how, const Bytes& data) const {
  const KeyContext context(EVP_PKEY_CTX_new(pkey(key_), nullptr));
  must(EVP_PKEY_encrypt_init(context.get()), "encrypt_init");
  set_padding(context.get(), how);
  Bytes out(1024);
  std::size_t size = out.size();
  must(EVP_PKEY_encrypt(context.get(), u8(out), &size, u8(data), data.size()), "encrypt");
  out.resize(size);
  return out;
}
Bytes Key::decrypt(const Padding& how, const Bytes& data) const {
  const KeyContext context(EVP_PKEY_CTX_new(pkey(key_), nullptr));
  must(EVP_PKEY_decrypt_init(context.get()), "decrypt_init");
  set_padding(context.get(), how);
  Bytes out(1024);
  std::size_t size = out.size();
  must(EVP_PKEY_decrypt(context.get(), u8(out), &size, u8(data), data.size()), "decrypt");
  out.resize(size);
  return out;
}

bool Key::verify_ecdsa(const char* digest_name, const Bytes& data, const Bytes& signature) const {
  const auto half = static_cast<std::ptrdiff_t>(signature.size() / 2);
  const EcdsaSignature pair(ECDSA_SIG_new());
  ECDSA_SIG_set0(pair.get(), number_of(Bytes(signature.begin(), signature.begin() + half)).release(),
                 number_of(Bytes(signature.begin() + half, signature.end())).release());
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &der);
  const Bytes encoded = to_bytes(as_bytes(der, static_cast<std::size_t>(size)));
  OPENSSL_free(der);
  return verify({.digest = digest_name}, data, encoded);
}
Bytes Key::sign_ecdsa(const char* digest_name, const Bytes& data, std::size_t field_bytes) const {
  const Bytes der = sign({.digest = digest_name}, data);
  const unsigned char* at = u8(der);
  const EcdsaSignature pair(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  Bytes out(2 * field_bytes);
  must(BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), u8(out), static_cast<int>(field_bytes)), "r");
  must(BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), u8(out) + field_bytes, static_cast<int>(field_bytes)), "s");
  return out;
}
bool Key::verify_eddsa(const Bytes& data, const Bytes& signature) const {
  const DigestContext context(EVP_MD_CTX_new());
  must(EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, pkey(key_)), "init");
  return EVP_DigestVerify(context.get(), u8(signature), signature.size(), u8(data), data.size()) == 1;
}
Bytes Key::agree(const Key& peer) const {
  const KeyContext context(EVP_PKEY_CTX_new(pkey(key_), nullptr));
  must(EVP_PKEY_derive_init(context.get()), "derive_init");
  must(EVP_PKEY_derive_set_peer(context.get(), pkey(peer.key_)), "peer");
  Bytes out(256);
  std::size_t size = out.size();
  must(EVP_PKEY_derive(context.get(), u8(out), &size), "derive");
  out.resize(size);
  return out;
}

}  // namespace reference
}  // namespace holdfast::conformance
