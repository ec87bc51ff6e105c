#pragma once

#include "secure/crypto/key_info.h"
#include "secure/pkcs11/operations/key.h"

namespace holdfast::secure::pkcs11 {

/// PairType is all there is to know of a type of key pairs: how its halves are read from their objects, and how they go
/// to and come from other programs. A null function is what the type does not have.
struct PairType {
  std::uint32_t type = 0;  // CKK_
  /// bits is the size of a half by its attributes; 0 when they do not tell, which no range of a row contains.
  std::uint32_t (*bits)(const AttributeSet& half) = nullptr;
  Result<KeyMaterial> (*load_public)(const AttributeSet& half) = nullptr;
  Result<KeyMaterial> (*load_private)(const AttributeSet& half, const SecretSet& secrets) = nullptr;
  /// public_key_info is the SubjectPublicKeyInfo, from either half.
  Result<Bytes> (*public_key_info)(const AttributeSet& half, const SecretSet& secrets) = nullptr;
  /// owns tells whether PKCS#8 with this OID (a whole DER element) holds a key of the type.
  bool (*owns)(ByteView oid) = nullptr;
  /// encode_private gives PKCS#8.
  Result<SecretBytes> (*encode_private)(const AttributeSet& half, const SecretSet& secrets) = nullptr;
  /// decode_private fills a drafted private key of this type; the caller checks its material by load_private.
  /// Rv::template_inconsistent when the draft is for another parameter set.
  Result<void> (*decode_private)(const crypto::PrivateKeyInfo& info, ObjectContent& half) = nullptr;
  /// complete computes parts that a new half may lack because they follow from the others.
  Result<void> (*complete)(ObjectContent& half) = nullptr;
};

/// find_pair_type gives the type, or null when it is none of a key pair.
const PairType* find_pair_type(ck::KeyType type);

/// encode_private gives a private key object as PKCS#8. Rv::key_not_wrappable for a type without an encoding.
Result<SecretBytes> encode_private(const AttributeSet& key, const SecretSet& secrets);

/// decode_private puts the private key of a PKCS#8 encoding into a drafted object. Rv::template_inconsistent when the draft
/// is for another key type or curve, wrapped_key_invalid, curve_not_supported.
Result<void> decode_private(const SecretBytes& encoded, ObjectContent& key);

/// complete_half computes the parts of a half that follow from the others. Nothing for what is no half of a pair.
Result<void> complete_half(ObjectContent& half);

// The types, one file each in key_types/.
extern const PairType kRsaPair;
extern const PairType kEcPair;
extern const PairType kEdwardsPair;
extern const PairType kMontgomeryPair;
extern const PairType kDhPair;
extern const PairType kX942DhPair;
extern const PairType kDsaPair;
extern const PairType kHssPair;
extern const PairType kXmssPair;
extern const PairType kXmssMtPair;
extern const PairType kMlKemPair;
extern const PairType kMlDsaPair;
extern const PairType kSlhDsaPair;

}  // namespace holdfast::secure::pkcs11
