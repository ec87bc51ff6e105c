#include "secure/crypto/edwards.h"

#include "secure/crypto/der.h"
#include "secure/crypto/test_support.h"

namespace holdfast::secure::crypto {
namespace {

constexpr EdwardsCurve kEd25519 = EdwardsCurve::ed25519;
constexpr EdwardsCurve kEd448 = EdwardsCurve::ed448;

struct Vector {
  std::string_view seed, point, message, signature;
};
// RFC 8032, 7.1: tests 1 and 2.
constexpr Vector kVectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe246"
     "551"
     "41438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb"
     "00d"
     "291612bb0c00"},
};

Bytes sign(const EdwardsPrivateKey& key, const EdwardsVariant& variant, ByteView message) {
  Bytes signature(signature_bytes(key.curve()));
  EXPECT_EQ(rv_of(key.sign(variant, message, signature)), Rv::ok);
  return signature;
}

TEST(Ed25519, GivesTheVectorsOfRfc8032) {
  for (const Vector& vector : kVectors) {
    const EdwardsPrivateKey key = EdwardsPrivateKey::from_seed(kEd25519, secret_hex(vector.seed)).value();
    EXPECT_EQ(to_hex(key.public_point()), vector.point);
    EXPECT_EQ(to_hex(sign(key, {}, hex(vector.message))), vector.signature);
    const EdwardsPublicKey verifier = EdwardsPublicKey::from_point(kEd25519, hex(vector.point)).value();
    EXPECT_EQ(rv_of(verifier.verify({}, hex(vector.message), hex(vector.signature))), Rv::ok);
    EXPECT_EQ(rv_of(verifier.verify({}, as_bytes("other"), hex(vector.signature))), Rv::signature_invalid);
  }
}

TEST(Ed25519, RefusesSignaturesOfOtherLengths) {
  const EdwardsPublicKey verifier = EdwardsPublicKey::from_point(kEd25519, hex(kVectors[0].point)).value();
  for (const std::size_t size : {0u, 63u, 65u})
    EXPECT_EQ(rv_of(verifier.verify({}, {}, Bytes(size))), Rv::signature_len_range);
  EXPECT_EQ(rv_of(verifier.verify({}, {}, Bytes(64))), Rv::signature_invalid);
}

TEST(Ed25519, TakesEveryFormOfItsPoint) {
  const Bytes plain = hex(kVectors[0].point);
  Bytes bits = hex("032100");
  bits.insert(bits.end(), plain.begin(), plain.end());
  for (const Bytes& form : {plain, octet_string(plain), bits})
    EXPECT_EQ(to_hex(EdwardsPublicKey::from_point(kEd25519, form).value().point()), kVectors[0].point);
  for (const Bytes& bad : {Bytes{}, Bytes(31), Bytes(33), octet_string(Bytes(31))})
    EXPECT_EQ(rv_of(EdwardsPublicKey::from_point(kEd25519, bad, Rv::public_key_invalid)), Rv::public_key_invalid);
}

TEST(Ed25519, RefusesSeedsOfOtherSizesAndShortBuffers) {
  for (const std::size_t size : {0u, 31u, 33u, 64u})
    EXPECT_EQ(rv_of(EdwardsPrivateKey::from_seed(kEd25519, secret(Bytes(size)))), Rv::attribute_value_invalid);
  Bytes signature(63);
  EXPECT_EQ(rv_of(EdwardsPrivateKey::from_seed(kEd25519, secret(Bytes(32))).value().sign({}, {}, signature)),
            Rv::buffer_too_small);
}

