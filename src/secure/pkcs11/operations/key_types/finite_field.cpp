#include "secure/pkcs11/operations/key_types/finite_field.h"

#include "secure/crypto/field_encoding.h"
#include "secure/crypto/secrets.h"
#include "secure/pkcs11/operations/key_types/parts.h"

// The key types over finite fields: CKK_DH, CKK_X9_42_DH and CKK_DSA.

namespace holdfast::secure::pkcs11 {
namespace {

using crypto::FieldScheme;

Result<FieldScheme> scheme_of(const AttributeSet& half) {
  const auto scheme = field_scheme(half.key_type());
  if (!scheme) return fail(Rv::key_type_inconsistent, "no key over a finite field");
  return *scheme;
}

Result<crypto::FieldPublicKey> public_half(const AttributeSet& half) {
  HF_ASSIGN_OR_RETURN(const FieldScheme scheme, scheme_of(half));
  HF_ASSIGN_OR_RETURN(const crypto::FieldDomain domain, domain_of(scheme, half));
  HF_ASSIGN_OR_RETURN(const ByteView value, required(half, CKA_VALUE));
  return crypto::FieldPublicKey::from_value(scheme, domain, value);
}

Result<crypto::FieldPrivateKey> private_half(const AttributeSet& half, const SecretSet& secrets) {
  HF_ASSIGN_OR_RETURN(const FieldScheme scheme, scheme_of(half));
  HF_ASSIGN_OR_RETURN(const crypto::FieldDomain domain, domain_of(scheme, half));
  HF_ASSIGN_OR_RETURN(const SecretBytes* const value, required_secret(secrets, CKA_VALUE));
  return crypto::FieldPrivateKey::from_value(scheme, domain, *value);
}

std::uint32_t bits(const AttributeSet& half) { return bits_of_number(present(half, CKA_PRIME)); }

Result<KeyMaterial> load_public(const AttributeSet& half) { return as_material(public_half(half)); }
Result<KeyMaterial> load_private(const AttributeSet& half, const SecretSet& secrets) {
  return as_material(private_half(half, secrets));
}

Result<Bytes> public_info(const AttributeSet& half, const SecretSet& secrets) {
  HF_ASSIGN_OR_RETURN(const FieldScheme scheme, scheme_of(half));
  if (is_private(half)) {
    HF_ASSIGN_OR_RETURN(const crypto::FieldPrivateKey key, private_half(half, secrets));
    return crypto::field_public_key_info(scheme, key.domain(), key.public_value());
  }
  HF_ASSIGN_OR_RETURN(const crypto::FieldPublicKey key, public_half(half));
  return crypto::field_public_key_info(scheme, key.domain(), key.value());
}

template <FieldScheme scheme>
bool owns(ByteView oid) {
  return equal(oid, crypto::field_oid(scheme));
}

Result<SecretBytes> encode(const AttributeSet& half, const SecretSet& secrets) {
  HF_ASSIGN_OR_RETURN(const FieldScheme scheme, scheme_of(half));
  HF_ASSIGN_OR_RETURN(const crypto::FieldDomain domain, domain_of(scheme, half));
  HF_ASSIGN_OR_RETURN(const SecretBytes* const value, required_secret(secrets, CKA_VALUE));
  HF_ASSIGN_OR_RETURN(const SecretBytes number, crypto::number_element(*value));
  const Bytes params = crypto::field_params(scheme, domain);
  return crypto::private_key_info({crypto::field_oid(scheme), params}, number);
}

Result<void> decode(const crypto::PrivateKeyInfo& info, ObjectContent& half) {
  HF_ASSIGN_OR_RETURN(const FieldScheme scheme, scheme_of(half.attributes));
  HF_ASSIGN_OR_RETURN(const crypto::FieldDomain domain, crypto::parse_field_params(scheme, info.parameters));
  HF_ASSIGN_OR_RETURN(SecretBytes value, crypto::number_content(info.key));
  store_domain(domain, half.attributes);
  half.secrets.set(attribute(CKA_VALUE), std::move(value));
  return {};
}

template <FieldScheme scheme>
constexpr PairType row(CK_KEY_TYPE type) {
  return {.type = static_cast<std::uint32_t>(type),
          .bits = &bits,
          .load_public = &load_public,
          .load_private = &load_private,
          .public_key_info = &public_info,
          .owns = &owns<scheme>,
          .encode_private = &encode,
          .decode_private = &decode};
}

}  // namespace

constinit const PairType kDhPair = row<FieldScheme::dh>(CKK_DH);
constinit const PairType kX942DhPair = row<FieldScheme::x942_dh>(CKK_X9_42_DH);
constinit const PairType kDsaPair = row<FieldScheme::dsa>(CKK_DSA);

std::optional<FieldScheme> field_scheme(ck::KeyType type) {
  switch (type.value) {
    case CKK_DH:
      return FieldScheme::dh;
    case CKK_X9_42_DH:
      return FieldScheme::x942_dh;
    case CKK_DSA:
      return FieldScheme::dsa;
    default:
      return std::nullopt;
  }
}

Result<crypto::FieldDomain> domain_of(FieldScheme scheme, const AttributeSet& attributes) {
  crypto::FieldDomain domain;
  HF_ASSIGN_OR_RETURN(const ByteView prime, required(attributes, CKA_PRIME));
  HF_ASSIGN_OR_RETURN(const ByteView base, required(attributes, CKA_BASE));
  domain.prime = to_bytes(prime);
  domain.base = to_bytes(base);
  if (scheme == FieldScheme::dh) return domain;
  HF_ASSIGN_OR_RETURN(const ByteView subprime, required(attributes, CKA_SUBPRIME));
  domain.subprime = to_bytes(subprime);
  return domain;
}

void store_domain(const crypto::FieldDomain& domain, AttributeSet& attributes) {
  attributes.set(attribute(CKA_PRIME), domain.prime);
  attributes.set(attribute(CKA_BASE), domain.base);
  if (!domain.subprime.empty()) attributes.set(attribute(CKA_SUBPRIME), domain.subprime);
}

}  // namespace holdfast::secure::pkcs11
