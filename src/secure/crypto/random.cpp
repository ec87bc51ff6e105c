#include "secure/crypto/random.h"

#include <openssl/rand.h>

#include "secure/crypto/libcrypto.h"
#include "secure/crypto/secret_use.h"

namespace holdfast::secure::crypto {

Result<void> fill_random(MutableByteView out) {
  if (RAND_bytes_ex(library().context, u8(out), out.size(), 0) != 1)
    return libcrypto_failure(Rv::random_no_rng, "the random generator failed");
  return {};
}

Result<SecretBytes> random_secret(std::size_t size) {
  HF_ASSIGN_OR_RETURN(SecretBytes secret, SecretBytes::allocate(size));
  if (RAND_priv_bytes_ex(library().context, u8(SecretUse::fill(secret)), size, 0) != 1)
    return libcrypto_failure(Rv::random_no_rng, "the random generator failed");
  return secret;
}

Result<void> add_seed(ByteView seed) {
  // Both generators of every thread draw from the primary one; reseeding it asks the system for entropy as well.
  EVP_RAND_CTX* const primary = RAND_get0_primary(library().context);
  if (primary == nullptr || EVP_RAND_reseed(primary, 0, nullptr, 0, u8(seed), seed.size()) != 1)
    return libcrypto_failure(Rv::random_no_rng, "the random generator took no seed");
  return {};
}

}  // namespace holdfast::secure::crypto
