#include "secure/crypto/aes_cts.h"

#include "secure/crypto/test_support.h"

namespace holdfast::secure::crypto {
namespace {

// RFC 3962, appendix B: AES-128 under "chicken teriyaki" with an iv of zeros. The text of an RFC's examples may be used
// freely (IETF Trust, code components).
constexpr std::string_view kKey = "636869636b656e207465726979616b69";
constexpr std::string_view kText =
    "4920776f756c64206c696b65207468652047656e6572616c20476175277320436869636b656e2c20706c656173652c20616e6420776f6e746f"
    "6e"
    "20736f75702e";
struct Vector {
  std::size_t bytes;
  std::string_view ciphertext;
};
constexpr Vector kVectors[] = {
    {17, "c6353568f2bf8cb4d8a580362da7ff7f97"},
    {31, "fc00783e0efdb2c1d445d4c8eff7ed2297687268d6ecccc0c07b25e25ecfe5"},
    {32, "39312523a78662d5be7fcbcc98ebf5a897687268d6ecccc0c07b25e25ecfe584"},
    {47, "97687268d6ecccc0c07b25e25ecfe584b3fffd940c16a18c1b5549d2f838029e39312523a78662d5be7fcbcc98ebf5"},
    {48, "97687268d6ecccc0c07b25e25ecfe5849dad8bbb96c4cdc03bc103e1a194bbd839312523a78662d5be7fcbcc98ebf5a8"},
    {64,
     "97687268d6ecccc0c07b25e25ecfe58439312523a78662d5be7fcbcc98ebf5a84807efe836ee89a526730dbc2f7bc8409dad8bbb96c4cdc0"
     "3bc103e1a194bbd8"},
};

AesCts start(CipherDirection direction, ByteView iv = Bytes(16)) {
  return AesCts::create(AesKey::from_secret(secret_hex(kKey)).value(), direction, iv).value();
}

/// run gives the input in parts of `step` bytes and checks each announced size.
Bytes run(AesCts cts, ByteView in, std::size_t step) {
  Bytes all(in.size());
  std::size_t written = 0;
  while (!in.empty()) {
    const ByteView part = in.first(std::min(step, in.size()));
    const std::size_t announced = cts.update_size(part.size());
    EXPECT_EQ(cts.update(part, MutableByteView(all).subspan(written, announced)).value(), announced);
    written += announced;
    in = in.subspan(part.size());
  }
  EXPECT_EQ(written + cts.finish_size(), all.size());
  EXPECT_EQ(cts.finish(MutableByteView(all).subspan(written)).value(), all.size() - written);
  return all;
}

TEST(AesCts, GivesTheVectorsOfRfc3962InPartsOfAnySize) {
  for (const Vector& vector : kVectors) {
    const Bytes text = hex(kText.substr(0, 2 * vector.bytes));
    for (const std::size_t step : {1u, 7u, 16u, 17u, 31u, 64u}) {
      EXPECT_EQ(to_hex(run(start(CipherDirection::encrypt), text, step)), vector.ciphertext) << step;
      EXPECT_EQ(to_hex(run(start(CipherDirection::decrypt), hex(vector.ciphertext), step)), to_hex(text)) << step;
    }
  }
}

TEST(AesCts, OfOneBlockIsPlainCbc) {
  const Bytes text = hex(kText.substr(0, 32));
  Bytes cbc(16);
  AesCipher cipher = AesCipher::create(AesKey::from_secret(secret_hex(kKey)).value(), CipherDirection::encrypt,
                                       {.mode = AesMode::cbc, .iv = Bytes(16)})
                         .value();
  ASSERT_TRUE(cipher.update(text, cbc).has_value());
  EXPECT_EQ(to_hex(run(start(CipherDirection::encrypt), text, 16)), to_hex(cbc));
  EXPECT_EQ(to_hex(run(start(CipherDirection::decrypt), cbc, 5)), to_hex(text));
}

TEST(AesCts, RefusesLessThanABlockAndOtherIvs) {
  Bytes out(32);
  for (const auto& [direction, rv] : {std::pair{CipherDirection::encrypt, Rv::data_len_range},
                                      std::pair{CipherDirection::decrypt, Rv::encrypted_data_len_range}}) {
    AesCts cts = start(direction);
    EXPECT_EQ(rv_of(cts.finish(out)), rv);
    ASSERT_TRUE(cts.update(Bytes(15), out).has_value());
    EXPECT_EQ(rv_of(cts.finish(out)), rv);
    const AesKey key = AesKey::from_secret(secret_hex(kKey)).value();
    EXPECT_EQ(rv_of(AesCts::create(key, direction, Bytes(15))), Rv::mechanism_param_invalid);
  }
}

TEST(AesCts, KeepsEverythingWhenTheBufferIsTooSmall) {
  const Bytes text = hex(kText.substr(0, 2 * 47));
  AesCts cts = start(CipherDirection::encrypt);
  Bytes out(47);
  EXPECT_EQ(rv_of(cts.update(text, MutableByteView(out).first(15))), Rv::buffer_too_small);
  ASSERT_EQ(cts.update(text, out).value(), 16u);
  EXPECT_EQ(rv_of(cts.finish(MutableByteView(out).subspan(16, 30))), Rv::buffer_too_small);
  EXPECT_EQ(cts.finish(MutableByteView(out).subspan(16)).value(), 31u);
  EXPECT_EQ(to_hex(out), kVectors[3].ciphertext);
}

}  // namespace
}  // namespace holdfast::secure::crypto
