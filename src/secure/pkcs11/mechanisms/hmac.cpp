#include "secure/crypto/hmac.h"

#include "secure/pkcs11/mechanisms/mac.h"
#include "secure/pkcs11/mechanisms/row.h"
#include "secure/pkcs11/mechanisms/sha512_t.h"

// CKM_MD5_HMAC, CKM_SHA…_HMAC and their …_GENERAL. HMAC takes keys of any length (RFC 2104, 3).

namespace holdfast::secure::pkcs11 {
namespace {

Result<crypto::Hmac> start_mac(const Start& start) {
  HF_ASSIGN_OR_RETURN(const auto key, start.material<std::shared_ptr<const SecretBytes>>());
  return crypto::Hmac::create(*start.row.digest, *key);
}

Made<Signer> new_signer(const Start& start) {
  HF_ASSIGN_OR_RETURN(crypto::Hmac mac, start_mac(start));
  HF_ASSIGN_OR_RETURN(const std::size_t bytes, mac_bytes(start, mac.size()));
  return std::make_unique<MacSigner<crypto::Hmac>>(std::move(mac), bytes);
}

Made<Verifier> new_verifier(const Start& start) {
  HF_ASSIGN_OR_RETURN(crypto::Hmac mac, start_mac(start));
  HF_ASSIGN_OR_RETURN(const std::size_t bytes, mac_bytes(start, mac.size()));
  return std::make_unique<MacVerifier<crypto::Hmac>>(std::move(mac), bytes);
}

/// For SHA-512/t the parameter is t, which is the length of the MAC too.
Result<crypto::Hmac> start_sha512_t(const Start& start) {
  HF_ASSIGN_OR_RETURN(const crypto::DigestKind kind, sha512_t(start.param));
  HF_ASSIGN_OR_RETURN(const auto key, start.material<std::shared_ptr<const SecretBytes>>());
  return crypto::Hmac::create(kind, *key);
}

Made<Signer> new_sha512_t_signer(const Start& start) {
  HF_ASSIGN_OR_RETURN(crypto::Hmac mac, start_sha512_t(start));
  const std::size_t bytes = mac.size();
  return std::make_unique<MacSigner<crypto::Hmac>>(std::move(mac), bytes);
}

Made<Verifier> new_sha512_t_verifier(const Start& start) {
  HF_ASSIGN_OR_RETURN(crypto::Hmac mac, start_sha512_t(start));
  const std::size_t bytes = mac.size();
  return std::make_unique<MacVerifier<crypto::Hmac>>(std::move(mac), bytes);
}

constexpr MechanismRow row(CK_MECHANISM_TYPE id, CK_KEY_TYPE key_type, crypto::DigestKind digest,
                           wire::ParamKind param) {
  return {.id = static_cast<std::uint32_t>(id),
          .keys = {CKK_GENERIC_SECRET, key_type},
          .size = Octets{1, 512},
          .digest = digest,
          .param = param,
          .parts = Parts::any,
          .optee_input = InputRule::present,
          .ops = {.sign = &new_signer, .verify = &new_verifier}};
}

using crypto::DigestKind;
using wire::ParamKind;

constexpr MechanismRow kRows[] = {
    row(CKM_MD5_HMAC, CKK_MD5_HMAC, DigestKind::md5, ParamKind::none),
    row(CKM_SHA_1_HMAC, CKK_SHA_1_HMAC, DigestKind::sha1, ParamKind::none),
    row(CKM_SHA224_HMAC, CKK_SHA224_HMAC, DigestKind::sha224, ParamKind::none),
    row(CKM_SHA256_HMAC, CKK_SHA256_HMAC, DigestKind::sha256, ParamKind::none),
    row(CKM_SHA384_HMAC, CKK_SHA384_HMAC, DigestKind::sha384, ParamKind::none),
    row(CKM_SHA512_HMAC, CKK_SHA512_HMAC, DigestKind::sha512, ParamKind::none),
    row(CKM_MD5_HMAC_GENERAL, CKK_MD5_HMAC, DigestKind::md5, ParamKind::mac_general),
    row(CKM_SHA_1_HMAC_GENERAL, CKK_SHA_1_HMAC, DigestKind::sha1, ParamKind::mac_general),
    row(CKM_SHA224_HMAC_GENERAL, CKK_SHA224_HMAC, DigestKind::sha224, ParamKind::mac_general),
    row(CKM_SHA256_HMAC_GENERAL, CKK_SHA256_HMAC, DigestKind::sha256, ParamKind::mac_general),
    row(CKM_SHA384_HMAC_GENERAL, CKK_SHA384_HMAC, DigestKind::sha384, ParamKind::mac_general),
    row(CKM_SHA512_HMAC_GENERAL, CKK_SHA512_HMAC, DigestKind::sha512, ParamKind::mac_general),
    row(CKM_SHA512_224_HMAC, CKK_SHA512_224_HMAC, DigestKind::sha512_224, ParamKind::none),
    row(CKM_SHA512_224_HMAC_GENERAL, CKK_SHA512_224_HMAC, DigestKind::sha512_224, ParamKind::mac_general),
    row(CKM_SHA512_256_HMAC, CKK_SHA512_256_HMAC, DigestKind::sha512_256, ParamKind::none),
    row(CKM_SHA512_256_HMAC_GENERAL, CKK_SHA512_256_HMAC, DigestKind::sha512_256, ParamKind::mac_general),
    row(CKM_SHA3_224_HMAC, CKK_SHA3_224_HMAC, DigestKind::sha3_224, ParamKind::none),
    row(CKM_SHA3_224_HMAC_GENERAL, CKK_SHA3_224_HMAC, DigestKind::sha3_224, ParamKind::mac_general),
    row(CKM_SHA3_256_HMAC, CKK_SHA3_256_HMAC, DigestKind::sha3_256, ParamKind::none),
    row(CKM_SHA3_256_HMAC_GENERAL, CKK_SHA3_256_HMAC, DigestKind::sha3_256, ParamKind::mac_general),
    row(CKM_SHA3_384_HMAC, CKK_SHA3_384_HMAC, DigestKind::sha3_384, ParamKind::none),
    row(CKM_SHA3_384_HMAC_GENERAL, CKK_SHA3_384_HMAC, DigestKind::sha3_384, ParamKind::mac_general),
    row(CKM_SHA3_512_HMAC, CKK_SHA3_512_HMAC, DigestKind::sha3_512, ParamKind::none),
    row(CKM_SHA3_512_HMAC_GENERAL, CKK_SHA3_512_HMAC, DigestKind::sha3_512, ParamKind::mac_general),
    {.id = CKM_SHA512_T_HMAC,
     .keys = {CKK_GENERIC_SECRET, CKK_SHA512_T_HMAC},
     .size = Octets{1, 512},
     .param = ParamKind::mac_general,
     .parts = Parts::any,
     .ops = {.sign = &new_sha512_t_signer, .verify = &new_sha512_t_verifier},
     .available = &has_sha512_t},
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> hmac_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
