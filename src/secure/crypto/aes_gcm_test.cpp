#include "secure/crypto/aes_gcm.h"

#include <algorithm>

#include "secure/crypto/seal.h"
#include "secure/crypto/test_support.h"

namespace holdfast::secure::crypto {
namespace {

struct Vector {
  std::string_view key, iv, aad, plain, cipher, tag;
};
constexpr std::string_view kKey = "feffe9928665731c6d6a8f9467308308";
constexpr std::string_view kAad = "feedfacedeadbeeffeedfacedeadbeefabaddad2";
constexpr std::string_view kPlain =
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
// McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B: test cases 1, 2, 4, 5, 6 and 16.
constexpr Vector kVectors[] = {
    {"00000000000000000000000000000000", "000000000000000000000000", "", "", "", "58e2fccefa7e3061367f1d57a4e7455a"},
    {"00000000000000000000000000000000", "000000000000000000000000", "", "00000000000000000000000000000000",
     "0388dace60b6a392f328c2b971b2fe78", "ab6e47d42cec13bdf53a67b21257bddf"},
    {kKey, "cafebabefacedbaddecaf888", kAad, kPlain,
     "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
     "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091",
     "5bc94fbc3221a5db94fae95ae7121a47"},
    {kKey, "cafebabefacedbad", kAad, kPlain,
     "61353b4c2806934a777ff51fa22a4755699b2a714fcdc6f83766e5f97b6c7423"
     "73806900e49f24b22b097544d4896b424989b5e1ebac0f07c23f4598",
     "3612d2e79e3b0785561be14aaca2fccb"},
    {kKey,
     "9313225df88406e555909c5aff5269aa6a7a9538534f7da1e4c303d2a318a728"
     "c3c0c95156809539fcf0e2429a6b525416aedbf5a0de6a57a637b39b",
     kAad, kPlain,
     "8ce24998625615b603a033aca13fb894be9112a5c3a211a8ba262a3cca7e2ca7"
     "01e4a9a4fba43c90ccdcb281d48c7c6fd62875d2aca417034c34aee5",
     "619cc5aefffe0bfa462af43c1699d050"},
    {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888", kAad, kPlain,
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
     "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
     "76fc6ece0f4e1768cddf8853bb2d551b"},
};

AesKey key_of(std::string_view digits) { return AesKey::from_secret(secret_hex(digits)).value(); }

TEST(AesGcm, GivesTheVectorsOfTheSpecification) {
  for (const Vector& vector : kVectors) {
    const AesKey key = key_of(vector.key);
    const Bytes iv = hex(vector.iv);
    const Bytes aad = hex(vector.aad);
    for (std::size_t tag_bytes = 4; tag_bytes <= 16; ++tag_bytes) {
      const GcmParams params{.iv = iv, .aad = aad, .tag_bytes = tag_bytes};
      const Bytes sealed = gcm_encrypt(key, params, hex(vector.plain)).value();
      EXPECT_EQ(to_hex(sealed), std::string(vector.cipher) + std::string(vector.tag.substr(0, 2 * tag_bytes)));
      EXPECT_EQ(to_hex(gcm_decrypt(key, params, sealed).value()), vector.plain);
      EXPECT_EQ(to_hex(gcm_decrypt_secret(key, params, sealed).value()), vector.plain);
    }
  }
}

TEST(AesGcm, OneKeyTakesVectorsInAnyOrder) {
  const AesKey key = key_of(kKey);
  for (const std::size_t i : {2u, 3u, 4u, 3u, 2u, 4u}) {
    const Bytes iv = hex(kVectors[i].iv);
    const Bytes aad = hex(kVectors[i].aad);
    const GcmParams params{.iv = iv, .aad = aad};
    const Bytes sealed = gcm_encrypt(key, params, hex(kPlain)).value();
    EXPECT_EQ(to_hex(sealed), std::string(kVectors[i].cipher) + std::string(kVectors[i].tag));
    EXPECT_EQ(to_hex(gcm_decrypt(key, params, sealed).value()), kPlain);
  }
}

TEST(AesGcm, ReleasesNothingWhenAnyBitIsWrong) {
  const Vector& vector = kVectors[2];
  const AesKey key = key_of(vector.key);
  const Bytes iv = hex(vector.iv);
  const Bytes aad = hex(vector.aad);
  const Bytes good = hex(std::string(vector.cipher) + std::string(vector.tag));
  for (std::size_t i = 0; i < good.size(); ++i) {
    Bytes altered = good;
    altered[i] ^= std::byte{0x80};
    Bytes out(altered.size() - 16, std::byte{0x5A});
    EXPECT_EQ(rv_of(aead_decrypt(AeadKey::aes_gcm(key), {.nonce = iv, .aad = aad}, ByteView(altered).first(out.size()),
                                 ByteView(altered).last(16), out)),
              Rv::encrypted_data_invalid);
    EXPECT_TRUE(std::ranges::all_of(out, [](std::byte b) { return b == std::byte{0}; }));
  }
  const Bytes other_aad = hex("00");
  EXPECT_EQ(rv_of(gcm_decrypt(key, {.iv = iv, .aad = other_aad}, good)), Rv::encrypted_data_invalid);
  EXPECT_EQ(rv_of(gcm_decrypt(key, {.iv = iv, .aad = aad}, ByteView(good).first(15))), Rv::encrypted_data_len_range);
}

TEST(AesGcm, RefusesParametersOutsideItsLimits) {
  const AesKey key = key_of(kKey);
  const Bytes iv(129);
  for (const GcmParams& params :
       {GcmParams{.iv = {}}, GcmParams{.iv = iv}, GcmParams{.iv = ByteView(iv).first(12), .tag_bytes = 3},
        GcmParams{.iv = ByteView(iv).first(12), .tag_bytes = 17}}) {
    EXPECT_EQ(rv_of(gcm_encrypt(key, params, Bytes(32))), Rv::mechanism_param_invalid);
    EXPECT_EQ(rv_of(Gmac::create(key, params)), Rv::mechanism_param_invalid);
    EXPECT_EQ(rv_of(gcm_decrypt(key, params, Bytes(32))), Rv::mechanism_param_invalid);
  }
  EXPECT_EQ(rv_of(gcm_encrypt(key, {.iv = ByteView(iv).first(128)}, {})), Rv::ok);
  EXPECT_EQ(rv_of(gcm_encrypt(key, {.iv = ByteView(iv).first(1)}, {})), Rv::ok);
}

TEST(Gmac, GivesAVectorOfNistInAnyParts) {
  // CAVP gcmEncryptExtIV128, PTlen = 0, AADlen = 128, count 0.
  const AesKey key = key_of("77be63708971c4e240d1cb79e8d77feb");
  const Bytes iv = hex("e0e00f19fed7ba0136a797f3");
  const Bytes data = hex("7a43ec1d9c0a5a78a0b16533a6213cab");
  for (const std::size_t step : {1u, 5u, 16u}) {
    Gmac mac = Gmac::create(key, {.iv = iv}).value();
    for (ByteView rest = data; !rest.empty(); rest = rest.subspan(std::min(step, rest.size())))
      ASSERT_EQ(rv_of(mac.update(rest.first(std::min(step, rest.size())))), Rv::ok);
    Gmac twin = mac.copy().value();
    Bytes tag(16);
    EXPECT_EQ(rv_of(mac.finish(MutableByteView(tag).first(15))), Rv::buffer_too_small);
    ASSERT_EQ(rv_of(mac.finish(tag)), Rv::ok);
    EXPECT_EQ(to_hex(tag), "209fcc8d3675ed938e9c7166709dd946");
    Bytes again(16);
    ASSERT_EQ(rv_of(twin.finish(again)), Rv::ok);
    EXPECT_EQ(again, tag);
  }
}

TEST(Seal, IsAes256GcmOfTheSpecification) {
  const Vector& vector = kVectors[5];
  const SecretBytes key = secret_hex(vector.key);
  const Bytes nonce = hex(vector.iv);
  const Bytes aad = hex(vector.aad);
  const std::string expected = std::string(vector.cipher) + std::string(vector.tag);
  EXPECT_EQ(to_hex(seal(key, nonce, aad, hex(vector.plain)).value()), expected);
  EXPECT_EQ(to_hex(seal_secret(key, nonce, aad, secret_hex(vector.plain)).value()), expected);
  EXPECT_EQ(to_hex(unseal(key, nonce, aad, hex(expected)).value()), vector.plain);
  EXPECT_EQ(to_hex(unseal_secret(key, nonce, aad, hex(expected)).value()), vector.plain);
}

TEST(Seal, RefusesAlteredAndCutRecordsAlike) {
  const SecretBytes key = secret(Bytes(32));
  const Bytes nonce(12);
  Bytes sealed = seal(key, nonce, {}, as_bytes("record")).value();
  sealed.back() ^= std::byte{1};
  EXPECT_EQ(rv_of(unseal(key, nonce, {}, sealed)), Rv::encrypted_data_invalid);
  EXPECT_EQ(rv_of(unseal_secret(key, nonce, {}, sealed)), Rv::encrypted_data_invalid);
  EXPECT_EQ(rv_of(unseal(key, nonce, {}, ByteView(sealed).first(15))), Rv::encrypted_data_invalid);
  EXPECT_EQ(rv_of(unseal(key, nonce, {}, {})), Rv::encrypted_data_invalid);
}

TEST(Seal, RefusesKeysAndNoncesOfOtherSizes) {
  EXPECT_EQ(rv_of(seal(secret(Bytes(16)), Bytes(12), {}, {})), Rv::arguments_bad);
  EXPECT_EQ(rv_of(seal(secret(Bytes(32)), Bytes(13), {}, {})), Rv::arguments_bad);
  EXPECT_EQ(rv_of(unseal(secret(Bytes(31)), Bytes(12), {}, Bytes(16))), Rv::arguments_bad);
}

}  // namespace
}  // namespace holdfast::secure::crypto
