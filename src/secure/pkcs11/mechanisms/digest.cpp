#include "secure/crypto/digest.h"

#include "secure/pkcs11/mechanisms/row.h"
#include "secure/pkcs11/mechanisms/sha512_t.h"

namespace holdfast::secure::pkcs11 {
namespace {

class PlainDigester final : public Digester {
 public:
  explicit PlainDigester(crypto::Digest digest) : digest_(std::move(digest)) {}

  std::size_t digest_bytes() const override { return digest_.size(); }
  Result<void> update(ByteView data) override { return digest_.update(data); }
  Result<void> update_key(const SecretBytes& value) override { return digest_.update_secret(value); }
  Result<void> finish(MutableByteView out) override { return digest_.finish(out); }
  Made<Digester> clone() const override {
    HF_ASSIGN_OR_RETURN(crypto::Digest copy, digest_.copy());
    return std::make_unique<PlainDigester>(std::move(copy));
  }

 private:
  crypto::Digest digest_;
};

Made<Digester> start(crypto::DigestKind kind) {
  HF_ASSIGN_OR_RETURN(crypto::Digest digest, crypto::Digest::create(kind));
  return std::make_unique<PlainDigester>(std::move(digest));
}

Made<Digester> new_digester(const MechanismRow& row, const MechanismParam&) { return start(*row.digest); }

Made<Digester> new_sha512_t(const MechanismRow&, const MechanismParam& param) {
  HF_ASSIGN_OR_RETURN(const crypto::DigestKind kind, sha512_t(param));
  return start(kind);
}

constexpr MechanismRow row(CK_MECHANISM_TYPE id, crypto::DigestKind digest) {
  return {
      .id = static_cast<std::uint32_t>(id), .digest = digest, .parts = Parts::any, .ops = {.digest = &new_digester}};
}

using crypto::DigestKind;

constexpr MechanismRow kRows[] = {
    row(CKM_MD5, DigestKind::md5),
    row(CKM_SHA_1, DigestKind::sha1),
    row(CKM_SHA224, DigestKind::sha224),
    row(CKM_SHA256, DigestKind::sha256),
    row(CKM_SHA384, DigestKind::sha384),
    row(CKM_SHA512, DigestKind::sha512),
    row(CKM_SHA512_224, DigestKind::sha512_224),
    row(CKM_SHA512_256, DigestKind::sha512_256),
    row(CKM_SHA3_224, DigestKind::sha3_224),
    row(CKM_SHA3_256, DigestKind::sha3_256),
    row(CKM_SHA3_384, DigestKind::sha3_384),
    row(CKM_SHA3_512, DigestKind::sha3_512),
    row(CKM_BLAKE2B_160, DigestKind::blake2b_160),
    row(CKM_BLAKE2B_256, DigestKind::blake2b_256),
    row(CKM_BLAKE2B_384, DigestKind::blake2b_384),
    row(CKM_BLAKE2B_512, DigestKind::blake2b_512),
    {.id = CKM_SHA512_T,
     .param = wire::ParamKind::mac_general,
     .parts = Parts::any,
     .ops = {.digest = &new_sha512_t},
     .available = &has_sha512_t},
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> digest_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
