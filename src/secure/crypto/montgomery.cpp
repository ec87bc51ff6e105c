#include "secure/crypto/montgomery.h"

#include "secure/crypto/named_params.h"
#include "secure/crypto/raw_key.h"
#include "secure/crypto/secret_use.h"

namespace holdfast::secure::crypto {

struct MontgomeryPublicKey::Impl {
  MontgomeryCurve curve;
  Bytes point;
  PkeyPtr key;
};

struct MontgomeryPrivateKey::Impl {
  MontgomeryCurve curve;
  Bytes point;
  PkeyPtr key;
};

namespace {

constexpr std::array<unsigned char, 5> kX25519Oid = {0x06, 0x03, 0x2B, 0x65, 0x6E};
constexpr std::array<unsigned char, 5> kX448Oid = {0x06, 0x03, 0x2B, 0x65, 0x6F};
// 1.3.6.1.4.1.3029.1.5.1, the curve's name before RFC 8410 gave it one.
constexpr std::array<unsigned char, 12> kOlderOid = {0x06, 0x0A, 0x2B, 0x06, 0x01, 0x04,
                                                     0x01, 0x97, 0x55, 0x01, 0x05, 0x01};

struct Row {
  const char* family;
  std::size_t point_bytes;
  std::uint32_t key_bits;
  NamedParams params;
};
constexpr std::array<Row, 2> kRows = {{
    {"X25519", 32, 255, {kX25519Oid, kOlderOid, "curve25519"}},
    {"X448", 56, 448, {kX448Oid, {}, "curve448"}},
}};
const Row& row(MontgomeryCurve curve) noexcept { return kRows[static_cast<std::size_t>(curve)]; }

}  // namespace

std::size_t point_bytes(MontgomeryCurve curve) noexcept { return row(curve).point_bytes; }
std::uint32_t key_bits(MontgomeryCurve curve) noexcept { return row(curve).key_bits; }
ByteView montgomery_params(MontgomeryCurve curve) noexcept { return std::as_bytes(row(curve).params.oid); }

Result<MontgomeryCurve> montgomery_from_params(ByteView der) {
  for (const MontgomeryCurve curve : {MontgomeryCurve::x25519, MontgomeryCurve::x448})
    if (names(row(curve).params, der)) return curve;
  return unknown_params(der);
}

Result<MontgomeryPublicKey> MontgomeryPublicKey::from_point(MontgomeryCurve curve, ByteView point, Rv refusal) {
  const std::optional<ByteView> plain = find_octets(point, point_bytes(curve));
  if (!plain) return fail(refusal, "a public key of another length");
  auto impl = std::make_shared<Impl>();
  impl->curve = curve;
  impl->point = to_bytes(*plain);
  HF_ASSIGN_OR_RETURN(impl->key, raw_public_key(row(curve).family, impl->point, refusal));
  return MontgomeryPublicKey(std::move(impl));
}

MontgomeryCurve MontgomeryPublicKey::curve() const noexcept { return impl_->curve; }
ByteView MontgomeryPublicKey::point() const noexcept { return impl_->point; }

Result<MontgomeryPrivateKey> MontgomeryPrivateKey::from_value(MontgomeryCurve curve, const SecretBytes& value) {
  if (value.size() != point_bytes(curve)) return fail(Rv::attribute_value_invalid, "a private key of another length");
  auto impl = std::make_shared<Impl>();
  impl->curve = curve;
  HF_ASSIGN_OR_RETURN(impl->key, raw_private_key(row(curve).family, value));
  HF_ASSIGN_OR_RETURN(impl->point, raw_point(impl->key.get(), point_bytes(curve)));
  return MontgomeryPrivateKey(std::move(impl));
}

MontgomeryCurve MontgomeryPrivateKey::curve() const noexcept { return impl_->curve; }
ByteView MontgomeryPrivateKey::public_point() const noexcept { return impl_->point; }

Result<SecretBytes> MontgomeryPrivateKey::derive(const MontgomeryPublicKey& peer) const {
  if (peer.curve() != curve()) return fail(Rv::mechanism_param_invalid, "the peer's point is on another curve");
  HF_ASSIGN_OR_RETURN(const PkeyContextPtr context, prepare(impl_->key.get(), EVP_PKEY_derive_init));
  HF_ASSIGN_OR_RETURN(SecretBytes shared, SecretBytes::allocate(point_bytes(curve())));
  std::size_t size = shared.size();
  // libcrypto refuses the secret that is all zeros.
  if (EVP_PKEY_derive_set_peer(context.get(), peer.impl()->key.get()) != 1 ||
      EVP_PKEY_derive(context.get(), u8(SecretUse::fill(shared)), &size) != 1 || size != shared.size())
    return libcrypto_failure(Rv::mechanism_param_invalid, "the peer's point gives no secret");
  return shared;
}

Result<MontgomeryKeyPair> generate_montgomery(MontgomeryCurve curve) {
  HF_ASSIGN_OR_RETURN(RawKeyPair pair, generate_raw(row(curve).family, point_bytes(curve)));
  return MontgomeryKeyPair{.value = std::move(pair.value), .point = std::move(pair.point)};
}

}  // namespace holdfast::secure::crypto
