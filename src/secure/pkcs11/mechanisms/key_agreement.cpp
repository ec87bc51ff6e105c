#include "secure/pkcs11/mechanisms/key_agreement.h"

#include "secure/crypto/kdf.h"
#include "secure/crypto/secrets.h"
#include "secure/crypto/single_step_kdf.h"

namespace holdfast::secure::pkcs11 {
namespace {

using crypto::DigestKind;
using Scheme = AgreementKdf::Scheme;

struct Kdf {
  CK_ULONG id;
  AgreementKdf kdf;
};
// CKD_SHA1_KDF_CONCATENATE is X9.42's name for what X9.63 does. Those of BLAKE2b are SP 800-56A's.
constexpr Kdf kKdfs[] = {
    {CKD_NULL, {}},
    {CKD_SHA1_KDF, {Scheme::x963, DigestKind::sha1}},
    {CKD_SHA1_KDF_CONCATENATE, {Scheme::x963, DigestKind::sha1}},
    {CKD_SHA224_KDF, {Scheme::x963, DigestKind::sha224}},
    {CKD_SHA256_KDF, {Scheme::x963, DigestKind::sha256}},
    {CKD_SHA384_KDF, {Scheme::x963, DigestKind::sha384}},
    {CKD_SHA512_KDF, {Scheme::x963, DigestKind::sha512}},
    {CKD_SHA3_224_KDF, {Scheme::x963, DigestKind::sha3_224}},
    {CKD_SHA3_256_KDF, {Scheme::x963, DigestKind::sha3_256}},
    {CKD_SHA3_384_KDF, {Scheme::x963, DigestKind::sha3_384}},
    {CKD_SHA3_512_KDF, {Scheme::x963, DigestKind::sha3_512}},
    {CKD_SHA1_KDF_SP800, {Scheme::single_step, DigestKind::sha1}},
    {CKD_SHA224_KDF_SP800, {Scheme::single_step, DigestKind::sha224}},
    {CKD_SHA256_KDF_SP800, {Scheme::single_step, DigestKind::sha256}},
    {CKD_SHA384_KDF_SP800, {Scheme::single_step, DigestKind::sha384}},
    {CKD_SHA512_KDF_SP800, {Scheme::single_step, DigestKind::sha512}},
    {CKD_SHA3_224_KDF_SP800, {Scheme::single_step, DigestKind::sha3_224}},
    {CKD_SHA3_256_KDF_SP800, {Scheme::single_step, DigestKind::sha3_256}},
    {CKD_SHA3_384_KDF_SP800, {Scheme::single_step, DigestKind::sha3_384}},
    {CKD_SHA3_512_KDF_SP800, {Scheme::single_step, DigestKind::sha3_512}},
    {CKD_BLAKE2B_160_KDF, {Scheme::single_step, DigestKind::blake2b_160}},
    {CKD_BLAKE2B_256_KDF, {Scheme::single_step, DigestKind::blake2b_256}},
    {CKD_BLAKE2B_384_KDF, {Scheme::single_step, DigestKind::blake2b_384}},
    {CKD_BLAKE2B_512_KDF, {Scheme::single_step, DigestKind::blake2b_512}},
};

Result<SecretBytes> trailing_bytes(SecretBytes secret, std::optional<std::size_t> bytes) {
  if (!bytes.has_value() || *bytes == secret.size()) return secret;
  if (*bytes > secret.size()) return fail(Rv::key_size_range, "shared secret is shorter than the key asked for");
  return crypto::slice(secret, secret.size() - *bytes, *bytes);
}

Unexpected<Error> no_agreement() { return fail(Rv::key_type_inconsistent, "material is not what the key's attributes say"); }

Result<Ephemeral> ephemeral_with(const crypto::EcPublicKey& peer) {
  HF_ASSIGN_OR_RETURN(crypto::EcKeyPair pair, crypto::generate_ec(peer.curve()));
  HF_ASSIGN_OR_RETURN(const crypto::EcPrivateKey key, crypto::EcPrivateKey::from_scalar(peer.curve(), pair.scalar));
  HF_ASSIGN_OR_RETURN(SecretBytes secret, key.derive(peer));
  return Ephemeral{std::move(pair.point), std::move(secret)};
}

Result<Ephemeral> ephemeral_with(const crypto::MontgomeryPublicKey& peer) {
  HF_ASSIGN_OR_RETURN(crypto::MontgomeryKeyPair pair, crypto::generate_montgomery(peer.curve()));
  HF_ASSIGN_OR_RETURN(const auto key, crypto::MontgomeryPrivateKey::from_value(peer.curve(), pair.value));
  HF_ASSIGN_OR_RETURN(SecretBytes secret, key.derive(peer));
  return Ephemeral{std::move(pair.point), std::move(secret)};
}

}  // namespace

Result<AgreementKdf> agreement_kdf(std::uint32_t id, ByteView shared_data) {
  for (const Kdf& candidate : kKdfs) {
    if (candidate.id != id) continue;
    const bool hashes = candidate.kdf.scheme != Scheme::none;
    if (!hashes && !shared_data.empty()) return fail(Rv::mechanism_param_invalid, "CKD_NULL takes no shared data");
    if (hashes && !crypto::available(candidate.kdf.digest))
      return fail(Rv::mechanism_param_invalid, "libcrypto has no such digest");
    return candidate.kdf;
  }
  return fail(Rv::mechanism_param_invalid, "unknown key derivation function");
}

Result<SecretBytes> derive_agreed(const AgreementKdf& kdf, SecretBytes secret, ByteView shared_data,
                                  std::optional<std::size_t> bytes) {
  if (kdf.scheme == Scheme::none) return trailing_bytes(std::move(secret), bytes);
  if (!bytes.has_value()) return fail(Rv::template_incomplete, "a KDF needs CKA_VALUE_LEN");
  if (kdf.scheme == Scheme::x963) return crypto::x963_kdf(kdf.digest, secret, shared_data, *bytes);
  return crypto::single_step_kdf(kdf.digest, secret, shared_data, *bytes);
}

Result<SecretBytes> shared_secret(const KeyMaterial& key, ByteView point) {
  if (const auto* const ec = std::get_if<crypto::EcPrivateKey>(&key)) {
    HF_ASSIGN_OR_RETURN(const crypto::EcPublicKey peer,
                        crypto::EcPublicKey::from_point(ec->curve(), point, Rv::mechanism_param_invalid));
    return ec->derive(peer);
  }
  const auto* const montgomery = std::get_if<crypto::MontgomeryPrivateKey>(&key);
  if (montgomery == nullptr) return no_agreement();
  HF_ASSIGN_OR_RETURN(const crypto::MontgomeryPublicKey peer,
                      crypto::MontgomeryPublicKey::from_point(montgomery->curve(), point, Rv::mechanism_param_invalid));
  return montgomery->derive(peer);
}

Result<Ephemeral> ephemeral_secret(const KeyMaterial& peer) {
  if (const auto* const ec = std::get_if<crypto::EcPublicKey>(&peer)) return ephemeral_with(*ec);
  if (const auto* const montgomery = std::get_if<crypto::MontgomeryPublicKey>(&peer)) return ephemeral_with(*montgomery);
  return no_agreement();
}

}  // namespace holdfast::secure::pkcs11
