#include "secure/pkcs11/operations/key.h"

#include "secure/pkcs11/mechanisms/ec_test_keys.h"
#include "secure/pkcs11/mechanisms/rsa_test_key.h"

namespace holdfast::secure::pkcs11 {
namespace {

Rv loaded(const TestKey& key) { return rv_of(load_key(key.content.attributes, key.content.secrets)); }

Result<Bytes> info_of(const TestKey& key) { return public_key_info(key.content.attributes, key.content.secrets); }

// RFC 5480: AlgorithmIdentifier of a P-256 key, before the point.
constexpr std::string_view kP256InfoHead = "3059301306072a8648ce3d020106082a8648ce3d030107034200";

TEST(LoadKey, RefusesUnsoundMaterial) {
  EXPECT_EQ(loaded(p256_private()), Rv::ok);
  EXPECT_EQ(loaded(ec_private_key(crypto::Curve::p256, "00")), Rv::attribute_value_invalid);
  Bytes off_curve = hex(kP256Point);
  off_curve.back() ^= std::byte{1};
  EXPECT_EQ(loaded(ec_public_key(crypto::Curve::p256, to_hex(off_curve))), Rv::attribute_value_invalid);
  TestKey unknown_curve = p256_public();
  unknown_curve.with(CKA_EC_PARAMS, hex("06052b81040010"));
  EXPECT_EQ(loaded(unknown_curve), Rv::curve_not_supported);
  TestKey broken = rsa_private_key();
  broken.with_secret(CKA_PRIME_1, hex(wycheproof::kPrime2));
  EXPECT_EQ(loaded(broken), Rv::attribute_value_invalid);
  EXPECT_EQ(loaded(secret_key(CKK_AES, Bytes(15), {})), Rv::key_size_range);
  EXPECT_EQ(loaded(secret_key(CKK_GENERIC_SECRET, Bytes(513), {})), Rv::key_size_range);
}

TEST(LoadKey, RefusesMissingMaterial) {
  EXPECT_EQ(loaded(TestKey(CKO_PRIVATE_KEY, CKK_EC, {})), Rv::template_incomplete);
  EXPECT_EQ(loaded(TestKey(CKO_PUBLIC_KEY, CKK_RSA, {})), Rv::template_incomplete);
  EXPECT_EQ(loaded(TestKey(CKO_SECRET_KEY, CKK_AES, {})), Rv::template_incomplete);
  TestKey half(CKO_PRIVATE_KEY, CKK_RSA, {});
  half.with(CKA_MODULUS, hex(wycheproof::kModulus));
  EXPECT_EQ(loaded(half), Rv::template_incomplete);
}

TEST(LoadKey, TakesAnRsaKeyWithoutItsPrimes) {
  TestKey bare(CKO_PRIVATE_KEY, CKK_RSA, {CKA_SIGN});
  bare.with(CKA_MODULUS, hex(wycheproof::kModulus))
      .with_secret(CKA_PRIVATE_EXPONENT, hex(wycheproof::kPrivateExponent));
  ASSERT_EQ(loaded(bare), Rv::ok);
  EXPECT_EQ(to_hex(sign(mechanism(CKM_SHA256_RSA_PKCS), bare, as_bytes(wycheproof::kMessage)).value()),
            wycheproof::kPkcsSignature);
}

TEST(LoadKey, RefusesObjectsThatAreNoKeyOfOurs) {
  EXPECT_EQ(loaded(TestKey(CKO_DATA, CKK_RSA, {})), Rv::key_type_inconsistent);
  EXPECT_EQ(loaded(TestKey(CKO_PRIVATE_KEY, CKK_KEA, {})), Rv::key_type_inconsistent);
  EXPECT_EQ(loaded(TestKey(CKO_PUBLIC_KEY, CKK_AES, {})), Rv::key_type_inconsistent);
}

TEST(PublicKeyInfo, IsTheSameForBothHalves) {
  EXPECT_EQ(to_hex(info_of(p256_public()).value()), std::string(kP256InfoHead) + std::string(kP256Point));
  EXPECT_EQ(info_of(p256_private()).value(), info_of(p256_public()).value());
  // Wycheproof's publicKeyDer of this key.
  const std::string rsa = "30820122300d06092a864886f70d01010105000382010f003082010a0282010100" +
                          std::string(wycheproof::kModulus) + "0203010001";
  EXPECT_EQ(to_hex(info_of(rsa_public_key()).value()), rsa);
  EXPECT_EQ(to_hex(info_of(rsa_private_key()).value()), rsa);
  // RFC 8410, 10.1 gives the head; RFC 8032, 7.1, TEST 2 the key.
  TestKey ed25519(CKO_PRIVATE_KEY, CKK_EC_EDWARDS, {});
  ed25519.with(CKA_EC_PARAMS, hex("06032b6570"))
      .with_secret(CKA_VALUE, hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
  EXPECT_EQ(to_hex(info_of(ed25519).value()),
            "302a300506032b65700321003d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
}

TEST(PublicKeyInfo, RefusesSecretKeys) {
  EXPECT_EQ(rv_of(info_of(secret_key(CKK_AES, Bytes(16), {}))), Rv::key_type_inconsistent);
}

TEST(CheckValue, IsTheHeadOfAnEncryptionOrADigest) {
  const auto check = [](const TestKey& key) { return check_value(key.content.attributes, key.content.secrets); };
  EXPECT_EQ(to_hex(check(secret_key(CKK_AES, Bytes(16), {})).value()), "66e94b");  // FIPS 197, zero key
  EXPECT_EQ(to_hex(check(secret_key(CKK_GENERIC_SECRET, as_bytes("abc"), {})).value()), "a9993e");  // FIPS 180-4
  EXPECT_EQ(rv_of(check(rsa_public_key())), Rv::key_type_inconsistent);
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
