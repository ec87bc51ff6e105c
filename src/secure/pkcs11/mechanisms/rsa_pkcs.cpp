#include "secure/pkcs11/mechanisms/encapsulation.h"
#include "secure/pkcs11/mechanisms/rsa_operations.h"

#include <algorithm>

// CKM_RSA_PKCS, CKM_MD5_RSA_PKCS, CKM_SHA…_RSA_PKCS and CKM_SHA3_…_RSA_PKCS (RFC 8017 v1.5 padding) and CKM_RSA_X_509 (none).

namespace holdfast::secure::pkcs11 {
namespace {

Made<Signer> sign_pkcs(const Start& start) { return rsa_signer(start, crypto::RsaPkcs1{start.row.digest}); }
Made<Verifier> verify_pkcs(const Start& start) { return rsa_verifier(start, crypto::RsaPkcs1{start.row.digest}); }
Made<Cipher> encrypt_pkcs(const Start& start) { return rsa_encryptor(start, crypto::RsaPkcs1{}); }
Made<Cipher> decrypt_pkcs(const Start& start) { return rsa_decryptor(start, crypto::RsaPkcs1{}); }

/// RsaRecoverer takes the data out of a signature.
class RsaRecoverer final : public Recoverer {
 public:
  RsaRecoverer(crypto::RsaPublicKey key, crypto::RsaSignatureScheme scheme)
      : key_(std::move(key)), scheme_(std::move(scheme)) {}

  std::size_t data_bytes() const override { return key_.modulus_bytes(); }
  Result<std::size_t> recover(ByteView signature, MutableByteView out) override {
    HF_ASSIGN_OR_RETURN(const Bytes data, key_.recover(scheme_, signature));
    if (out.size() < data.size()) return fail(Rv::buffer_too_small, "no room for the data");
    std::ranges::copy(data, out.begin());
    return data.size();
  }

 private:
  crypto::RsaPublicKey key_;
  crypto::RsaSignatureScheme scheme_;
};

Made<Recoverer> new_recoverer(const Start& start, crypto::RsaSignatureScheme scheme) {
  HF_ASSIGN_OR_RETURN(crypto::RsaPublicKey key, start.material<crypto::RsaPublicKey>());
  return std::make_unique<RsaRecoverer>(std::move(key), std::move(scheme));
}
Made<Recoverer> recover_pkcs(const Start& start) { return new_recoverer(start, crypto::RsaPkcs1{}); }
Made<Recoverer> recover_raw(const Start& start) { return new_recoverer(start, crypto::RsaRaw{}); }

Result<Bytes> wrap_pkcs(const Start& start, const SecretBytes& key) {
  HF_ASSIGN_OR_RETURN(const crypto::RsaPublicKey wrapping_key, start.material<crypto::RsaPublicKey>());
  auto wrapped = wrapping_key.encrypt_secret(crypto::RsaPkcs1{}, key);
  if (!wrapped && wrapped.error().rv == Rv::data_len_range)
    return fail(Rv::key_size_range, "key too long for the modulus");
  return wrapped;
}

Result<SecretBytes> unwrap_pkcs(const Start& start, ByteView wrapped) {
  HF_ASSIGN_OR_RETURN(const crypto::RsaPrivateKey unwrapping_key, start.material<crypto::RsaPrivateKey>());
  return unwrapping_key.decrypt_secret(crypto::RsaPkcs1{}, wrapped);
}

Made<Signer> sign_raw(const Start& start) { return rsa_signer(start, crypto::RsaRaw{}); }
Made<Verifier> verify_raw(const Start& start) { return rsa_verifier(start, crypto::RsaRaw{}); }
Made<Cipher> encrypt_raw(const Start& start) { return rsa_encryptor(start, crypto::RsaRaw{}); }
Made<Cipher> decrypt_raw(const Start& start) { return rsa_decryptor(start, crypto::RsaRaw{}); }

Result<Encapsulated> encapsulate_pkcs(const Start& start) { return encapsulate_random(start, crypto::RsaPkcs1{}); }
Result<SecretBytes> decapsulate_pkcs(const Start& start, ByteView ciphertext) {
  return decapsulate_random(start, crypto::RsaPkcs1{}, ciphertext);
}

constexpr MechanismRow digest_row(CK_MECHANISM_TYPE id, crypto::DigestKind digest) {
  return {.id = static_cast<std::uint32_t>(id),
          .keys = {CKK_RSA},
          .size = kRsaSizes,
          .digest = digest,
          .parts = Parts::any,
          .ops = {.sign = &sign_pkcs, .verify = &verify_pkcs}};
}

constexpr MechanismRow kRows[] = {
    {.id = CKM_RSA_PKCS,
     .keys = {CKK_RSA},
     .size = kRsaSizes,
     .ops = {.encrypt = &encrypt_pkcs,
             .decrypt = &decrypt_pkcs,
             .sign = &sign_pkcs,
             .verify = &verify_pkcs,
             .wrap = &wrap_pkcs,
             .unwrap = &unwrap_pkcs,
             .sign_recover = &sign_pkcs,
             .verify_recover = &recover_pkcs,
             .encapsulate = &encapsulate_pkcs,
             .decapsulate = &decapsulate_pkcs}},
    {.id = CKM_RSA_X_509,
     .keys = {CKK_RSA},
     .size = kRsaSizes,
     .ops = {.encrypt = &encrypt_raw,
             .decrypt = &decrypt_raw,
             .sign = &sign_raw,
             .verify = &verify_raw,
             .sign_recover = &sign_raw,
             .verify_recover = &recover_raw}},
    digest_row(CKM_MD5_RSA_PKCS, crypto::DigestKind::md5),
    digest_row(CKM_SHA1_RSA_PKCS, crypto::DigestKind::sha1),
    digest_row(CKM_SHA224_RSA_PKCS, crypto::DigestKind::sha224),
    digest_row(CKM_SHA256_RSA_PKCS, crypto::DigestKind::sha256),
    digest_row(CKM_SHA384_RSA_PKCS, crypto::DigestKind::sha384),
    digest_row(CKM_SHA512_RSA_PKCS, crypto::DigestKind::sha512),
    digest_row(CKM_SHA3_224_RSA_PKCS, crypto::DigestKind::sha3_224),
    digest_row(CKM_SHA3_256_RSA_PKCS, crypto::DigestKind::sha3_256),
    digest_row(CKM_SHA3_384_RSA_PKCS, crypto::DigestKind::sha3_384),
    digest_row(CKM_SHA3_512_RSA_PKCS, crypto::DigestKind::sha3_512),
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> rsa_pkcs_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
