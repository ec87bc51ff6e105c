#include "secure/pkcs11/mechanisms/encapsulation.h"
#include "secure/pkcs11/mechanisms/rsa_operations.h"

namespace holdfast::secure::pkcs11 {
namespace {

Result<crypto::RsaOaep> scheme_of(const Start& start) {
  HF_ASSIGN_OR_RETURN(const OaepParam param, start.parameter<OaepParam>());
  return oaep_scheme(start, param);
}

Made<Cipher> new_encryptor(const Start& start) {
  HF_ASSIGN_OR_RETURN(crypto::RsaOaep scheme, scheme_of(start));
  return rsa_encryptor(start, std::move(scheme));
}

Made<Cipher> new_decryptor(const Start& start) {
  HF_ASSIGN_OR_RETURN(crypto::RsaOaep scheme, scheme_of(start));
  return rsa_decryptor(start, std::move(scheme));
}

Result<Bytes> wrap(const Start& start, const SecretBytes& key) {
  HF_ASSIGN_OR_RETURN(const crypto::RsaPublicKey wrapping_key, start.material<crypto::RsaPublicKey>());
  HF_ASSIGN_OR_RETURN(const crypto::RsaOaep scheme, scheme_of(start));
  auto wrapped = wrapping_key.encrypt_secret(scheme, key);
  if (!wrapped && wrapped.error().rv == Rv::data_len_range)
    return fail(Rv::key_size_range, "key too long for the modulus");
  return wrapped;
}

Result<SecretBytes> unwrap(const Start& start, ByteView wrapped) {
  HF_ASSIGN_OR_RETURN(const crypto::RsaPrivateKey unwrapping_key, start.material<crypto::RsaPrivateKey>());
  HF_ASSIGN_OR_RETURN(const crypto::RsaOaep scheme, scheme_of(start));
  return unwrapping_key.decrypt_secret(scheme, wrapped);
}

Result<Encapsulated> encapsulate(const Start& start) {
  HF_ASSIGN_OR_RETURN(const crypto::RsaOaep scheme, scheme_of(start));
  return encapsulate_random(start, scheme);
}

Result<SecretBytes> decapsulate(const Start& start, ByteView ciphertext) {
  HF_ASSIGN_OR_RETURN(const crypto::RsaOaep scheme, scheme_of(start));
  return decapsulate_random(start, scheme, ciphertext);
}

constexpr MechanismRow kRows[] = {
    {.id = CKM_RSA_PKCS_OAEP,
     .keys = {CKK_RSA},
     .size = kRsaSizes,
     .param = wire::ParamKind::rsa_oaep,
     .ops = {.encrypt = &new_encryptor, .decrypt = &new_decryptor, .wrap = &wrap, .unwrap = &unwrap,
             .encapsulate = &encapsulate, .decapsulate = &decapsulate}},
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> rsa_oaep_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
