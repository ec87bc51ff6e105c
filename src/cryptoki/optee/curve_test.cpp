#include "cryptoki/optee/curve.h"

#include <gtest/gtest.h>
#include <string>

namespace holdfast::cryptoki::optee {
namespace {

using namespace std::string_view_literals;

Bytes from_hex(std::string_view digits) {
  Bytes bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2)
    bytes.push_back(static_cast<std::byte>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16)));
  return bytes;
}

struct Generator {
  std::string_view ec_params;
  std::string_view point;
};

// The base points of the curves (SEC 2, section 2).
constexpr Generator kGenerators[] = {
    {"\x06\x08\x2A\x86\x48\xCE\x3D\x03\x01\x01"sv,
     "04188da80eb03090f67cbf20eb43a18800f4ff0afd82ff101207192b95ffc8da78631011ed6b24cdd573f977a11e7948"
     "11"},
    {"\x06\x05\x2B\x81\x04\x00\x21"sv,
     "04b70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21bd376388b5f723fb4c22dfe6cd4375a05a0747"
     "6444d5819985007e34"},
    {"\x06\x08\x2A\x86\x48\xCE\x3D\x03\x01\x07"sv,
     "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e"
     "162bce33576b315ececbb6406837bf51f5"},
    {"\x06\x05\x2B\x81\x04\x00\x22"sv,
     "04aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760a"
     "b73617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e"
     "5f"},
};

TEST(Curve, HasItsGeneratorAndNotThePointsBesideIt) {
  for (const Generator& generator : kGenerators) {
    const Curve* const curve = find_curve(as_bytes(generator.ec_params));
    ASSERT_NE(curve, nullptr);
    const Bytes point = from_hex(generator.point);
    EXPECT_EQ(point.size(), 1 + 2 * curve->field_bytes);
    EXPECT_TRUE(is_on_curve(*curve, point)) << curve->field_bytes;
    for (const std::size_t changed : {std::size_t{0}, std::size_t{1}, curve->field_bytes, point.size() - 1}) {
      Bytes other = point;
      other[changed] ^= std::byte{1};
      EXPECT_FALSE(is_on_curve(*curve, other)) << curve->field_bytes << ", byte " << changed;
    }
    EXPECT_FALSE(is_on_curve(*curve, ByteView(point).first(point.size() - 1)));
    EXPECT_FALSE(is_on_curve(*curve, {}));
  }
}

TEST(Curve, ThatOpteeDoesNotKnowIsNotFound) {
  EXPECT_EQ(find_curve(as_bytes("\x06\x05\x2B\x81\x04\x00\x0A"sv)), nullptr) << "secp256k1";
  EXPECT_EQ(find_curve({}), nullptr);
  EXPECT_FALSE(is_named_curve(Bytes(250)));
  EXPECT_TRUE(is_named_curve(as_bytes("\x06\x09\x2B\x06\x01\x04\x01\xDA\x47\x0F\x01"sv)));
  EXPECT_NE(find_curve(Bytes(250)), nullptr) << "spelt out";
}

}  // namespace
}  // namespace holdfast::cryptoki::optee
