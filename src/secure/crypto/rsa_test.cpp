#include "secure/crypto/rsa.h"

#include <atomic>
#include <thread>
#include <vector>

#include "secure/crypto/test_support.h"

namespace holdfast::secure::crypto {
namespace {

// The 2048-bit key of Wycheproof's rsa_oaep_2048_sha256_mgf1sha256 and rsa_pss_2048_sha256_mgf1_32 test vectors
// (C2SP/wycheproof, testvectors_v1, Apache-2.0).
constexpr std::string_view kModulus =
    "a2b451a07d0aa5f96e455671513550514a8a5b462ebef717094fa1fee82224e637f9746d3f7cafd31878d80325b6ef5a1700f65903b469429e"
    "89d6ea"
    "c8845097b5ab393189db92512ed8a7711a1253facd20f79c15e8247f3d3e42e46e48c98e254a2fe9765313a03eff8f17e1a029397a1fa26a8d"
    "ce26f4"
    "90ed81299615d9814c22da610428e09c7d9658594266f5c021d0fceca08d945a12be82de4d1ece6b4c03145b5d3495d4ed5411eb878daf05fd"
    "7afc3e"
    "09ada0f1126422f590975a1969816f48698bcbba1b4d9cae79d460d8f9f85e7975005d9bc22c4e5ac0f7c1a45d12569a62807d3b9a02e5a530"
    "e77306"
    "6f453d1f5b4c2e9cf7820283f742b9d5";
constexpr std::string_view kPrivateExponent =
    "24cdc62317f5d72a6f6ba6cc9632899b01d1ff28867d72f61688995bc855a4e420a8405250089bdb13cf8e09543827b748b9d27fbb2b4d9e20"
    "af8c5a"
    "6a862796d1a4cc18ad16ea678bc1bd4a83bbbe9c5e57453b5ce7388e41a3ba4ce2b77b4438a229e954f720dae0353dc088ac8a76b26dc276f8"
    "e1b785"
    "1ddd6398ad16ff2e78195123b9b036e945c38c9d12434f6df76fe22359eb3e1ac9c011678fc926fad3ae475a4fffff55feb2d147e9c894f4c0"
    "e29a59"
    "9e762462482d968bf42780945fc0d2c31c573c4431b8f4fe8b8c67bec815abd44f7a86edca1c2308737358d2c2ae5e2e0e2dadf73098026237"
    "7e58b1"
    "3b7d9992060a0bc870ccfdb4a9319ee1";
constexpr std::string_view kPrime1 =
    "dc431050f782e894fb5248247d98cb7d58b8d1e24f3b55d041c56e4de086b0d5bb028bda42eeb5d234d5681e5809d415e6a289ad4cfbf78f97"
    "8f6c35"
    "814f50eebff1c5b80a69f788e81e6bab5ddaa78369d659d143ec6f17e79813a575cfad9c569156b90113e2e9110ad9e7b48a1c9348a6e65332"
    "119129"
    "0ea36cfb3a5b18f1";
constexpr std::string_view kPrime2 =
    "bd1a81e7977f9898122273ae3222b598ea5fb19eb4eabc38308a5e32196603b2e500ffb79f5b886816611debc472fac45544070beb057c9413"
    "78a686"
    "8af3b7a03d3f9880ec47d5e089b94fbde542aba9ae8d72c57088d7abf5b131f39098f7bc160f90536abc9492fd4e06f3ed7299d4b97bb03677"
    "207d95"
    "669f140cfbc20f25";
constexpr std::string_view kExponent1 =
    "a94b528b28f291599121d91952ffd1c7f21d7c1479d99d478885fb161870ee1218bf08472612dbe5497e8d9c650688e09c786961ae3e2c354d"
    "c48ae3"
    "4514759c4c23c4588488961dc06b414e61c0e1e7fbbd2923d31532fe289f96da220711e58c14019808e00414276933bb07e4efb9b4a9b37656"
    "917205"
    "209f33f09515d7c1";
constexpr std::string_view kExponent2 =
    "3af0e72a933aef09ff2503df78bafed531c02ff1a2bc437c540cdcbd4ad35435cf511763596543480629b114ca7f780ff7efa32ea0cb6e000d"
    "6d9ea1"
    "f2ef71fd9cf9948422a165557e37e755edfe70d90b920502eb478bc98a63f788ce3a0f856d6ede7251a383bfa8fa480a81a925af7b3cc538c4"
    "bab8c9"
    "f7597ffb68011d8d";
constexpr std::string_view kCoefficient =
    "2640fbfbcfefb163ee7a87b6483a66ee41f956d90fa8a7939bfc042ee0924b1b7993d0445f758d51933e85179c0320b0c968b48a91c38b5be9"
    "23e109"
    "7c0c562f88d42294b6a2759bafa5428a74f1270874e45f6fcc60f21602de5eccd143cf31241f5921b5ad3983fb54ef17be3b285367e50c999c"
    "67247b"
    "552fe4bfce945f7b";

// v1.5 signature of SHA-256("abc") and v1.5 encryption of "hello" with padding bytes aa, computed with plain integer
// arithmetic in Python after RFC 8017, 8.2 and 7.2.
constexpr std::string_view kPkcs1Signature =
    "485a79470c145bce2d3e40c64a583e79f5697dc362bc916db830b95b71b6d0fbf34cc2a15eb705ab1df59cfd7d9f65ba6190307f5a63a8c7a1"
    "167225"
    "7d542971db3f53e2eebd91526759f31776a52dc85021c27fcc10b48e54978fd95d1f0a745bc5ae939c1dd25bdb670d2f8dc96d3b3055374358"
    "de0fde"
    "977d1049f762c91da426bdadf05bbddd745b28b9032977564f65be790aeb60e173398aa0ebaceec7293a88744cb6cbfca7d1becb283e3879ae"
    "3840bc"
    "162bcad40a51bd75bbf035a4de880108c0559ab02b63a30db0328169234c4a4960534ab452c283f392c2472218fc9586cde1af9ed268ddcabd"
    "5979b0"
    "2be4fccab8b01dee18c49a67d216e49c";
constexpr std::string_view kPkcs1Ciphertext =
    "49cfbb7a1ce0ed6c4b528e36622eaa9028b0944540bbedbe27c92af5ba981dedc845c332d785497defa96518510f51d57d13c2670c97959471"
    "8c1d45"
    "9651b28451234bda4b5b3833208c591beda05c39159f83a1307a5b5ece3a0f8d5af73d05f57e40dd374d323f53c88ad3d36036651433248c3b"
    "c69405"
    "c7caf04c0cd8414e346d66b635eaea48c47084721c18de29d853a3aeb5d78464117124352c4883b1f1c0cc545e62df942f10ce0ee533f7072d"
    "258557"
    "4e03bb9764e1a4ab21112c35a7995303adc8e9c08b681f5382b1094a9040357911f197b313bf09675b5479a23a12fade6aac2e89d1dd3737f3"
    "abb522"
    "e72dbd6e57aa79b8a79559dca9f4dfbe";
// Wycheproof, rsa_pss_2048_sha256_mgf1_32, tcId 3, and rsa_oaep_2048_sha256_mgf1sha256, tcId 3: the message "Test".
constexpr std::string_view kPssSignature =
    "401eb03cdb47ca88033e3030f6bdecbac8f5c8fc1dd6a13d23d379ed9a2b309891d13d74fea9d21d159b9e6d8f37efa2489962e24555f56dd4"
    "34ff1d"
    "31ce4f9f5abd3f22cbea8b691d6a11e44efb83e2bca155e6a164325e0fde2a8865afd5c9f51161a9d615f62af7ec2e31b3e5ab649c164490d3"
    "1d88cf"
    "ae35b84aea7925690f929a144b6d2f48e8fb894a52deecd1b9a6496990c4ecf1588699a42cacd10c53af350514e4291ea9a058e77f101e32c1"
    "c0cefa"
    "61d945f7bc931f8bd19e7ba3169358a60e5a8b0123bc3199b9fdcafe8e519c41ba675491a27b85e44ef2d77277c10fe107293c8290186913bc"
    "9a99b6"
    "40d8da041b64f31eab1d35920985f4a5";
constexpr std::string_view kOaepCiphertext =
    "5eab3f0741e63986ed647d53e1cd71df041986900803d0f99c68355d249a15a47dc5b4f70a191477654299e5a2731f3b4eec76dea18262fc69"
    "6ac794"
    "e5f66cbfcddac4472c578e246c26707598055584540b839836b1404c5611ae558a984cee8fd036cea924e0be2474a940f61e0acc14fcae95eb"
    "dc5994"
    "2a9ce9af9a9c81999f7f6815f057ffdc2533cb15d6391d1e2d95f16f9c04209c889a4c359c7d2926d28a66e2b030a416b928d2825627998e51"
    "91fb49"
    "83a6e65024262d94fc09187a2d78162122433251d1bfcc8e507d06eba2d229c10031261da32ab8ccd15f1c5f9fbf07ed158483d736a110af4b"
    "44d6a4"
    "da60d6cb519b4454213cf9f0dc560f2b";

RsaPrivateComponents all_components() {
  return {.modulus = hex(kModulus),
          .public_exponent = hex("010001"),
          .private_exponent = secret_hex(kPrivateExponent),
          .prime_1 = secret_hex(kPrime1),
          .prime_2 = secret_hex(kPrime2),
          .exponent_1 = secret_hex(kExponent1),
          .exponent_2 = secret_hex(kExponent2),
          .coefficient = secret_hex(kCoefficient)};
}
RsaPrivateKey private_key() { return RsaPrivateKey::from_components(all_components()).value(); }
RsaPublicKey public_key() { return RsaPublicKey::from_components(hex(kModulus), hex("010001")).value(); }

Bytes sha256(std::string_view text) {
  Bytes out(32);
  EXPECT_EQ(rv_of(digest(DigestKind::sha256, as_bytes(text), out)), Rv::ok);
  return out;
}
Bytes sign(const RsaPrivateKey& key, const RsaSignatureScheme& scheme, ByteView data) {
  Bytes signature(key.modulus_bytes());
  EXPECT_EQ(rv_of(key.sign(scheme, data, signature)), Rv::ok);
  return signature;
}

const RsaPkcs1 kPkcs1Sha256{.digest = DigestKind::sha256};

TEST(RsaSign, GivesTheV15SignatureWithDigestAndWithReadyDigestInfo) {
  EXPECT_EQ(to_hex(sign(private_key(), kPkcs1Sha256, sha256("abc"))), kPkcs1Signature);
  Bytes digest_info = hex("3031300d060960864801650304020105000420");
  const Bytes hash = sha256("abc");
  digest_info.insert(digest_info.end(), hash.begin(), hash.end());
  EXPECT_EQ(to_hex(sign(private_key(), RsaPkcs1{}, digest_info)), kPkcs1Signature);
  EXPECT_EQ(rv_of(public_key().verify(kPkcs1Sha256, hash, hex(kPkcs1Signature))), Rv::ok);
  EXPECT_EQ(rv_of(public_key().verify(RsaPkcs1{}, digest_info, hex(kPkcs1Signature))), Rv::ok);
  EXPECT_EQ(rv_of(public_key().verify(RsaPkcs1{}, hash, hex(kPkcs1Signature))), Rv::signature_invalid);
}

// The hash stands for the 256 bytes that Python's pow(m, d, n) gives for the number "abc".
TEST(RsaSign, RawIsTheBareNumberInBothDirections) {
  const Bytes signature = sign(private_key(), RsaRaw{}, as_bytes("abc"));
  Bytes hash(32);
  ASSERT_EQ(rv_of(digest(DigestKind::sha256, signature, hash)), Rv::ok);
  EXPECT_EQ(to_hex(hash), "5174890c7b299019710166016caa76b6ba5a2900f225b1c3d9bcc7b076a211a7");
  EXPECT_EQ(rv_of(public_key().verify(RsaRaw{}, as_bytes("abc"), signature)), Rv::ok);
  EXPECT_EQ(rv_of(public_key().verify(RsaRaw{}, as_bytes("abd"), signature)), Rv::signature_invalid);
  const Bytes recovered = public_key().encrypt(RsaRaw{}, signature).value();
  EXPECT_EQ(as_text(ByteView(recovered).last(3)), "abc");
  EXPECT_EQ(to_hex(private_key().decrypt(RsaRaw{}, recovered).value()), to_hex(signature));
}

TEST(RsaVerify, TakesThePssVectorOfWycheproof) {
  const Bytes hash = sha256("Test");
  EXPECT_EQ(rv_of(public_key().verify(RsaPss{}, hash, hex(kPssSignature))), Rv::ok);
  EXPECT_EQ(rv_of(public_key().verify(RsaPss{.salt_bytes = 20}, hash, hex(kPssSignature))), Rv::signature_invalid);
  EXPECT_EQ(rv_of(public_key().verify(RsaPss{.mgf_hash = DigestKind::sha1}, hash, hex(kPssSignature))),
            Rv::signature_invalid);
  EXPECT_EQ(rv_of(public_key().verify(kPkcs1Sha256, hash, hex(kPssSignature))), Rv::signature_invalid);
}

TEST(RsaSign, PssVerifiesWithEverySaltThatFits) {
  for (const DigestKind kind :
       {DigestKind::sha1, DigestKind::sha224, DigestKind::sha256, DigestKind::sha384, DigestKind::sha512}) {
    const std::size_t most = 256 - digest_bytes(kind) - 2;
    const Bytes data(digest_bytes(kind), std::byte{0x42});
    for (const std::size_t salt : {std::size_t{0}, digest_bytes(kind), most}) {
      const RsaPss scheme{.hash = kind, .mgf_hash = DigestKind::sha256, .salt_bytes = salt};
      EXPECT_EQ(rv_of(public_key().verify(scheme, data, sign(private_key(), scheme, data))), Rv::ok) << salt;
    }
    Bytes out(256);
    EXPECT_EQ(rv_of(private_key().sign(RsaPss{.hash = kind, .salt_bytes = most + 1}, data, out)),
              Rv::mechanism_param_invalid);
  }
}

TEST(RsaSign, RefusesDataThatDoesNotFit) {
  const RsaPrivateKey key = private_key();
  Bytes out(256);
  EXPECT_EQ(rv_of(key.sign(RsaPkcs1{}, Bytes(245), out)), Rv::ok);
  EXPECT_EQ(rv_of(key.sign(RsaPkcs1{}, Bytes(246), out)), Rv::data_len_range);
  EXPECT_EQ(rv_of(key.sign(RsaPkcs1{}, {}, out)), Rv::ok);
  EXPECT_EQ(rv_of(key.sign(kPkcs1Sha256, Bytes(31), out)), Rv::data_len_range);
  EXPECT_EQ(rv_of(key.sign(RsaPss{}, Bytes(33), out)), Rv::data_len_range);
  EXPECT_EQ(rv_of(key.sign(RsaRaw{}, Bytes(256), out)), Rv::ok);
  EXPECT_EQ(rv_of(key.sign(RsaRaw{}, Bytes(257), out)), Rv::data_len_range);
  EXPECT_EQ(rv_of(key.sign(RsaRaw{}, hex(kModulus), out)), Rv::data_invalid);
  Bytes small(255);
  EXPECT_EQ(rv_of(key.sign(RsaPkcs1{}, {}, small)), Rv::buffer_too_small);
}

TEST(RsaVerify, RefusesSignaturesOfOtherLengths) {
  for (const std::size_t size : {0u, 255u, 257u})
    EXPECT_EQ(rv_of(public_key().verify(kPkcs1Sha256, sha256("abc"), Bytes(size))), Rv::signature_len_range);
  EXPECT_EQ(rv_of(public_key().verify(kPkcs1Sha256, sha256("abc"), Bytes(256, std::byte{0xFF}))),
            Rv::signature_invalid);
}

TEST(RsaDecrypt, TakesV15AndOaepVectors) {
  EXPECT_EQ(as_text(private_key().decrypt(RsaPkcs1{}, hex(kPkcs1Ciphertext)).value()), "hello");
  EXPECT_EQ(as_text(private_key().decrypt(RsaOaep{}, hex(kOaepCiphertext)).value()), "Test");
  EXPECT_EQ(to_hex(private_key().decrypt_secret(RsaOaep{}, hex(kOaepCiphertext)).value()), "54657374");
  EXPECT_EQ(rv_of(private_key().decrypt(RsaOaep{.label = hex("00")}, hex(kOaepCiphertext))),
            Rv::encrypted_data_invalid);
  EXPECT_EQ(rv_of(private_key().decrypt(RsaOaep{.hash = DigestKind::sha1}, hex(kOaepCiphertext))),
            Rv::encrypted_data_invalid);
}

TEST(RsaDecrypt, GivesOneAnswerForEveryFault) {
  const RsaPrivateKey key = private_key();
  for (const std::size_t size : {0u, 255u, 257u})
    EXPECT_EQ(rv_of(key.decrypt(RsaOaep{}, Bytes(size))), Rv::encrypted_data_len_range);
  for (const Bytes& bad : {Bytes(256), Bytes(256, std::byte{0xFF}), hex(kPkcs1Ciphertext)})
    EXPECT_EQ(rv_of(key.decrypt(RsaOaep{}, bad)), Rv::encrypted_data_invalid);
  EXPECT_EQ(rv_of(key.decrypt(RsaRaw{}, hex(kModulus))), Rv::encrypted_data_invalid);
}

TEST(RsaDecrypt, DrawsTheSamePlaintextForEachWrongV15Padding) {
  const RsaPrivateKey key = private_key();
  for (const Bytes& wrong : {hex(kOaepCiphertext), Bytes(256), hex(kPssSignature)}) {
    const Bytes drawn = key.decrypt(RsaPkcs1{}, wrong).value();
    EXPECT_LE(drawn.size(), 246u);
    EXPECT_EQ(to_hex(key.decrypt(RsaPkcs1{}, wrong).value()), to_hex(drawn));
  }
  // What libcrypto 3.5 draws for it.
  EXPECT_EQ(to_hex(key.decrypt(RsaPkcs1{}, hex(kOaepCiphertext)).value()), "6dc62e5698");
}

TEST(RsaEncrypt, DecryptsAgainUpToTheLongestPlaintext) {
  const RsaPublicKey key = public_key();
  const RsaPrivateKey reader = private_key();
  const RsaEncryptionScheme schemes[] = {
      RsaPkcs1{}, RsaOaep{}, RsaOaep{.hash = DigestKind::sha1, .mgf_hash = DigestKind::sha512, .label = hex("0102")}};
  for (const RsaEncryptionScheme& scheme : schemes) {
    const std::size_t most = key.max_plaintext(scheme).value();
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, most}) {
      const Bytes plain(size, std::byte{0x33});
      EXPECT_EQ(to_hex(reader.decrypt(scheme, key.encrypt(scheme, plain).value()).value()), to_hex(plain));
      EXPECT_EQ(to_hex(reader.decrypt_secret(scheme, key.encrypt_secret(scheme, secret(plain)).value()).value()),
                to_hex(plain));
    }
    EXPECT_EQ(rv_of(key.encrypt(scheme, Bytes(most + 1))), Rv::data_len_range);
  }
  EXPECT_EQ(key.max_plaintext(RsaPkcs1{}).value(), 245u);
  EXPECT_EQ(key.max_plaintext(RsaOaep{}).value(), 190u);
  EXPECT_EQ(rv_of(key.encrypt(RsaRaw{}, hex(kModulus))), Rv::data_invalid);
  EXPECT_EQ(rv_of(key.encrypt(RsaRaw{}, Bytes(257))), Rv::data_len_range);
}

