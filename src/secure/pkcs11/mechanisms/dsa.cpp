#include <algorithm>
#include <array>

#include "secure/pkcs11/mechanisms/finite_field.h"
#include "secure/pkcs11/operations/digest_decorator.h"
#include "secure/pkcs11/operations/single_part.h"

// CKM_DSA and CKM_DSA_SHA… (PKCS#11 3.2, "DSA"; FIPS 186-4): signatures are r || s, each as long as the subprime. A token's
// policy decides whether new ones are made (ADR 0010).

namespace holdfast::secure::pkcs11 {
namespace {

/// Digest is a private copy of what CKM_DSA takes: the output of one of the hashes.
class Digest {
 public:
  static Result<Digest> copy(ByteView data) {
    constexpr std::array<std::size_t, 5> kSizes = {20, 28, 32, 48, 64};
    if (std::ranges::find(kSizes, data.size()) == kSizes.end()) return fail(Rv::data_len_range, "DSA signs a hash");
    Digest made;
    made.size_ = data.size();
    std::ranges::copy(data, made.bytes_.begin());
    return made;
  }
  ByteView view() const { return ByteView(bytes_).first(size_); }

 private:
  std::array<std::byte, crypto::kMaxDigestBytes> bytes_{};
  std::size_t size_ = 0;
};

class DsaSigner final : public SinglePartSigner {
 public:
  explicit DsaSigner(crypto::FieldPrivateKey key) : key_(std::move(key)) {}

  std::size_t signature_bytes() const override { return key_.signature_bytes(); }
  Result<void> sign(ByteView data, MutableByteView out) override {
    HF_ASSIGN_OR_RETURN(const Digest digest, Digest::copy(data));
    return key_.sign(digest.view(), out);
  }

 private:
  crypto::FieldPrivateKey key_;
};

class DsaVerifier final : public SinglePartVerifier {
 public:
  explicit DsaVerifier(crypto::FieldPublicKey key) : key_(std::move(key)) {}

  Result<void> verify(ByteView data, ByteView signature) override {
    HF_ASSIGN_OR_RETURN(const Digest digest, Digest::copy(data));
    if (signature.size() != 2 * key_.domain().subprime.size())
      return fail(Rv::signature_len_range, "signature is not r || s of this domain");
    return key_.verify(digest.view(), to_bytes(signature));
  }

 private:
  crypto::FieldPublicKey key_;
};

Made<Signer> new_signer(const Start& start) {
  HF_ASSIGN_OR_RETURN(crypto::FieldPrivateKey key, start.material<crypto::FieldPrivateKey>());
  return digest_first(start.row, std::make_unique<DsaSigner>(std::move(key)));
}

Made<Verifier> new_verifier(const Start& start) {
  HF_ASSIGN_OR_RETURN(crypto::FieldPublicKey key, start.material<crypto::FieldPublicKey>());
  return digest_first(start.row, std::make_unique<DsaVerifier>(std::move(key)));
}

constexpr MechanismRow row(CK_MECHANISM_TYPE id, std::optional<crypto::DigestKind> digest) {
  return {.id = static_cast<std::uint32_t>(id),
          .keys = {CKK_DSA},
          .size = kDsaSizes,
          .digest = digest,
          .parts = digest.has_value() ? Parts::any : Parts::single,
          .ops = {.sign = &new_signer, .verify = &new_verifier}};
}

constexpr MechanismRow kRows[] = {
    {.id = CKM_DSA_KEY_PAIR_GEN, .keys = {CKK_DSA}, .size = kDsaSizes, .ops = {.generate_pair = &generate_field_pair}},
    {.id = CKM_DSA_PARAMETER_GEN,
     .keys = {CKK_DSA},
     .size = kDsaSizes,
     .ops = {.generate_parameters = &generate_field_domain}},
    row(CKM_DSA, std::nullopt),
    row(CKM_DSA_SHA1, crypto::DigestKind::sha1),
    row(CKM_DSA_SHA224, crypto::DigestKind::sha224),
    row(CKM_DSA_SHA256, crypto::DigestKind::sha256),
    row(CKM_DSA_SHA384, crypto::DigestKind::sha384),
    row(CKM_DSA_SHA512, crypto::DigestKind::sha512),
    row(CKM_DSA_SHA3_224, crypto::DigestKind::sha3_224),
    row(CKM_DSA_SHA3_256, crypto::DigestKind::sha3_256),
    row(CKM_DSA_SHA3_384, crypto::DigestKind::sha3_384),
    row(CKM_DSA_SHA3_512, crypto::DigestKind::sha3_512),
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> dsa_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
