#include "secure/crypto/kdf.h"

#include "secure/crypto/test_support.h"

namespace holdfast::secure::crypto {
namespace {

// RFC 5869, A.1 and A.3.
TEST(Hkdf, GivesTheVectorsOfRfc5869) {
  const SecretBytes key = secret(Bytes(22, std::byte{0x0B}));
  EXPECT_EQ(to_hex(hkdf_sha256(key, hex("000102030405060708090a0b0c"), hex("f0f1f2f3f4f5f6f7f8f9"), 42).value()),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  EXPECT_EQ(to_hex(hkdf_sha256(key, {}, {}, 42).value()),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST(Hkdf, HasTheTwoHalvesOfRfc5869) {
  const SecretBytes input = secret(Bytes(22, std::byte{0x0B}));
  const auto key = hkdf_extract(DigestKind::sha256, input, secret(hex("000102030405060708090a0b0c")));
  ASSERT_TRUE(key.has_value());
  EXPECT_EQ(to_hex(*key), "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
  EXPECT_EQ(to_hex(hkdf_expand(DigestKind::sha256, *key, hex("f0f1f2f3f4f5f6f7f8f9"), 42).value()),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  EXPECT_EQ(rv_of(hkdf_expand(DigestKind::sha256, *key, {}, 255 * 32 + 1)), Rv::key_size_range);
}

// RFC 6070, and RFC 7914, section 11.
TEST(Pbkdf2, GivesTheVectorsOfRfc6070AndRfc7914) {
  const SecretBytes password = secret(as_bytes("password"));
  EXPECT_EQ(to_hex(pbkdf2(DigestKind::sha1, password, as_bytes("salt"), 1, 20).value()),
            "0c60c80f961f0e71f3a9b524af6012062fe037a6");
  EXPECT_EQ(to_hex(pbkdf2(DigestKind::sha1, password, as_bytes("salt"), 4096, 20).value()),
            "4b007901b765489abead49d926f721d065a429c1");
  EXPECT_EQ(to_hex(pbkdf2(DigestKind::sha256, secret(as_bytes("passwd")), as_bytes("salt"), 1, 64).value()),
            "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
            "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783");
  EXPECT_EQ(rv_of(pbkdf2(DigestKind::sha1, password, {}, 0, 20)), Rv::mechanism_param_invalid);
  EXPECT_EQ(rv_of(pbkdf2(DigestKind::sha1, password, {}, 1, 0)), Rv::key_size_range);
}

// The vector for SHA-256 that the TLS working group's list was given for RFC 5246.
TEST(TlsPrf, GivesTheVectorForSha256) {
  const Bytes seed = hex("74657374206c6162656c a0ba9f936cda311827a6f796ffd5198c");
  EXPECT_EQ(to_hex(tls_prf(DigestKind::sha256, secret(hex("9bbe436ba940f017b17652849a71db35")), seed, 100).value()),
            "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af"
            "0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff701"
            "87347b66");
}

TEST(TlsPrf, IsAnotherOneForTls10) {
  const SecretBytes key = secret(Bytes(48, std::byte{1}));
  // Computed with libcrypto's own command.
  EXPECT_EQ(to_hex(tls_prf(std::nullopt, key, as_bytes("label"), 12).value()), "f04eacc6ffb7fc4a58cac286");
  EXPECT_EQ(rv_of(tls_prf(DigestKind::sha256, key, {}, 0)), Rv::key_size_range);
}

TEST(Hkdf, RefusesSizesItCannotGive) {
  const SecretBytes key = secret(Bytes(32));
  EXPECT_EQ(rv_of(hkdf_sha256(key, {}, {}, 0)), Rv::key_size_range);
  EXPECT_EQ(rv_of(hkdf_sha256(key, {}, {}, 255 * 32)), Rv::ok);
  EXPECT_EQ(rv_of(hkdf_sha256(key, {}, {}, 255 * 32 + 1)), Rv::key_size_range);
}

// RFC 7914, section 12: the second and third vectors.
TEST(Scrypt, GivesTheVectorsOfRfc7914) {
  EXPECT_EQ(to_hex(scrypt(secret(as_bytes("password")), as_bytes("NaCl"), {.log2_n = 10, .r = 8, .p = 16}, 64).value()),
            "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
            "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640");
  EXPECT_EQ(
      to_hex(scrypt(secret(as_bytes("pleaseletmein")), as_bytes("SodiumChloride"), {.log2_n = 14, .r = 8, .p = 1}, 64)
                 .value()),
      "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
      "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887");
}

TEST(Scrypt, RefusesCostsOutsideItsLimits) {
  const SecretBytes password = secret(as_bytes("password"));
  for (const ScryptCost& cost :
       {ScryptCost{.log2_n = 0}, ScryptCost{.log2_n = 20, .r = 8}, ScryptCost{.log2_n = 40},
        ScryptCost{.log2_n = 10, .r = 0}, ScryptCost{.log2_n = 10, .p = 0}, ScryptCost{.log2_n = 16, .r = 1},
        ScryptCost{.log2_n = 10, .r = 0xFFFFFFFF}, ScryptCost{.log2_n = 10, .p = 0xFFFFFFFF}})
    EXPECT_EQ(rv_of(scrypt(password, as_bytes("salt"), cost, 32)), Rv::mechanism_param_invalid)
        << int{cost.log2_n} << " " << cost.r << " " << cost.p;
  EXPECT_EQ(rv_of(scrypt(password, as_bytes("salt"), {.log2_n = 4}, 0)), Rv::key_size_range);
}

// NIST CAVS, "ANS X9.63-2001" component test, COUNT = 0 of SHA-1 and SHA-256 without shared info, and of SHA-256 with.
TEST(X963Kdf, GivesTheVectorsOfNist) {
  EXPECT_EQ(
      to_hex(
          x963_kdf(DigestKind::sha1, secret_hex("1c7d7b5f0597b03d06a018466ed1a93e30ed4b04dc64ccdd"), {}, 16).value()),
      "bf71dffd8f4d99223936beb46fee8ccc");
  EXPECT_EQ(
      to_hex(
          x963_kdf(DigestKind::sha256, secret_hex("96c05619d56c328ab95fe84b18264b08725b85e33fd34f08"), {}, 16).value()),
      "443024c3dae66b95e6f5670601558f71");
  EXPECT_EQ(to_hex(x963_kdf(DigestKind::sha256, secret_hex("22518b10e70f2a3f243810ae3254139efbee04aa57c7af7d"),
                            hex("75eef81aa3041e33b80971203d2c0c52"), 128)
                       .value()),
            "c498af77161cc59f2962b9a713e2b215152d139766ce34a776df11866a69bf2e"
            "52a13d9c7c6fc878c50c5ea0bc7b00e0da2447cfd874f6cf92f30d0097111485"
            "500c90c3af8b487872d04685d14c8d1dc8d7fa08beb0ce0ababc11f0bd496269"
            "142d43525a78e5bc79a17f59676a5706dc54d54d4d1f0bd7e386128ec26afc21");
}

TEST(X963Kdf, RefusesToGiveNothing) {
  EXPECT_EQ(rv_of(x963_kdf(DigestKind::sha256, secret(Bytes(32)), {}, 0)), Rv::key_size_range);
}

}  // namespace
}  // namespace holdfast::secure::crypto