TEST(RsaPrivateKey, ComputesWhatIsAbsent) {
  RsaPrivateComponents bare{.modulus = hex("00" + std::string(kModulus)),
                            .private_exponent = secret_hex(kPrivateExponent)};
  EXPECT_EQ(to_hex(sign(RsaPrivateKey::from_components(bare).value(), kPkcs1Sha256, sha256("abc"))), kPkcs1Signature);
  RsaPrivateComponents primes = all_components();
  primes.exponent_1 = SecretBytes();
  primes.exponent_2 = SecretBytes();
  primes.coefficient = SecretBytes();
  EXPECT_EQ(to_hex(sign(RsaPrivateKey::from_components(primes).value(), kPkcs1Sha256, sha256("abc"))), kPkcs1Signature);
}

TEST(RsaPrivateKey, RefusesNumbersThatDoNotBelongTogether) {
  const auto flip = [](std::string_view digits) {
    Bytes number = hex(digits);
    number[number.size() / 2] ^= std::byte{4};
    return secret(number);
  };
  const auto rv_with = [](auto change) {
    RsaPrivateComponents components = all_components();
    change(components);
    return rv_of(RsaPrivateKey::from_components(components));
  };
  using Components = RsaPrivateComponents;
  EXPECT_EQ(rv_with([](Components&) {}), Rv::ok);
  EXPECT_EQ(rv_with([&](Components& c) { c.private_exponent = flip(kPrivateExponent); }), Rv::attribute_value_invalid);
  EXPECT_EQ(rv_with([&](Components& c) { c.prime_1 = flip(kPrime1); }), Rv::attribute_value_invalid);
  EXPECT_EQ(rv_with([&](Components& c) { c.exponent_1 = flip(kExponent1); }), Rv::attribute_value_invalid);
  EXPECT_EQ(rv_with([&](Components& c) { c.exponent_2 = flip(kExponent2); }), Rv::attribute_value_invalid);
  EXPECT_EQ(rv_with([&](Components& c) { c.coefficient = flip(kCoefficient); }), Rv::attribute_value_invalid);
  EXPECT_EQ(rv_with([&](Components& c) { std::swap(c.prime_1, c.prime_2); }), Rv::attribute_value_invalid);
  EXPECT_EQ(rv_with([&](Components& c) { c.public_exponent = hex("03"); }), Rv::attribute_value_invalid);
  EXPECT_EQ(rv_with([&](Components& c) { c.public_exponent = hex("010000"); }), Rv::attribute_value_invalid);
  EXPECT_EQ(rv_with([&](Components& c) {
              c.prime_1 = secret_hex("01");
              c.prime_2 = secret_hex(kModulus);
            }),
            Rv::attribute_value_invalid);
  EXPECT_EQ(rv_with([&](Components& c) { c.prime_2 = SecretBytes(); }), Rv::template_incomplete);
  EXPECT_EQ(rv_with([&](Components& c) { c.private_exponent = SecretBytes(); }), Rv::template_incomplete);
  EXPECT_EQ(rv_with([&](Components& c) { c.modulus = {}; }), Rv::template_incomplete);
}

