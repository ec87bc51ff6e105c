#include "secure/pkcs11/operations/key_types/rsa.h"

#include <algorithm>
#include <array>

#include "secure/crypto/rsa_encoding.h"
#include "secure/crypto/secrets.h"
#include "secure/pkcs11/operations/key_types/parts.h"

namespace holdfast::secure::pkcs11 {
namespace {

constexpr std::byte kDefaultExponent[] = {std::byte{1}, std::byte{0}, std::byte{1}};

struct RsaSecret {
  CK_ATTRIBUTE_TYPE type;
  SecretBytes crypto::RsaPrivateComponents::* component;
};
constexpr std::array kRsaSecrets = {
    RsaSecret{CKA_PRIVATE_EXPONENT, &crypto::RsaPrivateComponents::private_exponent},
    RsaSecret{CKA_PRIME_1, &crypto::RsaPrivateComponents::prime_1},
    RsaSecret{CKA_PRIME_2, &crypto::RsaPrivateComponents::prime_2},
    RsaSecret{CKA_EXPONENT_1, &crypto::RsaPrivateComponents::exponent_1},
    RsaSecret{CKA_EXPONENT_2, &crypto::RsaPrivateComponents::exponent_2},
    RsaSecret{CKA_COEFFICIENT, &crypto::RsaPrivateComponents::coefficient},
};

bool has_every_number(const crypto::RsaPrivateComponents& components) {
  return !components.public_exponent.empty() && std::ranges::none_of(kRsaSecrets, [&](const RsaSecret& secret) {
    return (components.*secret.component).empty();
  });
}

Result<crypto::RsaPrivateComponents> components_of(const AttributeSet& attributes, const SecretSet& secrets) {
  const Bytes* const modulus = attributes.find(attribute(CKA_MODULUS));
  const Bytes* const public_exponent = attributes.find(attribute(CKA_PUBLIC_EXPONENT));
  if (modulus == nullptr) return fail(Rv::template_incomplete, "private key object lacks its modulus");
  crypto::RsaPrivateComponents components;
  components.modulus = *modulus;
  if (public_exponent != nullptr) components.public_exponent = *public_exponent;
  for (const RsaSecret& secret : kRsaSecrets) {
    const SecretBytes* const value = secrets.find(attribute(secret.type));
    if (value == nullptr) continue;
    HF_ASSIGN_OR_RETURN(components.*secret.component, crypto::copy(*value));
  }
  if (components.private_exponent.empty())
    return fail(Rv::template_incomplete, "private key object lacks its exponent");
  return components;
}

std::uint32_t bits(const AttributeSet& half) { return bits_of_number(present(half, CKA_MODULUS)); }

Result<KeyMaterial> load_public(const AttributeSet& half) {
  HF_ASSIGN_OR_RETURN(const ByteView modulus, required(half, CKA_MODULUS));
  HF_ASSIGN_OR_RETURN(const ByteView exponent, required(half, CKA_PUBLIC_EXPONENT));
  return as_material(crypto::RsaPublicKey::from_components(modulus, exponent));
}

Result<KeyMaterial> load_private(const AttributeSet& half, const SecretSet& secrets) {
  HF_ASSIGN_OR_RETURN(const crypto::RsaPrivateComponents components, components_of(half, secrets));
  return as_material(crypto::RsaPrivateKey::from_components(components));
}

Result<Bytes> public_info(const AttributeSet& half, const SecretSet&) {
  HF_ASSIGN_OR_RETURN(const ByteView modulus, required(half, CKA_MODULUS));
  const Bytes* const exponent = present(half, CKA_PUBLIC_EXPONENT);
  return crypto::rsa_public_key_info(modulus, exponent == nullptr ? ByteView(kDefaultExponent) : ByteView(*exponent));
}

bool owns(ByteView oid) { return equal(oid, crypto::rsa_algorithm().oid); }

Result<SecretBytes> encode(const AttributeSet& half, const SecretSet& secrets) {
  HF_ASSIGN_OR_RETURN(crypto::RsaPrivateComponents components, components_of(half, secrets));
  // An import may lack what follows from the rest; the encoding has a place for each number.
  if (!has_every_number(components)) {
    HF_ASSIGN_OR_RETURN(components, crypto::complete_components(components));
  }
  return crypto::encode_private_key(components);
}

Result<void> decode(const crypto::PrivateKeyInfo& info, ObjectContent& half) {
  HF_ASSIGN_OR_RETURN(crypto::RsaPrivateComponents components, crypto::decode_rsa(info));
  return store_rsa(std::move(components), half);
}

}  // namespace

constinit const PairType kRsaPair = {.type = CKK_RSA,
                                     .bits = &bits,
                                     .load_public = &load_public,
                                     .load_private = &load_private,
                                     .public_key_info = &public_info,
                                     .owns = &owns,
                                     .encode_private = &encode,
                                     .decode_private = &decode};

Result<void> store_rsa(crypto::RsaPrivateComponents&& components, ObjectContent& key) {
  key.attributes.set(attribute(CKA_MODULUS), std::move(components.modulus));
  key.attributes.set(attribute(CKA_PUBLIC_EXPONENT), std::move(components.public_exponent));
  for (const RsaSecret& secret : kRsaSecrets)
    if (!(components.*secret.component).empty())
      key.secrets.set(attribute(secret.type), std::move(components.*secret.component));
  return {};
}

}  // namespace holdfast::secure::pkcs11
