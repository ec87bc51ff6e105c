#include "secure/pkcs11/operations/digest_decorator.h"

#include <array>

namespace holdfast::secure::pkcs11 {
namespace {

using DigestBuffer = std::array<std::byte, crypto::kMaxDigestBytes>;

/// Hasher hashes in one go or in parts; a context is only made for parts.
class Hasher {
 public:
  explicit Hasher(crypto::DigestKind kind) : kind_(kind) {}

  Result<ByteView> whole(ByteView data, DigestBuffer& out) const {
    const MutableByteView digest = MutableByteView(out).first(crypto::digest_bytes(kind_));
    HF_TRY(crypto::digest(kind_, data, digest));
    return ByteView(digest);
  }
  Result<void> update(ByteView data) {
    HF_TRY(start());
    return running_->update(data);
  }
  Result<ByteView> finish(DigestBuffer& out) {
    HF_TRY(start());
    const MutableByteView digest = MutableByteView(out).first(crypto::digest_bytes(kind_));
    HF_TRY(running_->finish(digest));
    return ByteView(digest);
  }

 private:
  Result<void> start() {
    if (running_.has_value()) return {};
    HF_ASSIGN_OR_RETURN(running_, crypto::Digest::create(kind_));
    return {};
  }

  crypto::DigestKind kind_;
  std::optional<crypto::Digest> running_;
};

class DigestingSigner final : public Signer {
 public:
  DigestingSigner(crypto::DigestKind kind, std::unique_ptr<Signer> raw) : hasher_(kind), raw_(std::move(raw)) {}

  std::size_t signature_bytes() const override { return raw_->signature_bytes(); }
  Result<void> sign(ByteView data, MutableByteView out) override {
    DigestBuffer buffer;
    HF_ASSIGN_OR_RETURN(const ByteView digest, hasher_.whole(data, buffer));
    return raw_->sign(digest, out);
  }
  Result<void> update(ByteView data) override { return hasher_.update(data); }
  Result<void> finish(MutableByteView out) override {
    DigestBuffer buffer;
    HF_ASSIGN_OR_RETURN(const ByteView digest, hasher_.finish(buffer));
    return raw_->sign(digest, out);
  }

 private:
  Hasher hasher_;
  std::unique_ptr<Signer> raw_;
};

class DigestingVerifier final : public Verifier {
 public:
  DigestingVerifier(crypto::DigestKind kind, std::unique_ptr<Verifier> raw) : hasher_(kind), raw_(std::move(raw)) {}

  Result<void> verify(ByteView data, ByteView signature) override {
    DigestBuffer buffer;
    HF_ASSIGN_OR_RETURN(const ByteView digest, hasher_.whole(data, buffer));
    return raw_->verify(digest, signature);
  }
  Result<void> update(ByteView data) override { return hasher_.update(data); }
  Result<void> finish(ByteView signature) override {
    DigestBuffer buffer;
    HF_ASSIGN_OR_RETURN(const ByteView digest, hasher_.finish(buffer));
    return raw_->verify(digest, signature);
  }

 private:
  Hasher hasher_;
  std::unique_ptr<Verifier> raw_;
};

}  // namespace

std::unique_ptr<Signer> digest_first(const MechanismRow& row, std::unique_ptr<Signer> raw) {
  if (!row.digest.has_value()) return raw;
  return std::make_unique<DigestingSigner>(*row.digest, std::move(raw));
}

std::unique_ptr<Verifier> digest_first(const MechanismRow& row, std::unique_ptr<Verifier> raw) {
  if (!row.digest.has_value()) return raw;
  return std::make_unique<DigestingVerifier>(*row.digest, std::move(raw));
}

}  // namespace holdfast::secure::pkcs11
