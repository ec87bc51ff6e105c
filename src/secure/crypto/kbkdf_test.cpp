#include "secure/crypto/kbkdf.h"

#include <array>

#include "secure/crypto/test_support.h"

namespace holdfast::secure::crypto {
namespace {

using Kind = KbkdfField::Kind;

// The expected values were computed apart from this code: the first with libcrypto's KBKDF, the others with a HMAC alone.
struct Kbkdf : ::testing::Test {
  const SecretBytes key = secret(hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"));
  const Bytes fixed = hex("6c6162656c 00 636f6e74657874 00000200");  // label || 0 || context || length in bits
  const KbkdfPrf prf{.hmac = DigestKind::sha256};
};

TEST_F(Kbkdf, CountsInFrontOfItsInput) {
  const std::array fields = {KbkdfField{.kind = Kind::counter, .width_bytes = 4}, KbkdfField{.bytes = fixed}};
  EXPECT_EQ(to_hex(kbkdf({.mode = KbkdfMode::counter, .prf = prf, .fields = fields}, key, 2).value()),
            "a96742dab629385c2fda3ab31ff80ae5ab8f18d61a903f75d4cb97422e3b9586"
            "4f650329d558a492707fde746725067868d9647d1a5d07f510bb09aa8d05efaa");
}

TEST_F(Kbkdf, FeedsBackFromItsIv) {
  const Bytes iv = hex("000102030405060708090a0b0c0d0e0f");
  const std::array fields = {KbkdfField{.kind = Kind::chain}, KbkdfField{.kind = Kind::counter, .width_bytes = 1},
                             KbkdfField{.bytes = fixed}};
  EXPECT_EQ(to_hex(kbkdf({.mode = KbkdfMode::feedback, .prf = prf, .fields = fields, .iv = iv}, key, 2).value()),
            "28ae0d9eb4a6de1878d81cef76cb02efd6c02694bdb7411b85710379adb87694"
            "0bf336528846d28d3d3a712ab066e5f675192e82f975d9eb20ef2b39cdfaea70");
}

TEST_F(Kbkdf, RunsTwoPipelines) {
  const std::array fields = {KbkdfField{.kind = Kind::chain},
                             KbkdfField{.kind = Kind::counter, .little_endian = true, .width_bytes = 2},
                             KbkdfField{.bytes = fixed}};
  EXPECT_EQ(to_hex(kbkdf({.mode = KbkdfMode::double_pipeline, .prf = prf, .fields = fields}, key, 2).value()),
            "f4f8ba80a66ac072b15c61a4e6b1f0237ffa7cbefc45219fdaae0935faa62171"
            "734f9d5b1041d68537c55f4919e735e7452005dd1c926e1a80cf4401c422889e");
}

TEST_F(Kbkdf, TakesASecretAsAPartOfItsInput) {
  const SecretBytes hidden = secret(fixed);
  const std::array open = {KbkdfField{.kind = Kind::counter, .width_bytes = 4}, KbkdfField{.bytes = fixed}};
  const std::array closed = {KbkdfField{.kind = Kind::counter, .width_bytes = 4},
                             KbkdfField{.kind = Kind::secret, .secret = &hidden}};
  const auto derive = [&](std::span<const KbkdfField> fields) {
    return to_hex(kbkdf({.prf = prf, .fields = fields}, key, 1).value());
  };
  EXPECT_EQ(derive(open), derive(closed));
}

TEST_F(Kbkdf, GivesNoMoreThanItsCounterCounts) {
  const std::array fields = {KbkdfField{.kind = Kind::counter, .width_bytes = 1}};
  const KbkdfInput input{.prf = prf, .fields = fields};
  EXPECT_EQ(rv_of(kbkdf(input, key, 255)), Rv::ok);
  EXPECT_EQ(rv_of(kbkdf(input, key, 256)), Rv::key_size_range);
  EXPECT_EQ(rv_of(kbkdf(input, key, 0)), Rv::key_size_range);
}

TEST_F(Kbkdf, TakesForCmacOnlyKeysOfAes) {
  const std::array fields = {KbkdfField{.kind = Kind::counter, .width_bytes = 1}};
  EXPECT_EQ(kbkdf({.prf = {}, .fields = fields}, key, 3)->size(), 48u);
  EXPECT_EQ(rv_of(kbkdf({.prf = {}, .fields = fields}, secret(Bytes(20)), 1)), Rv::key_size_range);
}

TEST(CounterBytes, AreWrittenInEitherOrderAndOnlyWhenTheyFit) {
  EXPECT_EQ(to_hex(counter_bytes(0x0102, 3, false).value()), "000102");
  EXPECT_EQ(to_hex(counter_bytes(0x0102, 3, true).value()), "020100");
  EXPECT_EQ(rv_of(counter_bytes(256, 1, false)), Rv::mechanism_param_invalid);
  EXPECT_EQ(rv_of(counter_bytes(1, 0, false)), Rv::mechanism_param_invalid);
  EXPECT_EQ(rv_of(counter_bytes(1, 9, false)), Rv::mechanism_param_invalid);
  EXPECT_EQ(counter_bytes(UINT64_MAX, 8, true)->size(), 8u);
}

}  // namespace
}  // namespace holdfast::secure::crypto
