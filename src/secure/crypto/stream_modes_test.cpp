#include <algorithm>

#include "secure/crypto/aes_cipher.h"
#include "secure/crypto/aes_wrap.h"
#include "secure/crypto/aes_xts.h"
#include "secure/crypto/chacha20.h"
#include "secure/crypto/test_support.h"

namespace holdfast::secure::crypto {
namespace {

std::string in_parts(BlockCipher cipher, ByteView in, std::size_t step) {
  Bytes out(in.size());
  for (std::size_t at = 0; at < in.size(); at += step) {
    const std::size_t size = std::min(step, in.size() - at);
    EXPECT_EQ(cipher.update(in.subspan(at, size), MutableByteView(out).subspan(at)).value(), size);
  }
  EXPECT_EQ(cipher.finish({}).value(), 0u);
  return to_hex(out);
}

TEST(AesCipher, GivesTheFeedbackVectorsOfSp80038a) {
  // SP 800-38A, F.3.1, F.3.7, F.3.13 and F.4.1.
  struct Vector {
    AesMode mode;
    std::string_view plain, cipher;
  };
  constexpr Vector kVectors[] = {
      {AesMode::cfb1, "6bc1", "68b3"},
      {AesMode::cfb8, "6bc1bee22e409f96e93d7e117393172aae2d", "3b79424c9c0dd436bace9e0ed4586a4f32b9"},
      {AesMode::cfb128, "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51",
       "3b3fd92eb72dad20333449f8e83cfb4ac8a64537a0b3a93fcde3cdad9f1ce58b"},
      {AesMode::ofb, "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51",
       "3b3fd92eb72dad20333449f8e83cfb4a7789508d16918f03f53c52dac54ed825"},
  };
  const AesKey key = AesKey::from_secret(secret_hex("2b7e151628aed2a6abf7158809cf4f3c")).value();
  const Bytes iv = hex("000102030405060708090a0b0c0d0e0f");
  for (const Vector& vector : kVectors)
    for (const std::size_t step : {1u, 7u, 16u, 100u}) {
      const AesCipherParams params{.mode = vector.mode, .iv = iv};
      EXPECT_EQ(in_parts(AesCipher::create(key, CipherDirection::encrypt, params).value(), hex(vector.plain), step),
                vector.cipher);
      EXPECT_EQ(in_parts(AesCipher::create(key, CipherDirection::decrypt, params).value(), hex(vector.cipher), step),
                vector.plain);
    }
  EXPECT_EQ(rv_of(AesCipher::create(key, CipherDirection::encrypt, {.mode = AesMode::ofb})), Rv::mechanism_param_invalid);
}

constexpr std::string_view kSunscreen =
    "4c616469657320616e642047656e746c656d656e206f662074686520636c617373206f66202739393a204966204920636f756c64206f666665"
    "7220796f75206f6e6c79206f6e652074697020666f7220746865206675747572652c2073756e73637265656e20776f756c642062652069742e";
constexpr std::string_view kChaChaKey = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

TEST(ChaCha20, GivesTheVectorOfRfc8439InAnyParts) {
  // RFC 8439, 2.4.2.
  const Bytes counter = hex("01000000");
  const Bytes nonce = hex("000000000000004a00000000");
  for (const std::size_t step : {1u, 63u, 64u, 65u, 1000u})
    EXPECT_EQ(
        in_parts(ChaCha20::create(secret_hex(kChaChaKey), CipherDirection::encrypt, counter, nonce).value(),
                 hex(kSunscreen), step),
        "6e2e359a2568f98041ba0728dd0d6981e97e7aec1d4360c20a27afccfd9fae0bf91b65c5524733ab8f593dabcd62b3571639d624e65152ab"
        "8f530c359f0861d807ca0dbf500d6a6156a38e088a22b65e52bc514d16ccf806818ce91ab77937365af90bbf74a35be6b40b8eedf2785e42"
        "874d");
}

TEST(ChaCha20, CountsOnBeyond32BitsWithTheOriginalNonceOnly) {
  const SecretBytes key = secret_hex(kChaChaKey);
  const Bytes zeros(128);
  const Bytes nonce = hex("0102030405060708");
  // The second block from the last counter of 32 bits is the first block from the next.
  const std::string across = in_parts(
      ChaCha20::create(key, CipherDirection::encrypt, hex("ffffffff00000000"), nonce).value(), zeros, 128);
  const std::string next = in_parts(
      ChaCha20::create(key, CipherDirection::encrypt, hex("0000000001000000"), nonce).value(), ByteView(zeros).first(64), 64);
  EXPECT_EQ(across.substr(128), next);
  ChaCha20 ietf = ChaCha20::create(key, CipherDirection::encrypt, hex("ffffffff"), Bytes(12)).value();
  Bytes out(128);
  EXPECT_EQ(rv_of(ietf.update(ByteView(zeros).first(65), out)), Rv::data_len_range);
  EXPECT_EQ(rv_of(ietf.update(ByteView(zeros).first(64), out)), Rv::ok);
  EXPECT_EQ(rv_of(ietf.update(ByteView(zeros).first(1), out)), Rv::data_len_range);
}

TEST(ChaCha20, RefusesOtherCountersNoncesAndKeys) {
  const SecretBytes key = secret_hex(kChaChaKey);
  const Bytes zeros(24);
  const ByteView all(zeros);
  struct Sizes {
    std::size_t counter, nonce;
  };
  for (const Sizes& each : {Sizes{8, 12}, Sizes{4, 24}, Sizes{8, 24}, Sizes{0, 12}, Sizes{4, 0}, Sizes{4, 11}, Sizes{5, 8}})
    EXPECT_EQ(rv_of(ChaCha20::create(key, CipherDirection::encrypt, all.first(each.counter), all.first(each.nonce))),
              Rv::mechanism_param_invalid)
        << each.counter << ' ' << each.nonce;
  EXPECT_EQ(rv_of(ChaCha20::create(secret(Bytes(16)), CipherDirection::encrypt, all.first(4), all.first(12))),
            Rv::key_size_range);
}

std::string xts(CipherDirection direction, std::string_view key, std::string_view tweak, std::string_view in) {
  const Bytes input = hex(in);
  Bytes out(input.size());
  EXPECT_EQ(rv_of(xts_crypt(secret_hex(key), direction, hex(tweak), input, out)), Rv::ok);
  return to_hex(out);
}

TEST(AesXts, GivesTheVectorsOfIeee1619) {
  // IEEE 1619-2007, annex B, vectors 2 and 15.
  struct Vector {
    std::string_view key, tweak, plain, cipher;
  };
  constexpr Vector kVectors[] = {
      {"1111111111111111111111111111111122222222222222222222222222222222", "33333333330000000000000000000000",
       "4444444444444444444444444444444444444444444444444444444444444444",
       "c454185e6a16936e39334038acef838bfb186fff7480adc4289382ecd6d394f0"},
      {"fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0bfbebdbcbbbab9b8b7b6b5b4b3b2b1b0", "9a785634120000000000000000000000",
       "000102030405060708090a0b0c0d0e0f10", "6c1625db4671522d3d7599601de7ca09ed"},
  };
  for (const Vector& vector : kVectors) {
    EXPECT_EQ(xts(CipherDirection::encrypt, vector.key, vector.tweak, vector.plain), vector.cipher);
    EXPECT_EQ(xts(CipherDirection::decrypt, vector.key, vector.tweak, vector.cipher), vector.plain);
  }
}

TEST(AesXts, RefusesEqualHalvesAndOtherSizes) {
  const Bytes tweak(16);
  Bytes out(64);
  const SecretBytes good = secret_hex("1111111111111111111111111111111122222222222222222222222222222222");
  const auto encrypt = [&out](const SecretBytes& key, ByteView with, std::size_t size) {
    return rv_of(xts_crypt(key, CipherDirection::encrypt, with, Bytes(size), out));
  };
  EXPECT_EQ(encrypt(secret(Bytes(32)), tweak, 16), Rv::key_function_not_permitted);
  EXPECT_EQ(encrypt(secret(Bytes(48)), tweak, 16), Rv::key_size_range);
  EXPECT_EQ(encrypt(good, ByteView(tweak).first(15), 16), Rv::mechanism_param_invalid);
  EXPECT_EQ(encrypt(good, tweak, 15), Rv::data_len_range);
  EXPECT_EQ(encrypt(good, tweak, 65), Rv::buffer_too_small);
  EXPECT_EQ(rv_of(xts_crypt(good, CipherDirection::decrypt, tweak, Bytes(15), out)), Rv::encrypted_data_len_range);
}

TEST(KeyWrap, PadsLikePkcs7AndTakesThePaddingOff) {
  const AesKey key = AesKey::from_secret(secret(Bytes(16, std::byte{7}))).value();
  for (std::size_t size = 8; size < 40; ++size) {
    const Bytes data(size, std::byte{0x5C});
    const Bytes wrapped = wrap_bytes(key, KeyWrapKind::pkcs7, data).value();
    EXPECT_EQ(wrapped.size(), wrap_size(KeyWrapKind::pkcs7, size));
    // It is KW of the padded data.
    const std::size_t padding = 8 - size % 8;
    Bytes padded = data;
    padded.insert(padded.end(), padding, static_cast<std::byte>(padding));
    EXPECT_EQ(wrapped, wrap_bytes(key, KeyWrapKind::kw, padded).value());
    Bytes out(wrapped.size());
    ASSERT_EQ(unwrap_bytes(key, KeyWrapKind::pkcs7, wrapped, {}, out).value(), size);
    EXPECT_TRUE(equal(ByteView(out).first(size), data));
  }
  const Bytes unpadded = wrap_bytes(key, KeyWrapKind::kw, Bytes(16, std::byte{9})).value();
  Bytes out(unpadded.size());
  EXPECT_EQ(rv_of(unwrap_bytes(key, KeyWrapKind::pkcs7, unpadded, {}, out)), Rv::encrypted_data_invalid);
  EXPECT_EQ(rv_of(wrap_bytes(key, KeyWrapKind::pkcs7, Bytes(7))), Rv::data_len_range);
  EXPECT_EQ(rv_of(wrap_bytes(key, KeyWrapKind::pkcs7, Bytes(16), Bytes(4))), Rv::mechanism_param_invalid);
}

}  // namespace
}  // namespace holdfast::secure::crypto
