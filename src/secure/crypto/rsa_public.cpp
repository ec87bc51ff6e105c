#include "secure/crypto/rsa_key.h"
#include "secure/crypto/secret_use.h"

namespace holdfast::secure::crypto {
namespace {

RsaSize size_of(const RsaPublicKey::Impl& key) { return {.bits = key.bits, .modulus = key.modulus}; }

Result<Bytes> encrypt_view(const RsaPublicKey::Impl& key, const RsaEncryptionScheme& scheme, ByteView plaintext) {
  const RsaSize size = size_of(key);
  HF_ASSIGN_OR_RETURN(const std::size_t most, max_plaintext(scheme, size));
  if (plaintext.size() > most) return fail(Rv::data_len_range, "more data than fits into the RSA block");
  SecretBytes padded;
  if (std::holds_alternative<RsaRaw>(scheme)) {
    HF_ASSIGN_OR_RETURN(padded, SecretBytes::allocate(size.bytes()));
    HF_TRY(pad_raw(size, plaintext, SecretUse::fill(padded), Rv::data_invalid));
    plaintext = SecretUse::see(padded);
  }
  HF_ASSIGN_OR_RETURN(const PkeyContextPtr context, prepare(key.verifier.key.get(), EVP_PKEY_encrypt_init));
  HF_TRY(apply(scheme, context.get()));
  Bytes out(size.bytes());
  std::size_t written = out.size();
  if (EVP_PKEY_encrypt(context.get(), u8(MutableByteView(out)), &written, address(plaintext), plaintext.size()) != 1 ||
      written != out.size())
    return libcrypto_failure(Rv::function_failed, "libcrypto could not encrypt");
  return out;
}

}  // namespace

Result<RsaPublicKey> RsaPublicKey::from_components(ByteView modulus, ByteView exponent) {
  auto impl = std::make_shared<Impl>();
  impl->modulus = to_bytes(without_leading_zeroes(modulus));
  const ByteView e = without_leading_zeroes(exponent);
  HF_ASSIGN_OR_RETURN(impl->bits, check_modulus(impl->modulus));
  HF_TRY(check_public_exponent(e));
  PkeyParams params;
  HF_TRY(params.number(OSSL_PKEY_PARAM_RSA_N, impl->modulus));
  HF_TRY(params.number(OSSL_PKEY_PARAM_RSA_E, e));
  HF_ASSIGN_OR_RETURN(impl->verifier.key, params.build("RSA", EVP_PKEY_PUBLIC_KEY, Rv::attribute_value_invalid));
  HF_ASSIGN_OR_RETURN(impl->verifier.context, prepare(impl->verifier.key.get(), EVP_PKEY_verify_init));
  return RsaPublicKey(std::move(impl));
}

std::size_t RsaPublicKey::modulus_bits() const noexcept { return impl_->bits; }

Result<void> RsaPublicKey::verify(const RsaSignatureScheme& scheme, ByteView data, ByteView signature) const {
  const RsaSize size = size_of(*impl_);
  HF_TRY(check_signature_input(scheme, size, data));
  if (signature.size() != size.bytes())
    return fail(Rv::signature_len_range, "an RSA signature is as long as the modulus");
  Bytes padded;
  if (std::holds_alternative<RsaRaw>(scheme)) {
    padded.resize(size.bytes());
    HF_TRY(pad_raw(size, data, padded, Rv::data_invalid));
    data = padded;
  }
  HF_ASSIGN_OR_RETURN(const PkeyContextPtr context, impl_->verifier.duplicate());
  HF_TRY(apply(scheme, context.get()));
  if (EVP_PKEY_verify(context.get(), u8(signature), signature.size(), address(data), data.size()) != 1)
    return libcrypto_failure(Rv::signature_invalid, "the RSA signature is wrong");
  return {};
}

Result<Bytes> RsaPublicKey::recover(const RsaSignatureScheme& scheme, ByteView signature) const {
  const auto* const pkcs1 = std::get_if<RsaPkcs1>(&scheme);
  const bool holds_data = std::holds_alternative<RsaRaw>(scheme) || (pkcs1 != nullptr && !pkcs1->digest);
  if (!holds_data) return fail(Rv::mechanism_invalid, "no data can be recovered from such a signature");
  const RsaSize size = size_of(*impl_);
  if (signature.size() != size.bytes())
    return fail(Rv::signature_len_range, "an RSA signature is as long as the modulus");
  HF_ASSIGN_OR_RETURN(const PkeyContextPtr context, prepare(impl_->verifier.key.get(), EVP_PKEY_verify_recover_init));
  HF_TRY(apply(scheme, context.get()));
  Bytes data(size.bytes());
  std::size_t written = data.size();
  if (EVP_PKEY_verify_recover(context.get(), u8(MutableByteView(data)), &written, u8(signature), signature.size()) != 1 ||
      written > data.size())
    return libcrypto_failure(Rv::signature_invalid, "the RSA signature is wrong");
  data.resize(written);
  return data;
}

Result<std::size_t> RsaPublicKey::max_plaintext(const RsaEncryptionScheme& scheme) const {
  return crypto::max_plaintext(scheme, size_of(*impl_));
}

Result<Bytes> RsaPublicKey::encrypt(const RsaEncryptionScheme& scheme, ByteView plaintext) const {
  return encrypt_view(*impl_, scheme, plaintext);
}

Result<Bytes> RsaPublicKey::encrypt_secret(const RsaEncryptionScheme& scheme, const SecretBytes& plaintext) const {
  return encrypt_view(*impl_, scheme, SecretUse::see(plaintext));
}

}  // namespace holdfast::secure::crypto
