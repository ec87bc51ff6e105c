#include "secure/crypto/ec.h"
#include "secure/crypto/kdf.h"
#include "secure/crypto/secrets.h"
#include "secure/pkcs11/mechanisms/row.h"

// CKM_ECDH1_DERIVE and CKM_ECDH1_COFACTOR_DERIVE (PKCS#11 3.2, "Elliptic curve Diffie-Hellman"). Our curves have
// cofactor 1, so the two are one computation.

namespace holdfast::secure::pkcs11 {
namespace {

struct Kdf {
  CK_ULONG id;
  crypto::DigestKind digest;
};
constexpr Kdf kX963Kdfs[] = {
    {CKD_SHA1_KDF, crypto::DigestKind::sha1},     {CKD_SHA224_KDF, crypto::DigestKind::sha224},
    {CKD_SHA256_KDF, crypto::DigestKind::sha256}, {CKD_SHA384_KDF, crypto::DigestKind::sha384},
    {CKD_SHA512_KDF, crypto::DigestKind::sha512},
};

Result<crypto::DigestKind> kdf_digest(std::uint32_t id) {
  for (const Kdf& kdf : kX963Kdfs)
    if (kdf.id == id) return kdf.digest;
  return fail(Rv::mechanism_param_invalid, "unknown key derivation function");
}

/// PKCS#11 3.2, ECDH: without a KDF, bytes of the shared secret that are too many are removed from its leading end.
Result<SecretBytes> trailing_bytes(SecretBytes secret, std::optional<std::size_t> bytes) {
  if (!bytes.has_value() || *bytes == secret.size()) return secret;
  if (*bytes > secret.size()) return fail(Rv::key_size_range, "shared secret is shorter than the key asked for");
  return crypto::slice(secret, secret.size() - *bytes, *bytes);
}

constexpr bool is_compressed(ByteView point) {
  return !point.empty() && (point[0] == std::byte{2} || point[0] == std::byte{3});
}

/// require_optee makes the checks of OP-TEE's dialect (ABI sections 7 and 11.4): it has no key derivation function,
/// takes no compressed point and asks for CKA_VALUE_LEN.
Result<void> require_optee(const EcdhParam& param, std::optional<std::size_t> bytes) {
  if (param.kdf != CKD_NULL) return fail(Rv::function_failed, "OP-TEE has no key derivation function");
  if (is_compressed(param.public_point)) return fail(Rv::arguments_bad, "OP-TEE takes no compressed point");
  if (!bytes.has_value()) return fail(Rv::template_incomplete, "OP-TEE asks for CKA_VALUE_LEN");
  return {};
}

Result<SecretBytes> derive(const Start& start, std::optional<std::size_t> bytes) {
  HF_ASSIGN_OR_RETURN(const crypto::EcPrivateKey key, start.material<crypto::EcPrivateKey>());
  HF_ASSIGN_OR_RETURN(const EcdhParam param, start.parameter<EcdhParam>());
  if (start.dialect == Dialect::optee) HF_TRY(require_optee(param, bytes));
  HF_ASSIGN_OR_RETURN(const crypto::EcPublicKey peer,
                      crypto::EcPublicKey::from_point(key.curve(), param.public_point, Rv::mechanism_param_invalid));
  if (param.kdf == CKD_NULL) {
    if (!param.shared_data.empty()) return fail(Rv::mechanism_param_invalid, "CKD_NULL takes no shared data");
    HF_ASSIGN_OR_RETURN(SecretBytes secret, key.derive(peer));
    return trailing_bytes(std::move(secret), bytes);
  }
  HF_ASSIGN_OR_RETURN(const crypto::DigestKind digest, kdf_digest(param.kdf));
  if (!bytes.has_value()) return fail(Rv::template_incomplete, "a KDF needs CKA_VALUE_LEN");
  HF_ASSIGN_OR_RETURN(const SecretBytes secret, key.derive(peer));
  return crypto::x963_kdf(digest, secret, param.shared_data, *bytes);
}

constexpr MechanismRow row(CK_MECHANISM_TYPE id) {
  return {.id = static_cast<std::uint32_t>(id),
          .keys = {CKK_EC},
          .size = Bits{192, 521},
          .param = wire::ParamKind::ecdh1_derive,
          .ops = {.derive = &derive}};
}

constexpr MechanismRow kRows[] = {row(CKM_ECDH1_DERIVE), row(CKM_ECDH1_COFACTOR_DERIVE)};
static_assert(well_formed(kRows));

}  // namespace

std::span<const MechanismRow> ecdh_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
