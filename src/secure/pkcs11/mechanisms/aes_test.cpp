#include "secure/pkcs11/mechanisms/test_support.h"

namespace holdfast::secure::pkcs11 {
namespace {

// SP 800-38A, appendix F: the AES-128 key and plaintext of all its examples.
constexpr std::string_view kKey = "2b7e151628aed2a6abf7158809cf4f3c";
constexpr std::string_view kIv = "000102030405060708090a0b0c0d0e0f";
constexpr std::string_view kPlaintext =
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";
constexpr std::string_view kEcb =
    "3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf"
    "43b1cd7f598ece23881b00e3ed0306887b0c785e27e8ad3f8223207104725dd4";
constexpr std::string_view kCbc =
    "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2"
    "73bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7";
constexpr std::string_view kCounter = "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";
constexpr std::string_view kCtr =
    "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff"
    "5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee";

Bytes ctr_param(std::uint32_t bits, std::string_view block) {
  return std::move(ByteWriter().u32(bits).raw(hex(block))).take();
}

struct Mode {
  CK_MECHANISM_TYPE type;
  Bytes param;
  std::string_view ciphertext;
};
std::vector<Mode> modes() {
  return {{CKM_AES_ECB, {}, kEcb}, {CKM_AES_CBC, hex(kIv), kCbc}, {CKM_AES_CTR, ctr_param(128, kCounter), kCtr}};
}

TEST(AesCipher, GivesTheVectorsOfSp80038a) {
  for (const Mode& mode : modes()) {
    const wire::Mechanism with = mechanism(mode.type, mode.param);
    EXPECT_EQ(to_hex(run_cipher(Verb::encrypt, with, aes_key(kKey), hex(kPlaintext)).value()), mode.ciphertext);
    EXPECT_EQ(to_hex(run_cipher(Verb::decrypt, with, aes_key(kKey), hex(mode.ciphertext)).value()), kPlaintext);
  }
}

TEST(AesCipher, GivesTheSameInPartsOfAnySize) {
  for (const Mode& mode : modes()) {
    const wire::Mechanism with = mechanism(mode.type, mode.param);
    for (const std::size_t step : {1u, 7u, 16u, 17u, 63u}) {
      EXPECT_EQ(to_hex(run_in_parts(Verb::encrypt, with, aes_key(kKey), hex(kPlaintext), step).value()),
                mode.ciphertext);
      EXPECT_EQ(to_hex(run_in_parts(Verb::decrypt, with, aes_key(kKey), hex(mode.ciphertext), step).value()),
                kPlaintext);
    }
  }
}

TEST(AesCipher, RefusesPartialBlocksWithoutPadding) {
  for (const auto& [type, param] : {std::pair{CKM_AES_ECB, Bytes{}}, std::pair{CKM_AES_CBC, hex(kIv)}}) {
    const wire::Mechanism with = mechanism(type, param);
    EXPECT_EQ(rv_of(run_cipher(Verb::encrypt, with, aes_key(kKey), Bytes(15))), Rv::data_len_range);
    EXPECT_EQ(rv_of(run_cipher(Verb::decrypt, with, aes_key(kKey), Bytes(17))), Rv::encrypted_data_len_range);
    EXPECT_EQ(rv_of(run_in_parts(Verb::encrypt, with, aes_key(kKey), Bytes(17), 5)), Rv::data_len_range);
    EXPECT_EQ(rv_of(run_in_parts(Verb::decrypt, with, aes_key(kKey), Bytes(17), 5)), Rv::encrypted_data_len_range);
  }
}

TEST(AesCipher, LeavesTheOutputAloneWhenItFails) {
  const auto cipher = started<Cipher>(Verb::encrypt, mechanism(CKM_AES_ECB), aes_key(kKey));
  Bytes out(32, std::byte{0xEE});
  EXPECT_EQ(rv_of(cipher->oneshot(Bytes(17), out)), Rv::data_len_range);
  EXPECT_EQ(out, Bytes(32, std::byte{0xEE}));
}

TEST(AesCipher, RefusesParametersWithoutMeaning) {
  const auto outcome = [](CK_MECHANISM_TYPE type, const Bytes& param) {
    return rv_of(begin(Verb::encrypt, mechanism(type, param), aes_key(kKey)));
  };
  EXPECT_EQ(outcome(CKM_AES_ECB, hex("00")), Rv::mechanism_param_invalid);
  EXPECT_EQ(outcome(CKM_AES_CBC, {}), Rv::mechanism_param_invalid);
  EXPECT_EQ(outcome(CKM_AES_CBC, Bytes(15)), Rv::mechanism_param_invalid);
  EXPECT_EQ(outcome(CKM_AES_CBC_PAD, Bytes(17)), Rv::mechanism_param_invalid);
  EXPECT_EQ(outcome(CKM_AES_CTR, ctr_param(0, kCounter)), Rv::mechanism_param_invalid);
  EXPECT_EQ(outcome(CKM_AES_CTR, ctr_param(129, kCounter)), Rv::mechanism_param_invalid);
  EXPECT_EQ(outcome(CKM_AES_CTR, hex(kCounter)), Rv::mechanism_param_invalid);
  EXPECT_EQ(outcome(CKM_AES_CTR, ctr_param(1, kCounter)), Rv::ok);
}

TEST(AesCtr, StopsBeforeItsCounterRepeats) {
  // One counter bit counts two blocks.
  const Bytes param = ctr_param(1, "00000000000000000000000000000000");
  const wire::Mechanism narrow = mechanism(CKM_AES_CTR, param);
  EXPECT_EQ(run_cipher(Verb::encrypt, narrow, aes_key(kKey), Bytes(32)).value().size(), 32u);
  EXPECT_EQ(rv_of(run_cipher(Verb::encrypt, narrow, aes_key(kKey), Bytes(33))), Rv::data_len_range);
}

TEST(AesCbcPad, IsCbcOfThePaddedPlaintext) {
  const Bytes iv = hex(kIv);
  Bytes padded = hex(kPlaintext);
  padded.resize(padded.size() - 3);
  const Bytes plaintext = padded;
  padded.resize(padded.size() + 3, std::byte{3});
  const Bytes expected = run_cipher(Verb::encrypt, mechanism(CKM_AES_CBC, iv), aes_key(kKey), padded).value();
  EXPECT_EQ(run_cipher(Verb::encrypt, mechanism(CKM_AES_CBC_PAD, iv), aes_key(kKey), plaintext).value(), expected);
  EXPECT_EQ(run_cipher(Verb::decrypt, mechanism(CKM_AES_CBC_PAD, iv), aes_key(kKey), expected).value(), plaintext);
}

TEST(AesCbcPad, TakesEveryLengthWholeAndInParts) {
  const Bytes iv = hex(kIv);
  const wire::Mechanism with = mechanism(CKM_AES_CBC_PAD, iv);
  for (std::size_t size = 0; size <= 33; ++size) {
    const Bytes plaintext(size, std::byte{0x5A});
    const Bytes ciphertext = run_cipher(Verb::encrypt, with, aes_key(kKey), plaintext).value();
    EXPECT_EQ(ciphertext.size(), (size / 16 + 1) * 16);
    EXPECT_EQ(run_in_parts(Verb::encrypt, with, aes_key(kKey), plaintext, 5).value(), ciphertext);
    EXPECT_EQ(run_cipher(Verb::decrypt, with, aes_key(kKey), ciphertext).value(), plaintext);
    EXPECT_EQ(run_in_parts(Verb::decrypt, with, aes_key(kKey), ciphertext, 5).value(), plaintext);
  }
}

TEST(AesCbcPad, DecryptsIntoExactlyEnoughRoom) {
  const Bytes iv = hex(kIv);
  const wire::Mechanism with = mechanism(CKM_AES_CBC_PAD, iv);
  const Bytes ciphertext = run_cipher(Verb::encrypt, with, aes_key(kKey), as_bytes("five!")).value();
  const auto whole = started<Cipher>(Verb::decrypt, with, aes_key(kKey));
  Bytes out(4);
  EXPECT_EQ(rv_of(whole->oneshot(ciphertext, out)), Rv::buffer_too_small);
  out.resize(5);
  EXPECT_EQ(whole->oneshot(ciphertext, out).value(), 5u);
  EXPECT_EQ(as_text(out), "five!");

  const auto parts = started<Cipher>(Verb::decrypt, with, aes_key(kKey));
  EXPECT_EQ(parts->update(ciphertext, {}).value(), 0u);
  Bytes tail(4);
  EXPECT_EQ(rv_of(parts->finish(tail)), Rv::buffer_too_small);
  EXPECT_EQ(parts->finish_bytes(), 5u);
  tail.resize(5);
  EXPECT_EQ(parts->finish(tail).value(), 5u);
  EXPECT_EQ(as_text(tail), "five!");
}

TEST(AesCbcPad, RefusesBadPaddingAndLengths) {
  const Bytes iv = hex(kIv);
  const wire::Mechanism with = mechanism(CKM_AES_CBC_PAD, iv);
  Bytes ciphertext = run_cipher(Verb::encrypt, mechanism(CKM_AES_CBC, iv), aes_key(kKey), Bytes(32)).value();
  EXPECT_EQ(rv_of(run_cipher(Verb::decrypt, with, aes_key(kKey), ciphertext)), Rv::encrypted_data_invalid);
  EXPECT_EQ(rv_of(run_in_parts(Verb::decrypt, with, aes_key(kKey), ciphertext, 16)), Rv::encrypted_data_invalid);
  ciphertext.pop_back();
  EXPECT_EQ(rv_of(run_cipher(Verb::decrypt, with, aes_key(kKey), ciphertext)), Rv::encrypted_data_len_range);
  EXPECT_EQ(rv_of(run_cipher(Verb::decrypt, with, aes_key(kKey), {})), Rv::encrypted_data_len_range);
}

// ---- key derivation by encryption: the ciphertexts above, as keys.

Bytes data_param(std::string_view iv, std::string_view data) {
  return std::move(ByteWriter().raw(hex(iv)).sized(hex(data))).take();
}

Result<std::string> derive(CK_MECHANISM_TYPE type, const Bytes& param, std::optional<std::uint32_t> bytes,
                           CK_KEY_TYPE key_type) {
  ObjectContent key = draft(CKO_SECRET_KEY, key_type);
  if (bytes.has_value()) key.attributes.set_ulong(attribute(CKA_VALUE_LEN), *bytes);
  HF_TRY(derive_key(mechanism(type, param), aes_key(kKey), key));
  return value_of(key);
}

TEST(AesEncryptData, DerivesTheCiphertext) {
  EXPECT_EQ(derive(CKM_AES_ECB_ENCRYPT_DATA, data_param("", kPlaintext), std::nullopt, CKK_GENERIC_SECRET).value(),
            kEcb);
  EXPECT_EQ(derive(CKM_AES_CBC_ENCRYPT_DATA, data_param(kIv, kPlaintext), std::nullopt, CKK_GENERIC_SECRET).value(),
            kCbc);
}

TEST(AesEncryptData, DropsTheEnd) {
  EXPECT_EQ(derive(CKM_AES_ECB_ENCRYPT_DATA, data_param("", kPlaintext), 24, CKK_AES).value(), kEcb.substr(0, 48));
}

TEST(AesEncryptData, RefusesLengthsThatDoNotFit) {
  EXPECT_EQ(rv_of(derive(CKM_AES_ECB_ENCRYPT_DATA, data_param("", kPlaintext.substr(2)), 16, CKK_AES)),
            Rv::data_len_range);
  EXPECT_EQ(rv_of(derive(CKM_AES_ECB_ENCRYPT_DATA, data_param("", ""), 16, CKK_AES)), Rv::data_len_range);
  EXPECT_EQ(rv_of(derive(CKM_AES_ECB_ENCRYPT_DATA, data_param("", kPlaintext), 65, CKK_GENERIC_SECRET)),
            Rv::key_size_range);
  EXPECT_EQ(rv_of(derive(CKM_AES_ECB_ENCRYPT_DATA, data_param("", kPlaintext), std::nullopt, CKK_AES)),
            Rv::template_incomplete);
  EXPECT_EQ(rv_of(derive(CKM_AES_CBC_ENCRYPT_DATA, data_param("00", kPlaintext), 16, CKK_AES)),
            Rv::mechanism_param_invalid);
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
