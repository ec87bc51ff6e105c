#include "secure/crypto/aes_wrap.h"

#include "secure/crypto/test_support.h"

namespace holdfast::secure::crypto {
namespace {

AesKey key_of(std::string_view digits) { return AesKey::from_secret(secret_hex(digits)).value(); }

struct Vector {
  KeyWrapKind kind;
  std::string_view kek, secret, wrapped;
};
// RFC 3394, 4.1 and 4.6; RFC 5649, section 6.
constexpr Vector kVectors[] = {
    {KeyWrapKind::kw, "000102030405060708090a0b0c0d0e0f", "00112233445566778899aabbccddeeff",
     "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5"},
    {KeyWrapKind::kw, "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
     "00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f",
     "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21"},
    {KeyWrapKind::kwp, "5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8", "c37b7e6492584340bed12207808941155068f738",
     "138bdeaa9b8fa7fc61f97742e72248ee5ae6ae5360d1ae6a5f54f373fa543b6a"},
    {KeyWrapKind::kwp, "5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8", "466f7250617369",
     "afbeb0f07dfbf5419200f2ccb50bb24f"},
};

TEST(KeyWrap, GivesTheVectorsOfRfc3394AndRfc5649) {
  for (const Vector& vector : kVectors) {
    const AesKey key = key_of(vector.kek);
    EXPECT_EQ(to_hex(wrap_key(key, vector.kind, secret_hex(vector.secret)).value()), vector.wrapped);
    EXPECT_EQ(to_hex(unwrap_key(key, vector.kind, hex(vector.wrapped)).value()), vector.secret);
    EXPECT_EQ(wrap_size(vector.kind, vector.secret.size() / 2), vector.wrapped.size() / 2);
  }
}

TEST(KeyWrap, RefusesEveryAlteredByte) {
  for (const Vector& vector : kVectors) {
    const AesKey key = key_of(vector.kek);
    const Bytes good = hex(vector.wrapped);
    for (std::size_t i = 0; i < good.size(); ++i) {
      Bytes altered = good;
      altered[i] ^= std::byte{1};
      EXPECT_EQ(rv_of(unwrap_key(key, vector.kind, altered)), Rv::wrapped_key_invalid);
    }
  }
}

TEST(KeyWrap, TakesAnInitialValueAndMissesItAfterwards) {
  const AesKey key = key_of(kVectors[0].kek);
  const Bytes iv(8, std::byte{0x42});
  const Bytes wrapped = wrap_key(key, KeyWrapKind::kw, secret(Bytes(16)), iv).value();
  EXPECT_EQ(rv_of(unwrap_key(key, KeyWrapKind::kw, wrapped, iv)), Rv::ok);
  EXPECT_EQ(rv_of(unwrap_key(key, KeyWrapKind::kw, wrapped)), Rv::wrapped_key_invalid);
  EXPECT_EQ(rv_of(wrap_key(key, KeyWrapKind::kw, secret(Bytes(16)), Bytes(4))), Rv::mechanism_param_invalid);
  EXPECT_EQ(rv_of(wrap_key(key, KeyWrapKind::kwp, secret(Bytes(16)), Bytes(8))), Rv::mechanism_param_invalid);
}

TEST(KeyWrap, RefusesLengthsThatDoNotExist) {
  const AesKey key = key_of(kVectors[0].kek);
  for (const std::size_t size : {0u, 8u, 15u, 17u, 20u})
    EXPECT_EQ(rv_of(wrap_key(key, KeyWrapKind::kw, secret(Bytes(size)))), Rv::key_size_range) << size;
  EXPECT_EQ(rv_of(wrap_key(key, KeyWrapKind::kwp, SecretBytes())), Rv::key_size_range);
  for (const std::size_t size : {0u, 8u, 16u, 23u, 25u})
    EXPECT_EQ(rv_of(unwrap_key(key, KeyWrapKind::kw, Bytes(size))), Rv::wrapped_key_len_range) << size;
  for (const std::size_t size : {0u, 8u, 15u, 17u})
    EXPECT_EQ(rv_of(unwrap_key(key, KeyWrapKind::kwp, Bytes(size))), Rv::wrapped_key_len_range) << size;
}

}  // namespace
}  // namespace holdfast::secure::crypto
