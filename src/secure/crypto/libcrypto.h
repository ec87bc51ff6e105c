#pragma once

// Private to this folder: libcrypto's headers, the library context, and how its failures become Results.

#include <array>
#include <memory>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "base/bytes.h"
#include "base/result.h"
#include "secure/crypto/digest.h"
#include "secure/crypto/openssl_ptr.h"

namespace holdfast::secure::crypto {

inline constexpr std::size_t kDigestKinds = 18;
inline constexpr std::size_t kAesSizes = 3;  // 128, 192, 256 bits

/// AesCiphers are the fetched ciphers of one key size.
struct AesCiphers {
  EVP_CIPHER* ecb = nullptr;
  EVP_CIPHER* cbc = nullptr;
  EVP_CIPHER* ctr = nullptr;
  EVP_CIPHER* ofb = nullptr;
  EVP_CIPHER* cfb1 = nullptr;
  EVP_CIPHER* cfb8 = nullptr;
  EVP_CIPHER* cfb128 = nullptr;
  EVP_CIPHER* gcm = nullptr;
  EVP_CIPHER* wrap = nullptr;
  EVP_CIPHER* wrap_pad = nullptr;
};

/// Library is our library context and what was fetched from it once. It lives as long as the process, so nothing is
/// released under a running thread at exit. What this libcrypto does not have is null.
struct Library {
  OSSL_LIB_CTX* context = nullptr;
  std::array<EVP_MD*, kDigestKinds> digests{};
  std::array<AesCiphers, kAesSizes> aes{};
  EVP_CIPHER* aes_128_xts = nullptr;
  EVP_CIPHER* aes_256_xts = nullptr;
  EVP_CIPHER* chacha20 = nullptr;
  EVP_CIPHER* chacha20_poly1305 = nullptr;
  EVP_CIPHER* des3_ecb = nullptr;
  EVP_CIPHER* des3_cbc = nullptr;
  EVP_MAC* hmac = nullptr;
  EVP_MAC* cmac = nullptr;
  EVP_MAC* poly1305 = nullptr;
  EVP_MAC* blake2b = nullptr;
  EVP_KDF* hkdf = nullptr;
  EVP_KDF* scrypt = nullptr;
  EVP_KDF* x963 = nullptr;
  EVP_KDF* pbkdf2 = nullptr;
  EVP_KDF* tls1_prf = nullptr;
};

/// library gives the one Library, made on first use. Without one (libcrypto broken or out of memory at start, which
/// initialise() reports) the process ends: going on would mean the default context.
const Library& library() noexcept;

inline EVP_MD* evp_digest(DigestKind kind) noexcept { return library().digests[static_cast<std::size_t>(kind)]; }
/// digest_name is what libcrypto calls the digest in parameters.
const char* digest_name(DigestKind kind) noexcept;

/// libcrypto_failure empties the thread's error queue and makes the error half of a Result: `rv`, or Rv::device_memory
/// when the queue says that memory ran out.
Unexpected<Error> libcrypto_failure(Rv rv, const char* why,
                                    std::source_location where = std::source_location::current()) noexcept;

/// address is that of the bytes; libcrypto often takes a null pointer, the address of no bytes, for a missing argument.
inline const unsigned char* address(ByteView bytes) noexcept {
  static constexpr unsigned char kNothing = 0;
  return bytes.empty() ? &kNothing : u8(bytes);
}
/// writable_address is for libcrypto's parameters, which are not const although nothing is written through them.
inline unsigned char* writable_address(ByteView bytes) noexcept { return const_cast<unsigned char*>(address(bytes)); }
inline char* writable_text(const char* text) noexcept { return const_cast<char*>(text); }

struct BignumFree {
  void operator()(BIGNUM* number) const noexcept { BN_clear_free(number); }
};
using BignumPtr = std::unique_ptr<BIGNUM, BignumFree>;

/// kMaxUpdateBytes bounds one call of libcrypto's update functions, which count in int; a multiple of every block size.
inline constexpr std::size_t kMaxUpdateBytes = std::size_t{1} << 30;

}  // namespace holdfast::secure::crypto
