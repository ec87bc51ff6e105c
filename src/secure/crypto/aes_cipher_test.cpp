#include "secure/crypto/aes_cipher.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "secure/crypto/check_value.h"
#include "secure/crypto/test_support.h"

namespace holdfast::secure::crypto {
namespace {

constexpr std::string_view kKey128 = "2b7e151628aed2a6abf7158809cf4f3c";
constexpr std::string_view kKey192 = "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b";
constexpr std::string_view kKey256 = "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4";
constexpr std::string_view kIv = "000102030405060708090a0b0c0d0e0f";
constexpr std::string_view kCounter = "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";
constexpr std::string_view kPlain =
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";

AesKey key_of(std::string_view digits) { return AesKey::from_secret(secret_hex(digits)).value(); }

/// run feeds the input in parts of `step` bytes and checks the promised sizes at each one.
Result<Bytes> run(AesCipher cipher, ByteView in, std::size_t step) {
  Bytes out;
  while (!in.empty()) {
    const ByteView part = in.first(std::min(step, in.size()));
    Bytes room(cipher.update_size(part.size()));
    HF_ASSIGN_OR_RETURN(const std::size_t written, cipher.update(part, room));
    EXPECT_EQ(written, room.size());
    out.insert(out.end(), room.begin(), room.end());
    in = in.subspan(part.size());
  }
  Bytes room(cipher.finish_size());
  HF_ASSIGN_OR_RETURN(const std::size_t written, cipher.finish(room));
  out.insert(out.end(), room.begin(), room.begin() + static_cast<std::ptrdiff_t>(written));
  return out;
}

Result<Bytes> run_once(const AesKey& key, CipherDirection direction, const AesCipherParams& params, ByteView in) {
  HF_ASSIGN_OR_RETURN(AesCipher cipher, AesCipher::create(key, direction, params));
  return run(std::move(cipher), in, in.size());
}

struct Vector {
  std::string_view key;
  AesMode mode;
  std::string_view iv;
  std::string_view cipher;
};
// SP 800-38A, F.1.1, F.2.1, F.2.5, F.5.1, F.5.3.
constexpr Vector kVectors[] = {
    {kKey128, AesMode::ecb, "",
     "3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf"
     "43b1cd7f598ece23881b00e3ed0306887b0c785e27e8ad3f8223207104725dd4"},
    {kKey128, AesMode::cbc, kIv,
     "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2"
     "73bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7"},
    {kKey256, AesMode::cbc, kIv,
     "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"
     "39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b"},
    {kKey128, AesMode::ctr, kCounter,
     "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff"
     "5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee"},
    {kKey192, AesMode::ctr, kCounter,
     "1abc932417521ca24f2b0459fe7e6e0b090339ec0aa6faefd5ccc2c6f4ce8e94"
     "1e36b26bd1ebc670d1bd1d665620abf74f78a7f6d29809585a97daec58c6b050"},
};

TEST(AesCipher, GivesTheVectorsOfSp80038aInPartsOfAnySize) {
  for (const Vector& vector : kVectors) {
    const AesKey key = key_of(vector.key);
    const Bytes iv = hex(vector.iv);
    const AesCipherParams params{.mode = vector.mode, .iv = iv};
    for (const std::size_t step : {1u, 7u, 16u, 17u, 33u, 64u}) {
      AesCipher encrypt = AesCipher::create(key, CipherDirection::encrypt, params).value();
      EXPECT_EQ(to_hex(run(std::move(encrypt), hex(kPlain), step).value()), vector.cipher);
      AesCipher decrypt = AesCipher::create(key, CipherDirection::decrypt, params).value();
      EXPECT_EQ(to_hex(run(std::move(decrypt), hex(vector.cipher), step).value()), kPlain);
    }
  }
}

// The whole blocks must be those of F.2.1, whatever padding follows.
TEST(AesCipher, PadsToTheNextBlockAndBack) {
  const AesKey key = key_of(kKey128);
  const Bytes iv = hex(kIv);
  const AesCipherParams params{.mode = AesMode::cbc_pad, .iv = iv};
  for (std::size_t size = 0; size <= 64; ++size) {
    Bytes in = hex(kPlain);
    in.resize(size);
    for (const std::size_t step : {1u, 16u, 31u, 64u}) {
      AesCipher encrypt = AesCipher::create(key, CipherDirection::encrypt, params).value();
      const Bytes sealed = run(std::move(encrypt), in, step).value();
      ASSERT_EQ(sealed.size(), (size / 16 + 1) * 16);
      EXPECT_EQ(to_hex(sealed).substr(0, size / 16 * 32), kVectors[1].cipher.substr(0, size / 16 * 32));
      AesCipher decrypt = AesCipher::create(key, CipherDirection::decrypt, params).value();
      EXPECT_EQ(to_hex(run(std::move(decrypt), sealed, step).value()), to_hex(in));
    }
  }
}

TEST(AesCipher, KeepsTheLastBlockUntilThereIsRoom) {
  const AesKey key = key_of(kKey128);
  const Bytes iv = hex(kIv);
  const AesCipherParams params{.mode = AesMode::cbc_pad, .iv = iv};
  const Bytes sealed = run_once(key, CipherDirection::encrypt, params, as_bytes("hello")).value();
  AesCipher decrypt = AesCipher::create(key, CipherDirection::decrypt, params).value();
  ASSERT_EQ(decrypt.update_size(16), 0u);
  ASSERT_EQ(decrypt.update(sealed, {}).value(), 0u);
  Bytes out(4);
  EXPECT_EQ(rv_of(decrypt.finish(out)), Rv::buffer_too_small);
  EXPECT_EQ(decrypt.finish_size(), 5u);
  out.resize(5);
  EXPECT_EQ(decrypt.finish(out).value(), 5u);
  EXPECT_EQ(as_text(out), "hello");
}

TEST(AesCipher, RefusesASmallBufferAndConsumesNothing) {
  const AesKey key = key_of(kKey128);
  AesCipher cipher = AesCipher::create(key, CipherDirection::encrypt, {.mode = AesMode::ecb}).value();
  Bytes room(63);
  EXPECT_EQ(rv_of(cipher.update(hex(kPlain), room)), Rv::buffer_too_small);
  room.resize(64);
  ASSERT_EQ(cipher.update(hex(kPlain), room).value(), 64u);
  EXPECT_EQ(to_hex(room), kVectors[0].cipher);
}

TEST(AesCipher, NamesAnIncompleteBlockByDirection) {
  const AesKey key = key_of(kKey128);
  const Bytes iv = hex(kIv);
  for (const AesMode mode : {AesMode::ecb, AesMode::cbc}) {
    const AesCipherParams params{.mode = mode, .iv = mode == AesMode::ecb ? ByteView() : ByteView(iv)};
    EXPECT_EQ(rv_of(run_once(key, CipherDirection::encrypt, params, Bytes(17))), Rv::data_len_range);
    EXPECT_EQ(rv_of(run_once(key, CipherDirection::decrypt, params, Bytes(17))), Rv::encrypted_data_len_range);
  }
  const AesCipherParams padded{.mode = AesMode::cbc_pad, .iv = iv};
  EXPECT_EQ(rv_of(run_once(key, CipherDirection::decrypt, padded, {})), Rv::encrypted_data_len_range);
  EXPECT_EQ(rv_of(run_once(key, CipherDirection::decrypt, padded, Bytes(31))), Rv::encrypted_data_len_range);
}

TEST(AesCipher, RefusesBadPadding) {
  const AesKey key = key_of(kKey128);
  const Bytes iv = hex(kIv);
  // The first block of F.2.1 decrypts to text whose last byte, 2a, is no padding.
  EXPECT_EQ(rv_of(run_once(key, CipherDirection::decrypt, {.mode = AesMode::cbc_pad, .iv = iv},
                           hex(kVectors[1].cipher.substr(0, 32)))),
            Rv::encrypted_data_invalid);
}

TEST(AesCipher, RefusesParametersTheModeDoesNotHave) {
  const AesKey key = key_of(kKey128);
  const Bytes iv = hex(kIv);
  const ByteView short_iv = ByteView(iv).first(15);
  for (const AesCipherParams& params :
       {AesCipherParams{.mode = AesMode::ecb, .iv = iv}, AesCipherParams{.mode = AesMode::cbc},
        AesCipherParams{.mode = AesMode::cbc_pad, .iv = short_iv},
        AesCipherParams{.mode = AesMode::ctr, .iv = short_iv},
        AesCipherParams{.mode = AesMode::ctr, .iv = iv, .counter_bits = 0},
        AesCipherParams{.mode = AesMode::ctr, .iv = iv, .counter_bits = 129}})
    EXPECT_EQ(rv_of(AesCipher::create(key, CipherDirection::encrypt, params)), Rv::mechanism_param_invalid);
}

struct CounterCase {
  std::string_view block;
  std::size_t bits;
  std::size_t blocks_allowed;  // 5: more than the test tries
};
constexpr CounterCase kCounters[] = {
    {"000000000000000000000000000000fe", 8, 2},   {"000000000000000000000000000001fe", 8, 2},
    {"00000000000000000000000000000000", 1, 2},   {"ffffffffffffffffffffffffffffffff", 1, 1},
    {"ffffffffffffffffffffffffffffffff", 128, 1}, {"fffffffffffffffffffffffffffffffd", 128, 3},
    {"0000000000000000ffffffffffffffff", 64, 1},  {"0000000000000000ffffffffffffffff", 65, 5},
    {"0000000000000001ffffffffffffffff", 65, 1},  {"00000000000000000000000000000000", 64, 5},
    {"00000000000000000000000000000000", 128, 5}, {"0000000000000000000000007fffffff", 31, 1},
    {"fffffffffffffffffffffffffffffffe", 127, 2}, {"00000000000000007ffffffffffffffe", 63, 2},
};

TEST(AesCipher, StopsBeforeTheCounterBitsOverflow) {
  const AesKey key = key_of(kKey128);
  for (const CounterCase& counter : kCounters) {
    const Bytes block = hex(counter.block);
    const AesCipherParams params{.mode = AesMode::ctr, .iv = block, .counter_bits = counter.bits};
    const std::size_t most = counter.blocks_allowed * 16;
    EXPECT_EQ(rv_of(run_once(key, CipherDirection::encrypt, params, Bytes(most))), Rv::ok) << counter.block;
    if (counter.blocks_allowed == 5) continue;
    EXPECT_EQ(rv_of(run_once(key, CipherDirection::encrypt, params, Bytes(most + 1))), Rv::data_len_range)
        << counter.block << " " << counter.bits;
    AesCipher bytewise = AesCipher::create(key, CipherDirection::encrypt, params).value();
    Bytes out(1);
    for (std::size_t i = 0; i < most; ++i) ASSERT_EQ(rv_of(bytewise.update(Bytes(1), out)), Rv::ok) << i;
    EXPECT_EQ(rv_of(bytewise.update(Bytes(1), out)), Rv::data_len_range);
  }
}

TEST(AesCipher, AbandonedOperationLeavesNothingInTheKey) {
  const AesKey key = key_of(kKey128);
  const Bytes iv = hex(kIv);
  const AesCipherParams params{.mode = AesMode::cbc_pad, .iv = iv};
  for (int i = 0; i < 3; ++i) {
    AesCipher abandoned = AesCipher::create(key, CipherDirection::encrypt, params).value();
    Bytes room(16);
    ASSERT_EQ(rv_of(abandoned.update(Bytes(21), room)), Rv::ok);
  }
  const Bytes sealed = run_once(key, CipherDirection::encrypt, params, hex(kPlain)).value();
  EXPECT_EQ(to_hex(sealed).substr(0, 128), kVectors[1].cipher);
}

TEST(AesCipher, ThreadsShareAKey) {
  const AesKey key = key_of(kKey128);
  const Bytes iv = hex(kIv);
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i)
        if (to_hex(run_once(key, CipherDirection::encrypt, {.mode = AesMode::cbc, .iv = iv}, hex(kPlain)).value()) !=
            kVectors[1].cipher)
          ++wrong;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(AesKey, RefusesOtherSizes) {
  for (const std::size_t size : {0u, 8u, 15u, 31u, 33u, 64u})
    EXPECT_EQ(rv_of(AesKey::from_secret(secret(Bytes(size)))), Rv::key_size_range) << size;
}

TEST(AesCipher, WrapsAndUnwrapsASecret) {
  const AesKey key = key_of(kKey128);
  const Bytes iv = hex(kIv);
  for (const AesMode mode : {AesMode::cbc, AesMode::cbc_pad}) {
    const AesCipherParams params{.mode = mode, .iv = iv};
    const Bytes wrapped = encrypt_secret(key, params, secret_hex(kPlain)).value();
    EXPECT_EQ(to_hex(wrapped).substr(0, 128), kVectors[1].cipher);
    EXPECT_EQ(to_hex(decrypt_secret(key, params, wrapped).value()), kPlain);
    EXPECT_EQ(rv_of(decrypt_secret(key, params, Bytes(17))), Rv::wrapped_key_len_range);
  }
  EXPECT_EQ(rv_of(encrypt_secret(key, {.mode = AesMode::cbc, .iv = iv}, secret(Bytes(17)))), Rv::key_size_range);
  EXPECT_EQ(rv_of(decrypt_secret(key, {.mode = AesMode::cbc_pad, .iv = iv}, hex(kVectors[1].cipher.substr(0, 32)))),
            Rv::wrapped_key_invalid);
}

// The AES-128 encryption of a zero block under a zero key begins 66e94b (GCM specification, test case 1: H).
// SHA-1 of "abc" begins a9993e.
TEST(CheckValue, IsTheHeadOfWhatTheStandardNames) {
  EXPECT_EQ(to_hex(check_value(AesKey::from_secret(secret(Bytes(16))).value()).value()), "66e94b");
  EXPECT_EQ(to_hex(check_value(secret(as_bytes("abc"))).value()), "a9993e");
  EXPECT_EQ(to_hex(check_value(as_bytes("abc")).value()), "a9993e");
}

}  // namespace
}  // namespace holdfast::secure::crypto
