#include "secure/crypto/edwards.h"

#include <openssl/crypto.h>

#include "secure/crypto/named_params.h"
#include "secure/crypto/raw_key.h"
#include "secure/crypto/secret_use.h"

namespace holdfast::secure::crypto {

struct EdwardsPublicKey::Impl {
  EdwardsCurve curve;
  Bytes point;
  PkeyPtr key;
};

struct EdwardsPrivateKey::Impl {
  EdwardsCurve curve;
  Bytes point;
  PkeyPtr key;
};

namespace {

constexpr std::array<unsigned char, 5> kEd25519Oid = {0x06, 0x03, 0x2B, 0x65, 0x70};
constexpr std::array<unsigned char, 5> kEd448Oid = {0x06, 0x03, 0x2B, 0x65, 0x71};
// 1.3.6.1.4.1.11591.15.1, the curve's name before RFC 8410 gave it one; OP-TEE takes it (ABI section 11.1).
constexpr std::array<unsigned char, 11> kGnuOid = {0x06, 0x09, 0x2B, 0x06, 0x01, 0x04, 0x01, 0xDA, 0x47, 0x0F, 0x01};

struct Row {
  const char* family;
  std::size_t point_bytes;
  std::uint32_t key_bits;
  NamedParams params;
  const char* with_context;  // libcrypto's names of the variants
  const char* with_prehash;
};
constexpr std::array<Row, 2> kRows = {{
    {"ED25519", 32, 255, {kEd25519Oid, kGnuOid, "edwards25519"}, "Ed25519ctx", "Ed25519ph"},
    {"ED448", 57, 448, {kEd448Oid, {}, "edwards448"}, "Ed448", "Ed448ph"},
}};
const Row& row(EdwardsCurve curve) noexcept { return kRows[static_cast<std::size_t>(curve)]; }

constexpr std::size_t kMaxContextBytes = 255;
// The names that libcrypto 3.2 gave to the variants' parameters; 3.0's headers do not have them.
constexpr const char* kInstanceParam = "instance";
constexpr const char* kContextParam = "context-string";
constexpr unsigned int kFirstWithVariants = 2;  // 3.2

using MessageInit = int (*)(EVP_MD_CTX*, EVP_PKEY_CTX**, const char*, OSSL_LIB_CTX*, const char*, EVP_PKEY*,
                            const OSSL_PARAM[]);

Result<DigestContextPtr> begin(const Row& curve, const EdwardsVariant& variant, EVP_PKEY* key, MessageInit init) {
  if (variant.context.size() > kMaxContextBytes)
    return fail(Rv::mechanism_param_invalid, "an EdDSA context has at most 255 bytes");
  const bool plain = !variant.prehash && variant.context.empty();
  if (!plain && OPENSSL_version_major() == 3 && OPENSSL_version_minor() < kFirstWithVariants)
    return fail(Rv::mechanism_param_invalid, "this libcrypto has only the plain scheme");
  std::array<OSSL_PARAM, 3> params = {OSSL_PARAM_construct_end(), OSSL_PARAM_construct_end(),
                                      OSSL_PARAM_construct_end()};
  if (!plain) {
    const char* const name = variant.prehash ? curve.with_prehash : curve.with_context;
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

std::size_t point_bytes(EdwardsCurve curve) noexcept { return row(curve).point_bytes; }
std::uint32_t key_bits(EdwardsCurve curve) noexcept { return row(curve).key_bits; }
ByteView edwards_params(EdwardsCurve curve) noexcept { return std::as_bytes(row(curve).params.oid); }

Result<EdwardsCurve> edwards_from_params(ByteView der) {
  for (const EdwardsCurve curve : {EdwardsCurve::ed25519, EdwardsCurve::ed448})
    if (names(row(curve).params, der)) return curve;
  return unknown_params(der);
}

Result<EdwardsPublicKey> EdwardsPublicKey::from_point(EdwardsCurve curve, ByteView point, Rv refusal) {
  const std::optional<ByteView> plain = find_octets(point, point_bytes(curve));
  if (!plain) return fail(refusal, "a public key of another length");
  auto impl = std::make_shared<Impl>();
  impl->curve = curve;
  impl->point = to_bytes(*plain);
  HF_ASSIGN_OR_RETURN(impl->key, raw_public_key(row(curve).family, impl->point, refusal));
  return EdwardsPublicKey(std::move(impl));
}

EdwardsCurve EdwardsPublicKey::curve() const noexcept { return impl_->curve; }
ByteView EdwardsPublicKey::point() const noexcept { return impl_->point; }

Result<void> EdwardsPublicKey::verify(const EdwardsVariant& variant, ByteView message, ByteView signature) const {
  if (signature.size() != signature_bytes(curve()))
    return fail(Rv::signature_len_range, "an EdDSA signature is as long as two points");
  HF_ASSIGN_OR_RETURN(const DigestContextPtr context,
                      begin(row(curve()), variant, impl_->key.get(), EVP_DigestVerifyInit_ex));
  if (EVP_DigestVerify(context.get(), u8(signature), signature.size(), address(message), message.size()) != 1)
    return libcrypto_failure(Rv::signature_invalid, "the EdDSA signature is wrong");
  return {};
}

Result<EdwardsPrivateKey> EdwardsPrivateKey::from_seed(EdwardsCurve curve, const SecretBytes& seed) {
  if (seed.size() != point_bytes(curve)) return fail(Rv::attribute_value_invalid, "a private key of another length");
  auto impl = std::make_shared<Impl>();
  impl->curve = curve;
  HF_ASSIGN_OR_RETURN(impl->key, raw_private_key(row(curve).family, seed));
  HF_ASSIGN_OR_RETURN(impl->point, raw_point(impl->key.get(), point_bytes(curve)));
  return EdwardsPrivateKey(std::move(impl));
}

EdwardsCurve EdwardsPrivateKey::curve() const noexcept { return impl_->curve; }
ByteView EdwardsPrivateKey::public_point() const noexcept { return impl_->point; }

Result<void> EdwardsPrivateKey::sign(const EdwardsVariant& variant, ByteView message, MutableByteView signature) const {
  if (signature.size() < signature_bytes(curve())) return fail(Rv::buffer_too_small, "no room for a signature");
  HF_ASSIGN_OR_RETURN(const DigestContextPtr context,
                      begin(row(curve()), variant, impl_->key.get(), EVP_DigestSignInit_ex));
  std::size_t size = signature_bytes(curve());
  if (EVP_DigestSign(context.get(), u8(signature), &size, address(message), message.size()) != 1 ||
      size != signature_bytes(curve()))
    return libcrypto_failure(Rv::function_failed, "libcrypto could not sign");
  return {};
}

Result<EdwardsKeyPair> generate_edwards(EdwardsCurve curve) {
  HF_ASSIGN_OR_RETURN(RawKeyPair pair, generate_raw(row(curve).family, point_bytes(curve)));
  return EdwardsKeyPair{.seed = std::move(pair.value), .point = std::move(pair.point)};
}

}  // namespace holdfast::secure::crypto
