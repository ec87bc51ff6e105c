#include "secure/crypto/key_info.h"

#include "secure/crypto/ec_encoding.h"
#include "secure/crypto/rsa_encoding.h"
#include "secure/crypto/test_support.h"

namespace holdfast::secure::crypto {
namespace {

constexpr std::string_view kP256Scalar = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";
constexpr std::string_view kP256Point =
    "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
    "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";
// The RFC 6979 P-256 key as libcrypto's own test suite encodes it (evppkey_ecdsa_rfc6979.txt), without a public point.
constexpr std::string_view kP256Pkcs8 =
    "3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420"
    "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";
// RFC 8410, 10.3: the second form carries an attribute and the public key.
constexpr std::string_view kEd25519Seed = "d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842";
constexpr std::string_view kEd25519Pkcs8 =
    "302e020100300506032b657004220420d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842";
constexpr std::string_view kEd25519Pkcs8Long =
    "3072020101300506032b657004220420d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842a01f301d060a2a8648"
    "86f70d"
    "01090914310f0c0d437572646c6520436861697273812100"
    "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1";

Result<EcPrivateComponents> decoded_ec(const SecretBytes& encoded) {
  HF_ASSIGN_OR_RETURN(const PrivateKeyInfo info, parse_private_key_info(encoded));
  return decode_ec(info);
}

Result<RsaPrivateComponents> decoded_rsa(const SecretBytes& encoded) {
  HF_ASSIGN_OR_RETURN(const PrivateKeyInfo info, parse_private_key_info(encoded));
  return decode_rsa(info);
}

TEST(PublicKeyInfo, IsTheStandardsEncoding) {
  EXPECT_EQ(to_hex(ec_public_key_info(Curve::p256, hex(kP256Point))),
            "3059301306072a8648ce3d020106082a8648ce3d030107034200" + std::string(kP256Point));
  EXPECT_EQ(to_hex(public_key_info({hex("06032b6570")}, hex("19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1"))),
            "302a300506032b657003210019bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");
  // A 64-byte modulus and exponent 3, put together by hand after RFC 8017, A.1.1.
  EXPECT_EQ(to_hex(rsa_public_key_info(Bytes(64, std::byte{0xC1}), hex("03"))),
            "305a300d06092a864886f70d01010105000349003046024100" + std::string(to_hex(Bytes(64, std::byte{0xC1}))) +
                "020103");
}

TEST(PrivateKeyInfo, EncodesAnEcKeyWithAndWithoutItsPoint) {
  EcPrivateComponents key{.curve = Curve::p256, .scalar = secret_hex(kP256Scalar), .point = {}};
  EXPECT_EQ(to_hex(encode_private_key(std::move(key)).value()), kP256Pkcs8);
  // RFC 5915 with publicKey [1], as `openssl pkcs8 -topk8 -nocrypt -outform DER` writes it.
  EcPrivateComponents both{.curve = Curve::p256, .scalar = secret_hex(kP256Scalar), .point = hex(kP256Point)};
  EXPECT_EQ(to_hex(encode_private_key(std::move(both)).value()),
            "308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420" + std::string(kP256Scalar) +
                "a144034200" + std::string(kP256Point));
}

TEST(PrivateKeyInfo, DecodesAnEcKey) {
  const EcPrivateComponents key = decoded_ec(secret_hex(kP256Pkcs8)).value();
  EXPECT_EQ(key.curve, Curve::p256);
  EXPECT_EQ(to_hex(key.scalar), kP256Scalar);
  EXPECT_TRUE(key.point.empty());
  const SecretBytes with_point =
      encode_private_key(
          EcPrivateComponents{.curve = Curve::p256, .scalar = secret_hex(kP256Scalar), .point = hex(kP256Point)})
          .value();
  EXPECT_EQ(to_hex(decoded_ec(with_point).value().point), kP256Point);
}

TEST(PrivateKeyInfo, FillsUpAShortEcNumber) {
  const EcPrivateComponents decoded =
      decoded_ec(secret_hex("302102010030130607 2a8648ce3d020106082a8648ce3d03010704073005020101 0400")).value();
  EXPECT_EQ(to_hex(decoded.scalar), std::string(64, '0'));
}

TEST(PrivateKeyInfo, EncodesAndDecodesEd25519) {
  const SecretBytes element = octets_element(secret_hex(kEd25519Seed)).value();
  EXPECT_EQ(to_hex(private_key_info({hex("06032b6570")}, element).value()), kEd25519Pkcs8);
  for (const std::string_view form : {kEd25519Pkcs8, kEd25519Pkcs8Long}) {
    const PrivateKeyInfo parsed = parse_private_key_info(secret_hex(form)).value();
    EXPECT_EQ(to_hex(parsed.oid), "06032b6570");
    EXPECT_TRUE(parsed.parameters.empty());
    EXPECT_EQ(to_hex(octets_content(parsed.key).value()), kEd25519Seed);
  }
}

TEST(PrivateKeyInfo, RsaGoesThereAndBack) {
  for (const std::size_t bits : {512u, 1024u, 2048u}) {
    const RsaPrivateComponents made = generate_rsa(bits, hex("010001")).value();
    const std::string modulus = to_hex(made.modulus);
    const RsaPrivateKey before = RsaPrivateKey::from_components(made).value();
    const SecretBytes encoded =
        encode_private_key(
            RsaPrivateComponents{.modulus = made.modulus,
                                 .public_exponent = made.public_exponent,
                                 .private_exponent = secret(testing::SecretPeek::see(made.private_exponent)),
                                 .prime_1 = secret(testing::SecretPeek::see(made.prime_1)),
                                 .prime_2 = secret(testing::SecretPeek::see(made.prime_2)),
                                 .exponent_1 = secret(testing::SecretPeek::see(made.exponent_1)),
                                 .exponent_2 = secret(testing::SecretPeek::see(made.exponent_2)),
                                 .coefficient = secret(testing::SecretPeek::see(made.coefficient))})
            .value();
    const RsaPrivateComponents key = decoded_rsa(encoded).value();
    EXPECT_EQ(to_hex(key.modulus), modulus);
    EXPECT_EQ(rv_of(RsaPrivateKey::from_components(key)), Rv::ok);
    EXPECT_EQ(to_hex(encode_private_key(key).value()), to_hex(encoded));
  }
}

TEST(PrivateKeyInfo, TakesTheBareKeyOfPkcs1) {
  const RsaPrivateComponents made = generate_rsa(512, hex("010001")).value();
  const std::string modulus = to_hex(made.modulus);
  const Bytes info = to_bytes(testing::SecretPeek::see(encode_private_key(complete_components(made).value()).value()));
  // What PKCS#8 of a 512-bit key has in front: two lengths, the version, the algorithm, the tag of the OCTET STRING.
  constexpr std::size_t kFrame = 4 + 3 + 15 + 4;
  EXPECT_EQ(to_hex(decoded_rsa(secret(ByteView(info).subspan(kFrame))).value().modulus), modulus);
  EXPECT_EQ(rv_of(parse_private_key_info(secret(ByteView(info).subspan(kFrame + 1)))), Rv::wrapped_key_invalid);
}

TEST(PrivateKeyInfo, ComputesTheNumbersThatFollowFromOthers) {
  const RsaPrivateComponents made = generate_rsa(512, hex("010001")).value();
  const auto part = [&](bool with_primes) {
    RsaPrivateComponents some;
    some.modulus = made.modulus;
    some.public_exponent = made.public_exponent;
    some.private_exponent = secret(testing::SecretPeek::see(made.private_exponent));
    if (with_primes) {
      some.prime_1 = secret(testing::SecretPeek::see(made.prime_1));
      some.prime_2 = secret(testing::SecretPeek::see(made.prime_2));
    }
    return some;
  };
  for (const bool with_primes : {true, false}) {
    const RsaPrivateComponents all = complete_components(part(with_primes)).value();
    EXPECT_EQ(to_hex(all.exponent_1), to_hex(made.exponent_1));
    EXPECT_EQ(to_hex(all.exponent_2), to_hex(made.exponent_2));
    EXPECT_EQ(to_hex(all.coefficient), to_hex(made.coefficient));
    EXPECT_EQ(rv_of(encode_private_key(complete_components(part(with_primes)).value())), Rv::ok);
  }
  RsaPrivateComponents wrong = part(true);
  wrong.private_exponent = secret(Bytes(64, std::byte{1}));
  EXPECT_EQ(rv_of(complete_components(wrong)), Rv::attribute_value_invalid);
}

TEST(PrivateKeyInfo, HoldsANumberInItsShortestForm) {
  EXPECT_EQ(to_hex(number_element(secret_hex("0000ff")).value()), "020200ff");
  EXPECT_EQ(to_hex(number_content(secret_hex("020200ff")).value()), "ff");
  for (const std::string_view none : {"", "0201ff", "02020001", "02010101", "0401ff"})
    EXPECT_EQ(rv_of(number_content(secret_hex(none))), Rv::wrapped_key_invalid) << none;
}

TEST(PrivateKeyInfo, TakesOffOnlyZeroPadding) {
  const Bytes element = hex("3003020100");
  for (const std::size_t zeros : {0u, 1u, 15u}) {
    Bytes padded = element;
    padded.resize(element.size() + zeros);
    EXPECT_EQ(to_hex(without_zero_padding(secret(padded)).value()), to_hex(element)) << zeros;
  }
  Bytes padded = element;
  padded.resize(element.size() + 16);
  EXPECT_EQ(rv_of(without_zero_padding(secret(padded))), Rv::wrapped_key_invalid) << "a block too many";
  padded.resize(element.size() + 2);
  padded.back() = std::byte{1};
  EXPECT_EQ(rv_of(without_zero_padding(secret(padded))), Rv::wrapped_key_invalid);
  for (const std::string_view none : {"", "30", "300302"})
    EXPECT_EQ(rv_of(without_zero_padding(secret_hex(none))), Rv::wrapped_key_invalid) << none;
}

TEST(PrivateKeyInfo, RefusesIncompleteKeys) {
  EXPECT_EQ(
      rv_of(encode_private_key(RsaPrivateComponents{.modulus = Bytes(64), .private_exponent = secret(Bytes(64))})),
      Rv::key_not_wrappable);
  EXPECT_EQ(
      rv_of(encode_private_key(EcPrivateComponents{.curve = Curve::p256, .scalar = secret(Bytes(31)), .point = {}})),
      Rv::key_not_wrappable);
}

TEST(PrivateKeyInfo, RefusesCutAndAlteredEncodings) {
  for (const std::string_view form : {kP256Pkcs8, kEd25519Pkcs8, kEd25519Pkcs8Long}) {
    const Bytes good = hex(form);
    for (std::size_t size = 0; size < good.size(); ++size)
      EXPECT_EQ(rv_of(parse_private_key_info(secret(ByteView(good).first(size)))), Rv::wrapped_key_invalid) << size;
    Bytes longer = good;
    longer.push_back(std::byte{0});
    EXPECT_EQ(rv_of(parse_private_key_info(secret(longer))), Rv::wrapped_key_invalid);
    for (std::size_t i = 0; i < good.size(); ++i) {
      Bytes altered = good;
      altered[i] ^= std::byte{0x40};
      static_cast<void>(parse_private_key_info(secret(altered)));  // whatever it is, it must be an answer
    }
  }
  EXPECT_EQ(rv_of(parse_private_key_info(SecretBytes())), Rv::wrapped_key_invalid);
}

TEST(PrivateKeyInfo, NamesACurveThatIsNotSupported) {
  // The encoding above under the OID of sect283k1, 1.3.132.0.16.
  EXPECT_EQ(
      rv_of(decoded_ec(secret_hex("303e020100301006072a8648ce3d020106052b81040010042730250201010420" +
                                          std::string(kP256Scalar)))),
      Rv::curve_not_supported);
}

}  // namespace
}  // namespace holdfast::secure::crypto
