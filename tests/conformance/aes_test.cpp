// AES: vectors of FIPS 197 appendix C, NIST SP 800-38A appendix F, RFC 3962, RFC 4493, and the GCM specification's test
// cases; all modes against libcrypto.
#include "conformance/keys.h"
#include "conformance/reference.h"

namespace holdfast::conformance {
namespace {

const Bytes kSp800_38aPlain =
    hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b"
        "17ad2b417be66c3710");
const Bytes kKey128 = hex("2b7e151628aed2a6abf7158809cf4f3c");
const Bytes kKey192 = hex("8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b");
const Bytes kKey256 = hex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");

class Aes : public TokenTest {
 protected:
  CK_OBJECT_HANDLE key(const Bytes& value) const { return create(secret_key(CKK_AES, value)); }
};

TEST_F(Aes, EcbMatchesFips197AndSp800_38a) {
  const CK_MECHANISM ecb = mechanism(CKM_AES_ECB);
  const Bytes plain = hex("00112233445566778899aabbccddeeff");
  EXPECT_EQ(encrypt(ecb, key(hex("000102030405060708090a0b0c0d0e0f")), plain), hex("69c4e0d86a7b0430d8cdb78070b4c55a"));
  EXPECT_EQ(encrypt(ecb, key(hex("000102030405060708090a0b0c0d0e0f1011121314151617")), plain),
            hex("dda97ca4864cdfe06eaf70a0ec0d7191"));
  EXPECT_EQ(encrypt(ecb, key(hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")), plain),
            hex("8ea2b7ca516745bfeafc49904b496089"));
  const Bytes cipher =
      hex("3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf43b1cd7f598ece23881b00e3ed0306887b0c785e27e8"
          "ad3f8223207104725dd4");
  EXPECT_EQ(encrypt(ecb, key(kKey128), kSp800_38aPlain), cipher);
  EXPECT_EQ(decrypt(ecb, key(kKey128), cipher), kSp800_38aPlain);
}

TEST_F(Aes, CbcMatchesSp800_38a) {
  Bytes iv = hex("000102030405060708090a0b0c0d0e0f");
  const CK_MECHANISM cbc = mechanism_iv(CKM_AES_CBC, iv);
  const Bytes of_128 =
      hex("7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b273bed6b8e3c1743b7116e69e222295163ff1caa1681f"
          "ac09120eca307586e1a7");
  const Bytes of_256 =
      hex("f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d39f23369a9d9bacfa530e26304231461b2eb05e2c39b"
          "e9fcda6c19078c6a9d1b");
  EXPECT_EQ(encrypt(cbc, key(kKey128), kSp800_38aPlain), of_128);
  EXPECT_EQ(encrypt(cbc, key(kKey256), kSp800_38aPlain), of_256);
  EXPECT_EQ(decrypt(cbc, key(kKey256), of_256), kSp800_38aPlain);
}

TEST_F(Aes, CtrMatchesSp800_38a) {
  CK_AES_CTR_PARAMS param{128, {}};
  std::memcpy(param.cb, hex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff").data(), 16);
  const CK_MECHANISM ctr = mechanism(CKM_AES_CTR, param);
  const Bytes of_128 =
      hex("874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe"
          "03d1792170a0f3009cee");
  EXPECT_EQ(encrypt(ctr, key(kKey128), kSp800_38aPlain), of_128);
  EXPECT_EQ(encrypt_in_parts(ctr, key(kKey128), kSp800_38aPlain, 7), of_128);
  EXPECT_EQ(decrypt(ctr, key(kKey128), of_128), kSp800_38aPlain);
}

// RFC 3962, appendix B. PKCS#11 leaves the variant of ciphertext stealing open; Holdfast's is CS3, as OP-TEE's and Kerberos'.
TEST_F(Aes, CtsMatchesRfc3962) {
  Bytes iv(16);
  const CK_MECHANISM cts = mechanism_iv(CKM_AES_CTS, iv);
  const CK_OBJECT_HANDLE teriyaki = key(hex("636869636b656e207465726979616b69"));
  const Bytes text = hex("4920776f756c64206c696b65207468652047656e6572616c20476175277320436869636b656e2c20706c656173652c");
  const auto matches = [&](std::size_t bytes, std::string_view digits) {
    const Bytes plain(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(bytes));
    const Bytes cipher = hex(digits);
    EXPECT_EQ(encrypt(cts, teriyaki, plain), cipher) << bytes;
    EXPECT_EQ(encrypt_in_parts(cts, teriyaki, plain, 7), cipher) << bytes;
    EXPECT_EQ(decrypt(cts, teriyaki, cipher), plain) << bytes;
  };
  matches(17, "c6353568f2bf8cb4d8a580362da7ff7f97");
  matches(32, "39312523a78662d5be7fcbcc98ebf5a897687268d6ecccc0c07b25e25ecfe584");
  matches(47, "97687268d6ecccc0c07b25e25ecfe584b3fffd940c16a18c1b5549d2f838029e39312523a78662d5be7fcbcc98ebf5");
}

TEST_F(Aes, EveryModeAndKeySizeMatchesLibcryptoWholeAndInParts) {
  Bytes iv = pattern(16);
  CK_AES_CTR_PARAMS param{128, {}};
  std::memcpy(param.cb, iv.data(), 16);
  struct Mode {
    const char* name;
    CK_MECHANISM mechanism;
    bool takes_any_length;
    bool pads;
  };
  const Mode modes[] = {{"ECB", mechanism(CKM_AES_ECB), false, false},
                        {"CBC", mechanism_iv(CKM_AES_CBC, iv), false, false},
                        {"CBC", mechanism_iv(CKM_AES_CBC_PAD, iv), true, true},
                        {"CTR", mechanism(CKM_AES_CTR, param), true, false}};
  for (const std::size_t key_bytes : {16u, 24u, 32u}) {
    const Bytes value = pattern(key_bytes);
    const CK_OBJECT_HANDLE aes = key(value);
    for (const Mode& mode : modes) {
      const std::string name = "AES-" + std::to_string(key_bytes * 8) + "-" + mode.name;
      for (const std::size_t size : {16u, 48u, 4096u, 1u, 17u, 100'000u}) {
        if (!mode.takes_any_length && size % 16 != 0) continue;
        const Bytes data = pattern(size);
        const Bytes expected =
            reference::encrypt(name.c_str(), value, mode.name[0] == 'E' ? Bytes{} : iv, data, mode.pads);
        EXPECT_EQ(encrypt(mode.mechanism, aes, data), expected) << name << " " << size;
        EXPECT_EQ(decrypt(mode.mechanism, aes, expected), data) << name << " " << size;
        const std::size_t part = size > 5000             ? 4096 + 16 * mode.takes_any_length + 3 * mode.takes_any_length
                                 : mode.takes_any_length ? 5
                                                         : 16;
        if (size / part > 500) continue;
        EXPECT_EQ(encrypt_in_parts(mode.mechanism, aes, data, part), expected)
            << name << " " << size << " in parts of " << part;
        EXPECT_EQ(decrypt_in_parts(mode.mechanism, aes, expected, part), data)
            << name << " " << size << " in parts of " << part;
      }
    }
  }
}

TEST_F(Aes, EmptyDataIsPaddedToABlock) {
  Bytes iv(16);
  const CK_MECHANISM pad = mechanism_iv(CKM_AES_CBC_PAD, iv);
  const CK_OBJECT_HANDLE aes = key(kKey128);
  const Bytes block = encrypt(pad, aes, {});
  EXPECT_EQ(block.size(), 16u);
  EXPECT_EQ(decrypt(pad, aes, block), Bytes{});
}

TEST_F(Aes, LengthsThatAreNoBlocksAreRefused) {
  Bytes iv(16);
  const CK_OBJECT_HANDLE aes = key(kKey128);
  for (CK_MECHANISM m : {mechanism(CKM_AES_ECB), mechanism_iv(CKM_AES_CBC, iv)}) {
    Bytes out(64);
    CK_ULONG length = out.size();
    ASSERT_RV(module().C_EncryptInit(session_, &m, aes), CKR_OK);
    EXPECT_RV(module().C_Encrypt(session_, raw(iv), 15, raw(out), &length), CKR_DATA_LEN_RANGE);
    EXPECT_RV(try_decrypt(m, aes, Bytes(17)), CKR_ENCRYPTED_DATA_LEN_RANGE);
    length = out.size();
    ASSERT_RV(module().C_EncryptInit(session_, &m, aes), CKR_OK);
    CK_RV rv = module().C_EncryptUpdate(session_, raw(iv), 15, raw(out), &length);
    if (rv == CKR_OK) {
      length = out.size();
      rv = module().C_EncryptFinal(session_, raw(out), &length);
    }
    EXPECT_RV(rv, CKR_DATA_LEN_RANGE) << "at the update or at the end";
  }
  EXPECT_RV(try_decrypt(mechanism_iv(CKM_AES_CBC_PAD, iv), aes, Bytes(15)), CKR_ENCRYPTED_DATA_LEN_RANGE);
  EXPECT_RV(try_decrypt(mechanism_iv(CKM_AES_CBC_PAD, iv), aes, Bytes(32)), CKR_ENCRYPTED_DATA_INVALID)
      << "bad padding";
}

TEST_F(Aes, CtrCounterDoesNotWrapUnnoticed) {
  CK_AES_CTR_PARAMS param{8, {}};
  param.cb[15] = 0xFE;
  CK_MECHANISM ctr = mechanism(CKM_AES_CTR, param);
  const CK_OBJECT_HANDLE aes = key(kKey128);
  Bytes out(512);
  CK_ULONG length = out.size();
  const Bytes data(16 * 3);
  ASSERT_RV(module().C_EncryptInit(session_, &ctr, aes), CKR_OK);
  const CK_RV rv = module().C_Encrypt(session_, raw(data), data.size(), raw(out), &length);
  // Either the counter's 8 bits are a limit, or they are the counter's width; never does the nonce change silently.
  if (rv == CKR_OK) {
    Bytes zero_counter(16);
    EXPECT_EQ(Bytes(out.begin() + 32, out.begin() + 48), reference::encrypt("AES-128-ECB", kKey128, {}, zero_counter));
  } else {
    EXPECT_RV(rv, CKR_DATA_LEN_RANGE);
  }
}

// Test cases 2, 4 and 16 of "The Galois/Counter Mode of Operation" (McGrew, Viega), appendix B.
TEST_F(Aes, GcmMatchesTheSpecificationsTestCases) {
  struct Case {
    const char *key, *iv, *aad, *plain, *cipher_and_tag;
  };
  constexpr Case kCases[] = {
      {"00000000000000000000000000000000", "000000000000000000000000", "", "00000000000000000000000000000000",
       "0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf"},
      {"feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
       "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de65"
       "7ba637b39",
       "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac9"
       "73d58e0915bc94fbc3221a5db94fae95ae7121a47"},
      {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
       "feedfacedeadbeeffeedfacedeadbeefabaddad2",
       "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de65"
       "7ba637b39",
       "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0"
       "abcc9f66276fc6ece0f4e1768cddf8853bb2d551b"},
  };
  for (const Case& test : kCases) {
    Bytes iv = hex(test.iv);
    Bytes aad = hex(test.aad);
    CK_GCM_PARAMS param{raw(iv), iv.size(), iv.size() * 8, aad.empty() ? nullptr : raw(aad), aad.size(), 128};
    const CK_MECHANISM gcm = mechanism(CKM_AES_GCM, param);
    const CK_OBJECT_HANDLE aes = key(hex(test.key));
    EXPECT_EQ(encrypt(gcm, aes, hex(test.plain)), hex(test.cipher_and_tag));
    EXPECT_EQ(encrypt_in_parts(gcm, aes, hex(test.plain), 7), hex(test.cipher_and_tag));
    EXPECT_EQ(decrypt(gcm, aes, hex(test.cipher_and_tag)), hex(test.plain));
    EXPECT_EQ(decrypt_in_parts(gcm, aes, hex(test.cipher_and_tag), 7), hex(test.plain));
  }
}

TEST_F(Aes, GcmMatchesLibcryptoForOtherTagsAndNonces) {
  for (const CK_ULONG tag_bits : {96u, 104u, 112u, 120u, 128u}) {
    for (const std::size_t iv_bytes : {12u, 1u, 16u, 60u}) {
      Bytes iv = pattern(iv_bytes);
      Bytes aad = pattern(33);
      CK_GCM_PARAMS param{raw(iv), iv.size(), iv.size() * 8, raw(aad), aad.size(), tag_bits};
      const Bytes data = pattern(1000);
      EXPECT_EQ(encrypt(mechanism(CKM_AES_GCM, param), key(kKey256), data),
                reference::gcm(kKey256, iv, aad, data, tag_bits / 8))
          << tag_bits << " " << iv_bytes;
    }
  }
}

TEST_F(Aes, GcmReleasesNothingThatIsNotAuthentic) {
  Bytes iv(12);
  Bytes aad = pattern(20);
  CK_GCM_PARAMS param{raw(iv), iv.size(), 96, raw(aad), aad.size(), 128};
  CK_MECHANISM gcm = mechanism(CKM_AES_GCM, param);
  const CK_OBJECT_HANDLE aes = key(kKey128);
  const Bytes data = pattern(100);
  const Bytes sealed = encrypt(gcm, aes, data);
  const auto refusal = [](CK_RV rv) {
    return rv == CKR_ENCRYPTED_DATA_INVALID || rv == CKR_AEAD_DECRYPT_FAILED || rv == CKR_SIGNATURE_INVALID;
  };
  for (const std::size_t at : {std::size_t{0}, std::size_t{50}, sealed.size() - 1}) {
    Bytes forged = sealed;
    forged[at] ^= std::byte{1};
    EXPECT_TRUE(refusal(try_decrypt(gcm, aes, forged))) << at;
    // In parts: whatever an update gives before the end would be unauthenticated.
    Bytes out(200);
    CK_ULONG length = out.size();
    ASSERT_RV(module().C_DecryptInit(session_, &gcm, aes), CKR_OK);
    ASSERT_RV(module().C_DecryptUpdate(session_, raw(forged), forged.size(), raw(out), &length), CKR_OK);
    EXPECT_EQ(length, 0u);
    length = out.size();
    EXPECT_TRUE(refusal(module().C_DecryptFinal(session_, raw(out), &length))) << at;
    EXPECT_EQ(out, Bytes(200));
  }
  EXPECT_RV(try_decrypt(gcm, aes, Bytes(15)), CKR_ENCRYPTED_DATA_LEN_RANGE) << "less than a tag";
}

// RFC 4493 section 4.
TEST_F(Aes, CmacMatchesRfc4493) {
  const CK_MECHANISM cmac = mechanism(CKM_AES_CMAC);
  const CK_OBJECT_HANDLE aes = key(kKey128);
  const auto first = [](std::size_t size) {
    return Bytes(kSp800_38aPlain.begin(), kSp800_38aPlain.begin() + static_cast<std::ptrdiff_t>(size));
  };
  EXPECT_EQ(sign(cmac, aes, {}), hex("bb1d6929e95937287fa37d129b756746"));
  EXPECT_EQ(sign(cmac, aes, first(16)), hex("070a16b46b4d4144f79bdd9dd04a287c"));
  EXPECT_EQ(sign(cmac, aes, first(40)), hex("dfa66747de9ae63030ca32611497c827"));
  EXPECT_EQ(sign(cmac, aes, first(64)), hex("51f0bebf7e3b9d92fc49741779363cfe"));
  EXPECT_EQ(sign_in_parts(cmac, aes, first(40), 3), hex("dfa66747de9ae63030ca32611497c827"));
  EXPECT_RV(verify(cmac, aes, first(40), hex("dfa66747de9ae63030ca32611497c827")), CKR_OK);
  EXPECT_RV(verify(cmac, aes, first(40), hex("dfa66747de9ae63030ca32611497c828")), CKR_SIGNATURE_INVALID);
  EXPECT_RV(verify(cmac, aes, first(40), hex("dfa66747de9ae63030ca32611497c8")), CKR_SIGNATURE_LEN_RANGE);
  const Bytes data = pattern(1000);
  EXPECT_EQ(sign(cmac, key(kKey192), data), reference::cmac(kKey192, data));
  EXPECT_EQ(sign(cmac, key(kKey256), data), reference::cmac(kKey256, data));
}

TEST_F(Aes, EncryptsInPlace) {
  Bytes iv(16);
  CK_MECHANISM cbc = mechanism_iv(CKM_AES_CBC, iv);
  const CK_OBJECT_HANDLE aes = key(kKey128);
  Bytes buffer = kSp800_38aPlain;
  CK_ULONG length = buffer.size();
  ASSERT_RV(module().C_EncryptInit(session_, &cbc, aes), CKR_OK);
  ASSERT_RV(module().C_Encrypt(session_, raw(buffer), buffer.size(), raw(buffer), &length), CKR_OK);
  EXPECT_EQ(buffer, encrypt(cbc, aes, kSp800_38aPlain));
}

}  // namespace
}  // namespace holdfast::conformance
