#include "secure/crypto/ec.h"

#include <optional>

#include "secure/crypto/curve_facts.h"
#include "secure/crypto/der.h"
#include "secure/crypto/ecdsa_signature.h"
#include "secure/crypto/pkey.h"
#include "secure/crypto/secret_use.h"

namespace holdfast::secure::crypto {

struct EcPublicKey::Impl {
  Curve curve;
  Bytes point;
  Prepared verifier;
};

struct EcPrivateKey::Impl {
  Curve curve;
  Prepared signer;
};

namespace {

bool is_plain_point(Curve curve, ByteView bytes) {
  if (bytes.empty()) return false;
  const auto form = std::to_integer<unsigned>(bytes[0]);
  if (form == POINT_CONVERSION_UNCOMPRESSED) return bytes.size() == point_bytes(curve);
  const bool compressed = form == POINT_CONVERSION_COMPRESSED || form == POINT_CONVERSION_COMPRESSED + 1;
  return compressed && bytes.size() == 1 + field_bytes(curve);
}

// The lengths of the forms differ for every curve, so none can be taken for another.
std::optional<ByteView> find_point(Curve curve, ByteView bytes) {
  if (is_plain_point(curve, bytes)) return bytes;
  DerReader reader(bytes);
  const Result<ByteView> inner =
      reader.next_is(DerTag::bit_string) ? reader.take_bit_string() : reader.take(DerTag::octet_string);
  if (!inner || !reader.at_end() || !is_plain_point(curve, *inner)) return std::nullopt;
  return *inner;
}

Result<Bytes> read_point(const EVP_PKEY* key, Curve curve) {
  Bytes point(point_bytes(curve));
  const MutableByteView all(point);
  all[0] = std::byte{POINT_CONVERSION_UNCOMPRESSED};
  HF_TRY(get_number(key, OSSL_PKEY_PARAM_EC_PUB_X, all.subspan(1, field_bytes(curve))));
  HF_TRY(get_number(key, OSSL_PKEY_PARAM_EC_PUB_Y, all.subspan(1 + field_bytes(curve))));
  return point;
}

struct PointFree {
  void operator()(EC_POINT* point) const noexcept { EC_POINT_clear_free(point); }
};
using PointPtr = std::unique_ptr<EC_POINT, PointFree>;

bool is_scalar(const EC_GROUP* group, const BIGNUM* scalar) {
  return !BN_is_zero(scalar) && BN_cmp(scalar, EC_GROUP_get0_order(group)) < 0;
}

BignumPtr secret_bignum(ByteView number) {
  BignumPtr made(BN_bin2bn(u8(number), static_cast<int>(number.size()), nullptr));
  if (made) BN_set_flags(made.get(), BN_FLG_CONSTTIME);
  return made;
}

}  // namespace

// ---- public keys

Result<EcPublicKey> EcPublicKey::from_point(Curve curve, ByteView point, Rv refusal) {
  const std::optional<ByteView> plain = find_point(curve, point);
  if (!plain) return fail(refusal, "not a point of this curve in any known form");
  PkeyParams params;
  params.text(OSSL_PKEY_PARAM_GROUP_NAME, group_name(curve));
  HF_TRY(params.octets(OSSL_PKEY_PARAM_PUB_KEY, *plain));
  auto impl = std::make_shared<Impl>();
  impl->curve = curve;
  // libcrypto checks that the point is on the curve; with cofactor 1 it is then in the group.
  HF_ASSIGN_OR_RETURN(impl->verifier.key, params.build("EC", EVP_PKEY_PUBLIC_KEY, refusal));
  HF_ASSIGN_OR_RETURN(impl->verifier.context, prepare(impl->verifier.key.get(), EVP_PKEY_verify_init));
  HF_ASSIGN_OR_RETURN(impl->point, read_point(impl->verifier.key.get(), curve));
  return EcPublicKey(std::move(impl));
}

Curve EcPublicKey::curve() const noexcept { return impl_->curve; }
ByteView EcPublicKey::point() const noexcept { return impl_->point; }

Result<void> EcPublicKey::verify(ByteView digest, ByteView signature) const {
  if (signature.size() != signature_bytes(curve()))
    return fail(Rv::signature_len_range, "an ECDSA signature is as long as two orders");
  HF_ASSIGN_OR_RETURN(const PkeyContextPtr context, impl_->verifier.duplicate());
  std::array<std::byte, kMaxEcdsaDerBytes> room;
  const ByteView der = ecdsa_to_der(signature, room);
  if (EVP_PKEY_verify(context.get(), u8(der), der.size(), address(digest), digest.size()) != 1)
    return libcrypto_failure(Rv::signature_invalid, "the ECDSA signature is wrong");
  return {};
}

// ---- private keys

Result<EcPrivateKey> EcPrivateKey::from_scalar(Curve curve, const SecretBytes& scalar) {
  const ByteView number = without_leading_zeroes(SecretUse::see(scalar));
  if (number.empty() || number.size() > order_bytes(curve))
    return fail(Rv::attribute_value_invalid, "a private number outside the order of its curve");
  const EC_GROUP* const group = ec_group(curve);
  const BignumPtr value = secret_bignum(number);
  if (!group || !value) return libcrypto_failure(Rv::curve_not_supported, "libcrypto does not have the curve");
  if (!is_scalar(group, value.get()))
    return fail(Rv::attribute_value_invalid, "a private number outside the order of its curve");
  PkeyParams params;
  params.text(OSSL_PKEY_PARAM_GROUP_NAME, group_name(curve));
  HF_TRY(params.number(OSSL_PKEY_PARAM_PRIV_KEY, number));
  auto impl = std::make_shared<Impl>();
  impl->curve = curve;
  HF_ASSIGN_OR_RETURN(impl->signer.key, params.build("EC", EVP_PKEY_KEYPAIR, Rv::attribute_value_invalid));
  HF_ASSIGN_OR_RETURN(impl->signer.context, prepare(impl->signer.key.get(), EVP_PKEY_sign_init));
  return EcPrivateKey(std::move(impl));
}

Curve EcPrivateKey::curve() const noexcept { return impl_->curve; }

Result<Bytes> EcPrivateKey::public_point() const {
  HF_ASSIGN_OR_RETURN(const SecretBytes scalar,
                      get_secret_number(impl_->signer.key.get(), OSSL_PKEY_PARAM_PRIV_KEY, order_bytes(curve())));
  const EC_GROUP* const group = ec_group(curve());
  const BignumPtr number = secret_bignum(SecretUse::see(scalar));
  const PointPtr product(group ? EC_POINT_new(group) : nullptr);
  Bytes point(point_bytes(curve()));
  if (!number || !product || EC_POINT_mul(group, product.get(), number.get(), nullptr, nullptr, nullptr) != 1 ||
      EC_POINT_point2oct(group, product.get(), POINT_CONVERSION_UNCOMPRESSED, u8(MutableByteView(point)), point.size(),
                         nullptr) != point.size())
    return libcrypto_failure(Rv::general_error, "libcrypto could not compute a public point");
  return point;
}

Result<void> EcPrivateKey::sign(ByteView digest, MutableByteView signature) const {
  if (signature.size() < signature_bytes(curve())) return fail(Rv::buffer_too_small, "no room for a signature");
  HF_ASSIGN_OR_RETURN(const PkeyContextPtr context, impl_->signer.duplicate());
  std::array<std::byte, kMaxEcdsaDerBytes> der;
  std::size_t size = der.size();
  if (EVP_PKEY_sign(context.get(), u8(MutableByteView(der)), &size, address(digest), digest.size()) != 1)
    return libcrypto_failure(Rv::function_failed, "libcrypto could not sign");
  return ecdsa_from_der(ByteView(der).first(size), signature.first(signature_bytes(curve())));
}

Result<SecretBytes> EcPrivateKey::derive(const EcPublicKey& peer) const {
  if (peer.curve() != curve()) return fail(Rv::mechanism_param_invalid, "the peer's point is on another curve");
  HF_ASSIGN_OR_RETURN(const PkeyContextPtr context, prepare(impl_->signer.key.get(), EVP_PKEY_derive_init));
  HF_ASSIGN_OR_RETURN(SecretBytes shared, SecretBytes::allocate(field_bytes(curve())));
  std::size_t size = shared.size();
  // The peer was checked when it was parsed; checking again would double the cost.
  constexpr int kNoSecondCheck = 0;
  if (EVP_PKEY_derive_set_peer_ex(context.get(), peer.impl()->verifier.key.get(), kNoSecondCheck) != 1 ||
      EVP_PKEY_derive(context.get(), u8(SecretUse::fill(shared)), &size) != 1 || size != shared.size())
    return libcrypto_failure(Rv::function_failed, "libcrypto could not derive");
  return shared;
}

Result<EcKeyPair> generate_ec(Curve curve) {
  PkeyParams params;
  params.text(OSSL_PKEY_PARAM_GROUP_NAME, group_name(curve));
  HF_ASSIGN_OR_RETURN(const PkeyPtr key, params.generate("EC"));
  EcKeyPair pair;
  HF_ASSIGN_OR_RETURN(pair.scalar, get_secret_number(key.get(), OSSL_PKEY_PARAM_PRIV_KEY, order_bytes(curve)));
  HF_ASSIGN_OR_RETURN(pair.point, read_point(key.get(), curve));
  return pair;
}

Result<EcKeyPair> generate_ec_extra_bits(Curve curve) {
  constexpr int kExtraBits = 64;
  const EC_GROUP* const group = ec_group(curve);
  const BignumPtr number(BN_new());
  const BignumPtr drawn(BN_new());
  const BignumPtr last(BN_new());
  const std::unique_ptr<BN_CTX, decltype([](BN_CTX* context) { BN_CTX_free(context); })> context(
      BN_CTX_new_ex(library().context));
  if (!group || !number || !drawn || !last || !context)
    return libcrypto_failure(Rv::curve_not_supported, "libcrypto does not have the curve");
  BN_set_flags(drawn.get(), BN_FLG_CONSTTIME);
  EcKeyPair pair;
  HF_ASSIGN_OR_RETURN(pair.scalar, SecretBytes::allocate(order_bytes(curve)));
  if (BN_sub(last.get(), EC_GROUP_get0_order(group), BN_value_one()) != 1 ||
      BN_priv_rand_ex(drawn.get(), EC_GROUP_order_bits(group) + kExtraBits, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY, 0,
                      context.get()) != 1 ||
      BN_mod(number.get(), drawn.get(), last.get(), context.get()) != 1 || BN_add_word(number.get(), 1) != 1 ||
      BN_bn2binpad(number.get(), u8(SecretUse::fill(pair.scalar)), static_cast<int>(pair.scalar.size())) < 0)
    return libcrypto_failure(Rv::function_failed, "libcrypto could not draw a number");
  HF_ASSIGN_OR_RETURN(const EcPrivateKey key, EcPrivateKey::from_scalar(curve, pair.scalar));
  HF_ASSIGN_OR_RETURN(pair.point, key.public_point());
  return pair;
}

}  // namespace holdfast::secure::crypto
