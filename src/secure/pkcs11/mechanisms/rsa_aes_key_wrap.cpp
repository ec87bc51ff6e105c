#include "secure/crypto/aes_wrap.h"
#include "secure/crypto/random.h"
#include "secure/pkcs11/mechanisms/rsa_operations.h"

// CKM_RSA_AES_KEY_WRAP (PKCS#11 3.2, "RSA AES KEY WRAP"): a fresh AES key under RSA-OAEP, then the key under AES-KWP.

namespace holdfast::secure::pkcs11 {
namespace {

struct Scheme {
  std::size_t aes_bytes;
  crypto::RsaOaep oaep;
};

Result<Scheme> scheme_of(const Start& start) {
  HF_ASSIGN_OR_RETURN(const RsaAesKeyWrapParam param, start.parameter<RsaAesKeyWrapParam>());
  if (param.aes_bits != 128 && param.aes_bits != 192 && param.aes_bits != 256)
    return fail(Rv::mechanism_param_invalid, "no such AES key size");
  HF_ASSIGN_OR_RETURN(crypto::RsaOaep oaep, oaep_scheme(start, param.oaep));
  return Scheme{param.aes_bits / 8, std::move(oaep)};
}

Result<Bytes> wrap(const Start& start, const SecretBytes& key) {
  HF_ASSIGN_OR_RETURN(const crypto::RsaPublicKey wrapping_key, start.material<crypto::RsaPublicKey>());
  HF_ASSIGN_OR_RETURN(const Scheme scheme, scheme_of(start));
  HF_ASSIGN_OR_RETURN(const SecretBytes aes_value, crypto::random_secret(scheme.aes_bytes));
  HF_ASSIGN_OR_RETURN(const crypto::AesKey aes_key, crypto::AesKey::from_secret(aes_value));
  auto wrapped = wrapping_key.encrypt_secret(scheme.oaep, aes_value);
  if (!wrapped.has_value())
    return fail(wrapped.error().rv == Rv::data_len_range ? Rv::wrapping_key_size_range : wrapped.error().rv,
                wrapped.error().why);
  HF_ASSIGN_OR_RETURN(const Bytes target, crypto::wrap_key(aes_key, crypto::KeyWrapKind::kwp, key));
  wrapped->insert(wrapped->end(), target.begin(), target.end());
  return wrapped;
}

Result<SecretBytes> unwrap(const Start& start, ByteView wrapped) {
  HF_ASSIGN_OR_RETURN(const crypto::RsaPrivateKey unwrapping_key, start.material<crypto::RsaPrivateKey>());
  HF_ASSIGN_OR_RETURN(const Scheme scheme, scheme_of(start));
  const std::size_t head_bytes = unwrapping_key.modulus_bytes();
  if (wrapped.size() <= head_bytes) return fail(Rv::wrapped_key_len_range, "nothing after the wrapped AES key");
  HF_ASSIGN_OR_RETURN(const SecretBytes aes_value,
                      unwrapping_key.decrypt_secret(scheme.oaep, wrapped.first(head_bytes)));
  if (aes_value.size() != scheme.aes_bytes) return fail(Rv::wrapped_key_invalid, "wrapped AES key is of another size");
  HF_ASSIGN_OR_RETURN(const crypto::AesKey aes_key, crypto::AesKey::from_secret(aes_value));
  return crypto::unwrap_key(aes_key, crypto::KeyWrapKind::kwp, wrapped.subspan(head_bytes));
}

constexpr MechanismRow kRows[] = {
    {.id = CKM_RSA_AES_KEY_WRAP,
     .keys = {CKK_RSA},
     .size = kRsaSizes,
     .param = wire::ParamKind::rsa_aes_key_wrap,
     .wraps = Wraps::secret_and_private_keys,
     .ops = {.wrap = &wrap, .unwrap = &unwrap}},
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> rsa_aes_key_wrap_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
