#include "secure/crypto/ml_kem.h"

#include "secure/crypto/pq_key_impl.h"
#include "secure/crypto/secret_use.h"

namespace holdfast::secure::crypto {
namespace {

using KemInit = int (*)(EVP_PKEY_CTX*, const OSSL_PARAM[]);

Result<PkeyContextPtr> begin(EVP_PKEY* key, KemInit init) {
  PkeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(library().context, key, nullptr));
  if (!context || init(context.get(), nullptr) != 1)
    return libcrypto_failure(Rv::device_memory, "no key encapsulation context");
  return context;
}

}  // namespace

Result<MlKemEncapsulated> ml_kem_encapsulate(const PqPublicKey& key) {
  HF_ASSIGN_OR_RETURN(const PkeyContextPtr context, begin(key.impl().key.get(), EVP_PKEY_encapsulate_init));
  MlKemEncapsulated made;
  made.ciphertext.resize(key.params().output_bytes);
  HF_ASSIGN_OR_RETURN(made.secret, SecretBytes::allocate(kMlKemSecretBytes));
  std::size_t ciphertext_bytes = made.ciphertext.size();
  std::size_t secret_bytes = made.secret.size();
  if (EVP_PKEY_encapsulate(context.get(), u8(MutableByteView(made.ciphertext)), &ciphertext_bytes,
                           u8(SecretUse::fill(made.secret)), &secret_bytes) != 1 ||
      ciphertext_bytes != made.ciphertext.size() || secret_bytes != kMlKemSecretBytes)
    return libcrypto_failure(Rv::function_failed, "libcrypto could not encapsulate");
  return made;
}

Result<SecretBytes> ml_kem_decapsulate(const PqPrivateKey& key, ByteView ciphertext) {
  if (ciphertext.size() != key.params().output_bytes)
    return fail(Rv::wrapped_key_len_range, "not the length of the parameter set's ciphertexts");
  HF_ASSIGN_OR_RETURN(const PkeyContextPtr context, begin(key.impl().key.get(), EVP_PKEY_decapsulate_init));
  HF_ASSIGN_OR_RETURN(SecretBytes secret, SecretBytes::allocate(kMlKemSecretBytes));
  std::size_t secret_bytes = secret.size();
  if (EVP_PKEY_decapsulate(context.get(), u8(SecretUse::fill(secret)), &secret_bytes, u8(ciphertext),
                           ciphertext.size()) != 1 ||
      secret_bytes != kMlKemSecretBytes)
    return libcrypto_failure(Rv::function_failed, "libcrypto could not decapsulate");
  return secret;
}

}  // namespace holdfast::secure::crypto
