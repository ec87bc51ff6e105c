#include "secure/crypto/ed25519.h"

#include "secure/crypto/der.h"
#include "secure/crypto/test_support.h"

namespace holdfast::secure::crypto {
namespace {

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

Bytes sign(const Ed25519PrivateKey& key, const Ed25519Variant& variant, ByteView message) {
  Bytes signature(kEd25519SignatureBytes);
  EXPECT_EQ(rv_of(key.sign(variant, message, signature)), Rv::ok);
  return signature;
}

TEST(Ed25519, GivesTheVectorsOfRfc8032) {
  for (const Vector& vector : kVectors) {
    const Ed25519PrivateKey key = Ed25519PrivateKey::from_seed(secret_hex(vector.seed)).value();
    EXPECT_EQ(to_hex(key.public_point()), vector.point);
    EXPECT_EQ(to_hex(sign(key, {}, hex(vector.message))), vector.signature);
    const Ed25519PublicKey verifier = Ed25519PublicKey::from_point(hex(vector.point)).value();
    EXPECT_EQ(rv_of(verifier.verify({}, hex(vector.message), hex(vector.signature))), Rv::ok);
    EXPECT_EQ(rv_of(verifier.verify({}, as_bytes("other"), hex(vector.signature))), Rv::signature_invalid);
  }
}

TEST(Ed25519, RefusesSignaturesOfOtherLengths) {
  const Ed25519PublicKey verifier = Ed25519PublicKey::from_point(hex(kVectors[0].point)).value();
  for (const std::size_t size : {0u, 63u, 65u})
    EXPECT_EQ(rv_of(verifier.verify({}, {}, Bytes(size))), Rv::signature_len_range);
  EXPECT_EQ(rv_of(verifier.verify({}, {}, Bytes(64))), Rv::signature_invalid);
}

TEST(Ed25519, TakesEveryFormOfItsPoint) {
  const Bytes plain = hex(kVectors[0].point);
  Bytes bits = hex("032100");
  bits.insert(bits.end(), plain.begin(), plain.end());
  for (const Bytes& form : {plain, octet_string(plain), bits})
    EXPECT_EQ(to_hex(Ed25519PublicKey::from_point(form).value().point()), kVectors[0].point);
  for (const Bytes& bad : {Bytes{}, Bytes(31), Bytes(33), octet_string(Bytes(31))})
    EXPECT_EQ(rv_of(Ed25519PublicKey::from_point(bad, Rv::public_key_invalid)), Rv::public_key_invalid);
}

TEST(Ed25519, RefusesSeedsOfOtherSizesAndShortBuffers) {
  for (const std::size_t size : {0u, 31u, 33u, 64u})
    EXPECT_EQ(rv_of(Ed25519PrivateKey::from_seed(secret(Bytes(size)))), Rv::attribute_value_invalid);
  Bytes signature(63);
  EXPECT_EQ(rv_of(Ed25519PrivateKey::from_seed(secret(Bytes(32))).value().sign({}, {}, signature)),
            Rv::buffer_too_small);
}

// RFC 8032, 7.2, "foo". libcrypto has the variant from 3.2 on; before, it must be refused and not signed as plain.
TEST(Ed25519, ContextIsHonouredOrRefused) {
  const Ed25519PrivateKey key =
      Ed25519PrivateKey::from_seed(secret_hex("0305334e381af78f141cb666f6199f57bc3495335a256a95bd2a55bf546663f6"))
          .value();
  const Ed25519Variant variant{.prehash = false, .context = hex("666f6f")};
  const Bytes message = hex("f726936d19c800494e3fdaff20b276a8");
  Bytes signature(kEd25519SignatureBytes);
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
  const Ed25519PrivateKey key =
      Ed25519PrivateKey::from_seed(secret_hex("833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42"))
          .value();
  const Ed25519PublicKey verifier = Ed25519PublicKey::from_point(key.public_point()).value();
  const Ed25519Variant variant{.prehash = true, .context = {}};
  const Bytes expected = hex(
      "98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae4131f85042463c2a355a2003d062adf5aaa10b8c61e636062a"
      "aad11c2a26083406");
  Bytes signature(kEd25519SignatureBytes);
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

TEST(Ed25519, KnowsItsParams) {
  EXPECT_TRUE(is_ed25519_params(hex("06032b6570")));
  EXPECT_TRUE(is_ed25519_params(hex("130c656477617264733235353139")));
  EXPECT_TRUE(is_ed25519_params(hex("06092b06010401da470f01")));
  for (const std::string_view other : {"", "06032b656f", "06032b657000", "130c65647761726473323535313900", "1300"})
    EXPECT_FALSE(is_ed25519_params(hex(other))) << other;
}

TEST(GenerateEd25519, GivesAPairThatBelongsTogether) {
  const Ed25519KeyPair pair = generate_ed25519().value();
  const Ed25519PrivateKey key = Ed25519PrivateKey::from_seed(pair.seed).value();
  EXPECT_EQ(to_hex(key.public_point()), to_hex(pair.point));
  EXPECT_NE(to_hex(pair.seed), to_hex(generate_ed25519().value().seed));
}

}  // namespace
}  // namespace holdfast::secure::crypto
