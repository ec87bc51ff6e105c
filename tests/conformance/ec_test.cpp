// Elliptic curves: ECDSA on every curve and hash in both directions against libcrypto; the published signatures of RFC
// 6979; Ed25519 with RFC 8032's vectors; key agreement with a vector of NIST's CAVP and against libcrypto.
#include "conformance/keys.h"
#include "conformance/reference.h"

namespace holdfast::conformance {
namespace {

using reference::Key;

class Ec : public TokenTest {
 protected:
  Pair generate_ec(const Curve& curve) const {
    return generate_pair(mechanism(CKM_EC_KEY_PAIR_GEN), std::move(ec_public(curve).flag(CKA_VERIFY, true)),
                         std::move(Attributes().flag(CKA_SIGN, true).flag(CKA_DERIVE, true)));
  }
  Key public_of(const Curve& curve, const Pair& pair) const {
    return Key::ec_public(curve.openssl_name, ec_point(get(pair.public_key, CKA_EC_POINT)));
  }
  CK_OBJECT_HANDLE import_public(const Curve& curve, const Bytes& point) const {
    Attributes attributes = ec_public(curve);
    attributes.number(CKA_CLASS, CKO_PUBLIC_KEY)
        .number(CKA_KEY_TYPE, CKK_EC)
        .flag(CKA_VERIFY, true)
        .bytes(CKA_EC_POINT, octet_string(point));
    return create(std::move(attributes));
  }
  CK_OBJECT_HANDLE import_private(const Curve& curve, const Bytes& scalar) const {
    Attributes attributes = ec_public(curve);
    attributes.number(CKA_CLASS, CKO_PRIVATE_KEY)
        .number(CKA_KEY_TYPE, CKK_EC)
        .flag(CKA_SIGN, true)
        .flag(CKA_DERIVE, true)
        .bytes(CKA_VALUE, scalar);
    return create(std::move(attributes));
  }
  Attributes shared_secret(CK_ULONG bytes) const {
    Attributes attributes;
    attributes.number(CKA_CLASS, CKO_SECRET_KEY)
        .number(CKA_KEY_TYPE, CKK_GENERIC_SECRET)
        .flag(CKA_EXTRACTABLE, true)
        .flag(CKA_SENSITIVE, false);
    if (bytes != 0) attributes.number(CKA_VALUE_LEN, bytes);
    return attributes;
  }
};

struct EcdsaHash {
  const char* name;
  CK_MECHANISM_TYPE type;
};
constexpr EcdsaHash kHashes[] = {{"SHA1", CKM_ECDSA_SHA1},
                                 {"SHA224", CKM_ECDSA_SHA224},
                                 {"SHA256", CKM_ECDSA_SHA256},
                                 {"SHA384", CKM_ECDSA_SHA384},
                                 {"SHA512", CKM_ECDSA_SHA512}};

TEST_F(Ec, PointsAreDerOctetStringsOfTheCurvesSize) {
  for (const Curve& curve : kCurves) {
    const Pair pair = generate_ec(curve);
    const Bytes encoded = get(pair.public_key, CKA_EC_POINT);
    const Bytes point = ec_point(encoded);
    ASSERT_EQ(point.size(), 1 + 2 * curve.field_bytes) << curve.openssl_name;
    EXPECT_EQ(point[0], std::byte{4});
    EXPECT_EQ(encoded, octet_string(point)) << curve.openssl_name;
    EXPECT_EQ(get(pair.public_key, CKA_EC_PARAMS), hex(curve.params));
    EXPECT_EQ(get(pair.private_key, CKA_EC_PARAMS), hex(curve.params));
  }
  const Bytes p256 = get(generate_ec(kP256).public_key, CKA_EC_POINT);
  EXPECT_EQ(Bytes(p256.begin(), p256.begin() + 3), hex("044104"));
}

TEST_F(Ec, EcdsaMatchesLibcryptoOnEveryCurveAndHashInBothDirections) {
  const Bytes data = pattern(3000);
  for (const Curve& curve : kCurves) {
    const Pair pair = generate_ec(curve);
    const Key ours = public_of(curve, pair);
    const Key theirs = Key::ec_generate(curve.openssl_name);
    const CK_OBJECT_HANDLE imported = import_public(curve, theirs.ec_point());
    for (const EcdsaHash& hash : kHashes) {
      const CK_MECHANISM ecdsa = mechanism(hash.type);
      const Bytes signature = sign(ecdsa, pair.private_key, data);
      EXPECT_EQ(signature.size(), 2 * curve.field_bytes);
      EXPECT_TRUE(ours.verify_ecdsa(hash.name, data, signature)) << curve.openssl_name << " " << hash.name;
      EXPECT_TRUE(ours.verify_ecdsa(hash.name, data, sign_in_parts(ecdsa, pair.private_key, data, 999)))
          << curve.openssl_name << " " << hash.name;
      EXPECT_RV(verify(ecdsa, pair.public_key, data, signature), CKR_OK);
      EXPECT_RV(verify(ecdsa, imported, data, theirs.sign_ecdsa(hash.name, data, curve.field_bytes)), CKR_OK)
          << curve.openssl_name << " " << hash.name;
      Bytes forged = signature;
      forged[5] ^= std::byte{1};
      EXPECT_RV(verify(ecdsa, pair.public_key, data, forged), CKR_SIGNATURE_INVALID);
      EXPECT_RV(verify(ecdsa, pair.public_key, data, Bytes(2 * curve.field_bytes)), CKR_SIGNATURE_INVALID)
          << "zero and zero";
      forged.pop_back();
      EXPECT_RV(verify(ecdsa, pair.public_key, data, forged), CKR_SIGNATURE_LEN_RANGE);
    }
  }
}

TEST_F(Ec, PlainEcdsaTakesReadyDigests) {
  for (const Curve& curve : kCurves) {
    const Pair pair = generate_ec(curve);
    const Key ours = public_of(curve, pair);
    for (const EcdsaHash& hash : kHashes) {
      const Bytes digest = reference::digest(hash.name, text("abc"));
      const Bytes signature = sign(mechanism(CKM_ECDSA), pair.private_key, digest);
      EXPECT_TRUE(ours.verify_ecdsa(hash.name, text("abc"), signature))
          << curve.openssl_name << " " << hash.name << ", cut when longer than the curve";
      EXPECT_RV(verify(mechanism(CKM_ECDSA), pair.public_key, digest, signature), CKR_OK);
    }
  }
}

// RFC 6979 appendix A.2.5 and A.2.6: message "sample".
TEST_F(Ec, VerifiesPublishedSignatures) {
  const CK_OBJECT_HANDLE p256 =
      import_public(kP256, hex("04 60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6 "
                               "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299"));
  EXPECT_RV(verify(mechanism(CKM_ECDSA_SHA256), p256, text("sample"),
                   hex("EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716 "
                       "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8")),
            CKR_OK);
  const CK_OBJECT_HANDLE p384 = import_public(
      kP384, hex("04 EC3A4E415B4E19A4568618029F427FA5DA9A8BC4AE92E02E06AAE5286B300C64DEF8F0EA9055866064A254515480BC13"
                 "8015D9B72D7D57244EA8EF9AC0C621896708A59367F9DFB9F54CA84B3F1C9DB1288B231C3AE0D4FE7344FD2533264720"));
  EXPECT_RV(
      verify(mechanism(CKM_ECDSA_SHA384), p384, text("sample"),
             hex("94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE46"
                 "99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8")),
      CKR_OK);
}

TEST_F(Ec, ImportedPrivateKeySignsForItsPoint) {
  for (const Curve& curve : kCurves) {
    const Key key = Key::ec_generate(curve.openssl_name);
    const CK_OBJECT_HANDLE imported = import_private(curve, key.number("priv", curve.field_bytes));
    EXPECT_TRUE(key.verify_ecdsa("SHA256", text("x"), sign(mechanism(CKM_ECDSA_SHA256), imported, text("x"))))
        << curve.openssl_name;
  }
}

TEST_F(Ec, PointsThatAreNotOnTheCurveAreRefused) {
  const auto refused = [&](const Bytes& params, const Bytes& point, const char* what) {
    Attributes attributes;
    attributes.number(CKA_CLASS, CKO_PUBLIC_KEY)
        .number(CKA_KEY_TYPE, CKK_EC)
        .flag(CKA_VERIFY, true)
        .bytes(CKA_EC_PARAMS, params)
        .bytes(CKA_EC_POINT, point);
    CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
    const CK_RV rv = module().C_CreateObject(session_, attributes.data(), attributes.count(), &key);
    if (rv != CKR_OK) return;
    // A token may look at a point only when it uses it; it must refuse it then.
    EXPECT_NE(verify(mechanism(CKM_ECDSA_SHA256), key, text("x"), Bytes(64)), CKR_OK) << what;
  };
  Bytes off_curve = Key::ec_generate("P-256").ec_point();
  off_curve[33] ^= std::byte{1};
  refused(hex(kP256.params), octet_string(off_curve), "off the curve");
  refused(hex(kP256.params), octet_string(Bytes(1)), "infinity");
  refused(hex(kP256.params), octet_string(Bytes(65)), "no form byte");
  refused(hex(kP256.params), Bytes{}, "empty");
  refused(hex(kP256.params), hex("0482ffff04"), "length beyond the end");
  refused(hex(kP384.params), octet_string(Key::ec_generate("P-256").ec_point()), "another curve's");
  refused(hex("0605ffffffffff"), octet_string(Key::ec_generate("P-256").ec_point()), "unknown curve");
  Attributes zero = ec_public(kP256);
  zero.number(CKA_CLASS, CKO_PRIVATE_KEY).number(CKA_KEY_TYPE, CKK_EC).flag(CKA_SIGN, true).bytes(CKA_VALUE, Bytes(32));
  EXPECT_NE(try_create(std::move(zero)), CKR_OK) << "the scalar zero";
}

// NIST CAVP, "ECC CDH primitive", P-256, count 0.
TEST_F(Ec, AgreementMatchesNistsVector) {
  const CK_OBJECT_HANDLE key =
      import_private(kP256, hex("7d7dc5f71eb29ddaf80d6214632eeae03d9058af1fb6d22ed80badb62bc1a534"));
  const Bytes peer =
      hex("04 700c48f77f56584c5cc632ca65640db91b6bacce3a4df6b42ce7cc838833d287 "
          "db71e509e3fd9b060ddb20ba5c51dcc5948d46fbf640dfe0441782cab85fa4ac");
  CK_ECDH1_DERIVE_PARAMS param{CKD_NULL, 0, nullptr, peer.size(), raw(peer)};
  const Bytes expected = hex("46fc62106420ff012e54a434fbdd2d25ccc5852060561e68040dd7778997bd7b");
  EXPECT_EQ(get(derive(mechanism(CKM_ECDH1_DERIVE, param), key, shared_secret(32)), CKA_VALUE), expected);
  EXPECT_EQ(get(derive(mechanism(CKM_ECDH1_COFACTOR_DERIVE, param), key, shared_secret(32)), CKA_VALUE), expected);
  const Bytes wrapped_peer = octet_string(peer);
  CK_ECDH1_DERIVE_PARAMS der{CKD_NULL, 0, nullptr, wrapped_peer.size(), raw(wrapped_peer)};
  EXPECT_EQ(get(derive(mechanism(CKM_ECDH1_DERIVE, der), key, shared_secret(32)), CKA_VALUE), expected)
      << "the point in DER";
  // PKCS#11 3.0 section 6.3.18: a shorter key is made of the end of the secret.
  EXPECT_EQ(get(derive(mechanism(CKM_ECDH1_DERIVE, param), key, shared_secret(16)), CKA_VALUE),
            Bytes(expected.begin() + 16, expected.end()));
  EXPECT_NE(try_derive(mechanism(CKM_ECDH1_DERIVE, param), key, shared_secret(33)), CKR_OK)
      << "longer than there is secret";
}

TEST_F(Ec, AgreementMatchesLibcryptoOnEveryCurve) {
  for (const Curve& curve : kCurves) {
    const Pair pair = generate_ec(curve);
    const Key theirs = Key::ec_generate(curve.openssl_name);
    const Bytes peer = theirs.ec_point();
    CK_ECDH1_DERIVE_PARAMS param{CKD_NULL, 0, nullptr, peer.size(), raw(peer)};
    const Bytes secret = theirs.agree(public_of(curve, pair));
    EXPECT_EQ(
        get(derive(mechanism(CKM_ECDH1_DERIVE, param), pair.private_key, shared_secret(curve.field_bytes)), CKA_VALUE),
        secret)
        << curve.openssl_name;
    EXPECT_EQ(get(derive(mechanism(CKM_ECDH1_DERIVE, param), pair.private_key, shared_secret(0)), CKA_VALUE), secret)
        << curve.openssl_name << ", all of it";
  }
}

// ANSI X9.63: hash of secret, counter and shared data, again and again.
TEST_F(Ec, KeyDerivationFunctionsMatchX963) {
  const Pair pair = generate_ec(kP256);
  const Key theirs = Key::ec_generate("P-256");
  const Bytes peer = theirs.ec_point();
  const Bytes secret = theirs.agree(public_of(kP256, pair));
  const std::pair<CK_EC_KDF_TYPE, const char*> functions[] = {{CKD_SHA1_KDF, "SHA1"},
                                                              {CKD_SHA224_KDF, "SHA224"},
                                                              {CKD_SHA256_KDF, "SHA256"},
                                                              {CKD_SHA384_KDF, "SHA384"},
                                                              {CKD_SHA512_KDF, "SHA512"}};
  for (const auto& [type, hash] : functions) {
    for (const Bytes& shared : {Bytes{}, text("shared info")}) {
      CK_ECDH1_DERIVE_PARAMS param{type, shared.size(), shared.empty() ? nullptr : raw(shared), peer.size(), raw(peer)};
      Bytes expected = reference::digest(hash, secret + hex("00000001") + shared) +
                       reference::digest(hash, secret + hex("00000002") + shared) +
                       reference::digest(hash, secret + hex("00000003") + shared) +
                       reference::digest(hash, secret + hex("00000004") + shared);
      expected.resize(70);
      EXPECT_EQ(get(derive(mechanism(CKM_ECDH1_DERIVE, param), pair.private_key, shared_secret(70)), CKA_VALUE),
                expected)
          << hash;
    }
  }
}

TEST_F(Ec, DerivedKeysInheritTheirHistory) {
  const Key theirs = Key::ec_generate("P-256");
  const Bytes peer = theirs.ec_point();
  CK_ECDH1_DERIVE_PARAMS param{CKD_NULL, 0, nullptr, peer.size(), raw(peer)};
  const Pair pair = generate_ec(kP256);
  Attributes aes;
  aes.number(CKA_CLASS, CKO_SECRET_KEY)
      .number(CKA_KEY_TYPE, CKK_AES)
      .number(CKA_VALUE_LEN, 32)
      .flag(CKA_SENSITIVE, true)
      .flag(CKA_EXTRACTABLE, false)
      .flag(CKA_ENCRYPT, true);
  const CK_OBJECT_HANDLE key = derive(mechanism(CKM_ECDH1_DERIVE, param), pair.private_key, std::move(aes));
  EXPECT_FALSE(get_flag(key, CKA_LOCAL));
  EXPECT_EQ(get_flag(key, CKA_ALWAYS_SENSITIVE), get_flag(pair.private_key, CKA_ALWAYS_SENSITIVE));
  EXPECT_EQ(get_flag(key, CKA_NEVER_EXTRACTABLE), get_flag(pair.private_key, CKA_NEVER_EXTRACTABLE));
  EXPECT_RV(try_get(key, CKA_VALUE), CKR_ATTRIBUTE_SENSITIVE);
  EXPECT_EQ(encrypt(mechanism(CKM_AES_ECB), key, Bytes(16)).size(), 16u);
}

// ---- Ed25519

class Ed25519 : public TokenTest {};

TEST_F(Ed25519, GeneratedKeysSignForLibcrypto) {
  for (const Bytes& params : {hex(kEd25519Params), hex("130c") + text("edwards25519")}) {
    const Pair pair = generate_pair(mechanism(CKM_EC_EDWARDS_KEY_PAIR_GEN),
                                    std::move(Attributes().bytes(CKA_EC_PARAMS, params).flag(CKA_VERIFY, true)),
                                    std::move(Attributes().flag(CKA_SIGN, true)));
    EXPECT_EQ(get_number(pair.private_key, CKA_KEY_TYPE), CKK_EC_EDWARDS);
    Bytes point = get(pair.public_key, CKA_EC_POINT);
    if (point.size() == 34) point = ec_point(point);
    ASSERT_EQ(point.size(), 32u);
    const Bytes data = pattern(5000);
    const Bytes signature = sign(mechanism(CKM_EDDSA), pair.private_key, data);
    ASSERT_EQ(signature.size(), 64u);
    EXPECT_TRUE(reference::Key::ed25519_public(point).verify_eddsa(data, signature));
    EXPECT_RV(verify(mechanism(CKM_EDDSA), pair.public_key, data, signature), CKR_OK);
    EXPECT_RV(verify(mechanism(CKM_EDDSA), pair.public_key, pattern(5001), signature), CKR_SIGNATURE_INVALID);
    EXPECT_RV(verify(mechanism(CKM_EDDSA), pair.public_key, data, Bytes(63)), CKR_SIGNATURE_LEN_RANGE);
  }
}

// RFC 8032 section 7.1, tests 1 to 3.
TEST_F(Ed25519, MatchesRfc8032) {
  struct Case {
    const char *secret, *point, *message, *signature;
  };
  constexpr Case kCases[] = {
      {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
       "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
       "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe2"
       "4655141438e7a100b"},
      {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
       "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
       "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302ae"
       "eb00d291612bb0c00"},
      {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
       "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
       "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28"
       "dc027beceea1ec40a"},
  };
  for (const Case& test : kCases) {
    Attributes for_private;
    for_private.number(CKA_CLASS, CKO_PRIVATE_KEY).number(CKA_KEY_TYPE, CKK_EC_EDWARDS).flag(CKA_SIGN, true);
    for_private.bytes(CKA_EC_PARAMS, hex(kEd25519Params)).bytes(CKA_VALUE, hex(test.secret));
    EXPECT_EQ(sign(mechanism(CKM_EDDSA), create(std::move(for_private)), hex(test.message)), hex(test.signature));
    Attributes for_public;
    for_public.number(CKA_CLASS, CKO_PUBLIC_KEY).number(CKA_KEY_TYPE, CKK_EC_EDWARDS).flag(CKA_VERIFY, true);
    for_public.bytes(CKA_EC_PARAMS, hex(kEd25519Params)).bytes(CKA_EC_POINT, octet_string(hex(test.point)));
    EXPECT_RV(verify(mechanism(CKM_EDDSA), create(std::move(for_public)), hex(test.message), hex(test.signature)),
              CKR_OK);
  }
}

}  // namespace
}  // namespace holdfast::conformance
