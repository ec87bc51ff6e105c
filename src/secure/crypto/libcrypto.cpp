#include "secure/crypto/libcrypto.h"

#include <cstdio>
#include <cstdlib>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/kdf.h>
#include <openssl/provider.h>
#include <openssl/rand.h>

#include "base/log.h"
#include "secure/crypto/curve.h"
#include "secure/crypto/initialise.h"

namespace holdfast::secure::crypto {
namespace {

constexpr std::array<const char*, kDigestKinds> kDigestNames = {
    "MD5",      "SHA1",     "SHA224",   "SHA256",   "SHA384",      "SHA512",      "SHA512-224",  "SHA512-256",
    "SHA3-224", "SHA3-256", "SHA3-384", "SHA3-512", "BLAKE2B-512", "BLAKE2B-512", "BLAKE2B-512", "BLAKE2B-512",
    "SHAKE128", "SHAKE256"};

/// BLAKE2b of less than 64 bytes is that of 64 with another setting, which libcrypto takes since 3.2.
bool is_short_blake2b(DigestKind kind) {
  return kind == DigestKind::blake2b_160 || kind == DigestKind::blake2b_256 || kind == DigestKind::blake2b_384;
}

EVP_MD* fetch_digest(OSSL_LIB_CTX* context, DigestKind kind) {
  EVP_MD* const digest = EVP_MD_fetch(context, digest_name(kind), nullptr);
  if (digest == nullptr || !is_short_blake2b(kind)) return digest;
  const OSSL_PARAM* const settable = EVP_MD_settable_ctx_params(digest);
  if (settable != nullptr && OSSL_PARAM_locate_const(settable, OSSL_DIGEST_PARAM_SIZE) != nullptr) return digest;
  EVP_MD_free(digest);
  return nullptr;
}

EVP_CIPHER* fetch_aes_mode(OSSL_LIB_CTX* context, std::size_t bits, const char* mode) {
  std::array<char, 32> name{};
  std::snprintf(name.data(), name.size(), "AES-%zu-%s", bits, mode);
  return EVP_CIPHER_fetch(context, name.data(), nullptr);
}

void fetch_ciphers(Library& made) {
  for (std::size_t i = 0; i < kAesSizes; ++i) {
    const auto mode = [&made, i](const char* name) { return fetch_aes_mode(made.context, 128 + 64 * i, name); };
    made.aes[i] = {.ecb = mode("ECB"),
                   .cbc = mode("CBC"),
                   .ctr = mode("CTR"),
                   .ofb = mode("OFB"),
                   .cfb1 = mode("CFB1"),
                   .cfb8 = mode("CFB8"),
                   .cfb128 = mode("CFB"),
                   .gcm = mode("GCM"),
                   .wrap = mode("WRAP"),
                   .wrap_pad = mode("WRAP-PAD")};
  }
  made.aes_128_xts = fetch_aes_mode(made.context, 128, "XTS");
  made.aes_256_xts = fetch_aes_mode(made.context, 256, "XTS");
  made.chacha20 = EVP_CIPHER_fetch(made.context, "ChaCha20", nullptr);
  made.chacha20_poly1305 = EVP_CIPHER_fetch(made.context, "ChaCha20-Poly1305", nullptr);
  made.des3_ecb = EVP_CIPHER_fetch(made.context, "DES-EDE3-ECB", nullptr);
  made.des3_cbc = EVP_CIPHER_fetch(made.context, "DES-EDE3-CBC", nullptr);
}

bool is_complete(const Library& made) {
  for (const AesCiphers& aes : made.aes)
    if (!aes.ecb || !aes.cbc || !aes.ctr || !aes.ofb || !aes.cfb1 || !aes.cfb8 || !aes.cfb128 || !aes.gcm || !aes.wrap ||
        !aes.wrap_pad)
      return false;
  const EVP_MD* const sha256 = made.digests[static_cast<std::size_t>(DigestKind::sha256)];
  return sha256 && made.hmac && made.cmac && made.hkdf && made.scrypt && made.x963 && made.pbkdf2 && made.tls1_prf;
}

// The first bytes of each generator seed it from the system; the public-key families are fetched and cached by
// libcrypto the first time one is asked for.
bool warm_up(const Library& made) {
  std::array<unsigned char, 1> byte{};
  if (RAND_bytes_ex(made.context, byte.data(), byte.size(), 0) != 1) return false;
  if (RAND_priv_bytes_ex(made.context, byte.data(), byte.size(), 0) != 1) return false;
  for (const char* family : {"RSA", "EC", "ED25519"})
    if (!PkeyContextPtr(EVP_PKEY_CTX_new_from_name(made.context, family, nullptr))) return false;
  return true;
}

Library* make_library() {
  // NO_LOAD_CONFIG also stops a later implicit initialisation of the default context from reading openssl.cnf.
  // NO_ATEXIT: worker threads may still run while the process exits.
  if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, nullptr) != 1) return nullptr;
  static Library made;
  made.context = OSSL_LIB_CTX_new();
  if (made.context == nullptr || OSSL_PROVIDER_load(made.context, "default") == nullptr) return nullptr;
  for (std::size_t i = 0; i < kDigestKinds; ++i) made.digests[i] = fetch_digest(made.context, static_cast<DigestKind>(i));
  fetch_ciphers(made);
  made.hmac = EVP_MAC_fetch(made.context, "HMAC", nullptr);
  made.cmac = EVP_MAC_fetch(made.context, "CMAC", nullptr);
  made.poly1305 = EVP_MAC_fetch(made.context, "POLY1305", nullptr);
  made.blake2b = EVP_MAC_fetch(made.context, "BLAKE2BMAC", nullptr);
  made.hkdf = EVP_KDF_fetch(made.context, "HKDF", nullptr);
  made.scrypt = EVP_KDF_fetch(made.context, "SCRYPT", nullptr);
  made.x963 = EVP_KDF_fetch(made.context, "X963KDF", nullptr);
  made.pbkdf2 = EVP_KDF_fetch(made.context, "PBKDF2", nullptr);
  made.tls1_prf = EVP_KDF_fetch(made.context, "TLS1-PRF", nullptr);
  const bool good = is_complete(made) && warm_up(made);
  ERR_clear_error();  // a digest that this build lacks left its complaint
  return good ? &made : nullptr;
}

