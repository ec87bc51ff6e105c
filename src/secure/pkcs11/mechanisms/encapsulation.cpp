#include "secure/pkcs11/mechanisms/encapsulation.h"

#include "secure/crypto/random.h"
#include "secure/pkcs11/mechanisms/key_agreement.h"

namespace holdfast::secure::pkcs11 {
namespace {

/// as_decapsulating gives the C_DecapsulateKey code for what was wrong with a ciphertext.
Rv as_decapsulating(Rv rv) {
  switch (rv) {
    case Rv::mechanism_param_invalid:  // a point off the curve
    case Rv::encrypted_data_invalid:
    case Rv::data_invalid:
      return Rv::wrapped_key_invalid;
    case Rv::encrypted_data_len_range:
    case Rv::data_len_range:
      return Rv::wrapped_key_len_range;
    default:
      return rv;
  }
}

Result<EcdhParam> encapsulation_param(const Start& start) {
  HF_ASSIGN_OR_RETURN(const EcdhParam param, start.parameter<EcdhParam>());
  if (!param.public_point.empty()) return fail(Rv::mechanism_param_invalid, "the ciphertext is the public data");
  return param;
}

/// point_bytes is the length of a point of the key's curve.
std::size_t point_bytes(const KeyMaterial& key) {
  if (const auto* const ec = std::get_if<crypto::EcPrivateKey>(&key)) return crypto::point_bytes(ec->curve());
  const auto* const montgomery = std::get_if<crypto::MontgomeryPrivateKey>(&key);
  return montgomery == nullptr ? 0 : crypto::point_bytes(montgomery->curve());
}

}  // namespace

Result<Encapsulated> encapsulate_agreed(const Start& start) {
  HF_ASSIGN_OR_RETURN(const EcdhParam param, encapsulation_param(start));
  HF_ASSIGN_OR_RETURN(const AgreementKdf kdf, agreement_kdf(param.kdf, param.shared_data));
  HF_ASSIGN_OR_RETURN(Ephemeral fresh, ephemeral_secret(start.key));
  HF_ASSIGN_OR_RETURN(SecretBytes secret, derive_agreed(kdf, std::move(fresh.secret), param.shared_data, start.bytes));
  return Encapsulated{.ciphertext = std::move(fresh.point), .secret = std::move(secret)};
}

Result<SecretBytes> decapsulate_agreed(const Start& start, ByteView ciphertext) {
  HF_ASSIGN_OR_RETURN(const EcdhParam param, encapsulation_param(start));
  HF_ASSIGN_OR_RETURN(const AgreementKdf kdf, agreement_kdf(param.kdf, param.shared_data));
  if (ciphertext.size() != point_bytes(start.key)) return fail(Rv::wrapped_key_len_range, "ciphertext is no point");
  Result<SecretBytes> secret = shared_secret(start.key, ciphertext);
  if (!secret) return fail(as_decapsulating(secret.error().rv), secret.error().why);
  return derive_agreed(kdf, *std::move(secret), param.shared_data, start.bytes);
}

Result<Encapsulated> encapsulate_random(const Start& start, const crypto::RsaEncryptionScheme& scheme) {
  HF_ASSIGN_OR_RETURN(const crypto::RsaPublicKey key, start.material<crypto::RsaPublicKey>());
  if (!start.bytes.has_value()) return fail(Rv::template_incomplete, "the key needs CKA_VALUE_LEN");
  HF_ASSIGN_OR_RETURN(SecretBytes secret, crypto::random_secret(*start.bytes));
  Result<Bytes> ciphertext = key.encrypt_secret(scheme, secret);
  if (!ciphertext && ciphertext.error().rv == Rv::data_len_range)
    return fail(Rv::key_size_range, "key too long for the modulus");
  HF_TRY(ciphertext);
  return Encapsulated{.ciphertext = *std::move(ciphertext), .secret = std::move(secret)};
}

Result<SecretBytes> decapsulate_random(const Start& start, const crypto::RsaEncryptionScheme& scheme, ByteView ciphertext) {
  HF_ASSIGN_OR_RETURN(const crypto::RsaPrivateKey key, start.material<crypto::RsaPrivateKey>());
  Result<SecretBytes> secret = key.decrypt_secret(scheme, ciphertext);
  if (!secret) return fail(as_decapsulating(secret.error().rv), secret.error().why);
  return secret;
}

}  // namespace holdfast::secure::pkcs11
