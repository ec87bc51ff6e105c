#include "secure/pkcs11/operations/key_types/edwards.h"

#include "secure/crypto/ed25519.h"
#include "secure/pkcs11/operations/key_types/parts.h"

namespace holdfast::secure::pkcs11 {
namespace {

constexpr std::uint32_t kEdwards25519Bits = 256;

Result<void> require_ed25519(const AttributeSet& half) {
  HF_ASSIGN_OR_RETURN(const ByteView params, required(half, CKA_EC_PARAMS));
  if (!crypto::is_ed25519_params(params)) return fail(Rv::curve_not_supported, "Edwards curve is not Ed25519");
  return {};
}

Result<crypto::Ed25519PublicKey> public_half(const AttributeSet& half) {
  HF_TRY(require_ed25519(half));
  HF_ASSIGN_OR_RETURN(const ByteView point, required(half, CKA_EC_POINT));
  return crypto::Ed25519PublicKey::from_point(point);
}

Result<crypto::Ed25519PrivateKey> private_half(const AttributeSet& half, const SecretSet& secrets) {
  HF_TRY(require_ed25519(half));
  HF_ASSIGN_OR_RETURN(const SecretBytes* const seed, required_secret(secrets, CKA_VALUE));
  return crypto::Ed25519PrivateKey::from_seed(*seed);
}

std::uint32_t bits(const AttributeSet&) { return kEdwards25519Bits; }

Result<KeyMaterial> load_public(const AttributeSet& half) { return as_material(public_half(half)); }

Result<KeyMaterial> load_private(const AttributeSet& half, const SecretSet& secrets) {
  return as_material(private_half(half, secrets));
}

Result<Bytes> public_info(const AttributeSet& half, const SecretSet& secrets) {
  const crypto::Algorithm algorithm{crypto::ed25519_params()};
  if (is_private(half)) {
    HF_ASSIGN_OR_RETURN(const crypto::Ed25519PrivateKey key, private_half(half, secrets));
    return crypto::public_key_info(algorithm, key.public_point());
  }
  HF_ASSIGN_OR_RETURN(const crypto::Ed25519PublicKey key, public_half(half));
  return crypto::public_key_info(algorithm, key.point());
}

bool owns(ByteView oid) { return equal(oid, crypto::ed25519_params()); }

// RFC 8410, 7: the seed stands in an OCTET STRING of its own.
Result<SecretBytes> encode(const AttributeSet&, const SecretSet& secrets) {
  HF_ASSIGN_OR_RETURN(const SecretBytes* const seed, required_secret(secrets, CKA_VALUE));
  HF_ASSIGN_OR_RETURN(const SecretBytes element, crypto::octets_element(*seed));
  return crypto::private_key_info({crypto::ed25519_params()}, element);
}

Result<void> decode(const crypto::PrivateKeyInfo& info, ObjectContent& half) {
  HF_ASSIGN_OR_RETURN(SecretBytes seed, crypto::octets_content(info.key));
  if (seed.size() != crypto::kEd25519Bytes) return fail(Rv::wrapped_key_invalid, "an Ed25519 private key has 32 bytes");
  return store_edwards(std::move(seed), half);
}

}  // namespace

constinit const PairType kEdwardsPair = {.type = CKK_EC_EDWARDS,
                                         .bits = &bits,
                                         .load_public = &load_public,
                                         .load_private = &load_private,
                                         .public_key_info = &public_info,
                                         .owns = &owns,
                                         .encode_private = &encode,
                                         .decode_private = &decode};

Result<void> store_edwards(SecretBytes&& seed, ObjectContent& key) {
  if (const Bytes* const params = present(key.attributes, CKA_EC_PARAMS); params != nullptr) {
    if (!crypto::is_ed25519_params(*params)) return fail(Rv::template_inconsistent, "private key is on another curve");
  } else {
    key.attributes.set(attribute(CKA_EC_PARAMS), to_bytes(crypto::ed25519_params()));
  }
  key.secrets.set(attribute(CKA_VALUE), std::move(seed));
  return {};
}

}  // namespace holdfast::secure::pkcs11
