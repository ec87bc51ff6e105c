#include "secure/crypto/digest.h"

#include "secure/crypto/libcrypto.h"
#include "secure/crypto/secret_use.h"

namespace holdfast::secure::crypto {
namespace {

struct DigestFacts {
  std::size_t size;
  std::size_t block;
};
// In the order of DigestKind; FIPS 180-4, figure 1, RFC 1321, FIPS 202, table 3, and RFC 7693, 2.1.
constexpr std::array<DigestFacts, kDigestKinds> kFacts = {{{16, 64},
                                                           {20, 64},
                                                           {28, 64},
                                                           {32, 64},
                                                           {48, 128},
                                                           {64, 128},
                                                           {28, 128},
                                                           {32, 128},
                                                           {28, 144},
                                                           {32, 136},
                                                           {48, 104},
                                                           {64, 72},
                                                           {20, 128},
                                                           {32, 128},
                                                           {48, 128},
                                                           {64, 128},
                                                           {32, 168},
                                                           {64, 136}}};

bool is_shake(DigestKind kind) { return kind == DigestKind::shake128 || kind == DigestKind::shake256; }

}  // namespace

std::size_t digest_bytes(DigestKind kind) noexcept { return kFacts[static_cast<std::size_t>(kind)].size; }
std::size_t block_bytes(DigestKind kind) noexcept { return kFacts[static_cast<std::size_t>(kind)].block; }
bool available(DigestKind kind) noexcept { return evp_digest(kind) != nullptr; }

Result<void> digest(DigestKind kind, ByteView data, MutableByteView out) {
  HF_ASSIGN_OR_RETURN(Digest once, Digest::create(kind));
  HF_TRY(once.update(data));
  return once.finish(out);
}

Result<Digest> Digest::create(DigestKind kind) {
  if (!available(kind)) return fail(Rv::mechanism_invalid, "libcrypto has no such digest");
  Digest made(kind, DigestContextPtr(EVP_MD_CTX_new()));
  if (!made.context_) return libcrypto_failure(Rv::device_memory, "no digest context");
  HF_TRY(made.restart());
  return made;
}

Result<void> Digest::restart() {
  EVP_MD* const algorithm = evp_digest(kind_);
  std::size_t size = digest_bytes(kind_);
  const std::array<OSSL_PARAM, 2> settings = {OSSL_PARAM_construct_size_t(OSSL_DIGEST_PARAM_SIZE, &size),
                                              OSSL_PARAM_construct_end()};
  // Only a digest that has several sizes knows the setting; a SHAKE is told when it ends.
  const bool is_sized = !is_shake(kind_) && static_cast<std::size_t>(EVP_MD_get_size(algorithm)) != size;
  if (EVP_DigestInit_ex2(context_.get(), algorithm, is_sized ? settings.data() : nullptr) != 1)
    return libcrypto_failure(Rv::device_memory, "no digest context");
  return {};
}

Result<void> Digest::update(ByteView data) {
  if (EVP_DigestUpdate(context_.get(), data.data(), data.size()) != 1)
    return libcrypto_failure(Rv::general_error, "digest update failed");
  return {};
}

Result<void> Digest::update_secret(const SecretBytes& secret) { return update(SecretUse::see(secret)); }

Result<void> Digest::finish(MutableByteView out) {
  if (out.size() < size()) return fail(Rv::buffer_too_small, "no room for a digest");
  if (is_shake(kind_)) return squeeze(out.first(size()));
  if (EVP_DigestFinal_ex(context_.get(), u8(out), nullptr) != 1)
    return libcrypto_failure(Rv::general_error, "digest final failed");
  return {};
}

Result<void> Digest::squeeze(MutableByteView out) {
  if (!is_shake(kind_)) return fail(Rv::mechanism_invalid, "the digest has a fixed size");
  if (EVP_DigestFinalXOF(context_.get(), u8(out), out.size()) != 1)
    return libcrypto_failure(Rv::general_error, "digest final failed");
  return {};
}

Result<SecretBytes> Digest::squeeze_secret(std::size_t bytes) {
  HF_ASSIGN_OR_RETURN(SecretBytes out, SecretBytes::allocate(bytes));
  HF_TRY(squeeze(SecretUse::fill(out)));
  return out;
}

Result<Digest> Digest::copy() const {
  DigestContextPtr twin(EVP_MD_CTX_new());
  if (!twin || EVP_MD_CTX_copy_ex(twin.get(), context_.get()) != 1)
    return libcrypto_failure(Rv::device_memory, "no digest context");
  return Digest(kind_, std::move(twin));
}

}  // namespace holdfast::secure::crypto
