#include "secure/pkcs11/operations/pair_type.h"

#include <array>

namespace holdfast::secure::pkcs11 {
namespace {

constexpr std::array kPairTypes = {&kRsaPair,  &kEcPair,     &kEdwardsPair, &kMontgomeryPair, &kDhPair, &kX942DhPair, &kDsaPair, &kHssPair,
                                   &kXmssPair, &kXmssMtPair, &kMlKemPair,   &kMlDsaPair,      &kSlhDsaPair};

const PairType* owner_of(ByteView oid) {
  for (const PairType* const type : kPairTypes)
    if (type->owns != nullptr && type->owns(oid)) return type;
  return nullptr;
}

}  // namespace

const PairType* find_pair_type(ck::KeyType type) {
  for (const PairType* const candidate : kPairTypes)
    if (candidate->type == type.value) return candidate;
  return nullptr;
}

Result<void> complete_half(ObjectContent& half) {
  const PairType* const type = find_pair_type(half.attributes.key_type());
  return type == nullptr || type->complete == nullptr ? Result<void>{} : type->complete(half);
}

Result<SecretBytes> encode_private(const AttributeSet& key, const SecretSet& secrets) {
  const PairType* const type = find_pair_type(key.key_type());
  if (type == nullptr || type->encode_private == nullptr)
    return fail(Rv::key_not_wrappable, "private key type without an encoding");
  return type->encode_private(key, secrets);
}

Result<void> decode_private(const SecretBytes& encoded, ObjectContent& key) {
  HF_ASSIGN_OR_RETURN(const crypto::PrivateKeyInfo info, crypto::parse_private_key_info(encoded));
  const PairType* const type = owner_of(info.oid);
  if (type == nullptr || type->decode_private == nullptr)
    return fail(Rv::wrapped_key_invalid, "a private key of another kind");
  if (key.attributes.key_type().value != type->type)
    return fail(Rv::template_inconsistent, "private key is of another type");
  const auto decoded = type->decode_private(info, key);
  if (decoded) return {};
  const Rv rv = decoded.error().rv;
  const bool unsound = rv == Rv::attribute_value_invalid || rv == Rv::domain_params_invalid;
  return fail(unsound ? Rv::wrapped_key_invalid : rv, decoded.error().why);
}

}  // namespace holdfast::secure::pkcs11