// RFC 8032, 7.2, "foo". libcrypto has the variant from 3.2 on; before, it must be refused and not signed as plain.
TEST(Ed25519, ContextIsHonouredOrRefused) {
  const EdwardsPrivateKey key =
      EdwardsPrivateKey::from_seed(kEd25519, secret_hex("0305334e381af78f141cb666f6199f57bc3495335a256a95bd2a55bf546663f6"))
          .value();
  const EdwardsVariant variant{.prehash = false, .context = hex("666f6f")};
  const Bytes message = hex("f726936d19c800494e3fdaff20b276a8");
  Bytes signature(signature_bytes(kEd25519));
  const Rv rv = rv_of(key.sign(variant, message, signature));
  if (rv == Rv::ok) {
    EXPECT_EQ(to_hex(signature),
              "55a4cc2f70a54e04288c5f4cd1e45a7bb520b36292911876cada7323198dd87a8b36950b95130022907a7fb7c4e9b2d5f6cca685"
              "a587b4b2"
              "1f4b888e4e7edb0d");
  } else {
    EXPECT_EQ(rv, Rv::mechanism_param_invalid);
  }
  EXPECT_EQ(rv_of(key.sign({.prehash = false, .context = Bytes(256)}, message, signature)),
            Rv::mechanism_param_invalid);
}

// RFC 8032, 7.3, the same way. The message is given whole: libcrypto hashes it.
TEST(Ed25519, PrehashIsHonouredOrRefused) {
  const EdwardsPrivateKey key =
      EdwardsPrivateKey::from_seed(kEd25519, secret_hex("833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42"))
          .value();
  const EdwardsPublicKey verifier = EdwardsPublicKey::from_point(kEd25519, key.public_point()).value();
  const EdwardsVariant variant{.prehash = true, .context = {}};
  const Bytes expected = hex(
      "98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae4131f85042463c2a355a2003d062adf5aaa10b8c61e636062a"
      "aad11c2a26083406");
  Bytes signature(signature_bytes(kEd25519));
  const Rv rv = rv_of(key.sign(variant, as_bytes("abc"), signature));
  if (rv == Rv::ok) {
    EXPECT_EQ(to_hex(signature), to_hex(expected));
    EXPECT_EQ(rv_of(verifier.verify(variant, as_bytes("abc"), expected)), Rv::ok);
  } else {
    EXPECT_EQ(rv, Rv::mechanism_param_invalid);
    EXPECT_EQ(rv_of(verifier.verify(variant, as_bytes("abc"), expected)), Rv::mechanism_param_invalid);
  }
  EXPECT_EQ(rv_of(verifier.verify({}, as_bytes("abc"), expected)), Rv::signature_invalid) << "no plain signature";
}

// RFC 8032, 7.4: the empty message.
TEST(Ed448, GivesTheVectorOfRfc8032) {
  const EdwardsPrivateKey key =
      EdwardsPrivateKey::from_seed(kEd448, secret_hex("6c82a562cb808d10d632be89c8513ebf6c929f34ddfa8c9f63c9960ef6e348a3"
                                                      "528c8a3fcc2f044e39a3fc5b94492f8f032e7549a20098f95b"))
          .value();
  EXPECT_EQ(to_hex(key.public_point()),
            "5fd7449b59b461fd2ce787ec616ad46a1da1342485a70e1f8a0ea75d80e96778edf124769b46c7061bd6783df1e50f6cd1fa1abeafe8"
            "256180");
  const Bytes expected = hex(
      "533a37f6bbe457251f023c0d88f976ae2dfb504a843e34d2074fd823d41a591f2b233f034f628281f2fd7a22ddd47d7828c59bd0a21bfd39"
      "80ff0d2028d4b18a9df63e006c5d1c2d345b925d8dc00b4104852db99ac5c7cdda8530a113a0f4dbb61149f05a7363268c71d95808ff2e65"
      "2600");
  EXPECT_EQ(to_hex(sign(key, {}, {})), to_hex(expected));
  const EdwardsPublicKey verifier = EdwardsPublicKey::from_point(kEd448, key.public_point()).value();
  EXPECT_EQ(rv_of(verifier.verify({}, {}, expected)), Rv::ok);
  EXPECT_EQ(rv_of(verifier.verify({}, as_bytes("other"), expected)), Rv::signature_invalid);
  for (const std::size_t size : {0u, 64u, 113u, 115u})
    EXPECT_EQ(rv_of(verifier.verify({}, {}, Bytes(size))), Rv::signature_len_range);
  EXPECT_EQ(rv_of(EdwardsPublicKey::from_point(kEd448, Bytes(32))), Rv::attribute_value_invalid);
  EXPECT_EQ(rv_of(EdwardsPrivateKey::from_seed(kEd448, secret(Bytes(56)))), Rv::attribute_value_invalid);
}

