#include "secure/crypto/digest.h"
#include "secure/pkcs11/mechanisms/ec_test_keys.h"

namespace holdfast::secure::pkcs11 {
namespace {

// NIST CAVP, ECC CDH primitive, P-256, COUNT = 0.
constexpr std::string_view kPeer =
    "04700c48f77f56584c5cc632ca65640db91b6bacce3a4df6b42ce7cc838833d287"
    "db71e509e3fd9b060ddb20ba5c51dcc5948d46fbf640dfe0441782cab85fa4ac";
constexpr std::string_view kScalar = "7d7dc5f71eb29ddaf80d6214632eeae03d9058af1fb6d22ed80badb62bc1a534";
constexpr std::string_view kShared = "46fc62106420ff012e54a434fbdd2d25ccc5852060561e68040dd7778997bd7b";

Bytes ecdh_param(CK_ULONG kdf, ByteView shared_data, ByteView point) {
  return std::move(ByteWriter().u32(static_cast<std::uint32_t>(kdf)).sized(shared_data).sized(point)).take();
}

TestKey parent() { return ec_private_key(crypto::Curve::p256, kScalar); }

Result<std::string> derive(const Bytes& param, std::optional<std::uint32_t> bytes,
                           CK_KEY_TYPE type = CKK_GENERIC_SECRET, CK_MECHANISM_TYPE with = CKM_ECDH1_DERIVE) {
  ObjectContent key = draft(CKO_SECRET_KEY, type);
  if (bytes.has_value()) key.attributes.set_ulong(attribute(CKA_VALUE_LEN), *bytes);
  HF_TRY(derive_key(mechanism(with, param), parent(), key));
  return value_of(key);
}

TEST(Ecdh, GivesTheSharedSecretOfTheNistVector) {
  EXPECT_EQ(derive(ecdh_param(CKD_NULL, {}, hex(kPeer)), 32).value(), kShared);
  EXPECT_EQ(derive(ecdh_param(CKD_NULL, {}, hex(kPeer)), std::nullopt).value(), kShared);
  EXPECT_EQ(derive(ecdh_param(CKD_NULL, {}, hex(kPeer)), std::nullopt, CKK_AES).value(), kShared);
  EXPECT_EQ(derive(ecdh_param(CKD_NULL, {}, hex(kPeer)), 32, CKK_GENERIC_SECRET, CKM_ECDH1_COFACTOR_DERIVE).value(),
            kShared);
}

TEST(Ecdh, TakesThePointInsideAnOctetString) {
  EXPECT_EQ(derive(ecdh_param(CKD_NULL, {}, crypto::octet_string(hex(kPeer))), 32).value(), kShared);
}

TEST(Ecdh, WithoutKdfDropsLeadingBytes) {
  EXPECT_EQ(derive(ecdh_param(CKD_NULL, {}, hex(kPeer)), 16, CKK_AES).value(), kShared.substr(32));
  EXPECT_EQ(rv_of(derive(ecdh_param(CKD_NULL, {}, hex(kPeer)), 33)), Rv::key_size_range);
}

// ANSI X9.63: the first block is the hash of secret, counter 1 and shared data.
TEST(Ecdh, HashesWithTheX963Kdf) {
  Bytes input = hex(kShared);
  for (const std::byte octet : hex("00000001aabbcc")) input.push_back(octet);
  for (const auto& [kdf, kind] :
       {std::pair{CKD_SHA1_KDF, crypto::DigestKind::sha1}, std::pair{CKD_SHA224_KDF, crypto::DigestKind::sha224},
        std::pair{CKD_SHA256_KDF, crypto::DigestKind::sha256}, std::pair{CKD_SHA384_KDF, crypto::DigestKind::sha384},
        std::pair{CKD_SHA512_KDF, crypto::DigestKind::sha512}}) {
    Bytes digest(crypto::digest_bytes(kind));
    ASSERT_EQ(rv_of(crypto::digest(kind, input, digest)), Rv::ok);
    EXPECT_EQ(derive(ecdh_param(kdf, hex("aabbcc"), hex(kPeer)), 16, CKK_AES).value(), to_hex(digest).substr(0, 32));
  }
}

// SP 800-56A, 5.8.1.1: the counter stands in front of the secret.
TEST(Ecdh, HashesWithTheSingleStepKdf) {
  Bytes input = hex("00000001" + std::string(kShared) + "aabbcc");
  for (const auto& [kdf, kind] : {std::pair{CKD_SHA1_KDF_SP800, crypto::DigestKind::sha1},
                                  std::pair{CKD_SHA256_KDF_SP800, crypto::DigestKind::sha256},
                                  std::pair{CKD_SHA512_KDF_SP800, crypto::DigestKind::sha512},
                                  std::pair{CKD_SHA3_256_KDF_SP800, crypto::DigestKind::sha3_256},
                                  std::pair{CKD_BLAKE2B_512_KDF, crypto::DigestKind::blake2b_512}}) {
    Bytes digest(crypto::digest_bytes(kind));
    ASSERT_EQ(rv_of(crypto::digest(kind, input, digest)), Rv::ok);
    EXPECT_EQ(derive(ecdh_param(kdf, hex("aabbcc"), hex(kPeer)), 16, CKK_AES).value(), to_hex(digest).substr(0, 32));
  }
}

// RFC 7748, 6.1.
TEST(Ecdh, TakesMontgomeryKeys) {
  TestKey x25519(CKO_PRIVATE_KEY, CKK_EC_MONTGOMERY, {CKA_DERIVE});
  x25519.with(CKA_EC_PARAMS, hex("06032b656e"))
      .with_secret(CKA_VALUE, hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
  const auto agreed = [&](std::string_view point, CK_MECHANISM_TYPE with = CKM_ECDH1_DERIVE) -> Result<std::string> {
    ObjectContent key = draft(CKO_SECRET_KEY, CKK_GENERIC_SECRET);
    key.attributes.set_ulong(attribute(CKA_VALUE_LEN), 32);
    HF_TRY(derive_key(mechanism(with, ecdh_param(CKD_NULL, {}, hex(point))), x25519, key));
    return value_of(key);
  };
  EXPECT_EQ(agreed("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f").value(),
            "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
  EXPECT_EQ(rv_of(agreed(std::string(64, '0'))), Rv::mechanism_param_invalid);
  EXPECT_EQ(rv_of(agreed("00")), Rv::mechanism_param_invalid);
  EXPECT_EQ(rv_of(agreed("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f", CKM_ECDH1_COFACTOR_DERIVE)),
            Rv::key_type_inconsistent);
}

TEST(Ecdh, AKdfNeedsALength) {
  EXPECT_EQ(rv_of(derive(ecdh_param(CKD_SHA256_KDF, {}, hex(kPeer)), std::nullopt)), Rv::template_incomplete);
}

TEST(Ecdh, RefusesParametersWithoutMeaning) {
  Bytes off_curve = hex(kPeer);
  off_curve.back() ^= std::byte{1};
  EXPECT_EQ(rv_of(derive(ecdh_param(CKD_NULL, {}, off_curve), 32)), Rv::mechanism_param_invalid);
  EXPECT_EQ(rv_of(derive(ecdh_param(CKD_NULL, {}, {}), 32)), Rv::mechanism_param_invalid);
  EXPECT_EQ(rv_of(derive(ecdh_param(CKD_NULL, {}, hex("00")), 32)), Rv::mechanism_param_invalid);
  EXPECT_EQ(rv_of(derive(ecdh_param(CKD_NULL, hex("01"), hex(kPeer)), 32)), Rv::mechanism_param_invalid);
  EXPECT_EQ(rv_of(derive(ecdh_param(0, {}, hex(kPeer)), 32)), Rv::mechanism_param_invalid);
  EXPECT_EQ(rv_of(derive(ecdh_param(CKD_CPDIVERSIFY_KDF, {}, hex(kPeer)), 32)), Rv::mechanism_param_invalid);
  EXPECT_EQ(rv_of(derive({}, 32)), Rv::mechanism_param_invalid);
}

TEST(Ecdh, RefusesSizesTheNewKeyCannotHave) {
  const Bytes param = ecdh_param(CKD_SHA256_KDF, {}, hex(kPeer));
  EXPECT_EQ(rv_of(derive(param, 17, CKK_AES)), Rv::key_size_range);
  EXPECT_EQ(rv_of(derive(param, 0)), Rv::key_size_range);
  EXPECT_EQ(rv_of(derive(param, 513)), Rv::key_size_range);
  EXPECT_EQ(rv_of(derive(param, 16, CKK_DES3)), Rv::key_size_range);
}

TEST(Ecdh, DerivesNothingButSecretKeys) {
  ObjectContent key = draft(CKO_PRIVATE_KEY, CKK_EC);
  EXPECT_EQ(rv_of(derive_key(mechanism(CKM_ECDH1_DERIVE, ecdh_param(CKD_NULL, {}, hex(kPeer))), parent(), key)),
            Rv::template_inconsistent);
}

TEST(Ecdh, NeedsALengthWhereTheFieldIsNoKeySize) {
  // P-384 has 48 bytes, which is no AES key.
  TestKey public_key(CKO_PUBLIC_KEY, CKK_EC, {});
  public_key.with(CKA_EC_PARAMS, to_bytes(crypto::curve_params(crypto::Curve::p384)));
  TestKey private_key(CKO_PRIVATE_KEY, CKK_EC, {CKA_DERIVE});
  ASSERT_EQ(rv_of(generate_key_pair(mechanism(CKM_EC_KEY_PAIR_GEN), public_key.content, private_key.content)), Rv::ok);
  const Bytes param = ecdh_param(CKD_NULL, {}, *public_key.attributes().find(attribute(CKA_EC_POINT)));
  ObjectContent key = draft(CKO_SECRET_KEY, CKK_AES);
  EXPECT_EQ(rv_of(derive_key(mechanism(CKM_ECDH1_DERIVE, param), private_key, key)), Rv::template_incomplete);
  key.attributes.set_ulong(attribute(CKA_VALUE_LEN), 32);
  EXPECT_EQ(rv_of(derive_key(mechanism(CKM_ECDH1_DERIVE, param), private_key, key)), Rv::ok);
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
