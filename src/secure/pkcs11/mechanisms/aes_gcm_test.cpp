#include "secure/pkcs11/mechanisms/test_support.h"

namespace holdfast::secure::pkcs11 {
namespace {

// McGrew and Viega, "The Galois/Counter Mode of Operation", test case 4.
constexpr std::string_view kKey = "feffe9928665731c6d6a8f9467308308";
constexpr std::string_view kIv = "cafebabefacedbaddecaf888";
constexpr std::string_view kAad = "feedfacedeadbeeffeedfacedeadbeefabaddad2";
constexpr std::string_view kPlaintext =
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
constexpr std::string_view kCiphertext =
    "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
    "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091";
constexpr std::string_view kTag = "5bc94fbc3221a5db94fae95ae7121a47";

Bytes gcm_param(std::uint32_t tag_bits, ByteView iv = hex(kIv), ByteView aad = hex(kAad)) {
  return std::move(ByteWriter().sized(iv).sized(aad).u32(tag_bits)).take();
}

std::string sealed(std::size_t tag_bytes = 16) {
  return std::string(kCiphertext) + std::string(kTag.substr(0, 2 * tag_bytes));
}

TEST(AesGcm, GivesTheVectorWholeAndInParts) {
  const Bytes param = gcm_param(128);
  const wire::Mechanism with = mechanism(CKM_AES_GCM, param);
  EXPECT_EQ(to_hex(run_cipher(Verb::encrypt, with, aes_key(kKey), hex(kPlaintext)).value()), sealed());
  EXPECT_EQ(to_hex(run_cipher(Verb::decrypt, with, aes_key(kKey), hex(sealed())).value()), kPlaintext);
  for (const std::size_t step : {1u, 13u, 16u, 60u}) {
    EXPECT_EQ(to_hex(run_in_parts(Verb::encrypt, with, aes_key(kKey), hex(kPlaintext), step).value()), sealed());
    EXPECT_EQ(to_hex(run_in_parts(Verb::decrypt, with, aes_key(kKey), hex(sealed()), step).value()), kPlaintext);
  }
}

TEST(AesGcm, TakesTheTagSizesOfSp80038d) {
  for (const std::uint32_t bits : {32u, 64u, 96u, 104u, 112u, 120u, 128u}) {
    const Bytes param = gcm_param(bits);
    const wire::Mechanism with = mechanism(CKM_AES_GCM, param);
    EXPECT_EQ(to_hex(run_cipher(Verb::encrypt, with, aes_key(kKey), hex(kPlaintext)).value()), sealed(bits / 8));
    EXPECT_EQ(to_hex(run_cipher(Verb::decrypt, with, aes_key(kKey), hex(sealed(bits / 8))).value()), kPlaintext);
  }
}

TEST(AesGcm, RefusesOtherTagSizesAndIvs) {
  const auto outcome = [](Verb verb, const Bytes& param) {
    return rv_of(begin(verb, mechanism(CKM_AES_GCM, param), aes_key(kKey)));
  };
  for (const Verb verb : {Verb::encrypt, Verb::decrypt}) {
    for (const std::uint32_t bits : {0u, 1u, 8u, 40u, 95u, 97u, 127u, 129u, 136u, 0xFFFFFFFFu})
      EXPECT_EQ(outcome(verb, gcm_param(bits)), Rv::mechanism_param_invalid) << bits;
    EXPECT_EQ(outcome(verb, gcm_param(128, {})), Rv::mechanism_param_invalid);
    EXPECT_EQ(outcome(verb, gcm_param(128, Bytes(4096))), Rv::mechanism_param_invalid);
    EXPECT_EQ(outcome(verb, hex(kIv)), Rv::mechanism_param_invalid);
  }
}

TEST(AesGcm, ReleasesNothingBeforeTheTagIsVerified) {
  const Bytes param = gcm_param(128);
  const wire::Mechanism with = mechanism(CKM_AES_GCM, param);
  Bytes tampered = hex(sealed());
  tampered[3] ^= std::byte{1};

  const auto parts = started<Cipher>(Verb::decrypt, with, aes_key(kKey));
  Bytes out(60, std::byte{0xEE});
  EXPECT_EQ(parts->update_bytes(tampered.size()), 0u);
  EXPECT_EQ(parts->update(tampered, out).value(), 0u);
  EXPECT_EQ(out, Bytes(60, std::byte{0xEE}));
  EXPECT_EQ(parts->finish_bytes(), 60u);
  EXPECT_EQ(rv_of(parts->finish(out)), Rv::encrypted_data_invalid);
  EXPECT_EQ(out, Bytes(60, std::byte{0xEE}));

  const auto whole = started<Cipher>(Verb::decrypt, with, aes_key(kKey));
  EXPECT_EQ(rv_of(whole->oneshot(tampered, out)), Rv::encrypted_data_invalid);
  EXPECT_EQ(out, Bytes(60, std::byte{0xEE}));
}

TEST(AesGcm, RefusesOtherAssociatedDataAndShortInput) {
  const Bytes other = gcm_param(128, hex(kIv), hex("00"));
  EXPECT_EQ(rv_of(run_cipher(Verb::decrypt, mechanism(CKM_AES_GCM, other), aes_key(kKey), hex(sealed()))),
            Rv::encrypted_data_invalid);
  const Bytes param = gcm_param(128);
  EXPECT_EQ(rv_of(run_cipher(Verb::decrypt, mechanism(CKM_AES_GCM, param), aes_key(kKey), Bytes(15))),
            Rv::encrypted_data_len_range);
}

TEST(AesGcm, ASizeQueryOrShortBufferCostsNothing) {
  const Bytes param = gcm_param(128);
  const auto cipher = started<Cipher>(Verb::decrypt, mechanism(CKM_AES_GCM, param), aes_key(kKey));
  EXPECT_EQ(cipher->oneshot_bytes(76), 60u);
  Bytes out(59);
  EXPECT_EQ(rv_of(cipher->oneshot(hex(sealed()), out)), Rv::buffer_too_small);
  out.resize(60);
  EXPECT_EQ(cipher->oneshot(hex(sealed()), out).value(), 60u);
  EXPECT_EQ(to_hex(out), kPlaintext);
}

TEST(AesGcm, KeepsAtMostItsLimitOfCiphertext) {
  const Bytes param = gcm_param(128);
  const auto cipher = started<Cipher>(Verb::decrypt, mechanism(CKM_AES_GCM, param), aes_key(kKey));
  const Bytes part(16 * 1024 * 1024);
  for (int i = 0; i < 4; ++i) ASSERT_EQ(rv_of(cipher->update(part, {})), Rv::ok);
  EXPECT_EQ(rv_of(cipher->update(Bytes(1), {})), Rv::encrypted_data_len_range);
}

TEST(AesGcm, AllDecryptionsTogetherKeepABoundedAmount) {
  const Bytes param = gcm_param(128);
  const wire::Mechanism with = mechanism(CKM_AES_GCM, param);
  const Bytes most(64 * 1024 * 1024);
  std::vector<Begun> open;
  Rv last = Rv::ok;
  while (last == Rv::ok && open.size() < 8) {
    open.push_back(begin(Verb::decrypt, with, aes_key(kKey)).value());
    last = rv_of(std::get<std::unique_ptr<Cipher>>(open.back().operation)->update(most, {}));
  }
  EXPECT_EQ(last, Rv::device_memory);
  open.clear();
  EXPECT_EQ(to_hex(run_cipher(Verb::decrypt, with, aes_key(kKey), hex(sealed())).value()), kPlaintext);
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
