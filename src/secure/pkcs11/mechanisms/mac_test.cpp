#include "secure/pkcs11/mechanisms/test_support.h"

namespace holdfast::secure::pkcs11 {
namespace {

Bytes length(std::uint32_t bytes) { return std::move(ByteWriter().u32(bytes)).take(); }

struct Vector {
  CK_MECHANISM_TYPE type;
  CK_MECHANISM_TYPE general;
  CK_KEY_TYPE key_type;
  std::string_view key, data, mac;
};
// RFC 2202 case 2, RFC 4231 case 2 ("Jefe"), and SP 800-38B, example 3 of AES-128 (RFC 4493, example 3).
constexpr Vector kVectors[] = {
    {CKM_MD5_HMAC, CKM_MD5_HMAC_GENERAL, CKK_MD5_HMAC, "4a656665",
     "7768617420646f2079612077616e7420666f72206e6f7468696e673f", "750c783e6ab0b503eaa86e310a5db738"},
    {CKM_SHA_1_HMAC, CKM_SHA_1_HMAC_GENERAL, CKK_SHA_1_HMAC, "4a656665",
     "7768617420646f2079612077616e7420666f72206e6f7468696e673f", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"},
    {CKM_SHA224_HMAC, CKM_SHA224_HMAC_GENERAL, CKK_SHA224_HMAC, "4a656665",
     "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
     "a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44"},
    {CKM_SHA256_HMAC, CKM_SHA256_HMAC_GENERAL, CKK_SHA256_HMAC, "4a656665",
     "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
    {CKM_SHA384_HMAC, CKM_SHA384_HMAC_GENERAL, CKK_SHA384_HMAC, "4a656665",
     "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
     "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649"},
    {CKM_SHA512_HMAC, CKM_SHA512_HMAC_GENERAL, CKK_SHA512_HMAC, "4a656665",
     "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
     "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b6"
     "36e070a38bce737"},
    {CKM_AES_CMAC, CKM_AES_CMAC_GENERAL, CKK_AES, "2b7e151628aed2a6abf7158809cf4f3c",
     "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411",
     "dfa66747de9ae63030ca32611497c827"},
};

TestKey key_of(const Vector& vector) { return secret_key(vector.key_type, hex(vector.key), {CKA_SIGN, CKA_VERIFY}); }

TEST(Mac, GivesThePublishedVectors) {
  for (const Vector& vector : kVectors) {
    const TestKey key = key_of(vector);
    EXPECT_EQ(to_hex(sign(mechanism(vector.type), key, hex(vector.data)).value()), vector.mac);
    EXPECT_EQ(rv_of(verify(mechanism(vector.type), key, hex(vector.data), hex(vector.mac))), Rv::ok);
    EXPECT_EQ(rv_of(verify(mechanism(vector.type), key, hex("00"), hex(vector.mac))), Rv::signature_invalid);
  }
}

TEST(Mac, SignsAndVerifiesInParts) {
  for (const Vector& vector : kVectors) {
    const Bytes data = hex(vector.data);
    const auto signer = started<Signer>(Verb::sign, mechanism(vector.type), key_of(vector));
    const auto verifier = started<Verifier>(Verb::verify, mechanism(vector.type), key_of(vector));
    for (std::size_t at = 0; at < data.size(); at += 5) {
      const ByteView part = ByteView(data).subspan(at, std::min<std::size_t>(5, data.size() - at));
      EXPECT_EQ(rv_of(signer->update(part)), Rv::ok);
      EXPECT_EQ(rv_of(verifier->update(part)), Rv::ok);
    }
    Bytes mac(signer->signature_bytes() - 1);
    EXPECT_EQ(rv_of(signer->finish(mac)), Rv::buffer_too_small);
    mac.resize(signer->signature_bytes());
    EXPECT_EQ(rv_of(signer->finish(mac)), Rv::ok);
    EXPECT_EQ(to_hex(mac), vector.mac);
    EXPECT_EQ(rv_of(verifier->finish(mac)), Rv::ok);
  }
}

TEST(MacGeneral, CutsToTheLengthOfItsParameter) {
  for (const Vector& vector : kVectors) {
    const std::size_t full = vector.mac.size() / 2;
    for (const std::size_t bytes : {std::size_t{1}, std::size_t{8}, full}) {
      const Bytes param = length(static_cast<std::uint32_t>(bytes));
      EXPECT_EQ(to_hex(sign(mechanism(vector.general, param), key_of(vector), hex(vector.data)).value()),
                vector.mac.substr(0, 2 * bytes));
    }
  }
}

TEST(MacGeneral, VerifiesOnlyTheLengthOfItsParameter) {
  for (const Vector& vector : kVectors) {
    const Bytes param = length(8);
    const auto outcome = [&](std::size_t bytes) {
      return rv_of(verify(mechanism(vector.general, param), key_of(vector), hex(vector.data),
                          hex(vector.mac.substr(0, 2 * bytes))));
    };
    EXPECT_EQ(outcome(8), Rv::ok);
    EXPECT_EQ(outcome(1), Rv::signature_len_range);
    EXPECT_EQ(outcome(7), Rv::signature_len_range);
    EXPECT_EQ(outcome(9), Rv::signature_len_range);
    EXPECT_EQ(outcome(0), Rv::signature_len_range);
  }
}

TEST(MacGeneral, RefusesLengthsNoMacHas) {
  for (const Vector& vector : kVectors) {
    const auto outcome = [&](const Bytes& param) {
      return rv_of(begin(Verb::sign, mechanism(vector.general, param), key_of(vector)));
    };
    EXPECT_EQ(outcome(length(0)), Rv::mechanism_param_invalid);
    EXPECT_EQ(outcome(length(static_cast<std::uint32_t>(vector.mac.size() / 2 + 1))), Rv::mechanism_param_invalid);
    EXPECT_EQ(outcome({}), Rv::mechanism_param_invalid);
    EXPECT_EQ(rv_of(begin(Verb::sign, mechanism(vector.type, length(8)), key_of(vector))), Rv::mechanism_param_invalid);
  }
}

TEST(Hmac, TakesGenericSecretsAndItsOwnKeyTypeOnly) {
  const Bytes value(32);
  EXPECT_EQ(rv_of(begin(Verb::sign, mechanism(CKM_SHA256_HMAC), secret_key(CKK_GENERIC_SECRET, value, {CKA_SIGN}))),
            Rv::ok);
  EXPECT_EQ(rv_of(begin(Verb::sign, mechanism(CKM_SHA256_HMAC), secret_key(CKK_SHA384_HMAC, value, {CKA_SIGN}))),
            Rv::key_type_inconsistent);
  EXPECT_EQ(rv_of(begin(Verb::sign, mechanism(CKM_SHA256_HMAC), secret_key(CKK_AES, value, {CKA_SIGN}))),
            Rv::key_type_inconsistent);
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
