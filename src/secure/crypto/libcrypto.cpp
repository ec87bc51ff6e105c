#include "secure/crypto/libcrypto.h"

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

constexpr std::array<const char*, kDigestKinds> kDigestNames = {"MD5",        "SHA1",       "SHA224",   "SHA256",
                                                                "SHA384",     "SHA512",     "SHA512-224", "SHA512-256",
                                                                "SHA3-224",   "SHA3-256",   "SHA3-384", "SHA3-512"};

void fetch_aes(OSSL_LIB_CTX* context, std::array<AesCiphers, kAesSizes>& aes) {
  struct Names {
    const char *ecb, *cbc, *ctr, *gcm, *wrap, *wrap_pad;
  };
  constexpr std::array<Names, kAesSizes> kNames = {{
      {"AES-128-ECB", "AES-128-CBC", "AES-128-CTR", "AES-128-GCM", "AES-128-WRAP", "AES-128-WRAP-PAD"},
      {"AES-192-ECB", "AES-192-CBC", "AES-192-CTR", "AES-192-GCM", "AES-192-WRAP", "AES-192-WRAP-PAD"},
      {"AES-256-ECB", "AES-256-CBC", "AES-256-CTR", "AES-256-GCM", "AES-256-WRAP", "AES-256-WRAP-PAD"},
  }};
  for (std::size_t i = 0; i < kAesSizes; ++i)
    aes[i] = {.ecb = EVP_CIPHER_fetch(context, kNames[i].ecb, nullptr),
              .cbc = EVP_CIPHER_fetch(context, kNames[i].cbc, nullptr),
              .ctr = EVP_CIPHER_fetch(context, kNames[i].ctr, nullptr),
              .gcm = EVP_CIPHER_fetch(context, kNames[i].gcm, nullptr),
              .wrap = EVP_CIPHER_fetch(context, kNames[i].wrap, nullptr),
              .wrap_pad = EVP_CIPHER_fetch(context, kNames[i].wrap_pad, nullptr)};
}

bool is_complete(const Library& made) {
  for (const AesCiphers& aes : made.aes)
    if (!aes.ecb || !aes.cbc || !aes.ctr || !aes.gcm || !aes.wrap || !aes.wrap_pad) return false;
  const EVP_MD* const sha256 = made.digests[static_cast<std::size_t>(DigestKind::sha256)];
  return sha256 && made.hmac && made.cmac && made.hkdf && made.scrypt && made.x963;
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
  for (std::size_t i = 0; i < kDigestKinds; ++i) made.digests[i] = EVP_MD_fetch(made.context, kDigestNames[i], nullptr);
  fetch_aes(made.context, made.aes);
  made.hmac = EVP_MAC_fetch(made.context, "HMAC", nullptr);
  made.cmac = EVP_MAC_fetch(made.context, "CMAC", nullptr);
  made.hkdf = EVP_KDF_fetch(made.context, "HKDF", nullptr);
  made.scrypt = EVP_KDF_fetch(made.context, "SCRYPT", nullptr);
  made.x963 = EVP_KDF_fetch(made.context, "X963KDF", nullptr);
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
