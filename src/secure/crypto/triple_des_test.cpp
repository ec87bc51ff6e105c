#include <algorithm>

#include "secure/crypto/triple_des.h"

#include "secure/crypto/cbc_mac.h"
#include "secure/crypto/test_support.h"

namespace holdfast::secure::crypto {
namespace {

constexpr std::string_view kKey = "0123456789abcdef23456789abcdef01456789abcdef0123";

Bytes run(BlockCipher& cipher, ByteView in) {
  Bytes out(in.size() + 8);
  const std::size_t head = cipher.update(in, out).value();
  const std::size_t tail = cipher.finish(MutableByteView(out).subspan(head)).value();
  out.resize(head + tail);
  return out;
}

Bytes whole(CipherDirection direction, TripleDesMode mode, std::string_view key, ByteView iv, ByteView in) {
  TripleDesCipher cipher = TripleDesCipher::create(secret_hex(key), direction, mode, iv).value();
  return run(cipher, in);
}

TEST(TripleDes, GivesTheVectorOfSp80067) {
  const Bytes plain = to_bytes(as_bytes("The qufck brown fox jump"));
  const Bytes cipher = whole(CipherDirection::encrypt, TripleDesMode::ecb, kKey, {}, plain);
  EXPECT_EQ(to_hex(cipher), "a826fd8ce53b855fcce21c8112256fe668d5c05dd9b6b900");
  EXPECT_EQ(whole(CipherDirection::decrypt, TripleDesMode::ecb, kKey, {}, cipher), plain);
}

TEST(TripleDes, OfSixteenBytesUsesTheFirstPartTwice) {
  const Bytes plain(16, std::byte{0x35});
  const std::string shorter(kKey.substr(0, 32));
  EXPECT_EQ(whole(CipherDirection::encrypt, TripleDesMode::ecb, shorter, {}, plain),
            whole(CipherDirection::encrypt, TripleDesMode::ecb, shorter + shorter.substr(0, 16), {}, plain));
}

TEST(TripleDes, ChainsBlocksAndPadsThem) {
  const Bytes iv = hex("f69f2445df4f9b17");
  for (std::size_t size = 0; size < 20; ++size) {
    const Bytes plain(size, std::byte{0x7E});
    const Bytes cipher = whole(CipherDirection::encrypt, TripleDesMode::cbc_pad, kKey, iv, plain);
    EXPECT_EQ(cipher.size(), (size / 8 + 1) * 8);
    EXPECT_EQ(whole(CipherDirection::decrypt, TripleDesMode::cbc_pad, kKey, iv, cipher), plain);
  }
  // A block of CBC is ECB of the block and the iv.
  Bytes block = hex("6bc1bee22e409f96");
  const Bytes chained = whole(CipherDirection::encrypt, TripleDesMode::cbc, kKey, iv, block);
  for (std::size_t i = 0; i < block.size(); ++i) block[i] ^= iv[i];
  EXPECT_EQ(chained, whole(CipherDirection::encrypt, TripleDesMode::ecb, kKey, {}, block));
}

TEST(TripleDes, RefusesOtherKeysIvsAndLengths) {
  const Bytes iv(8);
  const auto rv = [](std::size_t key_bytes, TripleDesMode mode, ByteView with) {
    return rv_of(TripleDesCipher::create(secret(Bytes(key_bytes)), CipherDirection::encrypt, mode, with));
  };
  for (const std::size_t bytes : {0u, 8u, 15u, 23u, 25u, 32u})
    EXPECT_EQ(rv(bytes, TripleDesMode::cbc, iv), Rv::key_size_range) << bytes;
  EXPECT_EQ(rv(24, TripleDesMode::cbc, {}), Rv::mechanism_param_invalid);
  EXPECT_EQ(rv(24, TripleDesMode::cbc, Bytes(16)), Rv::mechanism_param_invalid);
  EXPECT_EQ(rv(24, TripleDesMode::ecb, iv), Rv::mechanism_param_invalid);
  TripleDesCipher cipher =
      TripleDesCipher::create(secret_hex(kKey), CipherDirection::decrypt, TripleDesMode::cbc, iv).value();
  Bytes out(16);
  ASSERT_EQ(rv_of(cipher.update(Bytes(9), out)), Rv::ok);
  EXPECT_EQ(rv_of(cipher.finish(out)), Rv::encrypted_data_len_range);
}

TEST(TripleDes, MakesKeysOfOddParity) {
  for (const std::size_t bytes : {16u, 24u}) {
    const SecretBytes key = random_triple_des_key(bytes).value();
    EXPECT_EQ(key.size(), bytes);
    EXPECT_TRUE(has_odd_parity(key));
  }
  EXPECT_EQ(rv_of(random_triple_des_key(8)), Rv::key_size_range);
  EXPECT_TRUE(has_odd_parity(secret_hex("01fe")));
  EXPECT_FALSE(has_odd_parity(secret_hex("0100")));
  EXPECT_FALSE(has_odd_parity(secret_hex("03fe")));
}

TEST(CbcMac, IsTheLastBlockOfCbcUnderAZeroIv) {
  const Bytes iv(8);
  const Bytes data = to_bytes(as_bytes("The qufck brown fox jump"));
  const Bytes cipher = whole(CipherDirection::encrypt, TripleDesMode::cbc, kKey, iv, data);
  for (const std::size_t step : {1u, 7u, 24u}) {
    CbcMac mac = CbcMac::triple_des(secret_hex(kKey)).value();
    EXPECT_EQ(mac.size(), 8u);
    for (ByteView rest = data; !rest.empty(); rest = rest.subspan(std::min(step, rest.size())))
      ASSERT_EQ(rv_of(mac.update(rest.first(std::min(step, rest.size())))), Rv::ok);
    CbcMac twin = mac.copy().value();
    Bytes out(8), again(8);
    ASSERT_EQ(rv_of(mac.finish(out)), Rv::ok);
    EXPECT_EQ(to_hex(out), to_hex(ByteView(cipher).last(8)));
    ASSERT_EQ(rv_of(twin.finish(again)), Rv::ok);
    EXPECT_EQ(again, out);
  }
}

TEST(CbcMac, PadsWithZerosAndTakesNothingForABlockOfThem) {
  const AesKey key = AesKey::from_secret(secret_hex("2b7e151628aed2a6abf7158809cf4f3c")).value();
  const auto mac_of = [&key](ByteView data) {
    CbcMac mac = CbcMac::aes(key).value();
    EXPECT_EQ(rv_of(mac.update(data)), Rv::ok);
    Bytes out(16);
    EXPECT_EQ(rv_of(mac.finish(out)), Rv::ok);
    return to_hex(out);
  };
  EXPECT_EQ(mac_of({}), mac_of(Bytes(16)));
  EXPECT_EQ(mac_of(hex("010203")), mac_of(hex("01020300000000000000000000000000")));
  // FIPS 197 for one block: SP 800-38A, F.1.1.
  EXPECT_EQ(mac_of(hex("6bc1bee22e409f96e93d7e117393172a")), "3ad77bb40d7a3660a89ecaf32466ef97");
}

}  // namespace
}  // namespace holdfast::secure::crypto