// RFC 8032, 7.4, "1 octet (with context)", and 7.5: as for Ed25519.
TEST(Ed448, ContextAndPrehashAreHonouredOrRefused) {
  struct Case {
    std::string_view seed, message;
    EdwardsVariant variant;
    std::string_view signature;
  };
  const Case cases[] = {
      {"c4eab05d357007c632f3dbb48489924d552b08fe0c353a0d4a1f00acda2c463afbea67c5e8d2877c5e3bc397a659949ef8021e954e0a1227"
       "4e",
       "03",
       {.prehash = false, .context = hex("666f6f")},
       "d4f8f6131770dd46f40867d6fd5d5055de43541f8c5e35abbcd001b32a89f7d2151f7647f11d8ca2ae279fb842d607217fce6e042f6815ea"
       "000c85741de5c8da1144a6a1aba7f96de42505d7a7298524fda538fccbbb754f578c1cad10d54d0d5428407e85dcbc98a49155c13764e66c"
       "3c00"},
      {"833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42ef7822e0d5104127dc05d6dbefde69e3ab2cec7c867c6e2c"
       "49",
       "616263",
       {.prehash = true, .context = {}},
       "822f6901f7480f3d5f562c592994d9693602875614483256505600bbc281ae381f54d6bce2ea911574932f52a4e6cadd78769375ec3ffd1b"
       "801a0d9b3f4030cd433964b6457ea39476511214f97469b57dd32dbc560a9a94d00bff07620464a3ad203df7dc7ce360c3cd3696d9d9fab9"
       "0f00"}};
  for (const Case& c : cases) {
    const EdwardsPrivateKey key = EdwardsPrivateKey::from_seed(kEd448, secret_hex(c.seed)).value();
    Bytes signature(signature_bytes(kEd448));
    const Rv rv = rv_of(key.sign(c.variant, hex(c.message), signature));
    if (rv == Rv::ok) {
      EXPECT_EQ(to_hex(signature), c.signature);
    } else {
      EXPECT_EQ(rv, Rv::mechanism_param_invalid);
    }
  }
}

TEST(Edwards, KnowsTheParamsOfItsCurves) {
  for (const std::string_view form : {"06032b6570", "130c656477617264733235353139", "06092b06010401da470f01"})
    EXPECT_EQ(edwards_from_params(hex(form)).value(), kEd25519) << form;
  for (const std::string_view form : {"06032b6571", "130a65647761726473343438"})
    EXPECT_EQ(edwards_from_params(hex(form)).value(), kEd448) << form;
  for (const std::string_view other : {"06032b656f", "1300", "06082a8648ce3d030107"})
    EXPECT_EQ(rv_of(edwards_from_params(hex(other))), Rv::curve_not_supported) << other;
  for (const std::string_view none : {"", "06032b657000", "130c65647761726473323535313900", "0500", "0603"})
    EXPECT_EQ(rv_of(edwards_from_params(hex(none))), Rv::domain_params_invalid) << none;
}

TEST(GenerateEdwards, GivesAPairThatBelongsTogether) {
  for (const EdwardsCurve curve : {kEd25519, kEd448}) {
    const EdwardsKeyPair pair = generate_edwards(curve).value();
    const EdwardsPrivateKey key = EdwardsPrivateKey::from_seed(curve, pair.seed).value();
    EXPECT_EQ(to_hex(key.public_point()), to_hex(pair.point));
    EXPECT_NE(to_hex(pair.seed), to_hex(generate_edwards(curve).value().seed));
  }
}

}  // namespace
}  // namespace holdfast::secure::crypto