TEST(RsaPrivateKey, RefusesABareExponentThatIsNotTheModulus) {
  for (const std::string_view exponent : {"00", "01", "03", "1000", "ffffffffffffffffffffffffffffffffffffffff"})
    EXPECT_EQ(
        rv_of(RsaPrivateKey::from_components({.modulus = hex(kModulus), .private_exponent = secret_hex(exponent)})),
        Rv::attribute_value_invalid)
        << exponent;
  EXPECT_EQ(rv_of(RsaPrivateKey::from_components(
                {.modulus = hex(kModulus), .private_exponent = secret(Bytes(300, std::byte{7}))})),
            Rv::attribute_value_invalid);
}

TEST(RsaPublicKey, RefusesKeysOutsideItsLimits) {
  const auto rv = [](const Bytes& modulus, std::string_view exponent) {
    return rv_of(RsaPublicKey::from_components(modulus, hex(exponent)));
  };
  EXPECT_EQ(rv(hex(kModulus), "03"), Rv::ok);
  EXPECT_EQ(rv(hex(kModulus), "00000000000000000003"), Rv::ok);
  for (const std::string_view exponent : {"", "00", "01", "02", "010000", "010000000000000001"})
    EXPECT_EQ(rv(hex(kModulus), exponent), Rv::attribute_value_invalid) << exponent;
  Bytes even = hex(kModulus);
  even.back() = std::byte{0xD4};
  EXPECT_EQ(rv(even, "010001"), Rv::attribute_value_invalid);
  EXPECT_EQ(rv({}, "010001"), Rv::key_size_range);
  EXPECT_EQ(rv(Bytes(63, std::byte{0xFF}), "010001"), Rv::key_size_range);
  EXPECT_EQ(rv(Bytes(2049, std::byte{0xFF}), "010001"), Rv::key_size_range);
  Bytes just_short(64, std::byte{0x7F});
  EXPECT_EQ(rv(just_short, "010001"), Rv::key_size_range);
}

