#include "secure/crypto/montgomery.h"

#include "secure/crypto/der.h"
#include "secure/crypto/test_support.h"

namespace holdfast::secure::crypto {
namespace {

struct Vector {
  MontgomeryCurve curve;
  std::string_view value, point, other_value, other_point, secret;
};
// RFC 7748, 6.1 and 6.2.
constexpr Vector kVectors[] = {
    {MontgomeryCurve::x25519, "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
     "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
     "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
     "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
     "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"},
    {MontgomeryCurve::x448,
     "9a8f4925d1519f5775cf46b04b5800d4ee9ee8bae8bc5565d498c28dd9c9baf574a9419744897391006382a6f127ab1d9ac2d8c0a598726b",
     "9b08f7cc31b7e3e67d22d5aea121074a273bd2b83de09c63faa73d2c22c5d9bbc836647241d953d40c5b12da88120d53177f80e532c41fa0",
     "1c306a7ac2a0e2e0990b294470cba339e6453772b075811d8fad0d1d6927c120bb5ee8972b0d3e21374c9c921b09d1b0366f10b65173992d",
     "3eb7a829b0cd20f5bcfc0b599b6feccf6da4627107bdb0d4f345b43027d8b972fc3e34fb4232a13ca706dcb57aec3dae07bdc1c67bf33609",
     "07fff4181ac6cc95ec1c16a94a0f74d12da232ce40a77552281d282bb60c0b56fd2464c335543936521c24403085d59a449a5037514a879d"},
};

TEST(Montgomery, GivesTheVectorsOfRfc7748) {
  for (const Vector& vector : kVectors) {
    const auto key = MontgomeryPrivateKey::from_value(vector.curve, secret_hex(vector.value)).value();
    const auto other = MontgomeryPrivateKey::from_value(vector.curve, secret_hex(vector.other_value)).value();
    EXPECT_EQ(to_hex(key.public_point()), vector.point);
    EXPECT_EQ(to_hex(other.public_point()), vector.other_point);
    const auto peer = MontgomeryPublicKey::from_point(vector.curve, hex(vector.other_point)).value();
    EXPECT_EQ(to_hex(key.derive(peer).value()), vector.secret);
    const auto back = MontgomeryPublicKey::from_point(vector.curve, key.public_point()).value();
    EXPECT_EQ(to_hex(other.derive(back).value()), vector.secret);
  }
}

TEST(Montgomery, RefusesPointsThatGiveNoSecret) {
  const auto key = MontgomeryPrivateKey::from_value(MontgomeryCurve::x25519, secret_hex(kVectors[0].value)).value();
  // 0, 1 and a point of order 8.
  for (const std::string_view small : {"0000000000000000000000000000000000000000000000000000000000000000",
                                       "0100000000000000000000000000000000000000000000000000000000000000",
                                       "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"})
    EXPECT_EQ(rv_of(key.derive(MontgomeryPublicKey::from_point(MontgomeryCurve::x25519, hex(small)).value())),
              Rv::mechanism_param_invalid)
        << small;
  const auto other_curve = MontgomeryPublicKey::from_point(MontgomeryCurve::x448, hex(kVectors[1].point)).value();
  EXPECT_EQ(rv_of(key.derive(other_curve)), Rv::mechanism_param_invalid);
}

TEST(Montgomery, TakesEveryFormOfAPointAndNoOtherLength) {
  for (const Vector& vector : kVectors) {
    const Bytes plain = hex(vector.point);
    for (const Bytes& form : {plain, octet_string(plain)})
      EXPECT_EQ(to_hex(MontgomeryPublicKey::from_point(vector.curve, form).value().point()), vector.point);
    for (const std::size_t size : {std::size_t{0}, plain.size() - 1, plain.size() + 1}) {
      EXPECT_EQ(rv_of(MontgomeryPublicKey::from_point(vector.curve, Bytes(size), Rv::mechanism_param_invalid)),
                Rv::mechanism_param_invalid);
      EXPECT_EQ(rv_of(MontgomeryPrivateKey::from_value(vector.curve, secret(Bytes(size)))),
                Rv::attribute_value_invalid);
    }
  }
}

TEST(Montgomery, KnowsTheParamsOfItsCurves) {
  for (const std::string_view form : {"06032b656e", "130a63757276653235353139", "060a2b060104019755010501"})
    EXPECT_EQ(montgomery_from_params(hex(form)).value(), MontgomeryCurve::x25519) << form;
  for (const std::string_view form : {"06032b656f", "13086375727665343438"})
    EXPECT_EQ(montgomery_from_params(hex(form)).value(), MontgomeryCurve::x448) << form;
  EXPECT_EQ(rv_of(montgomery_from_params(hex("06032b6570"))), Rv::curve_not_supported);
  for (const std::string_view none : {"", "06032b656e00", "0603", "0500"})
    EXPECT_EQ(rv_of(montgomery_from_params(hex(none))), Rv::domain_params_invalid) << none;
}

TEST(GenerateMontgomery, GivesAPairThatBelongsTogether) {
  for (const MontgomeryCurve curve : {MontgomeryCurve::x25519, MontgomeryCurve::x448}) {
    const MontgomeryKeyPair pair = generate_montgomery(curve).value();
    EXPECT_EQ(to_hex(MontgomeryPrivateKey::from_value(curve, pair.value).value().public_point()), to_hex(pair.point));
  }
}

}  // namespace
}  // namespace holdfast::secure::crypto
