#include "secure/crypto/curve.h"

#include "secure/crypto/curve_facts.h"
#include "secure/crypto/test_support.h"

namespace holdfast::secure::crypto {
namespace {

constexpr Curve kCurves[] = {Curve::p192, Curve::p224, Curve::p256, Curve::p384, Curve::p521, Curve::secp256k1};

Bytes printable(std::string_view name) {
  Bytes der = {std::byte{0x13}, static_cast<std::byte>(name.size())};
  const ByteView text = as_bytes(name);
  der.insert(der.end(), text.begin(), text.end());
  return der;
}

// SEC 2, 2.4.2, as SpecifiedECDomain (RFC 3279, 2.3.5): with seed and cofactor, base point uncompressed.
constexpr std::string_view kExplicitP256 =
    "3081f7020101302c06072a8648ce3d0101022100ffffffff00000001000000000000000000000000ffffffffffffffffffffffff305b0420"
    "ffffffff00000001000000000000000000000000fffffffffffffffffffffffc04205ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53"
    "b0f63bce3c3e27d2604b031500c49d360886e704936a6678e1139d26b7819f7e900441046b17d1f2e12c4247f8bce6e563a440f277037d81"
    "2deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5022100ffffffff00000000ff"
    "ffffffffffffffbce6faada7179e84f3b9cac2fc632551020101";
// The same without a seed and with the base point compressed.
constexpr std::string_view kExplicitP256Short =
    "3081c0020101302c06072a8648ce3d0101022100ffffffff00000001000000000000000000000000ffffffffffffffffffffffff30440420"
    "ffffffff00000001000000000000000000000000fffffffffffffffffffffffc04205ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53"
    "b0f63bce3c3e27d2604b0421036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296022100ffffffff00000000"
    "ffffffffffffffffbce6faada7179e84f3b9cac2fc632551020101";
// SEC 2, 2.6.1 (P-521) with everything.
constexpr std::string_view kExplicitP521 =
    "308201c3020101304d06072a8648ce3d0101024201ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff30819f044201ffffffffffffffffffffffffffffffffffffffff"
    "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc04420051953eb9618e1c9a"
    "1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f"
    "00031500d09e8800291cb85396cc6717393284aaa0da64ba0481850400c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828"
    "af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66011839296a789a3bc0045c8a5fb42c7d1bd9"
    "98f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650024201ffffffffff"
    "fffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e"
    "91386409020101";

// `openssl ecparam -param_enc explicit` of the three others: 202, 226 and 347 bytes, as OP-TEE lists them.
constexpr std::string_view kExplicitP192 =
    "3081c7020101302406072a8648ce3d0101021900fffffffffffffffffffffffffffffffeffffffffffffffff304b0418ffffffffffffffff"
    "fffffffffffffffefffffffffffffffc041864210519e59c80e70fa7e9ab72243049feb8deecc146b9b10315003045ae6fc8422f64ed5795"
    "28d38120eae12196d5043104188da80eb03090f67cbf20eb43a18800f4ff0afd82ff101207192b95ffc8da78631011ed6b24cdd573f977a1"
    "1e794811021900ffffffffffffffffffffffff99def836146bc9b1b4d22831020101";
constexpr std::string_view kExplicitP224 =
    "3081df020101302806072a8648ce3d0101021d00ffffffffffffffffffffffffffffffff0000000000000000000000013053041cffffffff"
    "fffffffffffffffffffffffefffffffffffffffffffffffe041cb4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb40315"
    "00bd71344799d5c7fcdc45b59fa3b9ab8f6a948bc5043904b70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21bd376388"
    "b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34021d00ffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3d02"
    "0101";
constexpr std::string_view kExplicitP384 =
    "30820157020101303c06072a8648ce3d0101023100fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffff"
    "ff0000000000000000ffffffff307b0430fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff000000"
    "0000000000fffffffc0430b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3"
    "ec2aef031500a335926aa319a27a1d00896a6773a4827acdac73046104aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741"
    "e082542a385502f25dbf55296c3a545e3872760ab73617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1"
    "ce1d7e819d7a431d7c90ea0e5f023100ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77a"
    "ecec196accc52973020101";

TEST(Curve, HasTheSizesOfTheStandards) {
  EXPECT_EQ(point_bytes(Curve::p192), 49u);
  EXPECT_EQ(point_bytes(Curve::p224), 57u);
  EXPECT_EQ(point_bytes(Curve::p256), 65u);
  EXPECT_EQ(point_bytes(Curve::p384), 97u);
  EXPECT_EQ(point_bytes(Curve::p521), 133u);
  EXPECT_EQ(signature_bytes(Curve::p521), 132u);
  EXPECT_EQ(signature_bytes(Curve::secp256k1), 64u);
  EXPECT_EQ(field_bits(Curve::p521), 521u);
  for (const Curve curve : kCurves) EXPECT_TRUE(available(curve));
}

TEST(CurveFromParams, TakesItsOwnParams) {
  for (const Curve curve : kCurves) EXPECT_EQ(curve_from_params(curve_params(curve)).value(), curve);
  EXPECT_EQ(to_hex(curve_params(Curve::p256)), "06082a8648ce3d030107");
}

TEST(Curve, HasThoseOfRfc5639AndSec2) {
  EXPECT_EQ(curve_from_params(hex("06092b2403030208010107")).value(), Curve::brainpool256r1);
  EXPECT_EQ(curve_from_params(hex("06092b240303020801010e")).value(), Curve::brainpool512t1);
  EXPECT_EQ(curve_from_params(printable("brainpoolP384r1")).value(), Curve::brainpool384r1);
  EXPECT_EQ(curve_from_params(hex("06052b81040020")).value(), Curve::secp224k1);
  for (std::size_t i = 0; i <= static_cast<std::size_t>(Curve::brainpool512t1); ++i) {
    const Curve curve = static_cast<Curve>(i);
    ASSERT_TRUE(available(curve)) << i;
    EXPECT_EQ(curve_from_params(curve_params(curve)).value(), curve) << i;
    const auto order_bits = static_cast<std::size_t>(EC_GROUP_order_bits(ec_group(curve)));
    EXPECT_EQ(order_bytes(curve), (order_bits + 7) / 8) << i;
    EXPECT_EQ(field_bits(curve), static_cast<std::size_t>(EC_GROUP_get_degree(ec_group(curve)))) << i;
  }
  EXPECT_EQ(signature_bytes(Curve::secp160r1), 42u);
}

TEST(CurveFromParams, TakesNames) {
  EXPECT_EQ(curve_from_params(printable("secp256r1")).value(), Curve::p256);
  EXPECT_EQ(curve_from_params(printable("prime256v1")).value(), Curve::p256);
  EXPECT_EQ(curve_from_params(printable("P-521")).value(), Curve::p521);
  EXPECT_EQ(curve_from_params(printable("secp256k1")).value(), Curve::secp256k1);
  EXPECT_EQ(rv_of(curve_from_params(printable("secp112r1"))), Rv::curve_not_supported);
  EXPECT_EQ(rv_of(curve_from_params(printable(""))), Rv::domain_params_invalid);
}

TEST(CurveFromParams, RecognisesExplicitParameters) {
  EXPECT_EQ(curve_from_params(hex(kExplicitP192)).value(), Curve::p192);
  EXPECT_EQ(curve_from_params(hex(kExplicitP224)).value(), Curve::p224);
  EXPECT_EQ(curve_from_params(hex(kExplicitP384)).value(), Curve::p384);
  EXPECT_EQ(curve_from_params(hex(kExplicitP256)).value(), Curve::p256);
  EXPECT_EQ(curve_from_params(hex(kExplicitP256Short)).value(), Curve::p256);
  EXPECT_EQ(curve_from_params(hex(kExplicitP521)).value(), Curve::p521);
}

// Every single changed bit in a number makes it another curve (or no parameters); one in the seed changes nothing.
TEST(CurveFromParams, AcceptsNoOtherExplicitCurve) {
  const Bytes good = hex(kExplicitP256Short);
  for (std::size_t i = 0; i < good.size(); ++i) {
    Bytes altered = good;
    altered[i] ^= std::byte{0x01};
    const bool is_version = i == 5;
    EXPECT_EQ(curve_from_params(altered).has_value(), is_version) << i;
  }
}

TEST(CurveFromParams, RefusesOtherCurvesAndGarbage) {
  EXPECT_EQ(rv_of(curve_from_params(hex("06052b81040001"))), Rv::curve_not_supported);          // sect163k1
  EXPECT_EQ(rv_of(curve_from_params(hex("06052b8104000a00"))), Rv::domain_params_invalid);      // a byte too many
  for (const std::string_view garbage : {"", "06", "0602", "0500", "3000", "30820000", "ff00", "13", "308000000000"})
    EXPECT_EQ(rv_of(curve_from_params(hex(garbage))), Rv::domain_params_invalid) << garbage;
  const Bytes good = hex(kExplicitP256);
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_EQ(rv_of(curve_from_params(ByteView(good).first(size))), Rv::domain_params_invalid) << size;
}

}  // namespace
}  // namespace holdfast::secure::crypto
