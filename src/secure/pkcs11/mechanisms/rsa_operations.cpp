#include "secure/pkcs11/mechanisms/rsa_operations.h"

#include <algorithm>

#include "secret/wipe.h"
#include "secure/pkcs11/operations/digest_decorator.h"
#include "secure/pkcs11/operations/single_part.h"

namespace holdfast::secure::pkcs11 {
namespace {

// Input is copied before libcrypto sees it, which reads it more than once; its length is bounded first.

class RsaSigner final : public SinglePartSigner {
 public:
  RsaSigner(crypto::RsaPrivateKey key, crypto::RsaSignatureScheme scheme, Dialect dialect)
      : key_(std::move(key)), scheme_(std::move(scheme)), dialect_(dialect) {}

  std::size_t signature_bytes() const override { return key_.modulus_bytes(); }
  Result<void> sign(ByteView data, MutableByteView out) override {
    if (data.size() > key_.modulus_bytes()) return fail(Rv::data_len_range, "data longer than the modulus");
    // PKCS#11 puts zero bytes in front of shorter data; OP-TEE takes none (ABI section 9.3).
    const bool wants_all = dialect_ == Dialect::optee && std::holds_alternative<crypto::RsaRaw>(scheme_);
    if (wants_all && data.size() != key_.modulus_bytes())
      return fail(Rv::data_len_range, "data shorter than the modulus");
    return key_.sign(scheme_, to_bytes(data), out.first(signature_bytes()));
  }

 private:
  crypto::RsaPrivateKey key_;
  crypto::RsaSignatureScheme scheme_;
  Dialect dialect_;
};

class RsaVerifier final : public SinglePartVerifier {
 public:
  RsaVerifier(crypto::RsaPublicKey key, crypto::RsaSignatureScheme scheme)
      : key_(std::move(key)), scheme_(std::move(scheme)) {}

  Result<void> verify(ByteView data, ByteView signature) override {
    if (data.size() > key_.modulus_bytes()) return fail(Rv::data_len_range, "data longer than the modulus");
    if (signature.size() != key_.modulus_bytes())
      return fail(Rv::signature_len_range, "signature is not as long as the modulus");
    return key_.verify(scheme_, to_bytes(data), to_bytes(signature));
  }

 private:
  crypto::RsaPublicKey key_;
  crypto::RsaSignatureScheme scheme_;
};

/// A key too short for its scheme shows at the start, in OP-TEE's dialect with the data (ABI section 9.3).
Rv as_data_fault(Rv rv, Rv data_rv, Dialect dialect) {
  return dialect == Dialect::optee && rv == Rv::key_size_range ? data_rv : rv;
}

class RsaEncryptor final : public SinglePartCipher {
 public:
  RsaEncryptor(crypto::RsaPublicKey key, crypto::RsaEncryptionScheme scheme, Dialect dialect)
      : key_(std::move(key)), scheme_(std::move(scheme)), dialect_(dialect) {}

  std::size_t oneshot_bytes(std::size_t) const override { return key_.modulus_bytes(); }
  Result<std::size_t> oneshot(ByteView in, MutableByteView out) override {
    if (in.size() > key_.modulus_bytes()) return fail(Rv::data_len_range, "data longer than the modulus");
    Bytes plaintext = to_bytes(in);
    const auto ciphertext = key_.encrypt(scheme_, plaintext);
    wipe(plaintext);
    if (!ciphertext)
      return fail(as_data_fault(ciphertext.error().rv, Rv::data_len_range, dialect_), ciphertext.error().why);
    if (out.size() < ciphertext->size()) return fail(Rv::buffer_too_small, "output is shorter than the modulus");
    std::ranges::copy(*ciphertext, out.begin());
    return ciphertext->size();
  }

 private:
  crypto::RsaPublicKey key_;
  crypto::RsaEncryptionScheme scheme_;
  Dialect dialect_;
};

class RsaDecryptor final : public SinglePartCipher {
 public:
  RsaDecryptor(crypto::RsaPrivateKey key, crypto::RsaEncryptionScheme scheme, Dialect dialect)
      : key_(std::move(key)), scheme_(std::move(scheme)), dialect_(dialect) {}

  std::size_t oneshot_bytes(std::size_t) const override { return key_.modulus_bytes(); }
  Result<std::size_t> oneshot(ByteView in, MutableByteView out) override {
    if (in.size() != key_.modulus_bytes())
      return fail(Rv::encrypted_data_len_range, "ciphertext is not as long as the modulus");
    auto plaintext = key_.decrypt(scheme_, to_bytes(in));
    if (!plaintext)
      return fail(as_data_fault(plaintext.error().rv, Rv::encrypted_data_len_range, dialect_), plaintext.error().why);
    const std::size_t size = plaintext->size();
    if (size <= out.size()) std::ranges::copy(*plaintext, out.begin());
    wipe(*plaintext);
    if (size > out.size()) return fail(Rv::buffer_too_small, "plaintext does not fit");
    return size;
  }

