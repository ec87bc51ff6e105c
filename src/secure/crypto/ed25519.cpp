#include "secure/crypto/ed25519.h"

#include <openssl/crypto.h>
#include <optional>
#include <span>

#include "secure/crypto/der.h"
#include "secure/crypto/pkey.h"
#include "secure/crypto/secret_use.h"

namespace holdfast::secure::crypto {

struct Ed25519PublicKey::Impl {
  Bytes point;
  PkeyPtr key;
};

struct Ed25519PrivateKey::Impl {
  Bytes point;
  PkeyPtr key;
};

namespace {

constexpr std::array<unsigned char, 5> kOid = {0x06, 0x03, 0x2B, 0x65, 0x70};
// 1.3.6.1.4.1.11591.15.1, the curve's name before RFC 8410 gave it one; OP-TEE takes it (ABI section 11.1).
constexpr std::array<unsigned char, 11> kGnuOid = {0x06, 0x09, 0x2B, 0x06, 0x01, 0x04, 0x01, 0xDA, 0x47, 0x0F, 0x01};
constexpr std::size_t kMaxContextBytes = 255;

// The names that libcrypto 3.2 gave to the variants and their parameters; 3.0's headers do not have them.
constexpr const char* kInstanceParam = "instance";
constexpr const char* kContextParam = "context-string";
constexpr unsigned int kFirstWithVariants = 2;  // 3.2

std::optional<ByteView> find_point(ByteView bytes) {
  if (bytes.size() == kEd25519Bytes) return bytes;
  DerReader reader(bytes);
  const Result<ByteView> inner =
      reader.next_is(DerTag::bit_string) ? reader.take_bit_string() : reader.take(DerTag::octet_string);
  if (!inner || !reader.at_end() || inner->size() != kEd25519Bytes) return std::nullopt;
  return *inner;
}

Result<Bytes> read_point(const EVP_PKEY* key) {
  Bytes point(kEd25519Bytes);
  std::size_t size = point.size();
  if (EVP_PKEY_get_raw_public_key(key, u8(MutableByteView(point)), &size) != 1 || size != point.size())
    return libcrypto_failure(Rv::general_error, "libcrypto does not tell a public key");
  return point;
}

using MessageInit = int (*)(EVP_MD_CTX*, EVP_PKEY_CTX**, const char*, OSSL_LIB_CTX*, const char*, EVP_PKEY*,
                            const OSSL_PARAM[]);

Result<DigestContextPtr> begin(const Ed25519Variant& variant, EVP_PKEY* key, MessageInit init) {
  if (variant.context.size() > kMaxContextBytes)
    return fail(Rv::mechanism_param_invalid, "an EdDSA context has at most 255 bytes");
  const bool plain = !variant.prehash && variant.context.empty();
  if (!plain && OPENSSL_version_major() == 3 && OPENSSL_version_minor() < kFirstWithVariants)
    return fail(Rv::mechanism_param_invalid, "this libcrypto has only plain Ed25519");
  std::array<OSSL_PARAM, 3> params = {OSSL_PARAM_construct_end(), OSSL_PARAM_construct_end(),
                                      OSSL_PARAM_construct_end()};
  if (!plain) {
    const char* const name = variant.prehash ? "Ed25519ph" : "Ed25519ctx";
    params[0] = OSSL_PARAM_construct_utf8_string(kInstanceParam, writable_text(name), 0);
    params[1] =
        OSSL_PARAM_construct_octet_string(kContextParam, writable_address(variant.context), variant.context.size());
  }
  DigestContextPtr context(EVP_MD_CTX_new());
  if (!context || init(context.get(), nullptr, nullptr, library().context, nullptr, key, params.data()) != 1)
    return libcrypto_failure(Rv::mechanism_param_invalid, "libcrypto does not take the EdDSA parameters");
  return context;
}

}  // namespace

bool is_ed25519_params(ByteView der) noexcept {
  if (equal(der, ed25519_params()) || equal(der, std::as_bytes(std::span(kGnuOid)))) return true;
  DerReader reader(der);
  const Result<ByteView> name = reader.take(DerTag::printable_string);
  return name && reader.at_end() && as_text(*name) == "edwards25519";
}

ByteView ed25519_params() noexcept { return std::as_bytes(std::span(kOid)); }

Result<Ed25519PublicKey> Ed25519PublicKey::from_point(ByteView point, Rv refusal) {
  const std::optional<ByteView> plain = find_point(point);
  if (!plain) return fail(refusal, "an Ed25519 public key has 32 bytes");
  auto impl = std::make_shared<Impl>();
  impl->point = to_bytes(*plain);
  impl->key.reset(
      EVP_PKEY_new_raw_public_key_ex(library().context, "ED25519", nullptr, u8(ByteView(impl->point)), kEd25519Bytes));
  if (!impl->key) return libcrypto_failure(refusal, "libcrypto does not accept the key");
  return Ed25519PublicKey(std::move(impl));
}

ByteView Ed25519PublicKey::point() const noexcept { return impl_->point; }

Result<void> Ed25519PublicKey::verify(const Ed25519Variant& variant, ByteView message, ByteView signature) const {
  if (signature.size() != kEd25519SignatureBytes)
    return fail(Rv::signature_len_range, "an Ed25519 signature has 64 bytes");
  HF_ASSIGN_OR_RETURN(const DigestContextPtr context, begin(variant, impl_->key.get(), EVP_DigestVerifyInit_ex));
  if (EVP_DigestVerify(context.get(), u8(signature), signature.size(), address(message), message.size()) != 1)
    return libcrypto_failure(Rv::signature_invalid, "the Ed25519 signature is wrong");
  return {};
}

Result<Ed25519PrivateKey> Ed25519PrivateKey::from_seed(const SecretBytes& seed) {
  if (seed.size() != kEd25519Bytes) return fail(Rv::attribute_value_invalid, "an Ed25519 private key has 32 bytes");
  auto impl = std::make_shared<Impl>();
  impl->key.reset(
      EVP_PKEY_new_raw_private_key_ex(library().context, "ED25519", nullptr, u8(SecretUse::see(seed)), kEd25519Bytes));
  if (!impl->key) return libcrypto_failure(Rv::general_error, "libcrypto does not accept the key");
  HF_ASSIGN_OR_RETURN(impl->point, read_point(impl->key.get()));
  return Ed25519PrivateKey(std::move(impl));
}

ByteView Ed25519PrivateKey::public_point() const noexcept { return impl_->point; }

Result<void> Ed25519PrivateKey::sign(const Ed25519Variant& variant, ByteView message, MutableByteView signature) const {
  if (signature.size() < kEd25519SignatureBytes) return fail(Rv::buffer_too_small, "no room for a signature");
  HF_ASSIGN_OR_RETURN(const DigestContextPtr context, begin(variant, impl_->key.get(), EVP_DigestSignInit_ex));
  std::size_t size = kEd25519SignatureBytes;
  if (EVP_DigestSign(context.get(), u8(signature), &size, address(message), message.size()) != 1 ||
      size != kEd25519SignatureBytes)
    return libcrypto_failure(Rv::function_failed, "libcrypto could not sign");
  return {};
}

Result<Ed25519KeyPair> generate_ed25519() {
  PkeyParams no_choices;
  HF_ASSIGN_OR_RETURN(const PkeyPtr key, no_choices.generate("ED25519"));
  Ed25519KeyPair pair;
  HF_ASSIGN_OR_RETURN(pair.seed, SecretBytes::allocate(kEd25519Bytes));
  std::size_t size = kEd25519Bytes;
  if (EVP_PKEY_get_raw_private_key(key.get(), u8(SecretUse::fill(pair.seed)), &size) != 1 || size != kEd25519Bytes)
    return libcrypto_failure(Rv::general_error, "libcrypto does not tell a private key");
  HF_ASSIGN_OR_RETURN(pair.point, read_point(key.get()));
  return pair;
}

}  // namespace holdfast::secure::crypto
