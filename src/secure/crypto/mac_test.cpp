#include "secure/crypto/cmac.h"
#include "secure/crypto/hmac.h"
#include "secure/crypto/test_support.h"

namespace holdfast::secure::crypto {
namespace {

std::string hmac_of(DigestKind kind, const SecretBytes& key, ByteView data) {
  Hmac mac = Hmac::create(kind, key).value();
  EXPECT_EQ(rv_of(mac.update(data)), Rv::ok);
  Bytes out(mac.size());
  EXPECT_EQ(rv_of(mac.finish(out)), Rv::ok);
  return to_hex(out);
}

std::string cmac_of(std::string_view key, std::string_view data) {
  AesCmac mac = AesCmac::create(secret_hex(key)).value();
  EXPECT_EQ(rv_of(mac.update(hex(data))), Rv::ok);
  Bytes out(AesCmac::kSize);
  EXPECT_EQ(rv_of(mac.finish(out)), Rv::ok);
  return to_hex(out);
}

TEST(Hmac, GivesTheVectorsOfRfc4231AndRfc2202) {
  const SecretBytes key = secret(Bytes(20, std::byte{0x0B}));
  const ByteView data = as_bytes("Hi There");
  EXPECT_EQ(hmac_of(DigestKind::sha1, key, data), "b617318655057264e28bc0b6fb378c8ef146be00");
  EXPECT_EQ(hmac_of(DigestKind::sha224, key, data), "896fb1128abbdf196832107cd49df33f47b4b1169912ba4f53684b22");
  EXPECT_EQ(hmac_of(DigestKind::sha256, key, data), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hmac_of(DigestKind::sha384, key, data),
            "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6");
  EXPECT_EQ(hmac_of(DigestKind::sha512, key, data),
            "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
            "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854");
}

TEST(Hmac, HashesAKeyLongerThanABlock) {
  EXPECT_EQ(hmac_of(DigestKind::sha256, secret(Bytes(131, std::byte{0xAA})),
                    as_bytes("Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

// Of an empty key and no data, as any HMAC-SHA-256 gives it (Python's hmac module).
TEST(Hmac, TakesAnEmptyKey) {
  EXPECT_EQ(hmac_of(DigestKind::sha256, SecretBytes(), {}),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Hmac, CopiesOfOneKeyAreIndependent) {
  const Hmac keyed = Hmac::create(DigestKind::sha256, secret(Bytes(20, std::byte{0x0B}))).value();
  for (int i = 0; i < 3; ++i) {
    Hmac mac = keyed.copy().value();
    ASSERT_EQ(rv_of(mac.update(as_bytes("Hi There"))), Rv::ok);
    Bytes out(32);
    ASSERT_EQ(rv_of(mac.finish(out)), Rv::ok);
    EXPECT_EQ(to_hex(out), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  }
}

TEST(Hmac, SurvivesAShortBuffer) {
  Hmac mac = Hmac::create(DigestKind::sha1, secret(as_bytes("key"))).value();
  Bytes short_out(19);
  EXPECT_EQ(rv_of(mac.finish(short_out)), Rv::buffer_too_small);
  Bytes out(20);
  EXPECT_EQ(rv_of(mac.finish(out)), Rv::ok);
}

TEST(Hmac, Sha256InOneGoIsTheSame) {
  const Sha256Bytes out = hmac_sha256(secret(Bytes(20, std::byte{0x0B})), as_bytes("Hi There")).value();
  EXPECT_EQ(to_hex(out), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
}

// SP 800-38B, appendix D.
TEST(AesCmac, GivesTheVectorsOfSp80038b) {
  constexpr std::string_view kKey128 = "2b7e151628aed2a6abf7158809cf4f3c";
  constexpr std::string_view kMessage =
      "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
      "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";
  EXPECT_EQ(cmac_of(kKey128, ""), "bb1d6929e95937287fa37d129b756746");
  EXPECT_EQ(cmac_of(kKey128, kMessage.substr(0, 32)), "070a16b46b4d4144f79bdd9dd04a287c");
  EXPECT_EQ(cmac_of(kKey128, kMessage.substr(0, 80)), "dfa66747de9ae63030ca32611497c827");
  EXPECT_EQ(cmac_of(kKey128, kMessage), "51f0bebf7e3b9d92fc49741779363cfe");
  EXPECT_EQ(cmac_of("8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b", ""), "d17ddf46adaacde531cac483de7a9367");
  EXPECT_EQ(cmac_of("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4", ""),
            "028962f61b7bf89efc6b551f4667d983");
}

TEST(AesCmac, RefusesAKeyThatIsNoAesKey) {
  for (const std::size_t size : {0u, 15u, 17u, 33u})
    EXPECT_EQ(rv_of(AesCmac::create(secret(Bytes(size)))), Rv::key_size_range) << size;
}

}  // namespace
}  // namespace holdfast::secure::crypto