const Library* try_library() noexcept {
  static const Library* const made = make_library();
  return made;
}

}  // namespace

Result<void> initialise() {
  if (try_library() == nullptr || !available(Curve::p256))
    return fail(Rv::device_error, "libcrypto does not offer what every release has");
  return {};
}

const Library& library() noexcept {
  const Library* const made = try_library();
  if (made == nullptr) [[unlikely]] {
    log::error("libcrypto does not offer what every release has");
    std::abort();
  }
  return *made;
}

const char* digest_name(DigestKind kind) noexcept { return kDigestNames[static_cast<std::size_t>(kind)]; }

Unexpected<Error> libcrypto_failure(Rv rv, const char* why, std::source_location where) noexcept {
  const unsigned long last = ERR_peek_last_error();
  ERR_clear_error();
  if (ERR_GET_REASON(last) == ERR_R_MALLOC_FAILURE)
    return fail(Rv::device_memory, "libcrypto ran out of memory", where);
  return fail(rv, why, where);
}

void OpensslFree::operator()(evp_cipher_ctx_st* context) const noexcept { EVP_CIPHER_CTX_free(context); }
void OpensslFree::operator()(evp_mac_ctx_st* context) const noexcept { EVP_MAC_CTX_free(context); }
void OpensslFree::operator()(evp_md_ctx_st* context) const noexcept { EVP_MD_CTX_free(context); }
void OpensslFree::operator()(evp_pkey_ctx_st* context) const noexcept { EVP_PKEY_CTX_free(context); }
void OpensslFree::operator()(evp_pkey_st* key) const noexcept { EVP_PKEY_free(key); }

}  // namespace holdfast::secure::crypto
