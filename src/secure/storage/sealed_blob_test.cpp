#include "secure/storage/sealed_blob.h"

#include <gtest/gtest.h>

#include "secure/storage/pin_vault.h"
#include "support/secret_peek.h"

namespace holdfast::secure::storage {
namespace {

using holdfast::testing::SecretPeek;

template <class Id>
Id counting_from(int first) {
  Id id;
  for (std::size_t i = 0; i < id.octets.size(); ++i) id.octets[i] = static_cast<std::byte>(first + static_cast<int>(i));
  return id;
}

Bytes from_hex(std::string_view text) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    bytes.push_back(static_cast<std::byte>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
  return bytes;
}

SecretBytes counting_key(int first = 0) {
  Bytes bytes(32);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(first + static_cast<int>(i));
  return SecretPeek::make(bytes);
}

SealHeader sample_header() {
  return {.kind = BlobKind::object,
          .store = counting_from<StoreUid>(0xA0),
          .token = counting_from<TokenUid>(0xB0),
          .object = counting_from<ObjectUid>(0xC0),
          .version = 7};
}

SealingKey sample_key(int first = 0) { return SealingKey::make(KeyKind::token, counting_key(first)).value(); }

// Frozen samples, made with another implementation (Python: hmac, hashlib, cryptography) from
// docs/formats/sealed-blob.md.
constexpr std::string_view kFormat1Sample =
    "48465342010004022964be92ffc0d9eca0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf"
    "c0c1c2c3c4c5c6c7c8c9cacbcccdcecf0700000000000000101112131415161718191a1b3cd79c27e327eed508d2431b43"
    "620620096d184e1b9567b9afc98da197";
constexpr std::string_view kFormat1Vault =
    "010a0800000001000000000102030405060708090a0b0c0d0e0f48465342010006040000000000000000a0a1a2a3a4a5a6a7"
    "a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf0000000000000000000000000000000002000000000000001011"
    "12131415161718191a1bfee2a3d01e142525c92e9b1d797b949c1b24190cf90f591b55fa6ff05d1af0176404ac06271758a9"
    "738687b4b7dc4d2c";

TEST(SealedBlob, UnsealsTheFrozenSampleOfFormat1) {
  const auto plain = unseal(sample_key(), sample_header(), from_hex(kFormat1Sample));
  ASSERT_TRUE(plain);
  EXPECT_EQ(as_text(*plain), "sample record");
}

TEST(SealedBlob, UnsealsWhatItSealed) {
  const Bytes blob = seal(sample_key(), sample_header(), as_bytes("plain")).value();
  EXPECT_EQ(blob.size(), kSealOverhead + 5);
  EXPECT_EQ(as_text(unseal(sample_key(), sample_header(), blob).value()), "plain");
  const SecretBytes secret = SecretPeek::make(as_bytes("secret"));
  const Bytes secret_blob = seal_secret(sample_key(), sample_header(), secret).value();
  EXPECT_EQ(as_text(SecretPeek::see(unseal_secret(sample_key(), sample_header(), secret_blob).value())), "secret");
}

TEST(SealedBlob, NeverSealsTwiceAlike) {
  EXPECT_NE(seal(sample_key(), sample_header(), as_bytes("x")).value(),
            seal(sample_key(), sample_header(), as_bytes("x")).value());
}

TEST(SealedBlob, RefusesEveryFlippedBit) {
  const Bytes blob = seal(sample_key(), sample_header(), as_bytes("plain")).value();
  for (std::size_t bit = 0; bit < blob.size() * 8; ++bit) {
    Bytes altered = blob;
    altered[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
    EXPECT_FALSE(unseal(sample_key(), sample_header(), altered)) << bit;
  }
}

TEST(SealedBlob, RefusesEveryCut) {
  const Bytes blob = seal(sample_key(), sample_header(), as_bytes("plain")).value();
  for (std::size_t size = 0; size < blob.size(); ++size)
    EXPECT_FALSE(unseal(sample_key(), sample_header(), ByteView(blob).first(size))) << size;
}

TEST(SealedBlob, NamesWhatIsNotAsExpected) {
  const Bytes blob = seal(sample_key(), sample_header(), as_bytes("plain")).value();
  const auto fault = [&](auto change) {
    SealHeader expected = sample_header();
    change(expected);
    return unseal(sample_key(), expected, blob).error();
  };
  EXPECT_EQ(fault([](SealHeader& h) { h.kind = BlobKind::secret_part; }), SealFault::other_kind);
  EXPECT_EQ(fault([](SealHeader& h) { h.store = {}; }), SealFault::other_store);
  EXPECT_EQ(fault([](SealHeader& h) { h.token = {}; }), SealFault::other_token);
  EXPECT_EQ(fault([](SealHeader& h) { h.object = {}; }), SealFault::other_object);
  EXPECT_EQ(fault([](SealHeader& h) { h.version = 8; }), SealFault::other_version);
  EXPECT_EQ(unseal(sample_key(1), sample_header(), blob).error(), SealFault::other_key);
  EXPECT_EQ(unseal(sample_key(), sample_header(), Bytes(200)).error(), SealFault::malformed);
  Bytes altered = blob;
  altered.back() ^= std::byte{1};
  EXPECT_EQ(unseal(sample_key(), sample_header(), altered).error(), SealFault::not_authentic);
}

TEST(SealedBlob, RefusesAKeyOfAnotherSize) {
  EXPECT_EQ(SealingKey::make(KeyKind::token, SecretPeek::make(as_bytes("short"))).error().rv, Rv::arguments_bad);
}

class Vault : public ::testing::Test {
 protected:
  const StoreKeys keys =
      StoreKeys::derive(SecretPeek::make(Bytes(32, std::byte{0x11})), counting_from<StoreUid>(0xA0)).value();
  const PinPlace place{.token = counting_from<TokenUid>(0xB0), .owner = PinOwner::user};
  static SecretBytes pin(std::string_view text) { return SecretPeek::make(as_bytes(text)); }
};

TEST_F(Vault, OpensTheFrozenSampleOfFormat1) {
  const auto key = open_pin_vault(keys, place, pin("12345"), from_hex(kFormat1Vault));
  ASSERT_TRUE(key);
  EXPECT_TRUE(equal(SecretPeek::see(*key), SecretPeek::see(counting_key(0x40))));
}

TEST_F(Vault, OpensWithItsPinOnly) {
  const SecretBytes key = counting_key(9);
  const Bytes vault = make_pin_vault(keys, place, pin("1234"), 4, key).value();
  EXPECT_TRUE(equal(SecretPeek::see(open_pin_vault(keys, place, pin("1234"), vault).value()), SecretPeek::see(key)));
  for (const char* wrong : {"", "123", "12345", "1235", "4321"})
    EXPECT_EQ(open_pin_vault(keys, place, pin(wrong), vault).error().rv, Rv::pin_incorrect) << wrong;
}

TEST_F(Vault, TellsPinsApartThatAreOneHmacKey) {
  using namespace std::string_view_literals;
  const Bytes vault = make_pin_vault(keys, place, pin("1234"), 4, counting_key()).value();
  for (const std::string_view padded : {"1234\0"sv, "1234\0\0\0\0"sv})
    EXPECT_EQ(open_pin_vault(keys, place, pin(padded), vault).error().rv, Rv::pin_incorrect) << padded.size();
}

TEST_F(Vault, NeedsTheRootKeyToo) {
  const Bytes vault = make_pin_vault(keys, place, pin("1234"), 4, counting_key()).value();
  const StoreKeys other =
      StoreKeys::derive(SecretPeek::make(Bytes(32, std::byte{0x12})), counting_from<StoreUid>(0xA0)).value();
  EXPECT_EQ(open_pin_vault(other, place, pin("1234"), vault).error().rv, Rv::pin_incorrect);
}

TEST_F(Vault, IsOfNoUseInAnotherPlace) {
  const Bytes vault = make_pin_vault(keys, place, pin("1234"), 4, counting_key()).value();
  EXPECT_EQ(open_pin_vault(keys, {.token = place.token, .owner = PinOwner::so}, pin("1234"), vault).error().rv,
            Rv::device_error);
  EXPECT_EQ(open_pin_vault(keys, {.token = {}, .owner = PinOwner::user}, pin("1234"), vault).error().rv,
            Rv::device_error);
}

TEST_F(Vault, RefusesCutsAndAbsurdCosts) {
  Bytes vault = make_pin_vault(keys, place, pin("1234"), 2, counting_key()).value();
  for (std::size_t size = 0; size < vault.size(); size += 7)
    EXPECT_FALSE(open_pin_vault(keys, place, pin("1234"), ByteView(vault).first(size))) << size;
  vault[1] = std::byte{63};
  EXPECT_EQ(open_pin_vault(keys, place, pin("1234"), vault).error().rv, Rv::device_error);
  EXPECT_EQ(make_pin_vault(keys, place, pin("1234"), 21, counting_key()).error().rv, Rv::arguments_bad);
  EXPECT_EQ(make_pin_vault(keys, place, pin("1234"), 0, counting_key()).error().rv, Rv::arguments_bad);
}

TEST(KeyLadder, RefusesARootKeyOfAnotherSize) {
  EXPECT_EQ(StoreKeys::derive(SecretPeek::make(Bytes(31)), {}).error().rv, Rv::arguments_bad);
}

}  // namespace
}  // namespace holdfast::secure::storage
