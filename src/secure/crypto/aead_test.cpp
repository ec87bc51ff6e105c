#include "secure/crypto/aead.h"

#include <algorithm>

#include "secure/crypto/chacha20_poly1305.h"
#include "secure/crypto/test_support.h"

namespace holdfast::secure::crypto {
namespace {

struct Vector {
  AeadKind kind;
  std::string_view key, nonce, aad, plain, cipher, tag;
};
constexpr std::string_view kCcmKey = "404142434445464748494a4b4c4d4e4f";
constexpr Vector kVectors[] = {
    // McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B, test case 4.
    {AeadKind::aes_gcm, "feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
     "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
     "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
     "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
     "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091",
     "5bc94fbc3221a5db94fae95ae7121a47"},
    // SP 800-38C, appendix C, examples 1 to 3.
    {AeadKind::aes_ccm, kCcmKey, "10111213141516", "0001020304050607", "20212223", "7162015b", "4dac255d"},
    {AeadKind::aes_ccm, kCcmKey, "1011121314151617", "000102030405060708090a0b0c0d0e0f",
     "202122232425262728292a2b2c2d2e2f", "d2a1f0e051ea5f62081a7792073d593d", "1fc64fbfaccd"},
    {AeadKind::aes_ccm, kCcmKey, "101112131415161718191a1b", "000102030405060708090a0b0c0d0e0f10111213",
     "202122232425262728292a2b2c2d2e2f3031323334353637", "e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5",
     "484392fbc1b09951"},
    // RFC 8439, 2.8.2.
    {AeadKind::chacha20_poly1305, "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
     "070000004041424344454647", "50515253c0c1c2c3c4c5c6c7",
     "4c616469657320616e642047656e746c656d656e206f662074686520636c617373206f66202739393a204966204920636f756c64206f"
     "6666657220796f75206f6e6c79206f6e652074697020666f7220746865206675747572652c2073756e73637265656e20776f756c6420"
     "62652069742e",
     "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1a71de0a9e06"
     "0b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3ff4def08e4b7a9de576d265"
     "86cec64b6116",
     "1ae10b594f09e26a7e902ecbd0600691"},
};

AesKey aes(std::string_view digits) { return AesKey::from_secret(secret_hex(digits)).value(); }

AeadKey key_of(AeadKind kind, std::string_view digits) {
  switch (kind) {
    case AeadKind::aes_gcm:
      return AeadKey::aes_gcm(aes(digits));
    case AeadKind::aes_ccm:
      return AeadKey::aes_ccm(aes(digits));
    case AeadKind::chacha20_poly1305:
      break;
  }
  return AeadKey::chacha20_poly1305(std::make_shared<const SecretBytes>(secret_hex(digits))).value();
}

Bytes in_parts(AeadStream& stream, ByteView in, std::size_t step) {
  Bytes out(in.size());
  for (std::size_t at = 0; at < in.size(); at += step) {
    const std::size_t size = std::min(step, in.size() - at);
    EXPECT_EQ(rv_of(stream.update(in.subspan(at, size), MutableByteView(out).subspan(at, size))), Rv::ok);
  }
  return out;
}

TEST(Aead, GivesTheVectorsOfTheSpecificationsInAnyParts) {
  for (const Vector& vector : kVectors) {
    const AeadKey key = key_of(vector.kind, vector.key);
    const Bytes nonce = hex(vector.nonce), aad = hex(vector.aad), plain = hex(vector.plain), tag = hex(vector.tag);
    const AeadParams params{.nonce = nonce, .aad = aad, .tag_bytes = tag.size(), .text_bytes = plain.size()};
    for (const std::size_t step : {1u, 15u, 16u, 17u, 1000u}) {
      const auto encryption = begin_aead(key, CipherDirection::encrypt, params).value();
      EXPECT_EQ(to_hex(in_parts(*encryption, plain, step)), vector.cipher);
      Bytes made(tag.size());
      EXPECT_EQ(rv_of(encryption->finish(MutableByteView(made).first(tag.size() - 1))), Rv::buffer_too_small);
      ASSERT_EQ(rv_of(encryption->finish(made)), Rv::ok);
      EXPECT_EQ(to_hex(made), vector.tag);

      const auto decryption = begin_aead(key, CipherDirection::decrypt, params).value();
      EXPECT_EQ(to_hex(in_parts(*decryption, hex(vector.cipher), step)), vector.plain);
      EXPECT_EQ(rv_of(decryption->verify(tag)), Rv::ok);
    }
  }
}

TEST(Aead, ReleasesNothingWhenAnyBitIsWrong) {
  for (const Vector& vector : kVectors) {
    const AeadKey key = key_of(vector.kind, vector.key);
    const Bytes nonce = hex(vector.nonce), aad = hex(vector.aad), tag = hex(vector.tag), cipher = hex(vector.cipher);
    const AeadParams params{.nonce = nonce, .aad = aad, .tag_bytes = tag.size()};
    const auto refuses = [&](const AeadParams& with, ByteView text, ByteView against) {
      Bytes out(text.size(), std::byte{0x5A});
      return rv_of(aead_decrypt(key, with, text, against, out)) == Rv::encrypted_data_invalid &&
             std::ranges::all_of(out, [](std::byte each) { return each == std::byte{0}; });
    };
    for (std::size_t i = 0; i < cipher.size(); ++i) {
      Bytes altered = cipher;
      altered[i] ^= std::byte{1};
      EXPECT_TRUE(refuses(params, altered, tag)) << i;
    }
    for (std::size_t i = 0; i < tag.size(); ++i) {
      Bytes altered = tag;
      altered[i] ^= std::byte{0x80};
      EXPECT_TRUE(refuses(params, cipher, altered)) << i;
    }
    const Bytes other_aad = hex("00");
    EXPECT_TRUE(refuses({.nonce = nonce, .aad = other_aad, .tag_bytes = tag.size()}, cipher, tag));
    EXPECT_TRUE(refuses(params, cipher, ByteView(tag).first(tag.size() - 1)));
    EXPECT_TRUE(refuses(params, ByteView(cipher).first(cipher.size() - 1), tag));
  }
}

TEST(Aead, SealsAndOpensSecrets) {
  for (const Vector& vector : kVectors) {
    const AeadKey key = key_of(vector.kind, vector.key);
    const Bytes nonce = hex(vector.nonce), aad = hex(vector.aad);
    Bytes tag(vector.tag.size() / 2);
    const AeadParams params{.nonce = nonce, .aad = aad, .tag_bytes = tag.size()};
    const Bytes sealed = aead_encrypt_secret(key, params, secret_hex(vector.plain), tag).value();
    EXPECT_EQ(to_hex(sealed), vector.cipher);
    EXPECT_EQ(to_hex(tag), vector.tag);
    EXPECT_EQ(to_hex(aead_decrypt_secret(key, params, sealed, tag).value()), vector.plain);
    tag[0] ^= std::byte{1};
    EXPECT_EQ(rv_of(aead_decrypt_secret(key, params, sealed, tag)), Rv::encrypted_data_invalid);
  }
}

TEST(AesCcm, TakesAssociatedDataWhoseLengthHasSixBytes) {
  // SP 800-38C, appendix C, example 4.
  Bytes aad(65536);
  for (std::size_t i = 0; i < aad.size(); ++i) aad[i] = static_cast<std::byte>(i & 0xFF);
  const Bytes nonce = hex("101112131415161718191a1b1c");
  const Bytes plain = hex("202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f");
  Bytes cipher(plain.size());
  Bytes tag(14);
  ASSERT_EQ(rv_of(aead_encrypt(AeadKey::aes_ccm(aes(kCcmKey)), {.nonce = nonce, .aad = aad, .tag_bytes = 14}, plain,
                               cipher, tag)),
            Rv::ok);
  EXPECT_EQ(to_hex(cipher), "69915dad1e84c6376a68c2967e4dab615ae0fd1faec44cc484828529463ccf72");
  EXPECT_EQ(to_hex(tag), "b4ac6bec93e8598e7f0dadbcea5b");
}

TEST(AesCcm, HoldsToTheLengthThatItWasTold) {
  const AeadKey key = AeadKey::aes_ccm(aes(kCcmKey));
  const Bytes nonce(13);
  Bytes out(16), tag(16);
  const auto longer = begin_aead(key, CipherDirection::encrypt, {.nonce = nonce, .text_bytes = 8}).value();
  EXPECT_EQ(rv_of(longer->update(Bytes(9), out)), Rv::data_len_range);
  ASSERT_EQ(rv_of(longer->update(Bytes(8), out)), Rv::ok);
  EXPECT_EQ(rv_of(longer->update(Bytes(1), out)), Rv::data_len_range);
  EXPECT_EQ(rv_of(longer->finish(tag)), Rv::ok);
  const auto shorter = begin_aead(key, CipherDirection::encrypt, {.nonce = nonce, .text_bytes = 8}).value();
  ASSERT_EQ(rv_of(shorter->update(Bytes(7), out)), Rv::ok);
  EXPECT_EQ(rv_of(shorter->finish(tag)), Rv::data_len_range);
  // 13 bytes of nonce leave two for the length.
  EXPECT_EQ(rv_of(begin_aead(key, CipherDirection::encrypt, {.nonce = nonce, .text_bytes = 65536})), Rv::data_len_range);
  EXPECT_EQ(rv_of(begin_aead(key, CipherDirection::encrypt, {.nonce = nonce, .text_bytes = 65535})), Rv::ok);
}

TEST(Aead, RefusesParametersOutsideItsLimits) {
  const Bytes zeros(129);
  const ByteView all(zeros);
  const auto rv = [](const AeadKey& key, const AeadParams& params) {
    return rv_of(begin_aead(key, CipherDirection::encrypt, params));
  };
  const AeadKey gcm = AeadKey::aes_gcm(aes(kCcmKey));
  EXPECT_EQ(rv(gcm, {.nonce = {}}), Rv::mechanism_param_invalid);
  EXPECT_EQ(rv(gcm, {.nonce = all}), Rv::mechanism_param_invalid);
  EXPECT_EQ(rv(gcm, {.nonce = all.first(12), .tag_bytes = 17}), Rv::mechanism_param_invalid);
  const AeadKey ccm = AeadKey::aes_ccm(aes(kCcmKey));
  for (const std::size_t nonce : {0u, 6u, 14u, 16u})
    EXPECT_EQ(rv(ccm, {.nonce = all.first(nonce)}), Rv::mechanism_param_invalid) << nonce;
  for (const std::size_t tag : {0u, 2u, 5u, 15u, 18u})
    EXPECT_EQ(rv(ccm, {.nonce = all.first(12), .tag_bytes = tag}), Rv::mechanism_param_invalid) << tag;
  const AeadKey chacha = key_of(AeadKind::chacha20_poly1305, kVectors[4].key);
  for (const std::size_t nonce : {0u, 8u, 11u, 13u, 24u})
    EXPECT_EQ(rv(chacha, {.nonce = all.first(nonce)}), Rv::mechanism_param_invalid) << nonce;
  EXPECT_EQ(rv(chacha, {.nonce = all.first(12), .tag_bytes = 12}), Rv::mechanism_param_invalid);
  EXPECT_EQ(rv_of(AeadKey::chacha20_poly1305(std::make_shared<const SecretBytes>(secret(Bytes(31))))),
            Rv::key_size_range);
}

}  // namespace
}  // namespace holdfast::secure::crypto
