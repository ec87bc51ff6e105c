#include "secure/crypto/kdf.h"

#include <openssl/kdf.h>
#include <span>

#include "secure/crypto/hmac.h"
#include "secure/crypto/libcrypto.h"
#include "secure/crypto/secret_use.h"

namespace holdfast::secure::crypto {
namespace {

constexpr std::uint64_t kMaxScryptBytes = std::uint64_t{1} << 30;

struct KdfContextFree {
  void operator()(EVP_KDF_CTX* context) const noexcept { EVP_KDF_CTX_free(context); }
};

OSSL_PARAM octets(const char* name, ByteView value) {
  return OSSL_PARAM_construct_octet_string(name, writable_address(value), value.size());
}

OSSL_PARAM digest_param(DigestKind kind) {
  return OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, writable_text(digest_name(kind)), 0);
}

Result<SecretBytes> derive(EVP_KDF* algorithm, std::span<const OSSL_PARAM> params, std::size_t size) {
  const std::unique_ptr<EVP_KDF_CTX, KdfContextFree> context(EVP_KDF_CTX_new(algorithm));
  if (!context) return libcrypto_failure(Rv::device_memory, "no KDF context");
  HF_ASSIGN_OR_RETURN(SecretBytes out, SecretBytes::allocate(size));
  if (EVP_KDF_derive(context.get(), u8(SecretUse::fill(out)), size, params.data()) != 1)
    return libcrypto_failure(Rv::function_failed, "libcrypto could not derive the key");
  return out;
}

}  // namespace

Result<SecretBytes> hkdf(DigestKind kind, const SecretBytes& input_key, ByteView salt, ByteView info,
                         std::size_t size) {
  if (!available(kind)) return fail(Rv::mechanism_invalid, "libcrypto has no such digest");
  if (size == 0 || size > 255 * digest_bytes(kind)) return fail(Rv::key_size_range, "more than HKDF can give");
  const std::array params = {digest_param(kind), octets(OSSL_KDF_PARAM_KEY, SecretUse::see(input_key)),
                             octets(OSSL_KDF_PARAM_SALT, salt), octets(OSSL_KDF_PARAM_INFO, info),
                             OSSL_PARAM_construct_end()};
  return derive(library().hkdf, params, size);
}

Result<SecretBytes> hkdf_extract(DigestKind kind, const SecretBytes& input_key, const SecretBytes& salt) {
  if (!available(kind)) return fail(Rv::mechanism_invalid, "libcrypto has no such digest");
  // RFC 5869, 2.2: HMAC under the salt. A key of no bytes and one of zero bytes are one to HMAC.
  HF_ASSIGN_OR_RETURN(Hmac mac, Hmac::create(kind, salt));
  HF_TRY(mac.update(SecretUse::see(input_key)));
  HF_ASSIGN_OR_RETURN(SecretBytes key, SecretBytes::allocate(mac.size()));
  HF_TRY(mac.finish(SecretUse::fill(key)));
  return key;
}

Result<SecretBytes> hkdf_expand(DigestKind kind, const SecretBytes& key, ByteView info, std::size_t size) {
  if (!available(kind)) return fail(Rv::mechanism_invalid, "libcrypto has no such digest");
  if (size == 0 || size > 255 * digest_bytes(kind)) return fail(Rv::key_size_range, "more than HKDF can give");
  int mode = EVP_KDF_HKDF_MODE_EXPAND_ONLY;
  const std::array params = {digest_param(kind), OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
                             octets(OSSL_KDF_PARAM_KEY, SecretUse::see(key)), octets(OSSL_KDF_PARAM_INFO, info),
                             OSSL_PARAM_construct_end()};
  return derive(library().hkdf, params, size);
}

