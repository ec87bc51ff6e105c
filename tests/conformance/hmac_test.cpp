// HMAC: vectors of RFC 4231 (SHA-2) and RFC 2202 (SHA-1); all hashes against libcrypto.
#include "conformance/keys.h"
#include "conformance/reference.h"

namespace holdfast::conformance {
namespace {

struct HmacCase {
  CK_MECHANISM_TYPE type;
  CK_MECHANISM_TYPE general;
  const char* openssl_name;
  std::size_t bytes;
  const char* of_hi_there;  // RFC 4231 test case 1, RFC 2202 test case 1: key 20 × 0b
  const char* of_jefe;      // test case 2 of both
};
constexpr HmacCase kCases[] = {
    {CKM_SHA_1_HMAC, CKM_SHA_1_HMAC_GENERAL, "SHA1", 20, "b617318655057264e28bc0b6fb378c8ef146be00",
     "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"},
    {CKM_SHA224_HMAC, CKM_SHA224_HMAC_GENERAL, "SHA224", 28, "896fb1128abbdf196832107cd49df33f47b4b1169912ba4f53684b22",
     "a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44"},
    {CKM_SHA256_HMAC, CKM_SHA256_HMAC_GENERAL, "SHA256", 32,
     "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
    {CKM_SHA384_HMAC, CKM_SHA384_HMAC_GENERAL, "SHA384", 48,
     "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6",
     "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649"},
    {CKM_SHA512_HMAC, CKM_SHA512_HMAC_GENERAL, "SHA512", 64,
     "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702"
     "e696c203a126854",
     "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b6"
     "36e070a38bce737"},
};

class Hmac : public TokenTest {
 protected:
  CK_OBJECT_HANDLE key(const Bytes& value) const { return create(secret_key(CKK_GENERIC_SECRET, value)); }
};

TEST_F(Hmac, MatchesTheRfcs) {
  const CK_OBJECT_HANDLE first = key(Bytes(20, std::byte{0x0b}));
  for (const HmacCase& test : kCases) {
    EXPECT_EQ(sign(mechanism(test.type), first, text("Hi There")), hex(test.of_hi_there)) << test.openssl_name;
    EXPECT_RV(verify(mechanism(test.type), first, text("Hi There"), hex(test.of_hi_there)), CKR_OK)
        << test.openssl_name;
    EXPECT_EQ(reference::hmac(test.openssl_name, text("Jefe"), text("what do ya want for nothing?")),
              hex(test.of_jefe));
  }
}

TEST_F(Hmac, MatchesLibcryptoWholeAndInParts) {
  const Bytes data = pattern(10'000);
  for (const HmacCase& test : kCases) {
    for (const std::size_t key_bytes : {64u, 65u, 200u, 512u}) {
      const Bytes value = pattern(key_bytes);
      const CK_OBJECT_HANDLE k = key(value);
      const Bytes expected = reference::hmac(test.openssl_name, value, data);
      EXPECT_EQ(sign(mechanism(test.type), k, data), expected) << test.openssl_name << " " << key_bytes;
      EXPECT_EQ(sign_in_parts(mechanism(test.type), k, data, 777), expected);
      EXPECT_RV(verify_in_parts(mechanism(test.type), k, data, expected, 777), CKR_OK);
    }
  }
}

TEST_F(Hmac, RefusesOtherMacs) {
  const CK_OBJECT_HANDLE k = key(pattern(32));
  for (const HmacCase& test : kCases) {
    Bytes mac = sign(mechanism(test.type), k, text("data"));
    ASSERT_EQ(mac.size(), test.bytes);
    EXPECT_RV(verify(mechanism(test.type), k, text("Data"), mac), CKR_SIGNATURE_INVALID);
    mac.back() ^= std::byte{1};
    EXPECT_RV(verify(mechanism(test.type), k, text("data"), mac), CKR_SIGNATURE_INVALID);
    mac.pop_back();
    EXPECT_RV(verify(mechanism(test.type), k, text("data"), mac), CKR_SIGNATURE_LEN_RANGE);
  }
}

// A store that compares whatever prefix it is shown accepts one byte in 256.
TEST_F(Hmac, GeneralMacsHaveExactlyTheirLength) {
  const CK_OBJECT_HANDLE k = key(pattern(32));
  for (const HmacCase& test : kCases) {
    const Bytes whole = sign(mechanism(test.type), k, text("data"));
    for (CK_MAC_GENERAL_PARAMS length : {CK_ULONG{1}, CK_ULONG{10}, CK_ULONG{test.bytes}}) {
      const CK_MECHANISM general = mechanism(test.general, length);
      const Bytes mac = sign(general, k, text("data"));
      EXPECT_EQ(mac, Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length))) << test.openssl_name;
      EXPECT_RV(verify(general, k, text("data"), mac), CKR_OK);
      if (length != test.bytes) {
        EXPECT_RV(verify(general, k, text("data"), whole), CKR_SIGNATURE_LEN_RANGE);
      }
      if (length > 1) {
        EXPECT_RV(verify(general, k, text("data"), Bytes(mac.begin(), mac.begin() + 1)), CKR_SIGNATURE_LEN_RANGE);
      }
    }
  }
}

TEST_F(Hmac, MoreDataThanOneCrossingCarriesIsSignedAndVerified) {
  const Bytes value = pattern(32);
  const CK_OBJECT_HANDLE k = key(value);
  const Bytes data = pattern(66 * 1024 * 1024);
  const Bytes expected = reference::hmac("SHA256", value, data);
  EXPECT_EQ(sign(mechanism(CKM_SHA256_HMAC), k, data), expected);
  EXPECT_RV(verify(mechanism(CKM_SHA256_HMAC), k, data, expected), CKR_OK);
}

}  // namespace
}  // namespace holdfast::conformance
