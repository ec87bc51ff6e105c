#include "secure/crypto/aes_wrap.h"
#include "secure/crypto/der.h"
#include "secure/crypto/secrets.h"
#include "secure/pkcs11/mechanisms/key_agreement.h"

// CKM_ECDH_AES_KEY_WRAP, CKM_ECDH_COF_AES_KEY_WRAP and CKM_ECDH_X_AES_KEY_WRAP (PKCS#11 3.2, "Elliptic Curve"): a fresh
// key agrees on an AES key with the wrapping key; its point, and the key to be wrapped under AES-KWP. The point is a DER
// OCTET STRING for the cofactor mechanism, the plain bytes for the others.

namespace holdfast::secure::pkcs11 {
namespace {

struct Scheme {
  std::size_t aes_bytes;
  AgreementKdf kdf;
  ByteView shared_data;
};

Result<Scheme> scheme_of(const Start& start) {
  HF_ASSIGN_OR_RETURN(const EcdhAesKeyWrapParam param, start.parameter<EcdhAesKeyWrapParam>());
  if (param.aes_bits != 128 && param.aes_bits != 192 && param.aes_bits != 256)
    return fail(Rv::mechanism_param_invalid, "no such AES key size");
  HF_ASSIGN_OR_RETURN(const AgreementKdf kdf, agreement_kdf(param.kdf, param.shared_data));
  return Scheme{param.aes_bits / 8, kdf, param.shared_data};
}

/// aes_key takes the first bits of what the agreement gives.
Result<crypto::AesKey> aes_key(const Scheme& scheme, SecretBytes secret) {
  if (scheme.kdf.scheme == AgreementKdf::Scheme::none) {
    HF_ASSIGN_OR_RETURN(const SecretBytes head, crypto::slice(secret, 0, scheme.aes_bytes));
    return crypto::AesKey::from_secret(head);
  }
  HF_ASSIGN_OR_RETURN(const SecretBytes value,
                      derive_agreed(scheme.kdf, std::move(secret), scheme.shared_data, scheme.aes_bytes));
  return crypto::AesKey::from_secret(value);
}

bool writes_der(const MechanismRow& row) { return row.id == CKM_ECDH_COF_AES_KEY_WRAP; }

Result<Bytes> wrap(const Start& start, const SecretBytes& key) {
  HF_ASSIGN_OR_RETURN(const Scheme scheme, scheme_of(start));
  HF_ASSIGN_OR_RETURN(Ephemeral transport, ephemeral_secret(start.key));
  HF_ASSIGN_OR_RETURN(const crypto::AesKey wrapping, aes_key(scheme, std::move(transport.secret)));
  HF_ASSIGN_OR_RETURN(const Bytes target, crypto::wrap_key(wrapping, crypto::KeyWrapKind::kwp, key));
  Bytes wrapped = writes_der(start.row) ? crypto::octet_string(transport.point) : std::move(transport.point);
  wrapped.insert(wrapped.end(), target.begin(), target.end());
  return wrapped;
}

/// plain_point_bytes is the size of a point of the unwrapping key's curve.
std::size_t plain_point_bytes(const KeyMaterial& key) {
  if (const auto* const ec = std::get_if<crypto::EcPrivateKey>(&key)) return crypto::point_bytes(ec->curve());
  if (const auto* const other = std::get_if<crypto::MontgomeryPrivateKey>(&key)) return crypto::point_bytes(other->curve());
  return 0;
}

Result<std::size_t> transport_bytes(const Start& start, ByteView wrapped) {
  std::size_t size = plain_point_bytes(start.key);
  if (writes_der(start.row)) {
    const Result<ByteView> element = crypto::DerReader(wrapped).take_any();
    if (!element) return fail(Rv::wrapped_key_invalid, "no transport key in front");
    size = element->size();
  }
  if (wrapped.size() <= size) return fail(Rv::wrapped_key_len_range, "nothing after the transport key");
  return size;
}

Result<SecretBytes> unwrap(const Start& start, ByteView wrapped) {
  HF_ASSIGN_OR_RETURN(const Scheme scheme, scheme_of(start));
  HF_ASSIGN_OR_RETURN(const std::size_t head, transport_bytes(start, wrapped));
  auto secret = shared_secret(start.key, wrapped.first(head));
  if (!secret)
    return fail(secret.error().rv == Rv::mechanism_param_invalid ? Rv::wrapped_key_invalid : secret.error().rv,
                secret.error().why);
  HF_ASSIGN_OR_RETURN(const crypto::AesKey unwrapping, aes_key(scheme, std::move(secret).value()));
  return crypto::unwrap_key(unwrapping, crypto::KeyWrapKind::kwp, wrapped.subspan(head));
}

constexpr MechanismRow row(CK_MECHANISM_TYPE id, KeyTypes keys, Bits size) {
  return {.id = static_cast<std::uint32_t>(id),
          .keys = keys,
          .size = size,
          .param = wire::ParamKind::ecdh_aes_key_wrap,
          .wraps = Wraps::secret_and_private_keys,
          .ops = {.wrap = &wrap, .unwrap = &unwrap}};
}

constexpr MechanismRow kRows[] = {
    row(CKM_ECDH_AES_KEY_WRAP, {CKK_EC, CKK_EC_MONTGOMERY}, {160, 521}),
    row(CKM_ECDH_COF_AES_KEY_WRAP, {CKK_EC}, {160, 521}),
    row(CKM_ECDH_X_AES_KEY_WRAP, {CKK_EC_MONTGOMERY}, {255, 448}),
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> ecdh_aes_key_wrap_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
