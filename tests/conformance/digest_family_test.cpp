// SHA-512/t, SHA-3 and BLAKE2b, and the keys of their MACs.
#include "conformance/keys.h"

namespace holdfast::conformance {
namespace {

class DigestFamily : public TokenTest {
 protected:
  static bool offered(CK_MECHANISM_TYPE type) {
    CK_MECHANISM_INFO info{};
    return module().C_GetMechanismInfo(kSlot, type, &info) == CKR_OK;
  }
};

TEST_F(DigestFamily, MatchesTheStandardsOnAbc) {
  // FIPS 180-4 and FIPS 202 example values; RFC 7693, appendix A. BLAKE2b of 32 bytes is the reference implementation's.
  struct Case {
    CK_MECHANISM_TYPE type;
    const char* digest;
  };
  constexpr Case kCases[] = {
      {CKM_SHA512_224, "4634270f707b6a54daae7530460842e20e37ed265ceee9a43e8924aa"},
      {CKM_SHA512_256, "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23"},
      {CKM_SHA3_224, "e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf"},
      {CKM_SHA3_256, "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"},
      {CKM_SHA3_384,
       "ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b298d88cea927ac7f539f1edf228376d25"},
      {CKM_SHA3_512,
       "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e10e116e9192af3c91a7ec57647e3934057340b4cf408d5a565"
       "92f8274eec53f0"},
      {CKM_BLAKE2B_256, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"},
      {CKM_BLAKE2B_512,
       "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
       "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"},
  };
  for (const Case& test : kCases) {
    if (!offered(test.type)) continue;  // libcrypto before 3.2 has BLAKE2b of 64 bytes only
    EXPECT_EQ(digest(test.type, text("abc")), hex(test.digest)) << test.type;
  }
  EXPECT_TRUE(offered(CKM_BLAKE2B_512));
  EXPECT_TRUE(offered(CKM_SHA3_256));
}

TEST_F(DigestFamily, Sha512TakesItsLengthAsAParameter) {
  CK_MAC_GENERAL_PARAMS bits = 256;
  CK_MECHANISM mech = mechanism(CKM_SHA512_T, bits);
  Bytes out(64);
  CK_ULONG size = out.size();
  ASSERT_RV(module().C_DigestInit(session_, &mech), CKR_OK);
  ASSERT_RV(module().C_Digest(session_, raw(text("abc")), 3, raw(out), &size), CKR_OK);
  out.resize(size);
  EXPECT_EQ(out, digest(CKM_SHA512_256, text("abc")));
  for (const CK_ULONG other : {0ul, 7ul, 384ul, 512ul, 1024ul}) {
    bits = other;
    EXPECT_RV(module().C_DigestInit(session_, &mech), CKR_MECHANISM_PARAM_INVALID) << other;
  }
}

TEST_F(DigestFamily, MacKeysAreMadeForTheirMac) {
  struct Case {
    CK_MECHANISM_TYPE make, mac;
    std::size_t bytes;
  };
  for (const Case& test : {Case{CKM_SHA256_KEY_GEN, CKM_SHA256_HMAC, 32}, Case{CKM_SHA512_224_KEY_GEN, CKM_SHA512_224_HMAC, 28},
                           Case{CKM_SHA3_256_KEY_GEN, CKM_SHA3_256_HMAC, 32},
                           Case{CKM_BLAKE2B_160_KEY_GEN, CKM_BLAKE2B_160_HMAC, 20},
                           Case{CKM_BLAKE2B_384_KEY_GEN, CKM_BLAKE2B_384_HMAC, 48}}) {
    Attributes attributes;
    attributes.number(CKA_VALUE_LEN, 40).flag(CKA_SIGN, true).flag(CKA_VERIFY, true);
    const CK_OBJECT_HANDLE key = generate(mechanism(test.make), std::move(attributes));
    const Bytes mac = sign(mechanism(test.mac), key, text("data"));
    EXPECT_EQ(mac.size(), test.bytes) << test.mac;
    EXPECT_RV(verify(mechanism(test.mac), key, text("data"), mac), CKR_OK) << test.mac;
    EXPECT_RV(verify(mechanism(test.mac), key, text("Data"), mac), CKR_SIGNATURE_INVALID) << test.mac;
    CK_MECHANISM other = mechanism(test.mac == CKM_SHA256_HMAC ? CKM_SHA384_HMAC : CKM_SHA256_HMAC);
    EXPECT_RV(module().C_SignInit(session_, &other, key), CKR_KEY_TYPE_INCONSISTENT) << test.mac;
    EXPECT_RV(try_generate(mechanism(test.make), {}), CKR_TEMPLATE_INCOMPLETE) << test.make;
  }
}

TEST_F(DigestFamily, KeyedBlake2bMatchesTheReference) {
  // The BLAKE2 authors' blake2b-kat: the key 00…3f and no input.
  Bytes key(64);
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::byte>(i);
  EXPECT_EQ(sign(mechanism(CKM_BLAKE2B_512_HMAC), create(secret_key(CKK_BLAKE2B_512_HMAC, key)), hex("00")),
            hex("961f6dd1e4dd30f63901690c512e78e4b45e4742ed197c3c5e45c549fd25f2e4"
                "187b0bc9fe30492b16b0d0bc4ef9b0f34c7003fac09a5ef1532e69430234cebd"));
  CK_MECHANISM mech = mechanism(CKM_BLAKE2B_512_HMAC);
  EXPECT_RV(module().C_SignInit(session_, &mech, create(secret_key(CKK_GENERIC_SECRET, Bytes(65)))), CKR_KEY_SIZE_RANGE);
}

}  // namespace
}  // namespace holdfast::conformance