TEST(GenerateRsa, GivesKeysThatWork) {
  for (const std::size_t bits : {512u, 1024u, 1031u, 2048u}) {
    const RsaPrivateComponents made = generate_rsa(bits, hex("00010001")).value();
    EXPECT_EQ(to_hex(made.public_exponent), "010001");
    const RsaPrivateKey key = RsaPrivateKey::from_components(made).value();
    const RsaPublicKey verifier = RsaPublicKey::from_components(made.modulus, made.public_exponent).value();
    EXPECT_EQ(key.modulus_bits(), bits);
    EXPECT_EQ(verifier.modulus_bits(), bits);
    EXPECT_EQ(rv_of(verifier.verify(RsaPkcs1{}, as_bytes("data"), sign(key, RsaPkcs1{}, as_bytes("data")))), Rv::ok);
  }
  EXPECT_EQ(to_hex(generate_rsa(1024, hex("03")).value().public_exponent), "03");
}

TEST(GenerateRsa, RefusesSizesAndExponentsOutsideItsLimits) {
  EXPECT_EQ(rv_of(generate_rsa(511, hex("010001"))), Rv::key_size_range);
  EXPECT_EQ(rv_of(generate_rsa(16385, hex("010001"))), Rv::key_size_range);
  for (const std::string_view exponent : {"", "01", "02", "010000000000000001"})
    EXPECT_EQ(rv_of(generate_rsa(1024, hex(exponent))), Rv::attribute_value_invalid) << exponent;
}

