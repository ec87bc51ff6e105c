#include "secure/pkcs11/mechanisms/rsa_operations.h"

// CKM_RSA_PKCS_PSS, over a digest, and CKM_SHA…_RSA_PKCS_PSS, CKM_SHA3_…_RSA_PKCS_PSS, over data (RFC 8017, 8.1).

namespace holdfast::secure::pkcs11 {
namespace {

Result<crypto::RsaPss> scheme_of(const Start& start, std::size_t modulus_bits) {
  HF_ASSIGN_OR_RETURN(const PssParam param, start.parameter<PssParam>());
  HF_ASSIGN_OR_RETURN(const RsaDigests digests, rsa_digests(start, param.hash, param.mgf));
  const auto [hash, mgf_hash] = digests;
  if (start.row.digest.has_value() && *start.row.digest != hash)
    return fail(unfit_rsa_param(start.dialect), "hash of the parameter is not the mechanism's");
  // RFC 8017, 9.1.1: the encoded message of modulus_bits - 1 bits holds hash, salt and two bytes.
  const std::size_t encoded_bytes = (modulus_bits - 1 + 7) / 8;
  const std::size_t fixed_bytes = crypto::digest_bytes(hash) + 2;
  if (encoded_bytes < fixed_bytes || param.salt_bytes > encoded_bytes - fixed_bytes)
    return fail(Rv::key_size_range, "key too short for hash and salt");
  return crypto::RsaPss{.hash = hash, .mgf_hash = mgf_hash, .salt_bytes = param.salt_bytes};
}

Made<Signer> new_signer(const Start& start) {
  HF_ASSIGN_OR_RETURN(const crypto::RsaPrivateKey key, start.material<crypto::RsaPrivateKey>());
  HF_ASSIGN_OR_RETURN(const crypto::RsaPss scheme, scheme_of(start, key.modulus_bits()));
  return rsa_signer(start, scheme);
}

Made<Verifier> new_verifier(const Start& start) {
  HF_ASSIGN_OR_RETURN(const crypto::RsaPublicKey key, start.material<crypto::RsaPublicKey>());
  HF_ASSIGN_OR_RETURN(const crypto::RsaPss scheme, scheme_of(start, key.modulus_bits()));
  return rsa_verifier(start, scheme);
}

constexpr MechanismRow row(CK_MECHANISM_TYPE id, std::optional<crypto::DigestKind> digest) {
  return {.id = static_cast<std::uint32_t>(id),
          .keys = {CKK_RSA},
          .size = kRsaSizes,
          .digest = digest,
          .param = wire::ParamKind::rsa_pss,
          .parts = digest.has_value() ? Parts::any : Parts::single,
          .ops = {.sign = &new_signer, .verify = &new_verifier}};
}

constexpr MechanismRow kRows[] = {
    row(CKM_RSA_PKCS_PSS, std::nullopt),
    row(CKM_SHA1_RSA_PKCS_PSS, crypto::DigestKind::sha1),
    row(CKM_SHA224_RSA_PKCS_PSS, crypto::DigestKind::sha224),
    row(CKM_SHA256_RSA_PKCS_PSS, crypto::DigestKind::sha256),
    row(CKM_SHA384_RSA_PKCS_PSS, crypto::DigestKind::sha384),
    row(CKM_SHA512_RSA_PKCS_PSS, crypto::DigestKind::sha512),
    row(CKM_SHA3_224_RSA_PKCS_PSS, crypto::DigestKind::sha3_224),
    row(CKM_SHA3_256_RSA_PKCS_PSS, crypto::DigestKind::sha3_256),
    row(CKM_SHA3_384_RSA_PKCS_PSS, crypto::DigestKind::sha3_384),
    row(CKM_SHA3_512_RSA_PKCS_PSS, crypto::DigestKind::sha3_512),
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> rsa_pss_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
