#include "secure/pkcs11/mechanisms/ec_test_keys.h"

namespace holdfast::secure::pkcs11 {
namespace {

// RFC 6979, A.2.5: signatures of "sample" with the P-256 key, r || s.
constexpr std::string_view kSampleSha1 =
    "61340c88c3aaebeb4f6d667f672ca9759a6ccaa9fa8811313039ee4a35471d32"
    "6d7f147dac089441bb2e2fe8f7a3fa264b9c475098fdcf6e00d7c996e1b8b7eb";
constexpr std::string_view kSampleSha256 =
    "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
    "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8";
constexpr std::string_view kSampleSha512 =
    "8496a60b5e9b47c825488827e0495b0e3fa109ec4568fd3f8d1097678eb97f00"
    "2362ab1adbe2b8adf9cb9edab740ea6049c028114f2460f96554f61fae3302fe";
// SHA-256 and SHA-512 of "sample".
constexpr std::string_view kDigest256 = "af2bdbe1aa9b6ec1e2ade1d694f41fc71a831d0268e9891562113d8a62add1bf";
constexpr std::string_view kDigest512 =
    "39a5e04aaff7455d9850c605364f514c11324ce64016960d23d5dc57d3ffd8f49a739468ab8049bf18eef820cdb1ad6c"
    "9015f838556bc7fad4138b23fdf986c7";

TEST(Ecdsa, VerifiesTheVectorsOfRfc6979) {
  const TestKey key = p256_public();
  EXPECT_EQ(rv_of(verify(mechanism(CKM_ECDSA_SHA1), key, as_bytes("sample"), hex(kSampleSha1))), Rv::ok);
  EXPECT_EQ(rv_of(verify(mechanism(CKM_ECDSA_SHA256), key, as_bytes("sample"), hex(kSampleSha256))), Rv::ok);
  EXPECT_EQ(rv_of(verify(mechanism(CKM_ECDSA_SHA512), key, as_bytes("sample"), hex(kSampleSha512))), Rv::ok);
  EXPECT_EQ(rv_of(verify(mechanism(CKM_ECDSA), key, hex(kDigest256), hex(kSampleSha256))), Rv::ok);
}

// RFC 6979, A.2.3: the key on P-192 and its signatures of "sample".
TEST(Ecdsa, VerifiesTheVectorsOfRfc6979OnP192) {
  const TestKey key = ec_public_key(crypto::Curve::p192,
                                    "04ac2c77f529f91689fea0ea5efec7f210d8eea0b9e047ed56"
                                    "3bc723e57670bd4887ebc732c523063d0a7c957bc97c1c43");
  EXPECT_EQ(rv_of(verify(mechanism(CKM_ECDSA_SHA1), key, as_bytes("sample"),
                         hex("98c6bd12b23eaf5e2a2045132086be3eb8ebd62abf6698ff57a22b07dea9530f8de9471b1dc6624472e8e284"
                             "4bc25b64"))),
            Rv::ok);
  EXPECT_EQ(rv_of(verify(mechanism(CKM_ECDSA_SHA256), key, as_bytes("sample"),
                         hex("4b0b8ce98a92866a2820e20aa6b75b56382e0f9bfd5ecb55ccdb006926ea9565cbadc840829d8c384e06de1f"
                             "1e381b85"))),
            Rv::ok);
}

TEST(Ecdsa, TakesTheLeftmostBitsOfALongInput) {
  EXPECT_EQ(rv_of(verify(mechanism(CKM_ECDSA), p256_public(), hex(kDigest512), hex(kSampleSha512))), Rv::ok);
  const Bytes signature = sign(mechanism(CKM_ECDSA), p256_private(), hex(kDigest512)).value();
  EXPECT_EQ(rv_of(verify(mechanism(CKM_ECDSA_SHA512), p256_public(), as_bytes("sample"), signature)), Rv::ok);
}

TEST(Ecdsa, VerifiesInPartsWhatWasSignedWhole) {
  const auto verifier = started<Verifier>(Verb::verify, mechanism(CKM_ECDSA_SHA256), p256_public());
  EXPECT_EQ(rv_of(verifier->update(as_bytes("sam"))), Rv::ok);
  EXPECT_EQ(rv_of(verifier->update({})), Rv::ok);
  EXPECT_EQ(rv_of(verifier->update(as_bytes("ple"))), Rv::ok);
  EXPECT_EQ(rv_of(verifier->finish(hex(kSampleSha256))), Rv::ok);
}

TEST(Ecdsa, SignsInPartsAndAskingForTheSizeChangesNothing) {
  const auto signer = started<Signer>(Verb::sign, mechanism(CKM_ECDSA_SHA256), p256_private());
  EXPECT_EQ(rv_of(signer->update(as_bytes("sample"))), Rv::ok);
  EXPECT_EQ(signer->signature_bytes(), 64u);
  Bytes signature(64);
  EXPECT_EQ(rv_of(signer->finish(signature)), Rv::ok);
  EXPECT_EQ(rv_of(verify(mechanism(CKM_ECDSA_SHA256), p256_public(), as_bytes("sample"), signature)), Rv::ok);
}

TEST(Ecdsa, SignsNoDataInPartsAsTheEmptyMessage) {
  const auto signer = started<Signer>(Verb::sign, mechanism(CKM_ECDSA_SHA256), p256_private());
  Bytes signature(64);
  EXPECT_EQ(rv_of(signer->finish(signature)), Rv::ok);
  EXPECT_EQ(rv_of(verify(mechanism(CKM_ECDSA_SHA256), p256_public(), {}, signature)), Rv::ok);
}

TEST(Ecdsa, RefusesAnotherMessageAndAnotherLength) {
  const TestKey key = p256_public();
  EXPECT_EQ(rv_of(verify(mechanism(CKM_ECDSA_SHA256), key, as_bytes("simple"), hex(kSampleSha256))),
            Rv::signature_invalid);
  EXPECT_EQ(rv_of(verify(mechanism(CKM_ECDSA_SHA256), key, as_bytes("sample"), Bytes(64))), Rv::signature_invalid);
  EXPECT_EQ(rv_of(verify(mechanism(CKM_ECDSA_SHA256), key, as_bytes("sample"), Bytes(63))), Rv::signature_len_range);
  EXPECT_EQ(rv_of(verify(mechanism(CKM_ECDSA), key, hex(kDigest256), Bytes(1000))), Rv::signature_len_range);
}

TEST(Ecdsa, RefusesToSignNothingRaw) {
  EXPECT_EQ(rv_of(sign(mechanism(CKM_ECDSA), p256_private(), {})), Rv::data_len_range);
  EXPECT_EQ(rv_of(verify(mechanism(CKM_ECDSA), p256_public(), {}, Bytes(64))), Rv::data_len_range);
}

TEST(Ecdsa, RawIsSinglePart) {
  EXPECT_EQ(begin(Verb::sign, mechanism(CKM_ECDSA), p256_private()).value().parts, Parts::single);
  EXPECT_EQ(begin(Verb::sign, mechanism(CKM_ECDSA_SHA1), p256_private()).value().parts, Parts::any);
  const auto signer = started<Signer>(Verb::sign, mechanism(CKM_ECDSA), p256_private());
  EXPECT_EQ(rv_of(signer->update(as_bytes("a"))), Rv::mechanism_invalid);
  Bytes signature(64);
  EXPECT_EQ(rv_of(signer->finish(signature)), Rv::mechanism_invalid);
}

TEST(Ecdsa, SignsAndVerifiesOnEveryCurveWithEveryDigest) {
  for (const crypto::Curve curve : {crypto::Curve::p192, crypto::Curve::p224, crypto::Curve::p256, crypto::Curve::p384,
                                    crypto::Curve::p521, crypto::Curve::secp256k1}) {
    TestKey public_key(CKO_PUBLIC_KEY, CKK_EC, {CKA_VERIFY});
    public_key.with(CKA_EC_PARAMS, to_bytes(crypto::curve_params(curve)));
    TestKey private_key(CKO_PRIVATE_KEY, CKK_EC, {CKA_SIGN});
    ASSERT_EQ(rv_of(generate_key_pair(mechanism(CKM_EC_KEY_PAIR_GEN), public_key.content, private_key.content)),
              Rv::ok);
    for (const CK_MECHANISM_TYPE type :
         {CKM_ECDSA, CKM_ECDSA_SHA1, CKM_ECDSA_SHA224, CKM_ECDSA_SHA256, CKM_ECDSA_SHA384, CKM_ECDSA_SHA512}) {
      const Bytes signature = sign(mechanism(type), private_key, as_bytes("a message")).value();
      EXPECT_EQ(signature.size(), crypto::signature_bytes(curve));
      EXPECT_EQ(rv_of(verify(mechanism(type), public_key, as_bytes("a message"), signature)), Rv::ok);
      EXPECT_EQ(rv_of(verify(mechanism(type), public_key, as_bytes("b message"), signature)), Rv::signature_invalid);
    }
  }
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
