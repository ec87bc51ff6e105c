#include "secure/crypto/finite_field.h"

#include <openssl/dh.h>

#include "secure/crypto/ecdsa_signature.h"
#include "secure/crypto/field_domain.h"
#include "secure/crypto/pkey.h"
#include "secure/crypto/secret_use.h"
#include "secure/crypto/secrets.h"

namespace holdfast::secure::crypto {

struct FieldPublicKey::Impl {
  FieldDomain domain;
  Bytes value;
  PkeyPtr key;
};

struct FieldPrivateKey::Impl {
  FieldScheme scheme;
  FieldDomain domain;
  Bytes public_value;
  PkeyPtr key;
};

namespace {

const char* family(FieldScheme scheme) {
  switch (scheme) {
    case FieldScheme::dh:
      return "DH";
    case FieldScheme::x942_dh:
      return "DHX";
    case FieldScheme::dsa:
      break;
  }
  return "DSA";
}

Result<void> add(PkeyParams& params, const FieldDomain& domain) {
  HF_TRY(params.number(OSSL_PKEY_PARAM_FFC_P, domain.prime));
  if (!domain.subprime.empty()) HF_TRY(params.number(OSSL_PKEY_PARAM_FFC_Q, domain.subprime));
  return params.number(OSSL_PKEY_PARAM_FFC_G, domain.base);
}

Result<PkeyPtr> build(FieldScheme scheme, const FieldDomain& domain, ByteView public_value, ByteView private_value,
                      Rv refusal) {
  PkeyParams params;
  HF_TRY(add(params, domain));
  HF_TRY(params.number(OSSL_PKEY_PARAM_PUB_KEY, public_value));
  if (private_value.empty()) return params.build(family(scheme), EVP_PKEY_PUBLIC_KEY, refusal);
  HF_TRY(params.number(OSSL_PKEY_PARAM_PRIV_KEY, private_value));
  return params.build(family(scheme), EVP_PKEY_KEYPAIR, refusal);
}

FieldDomain shortest(const FieldDomain& domain) {
  return {.prime = to_bytes(without_leading_zeroes(domain.prime)),
          .subprime = to_bytes(without_leading_zeroes(domain.subprime)),
          .base = to_bytes(without_leading_zeroes(domain.base))};
}

}  // namespace

// ---- public keys

Result<FieldPublicKey> FieldPublicKey::from_value(FieldScheme scheme, const FieldDomain& domain, ByteView value,
                                                  Rv refusal) {
  HF_ASSIGN_OR_RETURN(const FieldNumbers numbers, check_domain(scheme, domain));
  HF_TRY(check_public_value(numbers, value, refusal));
  auto impl = std::make_shared<Impl>();
  impl->domain = shortest(domain);
  impl->value = to_bytes(without_leading_zeroes(value));
  HF_ASSIGN_OR_RETURN(impl->key, build(scheme, impl->domain, impl->value, {}, refusal));
  return FieldPublicKey(std::move(impl));
}

const FieldDomain& FieldPublicKey::domain() const noexcept { return impl_->domain; }
ByteView FieldPublicKey::value() const noexcept { return impl_->value; }

Result<void> FieldPublicKey::verify(ByteView digest, ByteView signature) const {
  if (signature.size() != 2 * impl_->domain.subprime.size())
    return fail(Rv::signature_len_range, "a DSA signature is as long as two subprimes");
  HF_ASSIGN_OR_RETURN(const PkeyContextPtr context, prepare(impl_->key.get(), EVP_PKEY_verify_init));
  std::array<std::byte, kMaxEcdsaDerBytes> room;
  const ByteView der = ecdsa_to_der(signature, room);
  if (EVP_PKEY_verify(context.get(), u8(der), der.size(), address(digest), digest.size()) != 1)
    return libcrypto_failure(Rv::signature_invalid, "the DSA signature is wrong");
  return {};
}

// ---- private keys

Result<FieldPrivateKey> FieldPrivateKey::from_value(FieldScheme scheme, const FieldDomain& domain,
                                                    const SecretBytes& value) {
  HF_ASSIGN_OR_RETURN(const FieldNumbers numbers, check_domain(scheme, domain));
  const ByteView number = without_leading_zeroes(SecretUse::see(value));
  HF_ASSIGN_OR_RETURN(Bytes public_value, public_value_of(numbers, number));
  auto impl = std::make_shared<Impl>();
  impl->scheme = scheme;
  impl->domain = shortest(domain);
  impl->public_value = std::move(public_value);
  HF_ASSIGN_OR_RETURN(impl->key,
                      build(scheme, impl->domain, impl->public_value, number, Rv::attribute_value_invalid));
  return FieldPrivateKey(std::move(impl));
}

const FieldDomain& FieldPrivateKey::domain() const noexcept { return impl_->domain; }
ByteView FieldPrivateKey::public_value() const noexcept { return impl_->public_value; }
std::size_t FieldPrivateKey::signature_bytes() const noexcept { return 2 * impl_->domain.subprime.size(); }

Result<void> FieldPrivateKey::sign(ByteView digest, MutableByteView signature) const {
  if (signature.size() < signature_bytes()) return fail(Rv::buffer_too_small, "no room for a signature");
  HF_ASSIGN_OR_RETURN(const PkeyContextPtr context, prepare(impl_->key.get(), EVP_PKEY_sign_init));
  std::array<std::byte, kMaxEcdsaDerBytes> der;
  std::size_t size = der.size();
  if (EVP_PKEY_sign(context.get(), u8(MutableByteView(der)), &size, address(digest), digest.size()) != 1)
    return libcrypto_failure(Rv::function_failed, "libcrypto could not sign");
  return ecdsa_from_der(ByteView(der).first(size), signature.first(signature_bytes()));
}

Result<SecretBytes> FieldPrivateKey::derive(ByteView peer) const {
  HF_ASSIGN_OR_RETURN(const FieldPublicKey other,
                      FieldPublicKey::from_value(impl_->scheme, impl_->domain, peer, Rv::mechanism_param_invalid));
  HF_ASSIGN_OR_RETURN(const PkeyContextPtr context, prepare(impl_->key.get(), EVP_PKEY_derive_init));
  HF_ASSIGN_OR_RETURN(SecretBytes shared, SecretBytes::allocate(impl_->domain.prime.size()));
  std::size_t size = shared.size();
  constexpr int kPadded = 1;
  constexpr int kNoSecondCheck = 0;
  if (EVP_PKEY_CTX_set_dh_pad(context.get(), kPadded) != 1 ||
      EVP_PKEY_derive_set_peer_ex(context.get(), other.impl()->key.get(), kNoSecondCheck) != 1 ||
      EVP_PKEY_derive(context.get(), u8(SecretUse::fill(shared)), &size) != 1 || size != shared.size())
    return libcrypto_failure(Rv::function_failed, "libcrypto could not derive");
  return shared;
}

// ---- generation

Result<FieldKeyPair> generate_in_field(FieldScheme scheme, const FieldDomain& domain) {
  HF_TRY(check_domain(scheme, domain));
  PkeyParams params;
  HF_TRY(add(params, domain));
  HF_ASSIGN_OR_RETURN(const PkeyPtr parameters,
                      params.build(family(scheme), EVP_PKEY_KEY_PARAMETERS, Rv::domain_params_invalid));
  HF_ASSIGN_OR_RETURN(const PkeyContextPtr context, prepare(parameters.get(), EVP_PKEY_keygen_init));
  EVP_PKEY* generated = nullptr;
  if (EVP_PKEY_generate(context.get(), &generated) != 1)
    return libcrypto_failure(Rv::function_failed, "libcrypto could not generate a key");
  const PkeyPtr key(generated);
  FieldKeyPair pair;
  const std::size_t prime_bytes = without_leading_zeroes(domain.prime).size();
  HF_ASSIGN_OR_RETURN(pair.value, get_secret_number(key.get(), OSSL_PKEY_PARAM_PRIV_KEY,
                                                    domain.subprime.empty()
                                                        ? prime_bytes
                                                        : without_leading_zeroes(domain.subprime).size()));
  pair.public_value.resize(prime_bytes);
  HF_TRY(get_number(key.get(), OSSL_PKEY_PARAM_PUB_KEY, pair.public_value));
  return pair;
}

}  // namespace holdfast::secure::crypto
