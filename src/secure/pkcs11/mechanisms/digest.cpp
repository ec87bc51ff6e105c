#include "secure/crypto/digest.h"

#include "secure/pkcs11/mechanisms/row.h"

namespace holdfast::secure::pkcs11 {
namespace {

class PlainDigester final : public Digester {
 public:
  explicit PlainDigester(crypto::Digest digest) : digest_(std::move(digest)) {}

  std::size_t digest_bytes() const override { return digest_.size(); }
  Result<void> update(ByteView data) override { return digest_.update(data); }
  Result<void> update_key(const SecretBytes& value) override { return digest_.update_secret(value); }
  Result<void> finish(MutableByteView out) override { return digest_.finish(out); }

 private:
  crypto::Digest digest_;
};

Made<Digester> new_digester(const MechanismRow& row) {
  HF_ASSIGN_OR_RETURN(crypto::Digest digest, crypto::Digest::create(*row.digest));
  return std::make_unique<PlainDigester>(std::move(digest));
}

constexpr MechanismRow row(CK_MECHANISM_TYPE id, crypto::DigestKind digest) {
  return {
      .id = static_cast<std::uint32_t>(id), .digest = digest, .parts = Parts::any, .ops = {.digest = &new_digester}};
}

constexpr MechanismRow kRows[] = {
    row(CKM_MD5, crypto::DigestKind::md5),       row(CKM_SHA_1, crypto::DigestKind::sha1),
    row(CKM_SHA224, crypto::DigestKind::sha224), row(CKM_SHA256, crypto::DigestKind::sha256),
    row(CKM_SHA384, crypto::DigestKind::sha384), row(CKM_SHA512, crypto::DigestKind::sha512),
};
static_assert(well_formed(kRows));

}  // namespace

std::span<const MechanismRow> digest_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