TEST(Rsa, NamesAKeyThatIsTooShortForTheScheme) {
  const RsaPrivateComponents made = generate_rsa(512, hex("010001")).value();
  const RsaPrivateKey key = RsaPrivateKey::from_components(made).value();
  const RsaPublicKey verifier = RsaPublicKey::from_components(made.modulus, made.public_exponent).value();
  Bytes out(64);
  EXPECT_EQ(rv_of(key.sign(RsaPkcs1{.digest = DigestKind::sha512}, Bytes(64), out)), Rv::key_size_range);
  EXPECT_EQ(rv_of(key.sign(RsaPss{.hash = DigestKind::sha512}, Bytes(64), out)), Rv::key_size_range);
  EXPECT_EQ(rv_of(verifier.max_plaintext(RsaOaep{})), Rv::key_size_range);
  EXPECT_EQ(rv_of(verifier.encrypt(RsaOaep{}, {})), Rv::key_size_range);
  EXPECT_EQ(rv_of(key.decrypt(RsaOaep{}, Bytes(64))), Rv::key_size_range);
}

TEST(RsaPrivateKey, ThreadsShareAKey) {
  const RsaPrivateKey key = private_key();
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i)
        if (to_hex(sign(key, kPkcs1Sha256, sha256("abc"))) != kPkcs1Signature) ++wrong;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace holdfast::secure::crypto
