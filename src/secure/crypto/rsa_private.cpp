#include "secure/crypto/rsa_implicit_rejection.h"
#include "secure/crypto/rsa_key.h"
#include "secure/crypto/rsa_numbers.h"
#include "secure/crypto/secret_use.h"
#include "secure/crypto/secrets.h"

namespace holdfast::secure::crypto {
namespace {

RsaSize size_of(const RsaPrivateKey::Impl& key) { return {.bits = key.bits, .modulus = key.modulus}; }

}  // namespace

Result<RsaPrivateKey> RsaPrivateKey::from_components(const RsaPrivateComponents& components) {
  HF_ASSIGN_OR_RETURN(const RsaNumbers numbers, complete_rsa(components));
  auto impl = std::make_shared<Impl>();
  impl->modulus = to_bytes(without_leading_zeroes(components.modulus));
  impl->bits = static_cast<std::size_t>(BN_num_bits(numbers.n.get()));
  HF_ASSIGN_OR_RETURN(impl->signer.key, build_rsa(numbers));
  HF_ASSIGN_OR_RETURN(impl->signer.context, prepare(impl->signer.key.get(), EVP_PKEY_sign_init));
  HF_ASSIGN_OR_RETURN(const SecretBytes exponent,
                      get_secret_number(impl->signer.key.get(), OSSL_PKEY_PARAM_RSA_D, impl->modulus.size()));
  HF_ASSIGN_OR_RETURN(impl->rejection_key, rejection_key(exponent));
  return RsaPrivateKey(std::move(impl));
}

std::size_t RsaPrivateKey::modulus_bits() const noexcept { return impl_->bits; }

Result<void> RsaPrivateKey::sign(const RsaSignatureScheme& scheme, ByteView data, MutableByteView signature) const {
  const RsaSize size = size_of(*impl_);
  HF_TRY(check_signature_input(scheme, size, data));
  if (signature.size() < size.bytes()) return fail(Rv::buffer_too_small, "no room for a signature");
  SecretBytes padded;
  if (std::holds_alternative<RsaRaw>(scheme)) {
    HF_ASSIGN_OR_RETURN(padded, SecretBytes::allocate(size.bytes()));
    HF_TRY(pad_raw(size, data, SecretUse::fill(padded), Rv::data_invalid));
    data = SecretUse::see(padded);
  }
  HF_ASSIGN_OR_RETURN(const PkeyContextPtr context, impl_->signer.duplicate());
  HF_TRY(apply(scheme, context.get()));
  std::size_t written = signature.size();
  if (EVP_PKEY_sign(context.get(), u8(signature), &written, address(data), data.size()) != 1 || written != size.bytes())
    return libcrypto_failure(Rv::function_failed, "libcrypto could not sign");
  return {};
}

Result<SecretBytes> RsaPrivateKey::decrypt_secret(const RsaEncryptionScheme& scheme, ByteView ciphertext) const {
  const RsaSize size = size_of(*impl_);
  HF_TRY(max_plaintext(scheme, size));
  if (ciphertext.size() != size.bytes())
    return fail(Rv::encrypted_data_len_range, "an RSA ciphertext is as long as the modulus");
  HF_ASSIGN_OR_RETURN(const PkeyContextPtr context, prepare(impl_->signer.key.get(), EVP_PKEY_decrypt_init));
  const bool implicit_rejection = std::holds_alternative<RsaPkcs1>(scheme);
  const RsaEncryptionScheme computed = implicit_rejection ? RsaEncryptionScheme(RsaRaw{}) : scheme;
  HF_TRY(apply(computed, context.get()));
  HF_ASSIGN_OR_RETURN(SecretBytes out, SecretBytes::allocate(size.bytes()));
  std::size_t written = out.size();
  // One answer for every fault, so that it tells nothing about the padding.
  if (EVP_PKEY_decrypt(context.get(), u8(SecretUse::fill(out)), &written, u8(ciphertext), ciphertext.size()) != 1)
    return libcrypto_failure(Rv::encrypted_data_invalid, "the RSA ciphertext does not decrypt");
  if (implicit_rejection) return remove_pkcs1_padding(out, ciphertext, impl_->rejection_key);
  return slice(out, 0, written);
}

Result<Bytes> RsaPrivateKey::decrypt(const RsaEncryptionScheme& scheme, ByteView ciphertext) const {
  HF_ASSIGN_OR_RETURN(const SecretBytes plaintext, decrypt_secret(scheme, ciphertext));
  return to_bytes(SecretUse::see(plaintext));
}

}  // namespace holdfast::secure::crypto