Result<SecretBytes> pbkdf2(DigestKind kind, const SecretBytes& password, ByteView salt, std::uint64_t iterations,
                           std::size_t size) {
  if (!available(kind)) return fail(Rv::mechanism_invalid, "libcrypto has no such digest");
  if (iterations == 0) return fail(Rv::mechanism_param_invalid, "PBKDF2 iterates at least once");
  if (size == 0) return fail(Rv::key_size_range, "a key has at least one byte");
  int as_rfc_allows = 1;  // libcrypto's own lower bounds are those of SP 800-132
  const std::array params = {digest_param(kind), octets(OSSL_KDF_PARAM_PASSWORD, SecretUse::see(password)),
                             octets(OSSL_KDF_PARAM_SALT, salt),
                             OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_ITER, &iterations),
                             OSSL_PARAM_construct_int(OSSL_KDF_PARAM_PKCS5, &as_rfc_allows), OSSL_PARAM_construct_end()};
  return derive(library().pbkdf2, params, size);
}

Result<SecretBytes> tls_prf(std::optional<DigestKind> kind, const SecretBytes& secret, ByteView label_and_seed,
                            std::size_t size) {
  if (kind.has_value() && !available(*kind)) return fail(Rv::mechanism_invalid, "libcrypto has no such digest");
  if (size == 0) return fail(Rv::key_size_range, "a key has at least one byte");
  const OSSL_PARAM digest =
      kind.has_value() ? digest_param(*kind)
                       : OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, writable_text("MD5-SHA1"), 0);
  const std::array params = {digest, octets(OSSL_KDF_PARAM_SECRET, SecretUse::see(secret)),
                             octets(OSSL_KDF_PARAM_SEED, label_and_seed), OSSL_PARAM_construct_end()};
  return derive(library().tls1_prf, params, size);
}

Result<SecretBytes> scrypt(const SecretBytes& password, ByteView salt, const ScryptCost& cost, std::size_t size) {
  // RFC 7914, section 2: N is a power of 2 above 1 and below 2^(128 r / 8); p is at most (2^32 - 1) * 32 / (128 r).
  constexpr std::uint32_t kMaxBlocks = 1 << 16;  // keeps the products below in range, far above what 1 GiB allows
  if (cost.log2_n == 0 || cost.log2_n > 30 || cost.r == 0 || cost.r > kMaxBlocks || cost.p == 0 ||
      cost.p > kMaxBlocks || cost.log2_n >= 16 * std::uint64_t{cost.r})
    return fail(Rv::mechanism_param_invalid, "scrypt cost outside its range");
  const std::uint64_t n = std::uint64_t{1} << cost.log2_n;
  const std::uint64_t needed = 128 * std::uint64_t{cost.r} * (n + cost.p + 2);
  if (needed > kMaxScryptBytes) return fail(Rv::mechanism_param_invalid, "scrypt cost needs too much memory");
  if (size == 0) return fail(Rv::key_size_range, "scrypt gives at least one byte");
  std::uint64_t n_param = n;
  std::uint32_t r = cost.r;
  std::uint32_t p = cost.p;
  std::uint64_t most = kMaxScryptBytes + (kMaxScryptBytes >> 4);
  const std::array params = {octets(OSSL_KDF_PARAM_PASSWORD, SecretUse::see(password)),
                             octets(OSSL_KDF_PARAM_SALT, salt),
                             OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n_param),
                             OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_R, &r),
                             OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_P, &p),
                             OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM, &most),
                             OSSL_PARAM_construct_end()};
  return derive(library().scrypt, params, size);
}

Result<SecretBytes> x963_kdf(DigestKind kind, const SecretBytes& shared_secret, ByteView shared_info,
                             std::size_t size) {
  if (!available(kind)) return fail(Rv::mechanism_invalid, "libcrypto has no such digest");
  if (size == 0) return fail(Rv::key_size_range, "a key has at least one byte");
  const std::array params = {digest_param(kind), octets(OSSL_KDF_PARAM_KEY, SecretUse::see(shared_secret)),
                             octets(OSSL_KDF_PARAM_INFO, shared_info), OSSL_PARAM_construct_end()};
  return derive(library().x963, params, size);
}

}  // namespace holdfast::secure::crypto