 private:
  crypto::RsaPrivateKey key_;
  crypto::RsaEncryptionScheme scheme_;
  Dialect dialect_;
};

struct Mgf {
  CK_RSA_PKCS_MGF_TYPE id;
  crypto::DigestKind digest;
};
constexpr Mgf kMgfs[] = {
    {CKG_MGF1_SHA1, crypto::DigestKind::sha1},     {CKG_MGF1_SHA224, crypto::DigestKind::sha224},
    {CKG_MGF1_SHA256, crypto::DigestKind::sha256}, {CKG_MGF1_SHA384, crypto::DigestKind::sha384},
    {CKG_MGF1_SHA512, crypto::DigestKind::sha512},     {CKG_MGF1_SHA3_224, crypto::DigestKind::sha3_224},
    {CKG_MGF1_SHA3_256, crypto::DigestKind::sha3_256}, {CKG_MGF1_SHA3_384, crypto::DigestKind::sha3_384},
    {CKG_MGF1_SHA3_512, crypto::DigestKind::sha3_512},
};

/// is_padding_hash tells the hashes that PSS and OAEP may use: those of a mask generation function, and the cut SHA-512s,
/// which have none of their own. MD5 is no such hash.
bool is_padding_hash(crypto::DigestKind digest) {
  return digest == crypto::DigestKind::sha512_224 || digest == crypto::DigestKind::sha512_256 ||
         std::ranges::any_of(kMgfs, [digest](const Mgf& entry) { return entry.digest == digest; });
}

bool optee_has(crypto::DigestKind digest) { return digest <= crypto::DigestKind::sha512; }

}  // namespace

Made<Signer> rsa_signer(const Start& start, crypto::RsaSignatureScheme scheme) {
  HF_ASSIGN_OR_RETURN(crypto::RsaPrivateKey key, start.material<crypto::RsaPrivateKey>());
  return digest_first(start.row, std::make_unique<RsaSigner>(std::move(key), std::move(scheme), start.dialect));
}

Made<Verifier> rsa_verifier(const Start& start, crypto::RsaSignatureScheme scheme) {
  HF_ASSIGN_OR_RETURN(crypto::RsaPublicKey key, start.material<crypto::RsaPublicKey>());
  return digest_first(start.row, std::make_unique<RsaVerifier>(std::move(key), std::move(scheme)));
}

Made<Cipher> rsa_encryptor(const Start& start, crypto::RsaEncryptionScheme scheme) {
  HF_ASSIGN_OR_RETURN(crypto::RsaPublicKey key, start.material<crypto::RsaPublicKey>());
  if (start.dialect == Dialect::standard) HF_TRY(key.max_plaintext(scheme));  // a key too short is refused now
  return std::make_unique<RsaEncryptor>(std::move(key), std::move(scheme), start.dialect);
}

Made<Cipher> rsa_decryptor(const Start& start, crypto::RsaEncryptionScheme scheme) {
  HF_ASSIGN_OR_RETURN(crypto::RsaPrivateKey key, start.material<crypto::RsaPrivateKey>());
  return std::make_unique<RsaDecryptor>(std::move(key), std::move(scheme), start.dialect);
}

namespace {

std::optional<crypto::DigestKind> hash_digest(std::uint32_t hash) {
  for (const MechanismRow& row : digest_rows())
    if (row.id == hash && row.digest.has_value() && is_padding_hash(*row.digest)) return row.digest;
  return std::nullopt;
}

std::optional<crypto::DigestKind> mgf_digest(std::uint32_t mgf) {
  for (const Mgf& entry : kMgfs)
    if (entry.id == mgf) return entry.digest;
  return std::nullopt;
}

}  // namespace

Result<RsaDigests> rsa_digests(const Start& start, std::uint32_t hash, std::uint32_t mgf) {
  const auto hash_kind = hash_digest(hash);
  const auto mgf_kind = mgf_digest(mgf);
  if (!hash_kind.has_value() || !mgf_kind.has_value())
    return fail(unfit_rsa_param(start.dialect), "unknown hash or mask generation function");
  if (!crypto::available(*hash_kind) || !crypto::available(*mgf_kind))
    return fail(unfit_rsa_param(start.dialect), "libcrypto has no such hash");
  if (start.dialect == Dialect::optee && (*hash_kind != *mgf_kind || !optee_has(*hash_kind)))
    return fail(unfit_rsa_param(start.dialect), "OP-TEE has one digest for both");
  return RsaDigests{*hash_kind, *mgf_kind};
}

Result<crypto::RsaOaep> oaep_scheme(const Start& start, const OaepParam& param) {
  // Callers that have no label may leave the source unset; OP-TEE asks for it.
  const bool may_be_unset = start.dialect == Dialect::standard && param.source == 0 && param.label.empty();
  if (param.source != CKZ_DATA_SPECIFIED && !may_be_unset)
    return fail(unfit_rsa_param(start.dialect), "unknown source of the OAEP label");
  HF_ASSIGN_OR_RETURN(const RsaDigests digests, rsa_digests(start, param.hash, param.mgf));
  return crypto::RsaOaep{.hash = digests.hash, .mgf_hash = digests.mgf_hash, .label = to_bytes(param.label)};
}

}  // namespace holdfast::secure::pkcs11
