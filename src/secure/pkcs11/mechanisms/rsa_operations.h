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

/// hash_digest reads a CK_MECHANISM_TYPE hash, mgf_digest a CK_RSA_PKCS_MGF_TYPE; Rv::mechanism_param_invalid.
Result<crypto::DigestKind> hash_digest(std::uint32_t hash);
Result<crypto::DigestKind> mgf_digest(std::uint32_t mgf);

/// oaep_scheme reads CK_RSA_PKCS_OAEP_PARAMS.
Result<crypto::RsaOaep> oaep_scheme(const OaepParam& param);

}  // namespace holdfast::secure::pkcs11
