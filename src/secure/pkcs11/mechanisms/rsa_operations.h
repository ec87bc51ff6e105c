#pragma once

#include "secure/crypto/rsa.h"
#include "secure/pkcs11/mechanisms/row.h"

namespace holdfast::secure::pkcs11 {

// What the RSA families share: the operations under a padding scheme, and the reading of padding parameters.

/// Sizes of RSA keys that may be used: what libcrypto takes. A token's policy narrows it.
inline constexpr Bits kRsaSizes{crypto::kMinRsaBits, crypto::kMaxRsaBits};

Made<Signer> rsa_signer(const Start& start, crypto::RsaSignatureScheme scheme);
Made<Verifier> rsa_verifier(const Start& start, crypto::RsaSignatureScheme scheme);
Made<Cipher> rsa_encryptor(const Start& start, crypto::RsaEncryptionScheme scheme);
Made<Cipher> rsa_decryptor(const Start& start, crypto::RsaEncryptionScheme scheme);

/// unfit_rsa_param is the code for padding parameters that say nothing we can do. OP-TEE, which chooses its algorithm
/// by them, has its own (ABI section 7).
constexpr Rv unfit_rsa_param(Dialect dialect) {
  return dialect == Dialect::optee ? Rv::function_failed : Rv::mechanism_param_invalid;
}

/// rsa_digests reads a hash, a CK_MECHANISM_TYPE, and a CK_RSA_PKCS_MGF_TYPE. OP-TEE asks that they be of one digest.
struct RsaDigests {
  crypto::DigestKind hash;
  crypto::DigestKind mgf_hash;
};
Result<RsaDigests> rsa_digests(const Start& start, std::uint32_t hash, std::uint32_t mgf);

/// oaep_scheme reads CK_RSA_PKCS_OAEP_PARAMS.
Result<crypto::RsaOaep> oaep_scheme(const Start& start, const OaepParam& param);

}  // namespace holdfast::secure::pkcs11
