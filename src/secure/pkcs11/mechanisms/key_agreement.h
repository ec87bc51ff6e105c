#pragma once

#include "secure/pkcs11/mechanisms/row.h"

namespace holdfast::secure::pkcs11 {

// What the mechanisms of Diffie-Hellman share: the secret of two keys, and how a key comes from it.

/// AgreementKdf is a CK_EC_KDF_TYPE or CK_X9_42_DH_KDF_TYPE.
struct AgreementKdf {
  enum class Scheme : std::uint8_t { none, x963, single_step } scheme = Scheme::none;
  crypto::DigestKind digest = crypto::DigestKind::sha1;
};

/// agreement_kdf reads a CKD_ number. Rv::mechanism_param_invalid for an unknown one, and for shared data beside CKD_NULL.
Result<AgreementKdf> agreement_kdf(std::uint32_t id, ByteView shared_data);

/// derive_agreed makes a key of `bytes` from a shared secret. Without a KDF, bytes of the secret that are too many are
/// removed from its leading end (PKCS#11 3.2, ECDH and DH), and it may be taken whole; a KDF needs a length:
/// Rv::template_incomplete.
Result<SecretBytes> derive_agreed(const AgreementKdf& kdf, SecretBytes secret, ByteView shared_data,
                                  std::optional<std::size_t> bytes);

/// shared_secret is that of a private key on an elliptic curve with a peer's point. A point that is none of the key's curve
/// is Rv::mechanism_param_invalid.
Result<SecretBytes> shared_secret(const KeyMaterial& key, ByteView point);

/// Ephemeral is a fresh key's point, in the plain form of its curve, and its secret with a public key.
struct Ephemeral {
  Bytes point;
  SecretBytes secret;
};
Result<Ephemeral> ephemeral_secret(const KeyMaterial& peer);

}  // namespace holdfast::secure::pkcs11
