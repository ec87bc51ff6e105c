#include <algorithm>

#include "secure/crypto/ec.h"
#include "secure/pkcs11/mechanisms/row.h"
#include "secure/pkcs11/operations/digest_decorator.h"
#include "secure/pkcs11/operations/single_part.h"

// CKM_ECDSA, CKM_ECDSA_SHA… and CKM_ECDSA_SHA3_… (PKCS#11 3.2, "Elliptic Curve"): signatures are r || s, each as long as the order.

namespace holdfast::secure::pkcs11 {
namespace {

constexpr std::size_t kMaxOrderBytes = 66;  // P-521
constexpr std::size_t kMaxSignatureBytes = 2 * kMaxOrderBytes;

/// LeadingBytes is a private copy of what ECDSA uses of its input: FIPS 186-5, 6.4.1 takes the leftmost bits, as many
/// as the order has.
class LeadingBytes {
 public:
  LeadingBytes(ByteView input, crypto::Curve curve) : size_(std::min(input.size(), crypto::order_bytes(curve))) {
    std::copy_n(input.begin(), size_, bytes_.begin());
  }
  ByteView view() const { return ByteView(bytes_).first(size_); }

 private:
  std::array<std::byte, kMaxOrderBytes> bytes_;
  std::size_t size_;
};

/// nothing_rv is the code for raw ECDSA over no data; OP-TEE's is its own (ABI section 9.3).
constexpr Rv nothing_rv(Dialect dialect) {
  return dialect == Dialect::optee ? Rv::function_failed : Rv::data_len_range;
}

class EcdsaSigner final : public SinglePartSigner {
 public:
  EcdsaSigner(crypto::EcPrivateKey key, Dialect dialect) : key_(std::move(key)), dialect_(dialect) {}

  std::size_t signature_bytes() const override { return crypto::signature_bytes(key_.curve()); }
  Result<void> sign(ByteView data, MutableByteView out) override {
    if (data.empty()) return fail(nothing_rv(dialect_), "nothing to sign");
    return key_.sign(LeadingBytes(data, key_.curve()).view(), out);
  }

 private:
  crypto::EcPrivateKey key_;
  Dialect dialect_;
};

class EcdsaVerifier final : public SinglePartVerifier {
 public:
  EcdsaVerifier(crypto::EcPublicKey key, Dialect dialect) : key_(std::move(key)), dialect_(dialect) {}

  Result<void> verify(ByteView data, ByteView signature) override {
    if (data.empty()) return fail(nothing_rv(dialect_), "nothing to verify");
    if (signature.size() != crypto::signature_bytes(key_.curve()))
      return fail(Rv::signature_len_range, "signature is not r || s of this curve");
    std::array<std::byte, kMaxSignatureBytes> private_copy;
    std::ranges::copy(signature, private_copy.begin());
    return key_.verify(LeadingBytes(data, key_.curve()).view(), ByteView(private_copy).first(signature.size()));
  }

 private:
  crypto::EcPublicKey key_;
  Dialect dialect_;
};

Made<Signer> new_signer(const Start& start) {
  HF_ASSIGN_OR_RETURN(crypto::EcPrivateKey key, start.material<crypto::EcPrivateKey>());
  return digest_first(start.row, std::make_unique<EcdsaSigner>(std::move(key), start.dialect));
}

Made<Verifier> new_verifier(const Start& start) {
  HF_ASSIGN_OR_RETURN(crypto::EcPublicKey key, start.material<crypto::EcPublicKey>());
  return digest_first(start.row, std::make_unique<EcdsaVerifier>(std::move(key), start.dialect));
}

constexpr MechanismRow row(CK_MECHANISM_TYPE id, std::optional<crypto::DigestKind> digest) {
  return {.id = static_cast<std::uint32_t>(id),
          .keys = {CKK_EC},
          .size = Bits{160, 521},
          .digest = digest,
          .parts = digest.has_value() ? Parts::any : Parts::single,
          .ops = {.sign = &new_signer, .verify = &new_verifier}};
}

constexpr MechanismRow kRows[] = {
    row(CKM_ECDSA, std::nullopt),
    row(CKM_ECDSA_SHA1, crypto::DigestKind::sha1),
    row(CKM_ECDSA_SHA224, crypto::DigestKind::sha224),
    row(CKM_ECDSA_SHA256, crypto::DigestKind::sha256),
    row(CKM_ECDSA_SHA384, crypto::DigestKind::sha384),
    row(CKM_ECDSA_SHA512, crypto::DigestKind::sha512),
    row(CKM_ECDSA_SHA3_224, crypto::DigestKind::sha3_224),
    row(CKM_ECDSA_SHA3_256, crypto::DigestKind::sha3_256),
    row(CKM_ECDSA_SHA3_384, crypto::DigestKind::sha3_384),
    row(CKM_ECDSA_SHA3_512, crypto::DigestKind::sha3_512),
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> ecdsa_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
