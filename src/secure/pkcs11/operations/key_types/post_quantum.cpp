#include "secure/pkcs11/operations/key_types/post_quantum.h"

#include "secure/pkcs11/operations/key_types/parts.h"

// ML-KEM, ML-DSA and SLH-DSA. The family is what tells them apart.

namespace holdfast::secure::pkcs11 {
namespace {

using crypto::PqFamily;

Result<crypto::PqPublicKey> public_half(PqFamily family, const AttributeSet& half) {
  HF_ASSIGN_OR_RETURN(const crypto::PqParams* const params, pq_params_of(family, half));
  HF_ASSIGN_OR_RETURN(const ByteView value, required(half, CKA_VALUE));
  return crypto::PqPublicKey::from_value(*params, value);
}

const SecretBytes* part(const SecretSet& secrets, CK_ATTRIBUTE_TYPE type) {
  const SecretBytes* const value = secrets.find(attribute(type));
  return value == nullptr || value->empty() ? nullptr : value;
}

Result<crypto::PqPrivateKey> private_half(PqFamily family, const AttributeSet& half, const SecretSet& secrets) {
  HF_ASSIGN_OR_RETURN(const crypto::PqParams* const params, pq_params_of(family, half));
  const SecretBytes* const seed = part(secrets, CKA_SEED);
  const SecretBytes* const value = part(secrets, CKA_VALUE);
  if (seed == nullptr && value == nullptr) return fail(Rv::template_incomplete, "private key without seed and value");
  return crypto::PqPrivateKey::from_parts(*params, seed, value);
}

template <PqFamily kFamily>
std::uint32_t bits(const AttributeSet& half) {
  const auto params = pq_params_of(kFamily, half);
  return params ? static_cast<std::uint32_t>((*params)->public_bytes) * 8 : 0;
}

template <PqFamily kFamily>
Result<KeyMaterial> load_public(const AttributeSet& half) {
  return as_material(public_half(kFamily, half));
}

template <PqFamily kFamily>
Result<KeyMaterial> load_private(const AttributeSet& half, const SecretSet& secrets) {
  return as_material(private_half(kFamily, half, secrets));
}

template <PqFamily kFamily>
Result<Bytes> public_info(const AttributeSet& half, const SecretSet& secrets) {
  if (is_private(half)) {
    HF_ASSIGN_OR_RETURN(const crypto::PqPrivateKey key, private_half(kFamily, half, secrets));
    return crypto::public_key_info({key.params().oid_element()}, key.public_value());
  }
  HF_ASSIGN_OR_RETURN(const crypto::PqPublicKey key, public_half(kFamily, half));
  return crypto::public_key_info({key.params().oid_element()}, key.value());
}

template <PqFamily kFamily>
bool owns(ByteView oid) {
  return crypto::find_pq_params(kFamily, oid) != nullptr;
}

template <PqFamily kFamily>
Result<SecretBytes> encode(const AttributeSet& half, const SecretSet& secrets) {
  HF_ASSIGN_OR_RETURN(const crypto::PqParams* const params, pq_params_of(kFamily, half));
  HF_ASSIGN_OR_RETURN(const SecretBytes* const value, required_secret(secrets, CKA_VALUE));
  HF_ASSIGN_OR_RETURN(const SecretBytes inner, crypto::encode_pq_private(*params, part(secrets, CKA_SEED), *value));
  return crypto::private_key_info({params->oid_element()}, inner);
}

template <PqFamily kFamily>
Result<void> decode(const crypto::PrivateKeyInfo& info, ObjectContent& half) {
  const crypto::PqParams* const params = crypto::find_pq_params(kFamily, info.oid);
  if (params == nullptr) return fail(Rv::wrapped_key_invalid, "a private key of another kind");
  HF_ASSIGN_OR_RETURN(crypto::PqPrivateParts parts, crypto::decode_pq_private(*params, info.key));
  return store_pq(*params, std::move(parts), half);
}

template <PqFamily kFamily>
Result<void> complete(ObjectContent& half) {
  const SecretBytes* const seed = part(half.secrets, CKA_SEED);
  if (!is_private(half.attributes) || seed == nullptr || part(half.secrets, CKA_VALUE) != nullptr) return {};
  HF_ASSIGN_OR_RETURN(const crypto::PqParams* const params, pq_params_of(kFamily, half.attributes));
  HF_ASSIGN_OR_RETURN(SecretBytes value, crypto::expand_seed(*params, *seed));
  half.secrets.set(attribute(CKA_VALUE), std::move(value));
  return {};
}

template <PqFamily kFamily>
constexpr PairType pair(std::uint32_t type) {
  return {.type = type,
          .bits = &bits<kFamily>,
          .load_public = &load_public<kFamily>,
          .load_private = &load_private<kFamily>,
          .public_key_info = &public_info<kFamily>,
          .owns = &owns<kFamily>,
          .encode_private = &encode<kFamily>,
          .decode_private = &decode<kFamily>,
          .complete = &complete<kFamily>};
}

}  // namespace

constinit const PairType kMlKemPair = pair<PqFamily::ml_kem>(CKK_ML_KEM);
constinit const PairType kMlDsaPair = pair<PqFamily::ml_dsa>(CKK_ML_DSA);
constinit const PairType kSlhDsaPair = pair<PqFamily::slh_dsa>(CKK_SLH_DSA);

Result<const crypto::PqParams*> pq_params_of(PqFamily family, const AttributeSet& half) {
  const std::optional<std::uint32_t> number = half.ulong(attribute(CKA_PARAMETER_SET));
  if (!number) return fail(Rv::template_incomplete, "key object lacks its parameter set");
  const crypto::PqParams* const params = crypto::find_pq_params(family, *number);
  if (params == nullptr) return fail(Rv::parameter_set_not_supported, "no such parameter set");
  return params;
}

Result<void> store_pq(const crypto::PqParams& params, crypto::PqPrivateParts&& parts, ObjectContent& key) {
  const ck::AttributeType set = attribute(CKA_PARAMETER_SET);
  if (key.attributes.ulong(set).value_or(params.number) != params.number)
    return fail(Rv::template_inconsistent, "private key is of another parameter set");
  key.attributes.set_ulong(set, params.number);
  if (!parts.seed.empty()) key.secrets.set(attribute(CKA_SEED), std::move(parts.seed));
  if (!parts.value.empty()) key.secrets.set(attribute(CKA_VALUE), std::move(parts.value));
  return {};
}

}  // namespace holdfast::secure::pkcs11
