// The modes of AES beyond ECB, CBC and CTR: published vectors and what each refuses.
#include "conformance/keys.h"

namespace holdfast::conformance {
namespace {

class CipherModes : public TokenTest {
 protected:
  CK_OBJECT_HANDLE aes(const char* digits) const { return create(secret_key(CKK_AES, hex(digits))); }
  CK_RV encrypt_init(CK_MECHANISM mechanism, CK_OBJECT_HANDLE key) const {
    const CK_RV rv = module().C_EncryptInit(session_, &mechanism, key);
    if (rv == CKR_OK) {
      EXPECT_RV(module().C_EncryptInit(session_, nullptr, key), CKR_OK);
    }
    return rv;
  }
};

CK_CCM_PARAMS ccm(const Bytes& nonce, const Bytes& aad, std::size_t data_bytes, CK_ULONG mac_bytes) {
  return {data_bytes, raw(nonce), nonce.size(), raw(aad), aad.size(), mac_bytes};
}

constexpr const char* kNistKey = "2b7e151628aed2a6abf7158809cf4f3c";

TEST_F(CipherModes, FeedbackModesMatchSp80038a) {
  const CK_OBJECT_HANDLE key = aes(kNistKey);
  Bytes iv = hex("000102030405060708090a0b0c0d0e0f");
  struct Case {
    CK_MECHANISM_TYPE type;
    const char *plain, *cipher;
  };
  for (const Case& test : {Case{CKM_AES_CFB1, "6bc1", "68b3"},
                           Case{CKM_AES_CFB8, "6bc1bee22e409f96e93d7e117393172aae2d", "3b79424c9c0dd436bace9e0ed4586a4f32b9"},
                           Case{CKM_AES_CFB128, "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51",
                                "3b3fd92eb72dad20333449f8e83cfb4ac8a64537a0b3a93fcde3cdad9f1ce58b"},
                           Case{CKM_AES_OFB, "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51",
                                "3b3fd92eb72dad20333449f8e83cfb4a7789508d16918f03f53c52dac54ed825"}}) {
    EXPECT_EQ(encrypt(mechanism_iv(test.type, iv), key, hex(test.plain)), hex(test.cipher)) << test.type;
    EXPECT_EQ(encrypt_in_parts(mechanism_iv(test.type, iv), key, hex(test.plain), 5), hex(test.cipher)) << test.type;
    EXPECT_EQ(decrypt(mechanism_iv(test.type, iv), key, hex(test.cipher)), hex(test.plain)) << test.type;
    Bytes short_iv(15);
    EXPECT_RV(encrypt_init(mechanism_iv(test.type, short_iv), key), CKR_MECHANISM_PARAM_INVALID) << test.type;
    EXPECT_RV(encrypt_init(mechanism(test.type), key), CKR_MECHANISM_PARAM_INVALID) << test.type;
  }
}

TEST_F(CipherModes, CcmMatchesSp80038c) {
  const CK_OBJECT_HANDLE key = aes("404142434445464748494a4b4c4d4e4f");
  const Bytes nonce = hex("101112131415161718191a1b");
  const Bytes aad = hex("000102030405060708090a0b0c0d0e0f10111213");
  const Bytes plain = hex("202122232425262728292a2b2c2d2e2f3031323334353637");
  const Bytes cipher = hex("e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5484392fbc1b09951");
  CK_CCM_PARAMS params = ccm(nonce, aad, plain.size(), 8);
  EXPECT_EQ(encrypt(mechanism(CKM_AES_CCM, params), key, plain), cipher);
  EXPECT_EQ(encrypt_in_parts(mechanism(CKM_AES_CCM, params), key, plain, 7), cipher);
  EXPECT_EQ(decrypt(mechanism(CKM_AES_CCM, params), key, cipher), plain);
  EXPECT_EQ(decrypt_in_parts(mechanism(CKM_AES_CCM, params), key, cipher, 7), plain);
  Bytes altered = cipher;
  altered.back() ^= std::byte{1};
  EXPECT_RV(try_decrypt(mechanism(CKM_AES_CCM, params), key, altered), CKR_ENCRYPTED_DATA_INVALID);
}

TEST_F(CipherModes, CcmHoldsToTheLengthItWasTold) {
  const CK_OBJECT_HANDLE key = aes(kNistKey);
  const Bytes nonce(13);
  CK_CCM_PARAMS params = ccm(nonce, {}, 16, 16);
  CK_MECHANISM mech = mechanism(CKM_AES_CCM, params);
  Bytes out(64);
  CK_ULONG size = out.size();
  ASSERT_RV(module().C_EncryptInit(session_, &mech, key), CKR_OK);
  EXPECT_RV(module().C_Encrypt(session_, raw(Bytes(15)), 15, raw(out), &size), CKR_DATA_LEN_RANGE);
  ASSERT_RV(module().C_EncryptInit(session_, &mech, key), CKR_OK);
  size = out.size();
  EXPECT_RV(module().C_EncryptUpdate(session_, raw(Bytes(17)), 17, raw(out), &size), CKR_DATA_LEN_RANGE);
  EXPECT_RV(try_decrypt(mech, key, Bytes(31)), CKR_ENCRYPTED_DATA_LEN_RANGE);
}

TEST_F(CipherModes, CcmRefusesParametersItDoesNotHave) {
  const CK_OBJECT_HANDLE key = aes(kNistKey);
  for (const std::size_t nonce : {0u, 6u, 14u, 16u}) {
    const Bytes cut(nonce);
    CK_CCM_PARAMS params = ccm(cut, {}, 1, 16);
    EXPECT_RV(encrypt_init(mechanism(CKM_AES_CCM, params), key), CKR_MECHANISM_PARAM_INVALID) << nonce;
  }
  const Bytes nonce(13);
  for (const CK_ULONG mac : {0ul, 2ul, 5ul, 15ul, 18ul}) {
    CK_CCM_PARAMS params = ccm(nonce, {}, 1, mac);
    EXPECT_RV(encrypt_init(mechanism(CKM_AES_CCM, params), key), CKR_MECHANISM_PARAM_INVALID) << mac;
  }
  CK_CCM_PARAMS too_long = ccm(nonce, {}, 65536, 16);
  EXPECT_RV(encrypt_init(mechanism(CKM_AES_CCM, too_long), key), CKR_MECHANISM_PARAM_INVALID);
}

TEST_F(CipherModes, GmacMatchesAVectorOfNist) {
  const CK_OBJECT_HANDLE key = aes("77be63708971c4e240d1cb79e8d77feb");
  const Bytes iv = hex("e0e00f19fed7ba0136a797f3");
  const Bytes data = hex("7a43ec1d9c0a5a78a0b16533a6213cab");
  const Bytes tag = hex("209fcc8d3675ed938e9c7166709dd946");
  CK_GCM_PARAMS params{raw(iv), iv.size(), iv.size() * 8, nullptr, 0, 128};
  EXPECT_EQ(sign(mechanism(CKM_AES_GMAC, params), key, data), tag);
  EXPECT_EQ(sign_in_parts(mechanism(CKM_AES_GMAC, params), key, data, 5), tag);
  EXPECT_RV(verify(mechanism(CKM_AES_GMAC, params), key, data, tag), CKR_OK);
  EXPECT_RV(verify(mechanism(CKM_AES_GMAC, params), key, text("other"), tag), CKR_SIGNATURE_INVALID);
  for (const CK_ULONG bits : {0ul, 31ul, 40ul, 129ul}) {
    params.ulTagBits = bits;
    CK_MECHANISM mech = mechanism(CKM_AES_GMAC, params);
    EXPECT_RV(module().C_SignInit(session_, &mech, key), CKR_MECHANISM_PARAM_INVALID) << bits;
  }
}

TEST_F(CipherModes, XtsMatchesIeee1619) {
  const CK_OBJECT_HANDLE key =
      create(secret_key(CKK_AES_XTS, hex("fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0bfbebdbcbbbab9b8b7b6b5b4b3b2b1b0")));
  Bytes tweak = hex("9a785634120000000000000000000000");
  const Bytes plain = hex("000102030405060708090a0b0c0d0e0f10");
  const Bytes cipher = hex("6c1625db4671522d3d7599601de7ca09ed");
  EXPECT_EQ(encrypt(mechanism_iv(CKM_AES_XTS, tweak), key, plain), cipher);
  EXPECT_EQ(encrypt_in_parts(mechanism_iv(CKM_AES_XTS, tweak), key, plain, 3), cipher);
  EXPECT_EQ(decrypt(mechanism_iv(CKM_AES_XTS, tweak), key, cipher), plain);
  EXPECT_RV(try_decrypt(mechanism_iv(CKM_AES_XTS, tweak), key, Bytes(15)), CKR_ENCRYPTED_DATA_LEN_RANGE);
  Bytes short_tweak(8);
  EXPECT_RV(encrypt_init(mechanism_iv(CKM_AES_XTS, short_tweak), key), CKR_MECHANISM_PARAM_INVALID);
  EXPECT_RV(encrypt_init(mechanism_iv(CKM_AES_XTS, tweak), aes(kNistKey)), CKR_KEY_TYPE_INCONSISTENT);
  EXPECT_RV(try_create(secret_key(CKK_AES_XTS, Bytes(32, std::byte{7}))), CKR_ATTRIBUTE_VALUE_INVALID)
      << "both halves the same";
  Attributes made;
  made.number(CKA_VALUE_LEN, 64).flag(CKA_ENCRYPT, true).flag(CKA_DECRYPT, true);
  const CK_OBJECT_HANDLE fresh = generate(mechanism(CKM_AES_XTS_KEY_GEN), std::move(made));
  EXPECT_EQ(decrypt(mechanism_iv(CKM_AES_XTS, tweak), fresh, encrypt(mechanism_iv(CKM_AES_XTS, tweak), fresh, plain)), plain);
}

TEST_F(CipherModes, XcbcMatchesRfc3566) {
  const CK_OBJECT_HANDLE key = aes("000102030405060708090a0b0c0d0e0f");
  EXPECT_EQ(sign(mechanism(CKM_AES_XCBC_MAC), key, hex("000102")), hex("5b376580ae2f19afe7219ceef172756f"));
  EXPECT_EQ(sign(mechanism(CKM_AES_XCBC_MAC_96), key, hex("000102")), hex("5b376580ae2f19afe7219cee"));
  CK_MECHANISM mech = mechanism(CKM_AES_XCBC_MAC);
  EXPECT_RV(module().C_SignInit(session_, &mech, create(secret_key(CKK_AES, Bytes(32)))), CKR_KEY_SIZE_RANGE);
}

TEST_F(CipherModes, CbcMacIsHalfABlockUnlessAsked) {
  const CK_OBJECT_HANDLE key = aes(kNistKey);
  const Bytes block = hex("6bc1bee22e409f96e93d7e117393172a");
  const Bytes whole = hex("3ad77bb40d7a3660a89ecaf32466ef97");
  EXPECT_EQ(sign(mechanism(CKM_AES_MAC), key, block), Bytes(whole.begin(), whole.begin() + 8));
  CK_MAC_GENERAL_PARAMS bytes = 16;
  EXPECT_EQ(sign(mechanism(CKM_AES_MAC_GENERAL, bytes), key, block), whole);
  for (bytes = 0; bytes <= 17; bytes += 17) {
    CK_MECHANISM mech = mechanism(CKM_AES_MAC_GENERAL, bytes);
    EXPECT_RV(module().C_SignInit(session_, &mech, key), CKR_MECHANISM_PARAM_INVALID) << bytes;
  }
}

TEST_F(CipherModes, KeyWrappingTakesDataToo) {
  const CK_OBJECT_HANDLE key = aes("5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8");
  // RFC 5649, section 6.
  const Bytes data = hex("c37b7e6492584340bed12207808941155068f738");
  const Bytes wrapped = hex("138bdeaa9b8fa7fc61f97742e72248ee5ae6ae5360d1ae6a5f54f373fa543b6a");
  EXPECT_EQ(encrypt(mechanism(CKM_AES_KEY_WRAP_KWP), key, data), wrapped);
  EXPECT_EQ(decrypt(mechanism(CKM_AES_KEY_WRAP_KWP), key, wrapped), data);
  for (const CK_MECHANISM_TYPE type : {CKM_AES_KEY_WRAP_PKCS7, CKM_AES_KEY_WRAP_KWP})
    EXPECT_EQ(decrypt(mechanism(type), key, encrypt(mechanism(type), key, data)), data) << type;
  Bytes altered = wrapped;
  altered[3] ^= std::byte{1};
  EXPECT_RV(try_decrypt(mechanism(CKM_AES_KEY_WRAP_KWP), key, altered), CKR_ENCRYPTED_DATA_INVALID);
  EXPECT_RV(try_decrypt(mechanism(CKM_AES_KEY_WRAP), key, Bytes(20)), CKR_ENCRYPTED_DATA_LEN_RANGE);
  Bytes iv(5);
  EXPECT_RV(encrypt_init(mechanism_iv(CKM_AES_KEY_WRAP, iv), key), CKR_MECHANISM_PARAM_INVALID);
}

}  // namespace
}  // namespace holdfast::conformance
