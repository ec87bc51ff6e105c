// RSA: keys, PKCS #1 v1.5, raw, PSS and OAEP, each in both directions against libcrypto with keys made here and there.
#include <openssl/rsa.h>

#include "conformance/keys.h"
#include "conformance/reference.h"

namespace holdfast::conformance {
namespace {

using reference::Key;

struct Hash {
  const char* name;
  std::size_t bytes;
  CK_MECHANISM_TYPE digest, pkcs, pss;
  CK_RSA_PKCS_MGF_TYPE mgf;
};
constexpr Hash kHashes[] = {
    {"SHA1", 20, CKM_SHA_1, CKM_SHA1_RSA_PKCS, CKM_SHA1_RSA_PKCS_PSS, CKG_MGF1_SHA1},
    {"SHA224", 28, CKM_SHA224, CKM_SHA224_RSA_PKCS, CKM_SHA224_RSA_PKCS_PSS, CKG_MGF1_SHA224},
    {"SHA256", 32, CKM_SHA256, CKM_SHA256_RSA_PKCS, CKM_SHA256_RSA_PKCS_PSS, CKG_MGF1_SHA256},
    {"SHA384", 48, CKM_SHA384, CKM_SHA384_RSA_PKCS, CKM_SHA384_RSA_PKCS_PSS, CKG_MGF1_SHA384},
    {"SHA512", 64, CKM_SHA512, CKM_SHA512_RSA_PKCS, CKM_SHA512_RSA_PKCS_PSS, CKG_MGF1_SHA512},
};

class Rsa : public TokenTest {
 protected:
  Pair generate_rsa(CK_ULONG bits) const {
    return generate_pair(
        mechanism(CKM_RSA_PKCS_KEY_PAIR_GEN),
        std::move(Attributes().number(CKA_MODULUS_BITS, bits).flag(CKA_VERIFY, true).flag(CKA_ENCRYPT, true)),
        std::move(Attributes().flag(CKA_SIGN, true).flag(CKA_DECRYPT, true)));
  }
  Key public_of(const Pair& pair) const {
    return Key::rsa_public(get(pair.public_key, CKA_MODULUS), get(pair.public_key, CKA_PUBLIC_EXPONENT));
  }
  Pair import(const Key& key) const {
    Attributes for_public;
    for_public.number(CKA_CLASS, CKO_PUBLIC_KEY)
        .number(CKA_KEY_TYPE, CKK_RSA)
        .flag(CKA_VERIFY, true)
        .flag(CKA_ENCRYPT, true);
    for_public.bytes(CKA_MODULUS, key.number("n")).bytes(CKA_PUBLIC_EXPONENT, key.number("e"));
    Attributes for_private;
    for_private.number(CKA_CLASS, CKO_PRIVATE_KEY)
        .number(CKA_KEY_TYPE, CKK_RSA)
        .flag(CKA_SIGN, true)
        .flag(CKA_DECRYPT, true);
    for_private.bytes(CKA_MODULUS, key.number("n"))
        .bytes(CKA_PUBLIC_EXPONENT, key.number("e"))
        .bytes(CKA_PRIVATE_EXPONENT, key.number("d"));
    for_private.bytes(CKA_PRIME_1, key.number("rsa-factor1")).bytes(CKA_PRIME_2, key.number("rsa-factor2"));
    for_private.bytes(CKA_EXPONENT_1, key.number("rsa-exponent1")).bytes(CKA_EXPONENT_2, key.number("rsa-exponent2"));
    for_private.bytes(CKA_COEFFICIENT, key.number("rsa-coefficient1"));
    return {create(std::move(for_public)), create(std::move(for_private))};
  }
  static Bytes changed(Bytes signature) {
    signature[signature.size() / 2] ^= std::byte{1};
    return signature;
  }
};

TEST_F(Rsa, GeneratedKeysHaveTheirSizeAndSignForLibcrypto) {
  for (const CK_ULONG bits : {2048u, 3072u}) {
    const Pair pair = generate_rsa(bits);
    EXPECT_EQ(get(pair.public_key, CKA_MODULUS).size(), bits / 8);
    EXPECT_EQ(get_number(pair.public_key, CKA_MODULUS_BITS), bits);
    const Bytes data = text("signed");
    EXPECT_TRUE(public_of(pair).verify({.mode = RSA_PKCS1_PADDING, .digest = "SHA256"}, data,
                                       sign(mechanism(CKM_SHA256_RSA_PKCS), pair.private_key, data)));
  }
}

TEST_F(Rsa, ImportedKeySignsByteForByteAsLibcryptoDoes) {
  const Key key = Key::rsa_generate(2048);
  const Pair pair = import(key);
  const Bytes data = pattern(5000);
  for (const Hash& hash : kHashes) {
    const Bytes expected = key.sign({.mode = RSA_PKCS1_PADDING, .digest = hash.name}, data);
    EXPECT_EQ(sign(mechanism(hash.pkcs), pair.private_key, data), expected) << hash.name;
    EXPECT_EQ(sign_in_parts(mechanism(hash.pkcs), pair.private_key, data, 1234), expected) << hash.name;
    EXPECT_RV(verify(mechanism(hash.pkcs), pair.public_key, data, expected), CKR_OK) << hash.name;
    EXPECT_RV(verify_in_parts(mechanism(hash.pkcs), pair.public_key, data, expected, 1234), CKR_OK) << hash.name;
    EXPECT_RV(verify(mechanism(hash.pkcs), pair.public_key, data, changed(expected)), CKR_SIGNATURE_INVALID)
        << hash.name;
    EXPECT_RV(verify(mechanism(hash.pkcs), pair.public_key, data, Bytes(255)), CKR_SIGNATURE_LEN_RANGE) << hash.name;
  }
}

TEST_F(Rsa, PlainPkcsSignsWhatItIsGiven) {
  const Key key = Key::rsa_generate(2048);
  const Pair pair = import(key);
  const Bytes digest_info = hex("3031300d060960864801650304020105000420") + reference::digest("SHA256", text("abc"));
  const Bytes signature = sign(mechanism(CKM_RSA_PKCS), pair.private_key, digest_info);
  EXPECT_TRUE(key.verify({.mode = RSA_PKCS1_PADDING, .digest = "SHA256"}, text("abc"), signature))
      << "the caller's DigestInfo";
  EXPECT_RV(verify(mechanism(CKM_RSA_PKCS), pair.public_key, digest_info, signature), CKR_OK);
  EXPECT_RV(verify(mechanism(CKM_RSA_PKCS), pair.public_key, text("something else"), signature), CKR_SIGNATURE_INVALID);
  CK_MECHANISM pkcs = mechanism(CKM_RSA_PKCS);
  Bytes out(256);
  CK_ULONG length = out.size();
  const Bytes too_long(246);
  ASSERT_RV(module().C_SignInit(session_, &pkcs, pair.private_key), CKR_OK);
  EXPECT_RV(module().C_Sign(session_, raw(too_long), too_long.size(), raw(out), &length), CKR_DATA_LEN_RANGE);
}

TEST_F(Rsa, PssMatchesLibcryptoInBothDirections) {
  const Key key = Key::rsa_generate(2048);
  const Pair pair = import(key);
  const Bytes data = pattern(3000);
  for (const Hash& hash : kHashes) {
    for (const int salt : {static_cast<int>(hash.bytes), 0, 7}) {
      CK_RSA_PKCS_PSS_PARAMS param{hash.digest, hash.mgf, static_cast<CK_ULONG>(salt)};
      const CK_MECHANISM pss = mechanism(hash.pss, param);
      const Key::Padding how{
          .mode = RSA_PKCS1_PSS_PADDING, .digest = hash.name, .mgf_digest = hash.name, .salt_bytes = salt};
      const Bytes ours = sign(pss, pair.private_key, data);
      EXPECT_TRUE(key.verify(how, data, ours)) << hash.name << " " << salt;
      EXPECT_RV(verify(pss, pair.public_key, data, key.sign(how, data)), CKR_OK) << hash.name << " " << salt;
      EXPECT_RV(verify(pss, pair.public_key, data, changed(ours)), CKR_SIGNATURE_INVALID);
      EXPECT_RV(verify_in_parts(pss, pair.public_key, data, ours, 1000), CKR_OK);
      if (salt != static_cast<int>(hash.bytes)) continue;
      const CK_MECHANISM plain = mechanism(CKM_RSA_PKCS_PSS, param);
      const Bytes digest = reference::digest(hash.name, data);
      EXPECT_TRUE(key.verify(how, data, sign(plain, pair.private_key, digest))) << hash.name << " of a ready digest";
      EXPECT_RV(verify(plain, pair.public_key, digest, ours), CKR_OK);
    }
  }
}

TEST_F(Rsa, PssOfAReadyDigestWantsItsLength) {
  const Pair pair = generate_rsa(2048);
  CK_RSA_PKCS_PSS_PARAMS param{CKM_SHA256, CKG_MGF1_SHA256, 32};
  CK_MECHANISM pss = mechanism(CKM_RSA_PKCS_PSS, param);
  Bytes out(256);
  CK_ULONG length = out.size();
  ASSERT_RV(module().C_SignInit(session_, &pss, pair.private_key), CKR_OK);
  EXPECT_RV(module().C_Sign(session_, raw(out), 31, raw(out), &length), CKR_DATA_LEN_RANGE);
}

TEST_F(Rsa, EncryptionMatchesLibcryptoInBothDirections) {
  const Key key = Key::rsa_generate(2048);
  const Pair pair = import(key);
  const Bytes data = text("a secret of no great length");
  const CK_MECHANISM pkcs = mechanism(CKM_RSA_PKCS);
  EXPECT_EQ(key.decrypt({.mode = RSA_PKCS1_PADDING}, encrypt(pkcs, pair.public_key, data)), data);
  EXPECT_EQ(decrypt(pkcs, pair.private_key, key.encrypt({.mode = RSA_PKCS1_PADDING}, data)), data);
  const Bytes block = Bytes(1) + pattern(255);
  const CK_MECHANISM raw_rsa = mechanism(CKM_RSA_X_509);
  EXPECT_EQ(encrypt(raw_rsa, pair.public_key, block), key.encrypt({.mode = RSA_NO_PADDING}, block));
  EXPECT_EQ(decrypt(raw_rsa, pair.private_key, key.encrypt({.mode = RSA_NO_PADDING}, block)), block);
  EXPECT_EQ(sign(raw_rsa, pair.private_key, block), key.decrypt({.mode = RSA_NO_PADDING}, block))
      << "raw signing is raw decrypting";
  EXPECT_RV(verify(raw_rsa, pair.public_key, block, sign(raw_rsa, pair.private_key, block)), CKR_OK);
}

TEST_F(Rsa, OaepMatchesLibcryptoInBothDirections) {
  const Key key = Key::rsa_generate(2048);
  const Pair pair = import(key);
  const Bytes data = text("a secret");
  for (const Hash& hash : kHashes) {
    for (const Bytes& label : {Bytes{}, text("label")}) {
      CK_RSA_PKCS_OAEP_PARAMS param{hash.digest, hash.mgf, CKZ_DATA_SPECIFIED, label.empty() ? nullptr : raw(label),
                                    label.size()};
      const CK_MECHANISM oaep = mechanism(CKM_RSA_PKCS_OAEP, param);
      const Key::Padding how{
          .mode = RSA_PKCS1_OAEP_PADDING, .digest = hash.name, .mgf_digest = hash.name, .label = label};
      EXPECT_EQ(key.decrypt(how, encrypt(oaep, pair.public_key, data)), data) << hash.name;
      EXPECT_EQ(decrypt(oaep, pair.private_key, key.encrypt(how, data)), data) << hash.name;
      Bytes forged = key.encrypt(how, data);
      forged[100] ^= std::byte{1};
      const CK_RV rv = try_decrypt(oaep, pair.private_key, forged);
      EXPECT_TRUE(rv == CKR_ENCRYPTED_DATA_INVALID) << rv;
    }
  }
}

TEST_F(Rsa, LengthsOutsideTheModulusAreRefused) {
  const Pair pair = generate_rsa(2048);
  CK_MECHANISM pkcs = mechanism(CKM_RSA_PKCS);
  CK_MECHANISM raw_rsa = mechanism(CKM_RSA_X_509);
  Bytes out(512);
  CK_ULONG length = out.size();
  ASSERT_RV(module().C_EncryptInit(session_, &pkcs, pair.public_key), CKR_OK);
  EXPECT_RV(module().C_Encrypt(session_, raw(out), 246, raw(out), &length), CKR_DATA_LEN_RANGE);
  EXPECT_RV(try_decrypt(pkcs, pair.private_key, Bytes(255)), CKR_ENCRYPTED_DATA_LEN_RANGE);
  EXPECT_RV(try_decrypt(raw_rsa, pair.private_key, Bytes(257)), CKR_ENCRYPTED_DATA_LEN_RANGE);
  length = out.size();
  const Bytes above_modulus(256, std::byte{0xFF});
  ASSERT_RV(module().C_EncryptInit(session_, &raw_rsa, pair.public_key), CKR_OK);
  const CK_RV rv = module().C_Encrypt(session_, raw(above_modulus), 256, raw(out), &length);
  EXPECT_TRUE(rv == CKR_DATA_INVALID || rv == CKR_DATA_LEN_RANGE) << rv;
}

TEST_F(Rsa, NonsenseKeysAreRefusedOrFailWithoutHarm) {
  Attributes even;
  even.number(CKA_CLASS, CKO_PUBLIC_KEY)
      .number(CKA_KEY_TYPE, CKK_RSA)
      .flag(CKA_VERIFY, true)
      .bytes(CKA_MODULUS, Bytes(256, std::byte{0xFE}))
      .bytes(CKA_PUBLIC_EXPONENT, hex("010001"));
  CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
  const CK_RV rv = module().C_CreateObject(session_, even.data(), even.count(), &key);
  if (rv == CKR_OK) {
    EXPECT_NE(verify(mechanism(CKM_SHA256_RSA_PKCS), key, text("x"), Bytes(256)), CKR_OK);
  }
  Attributes no_modulus;
  no_modulus.number(CKA_CLASS, CKO_PUBLIC_KEY).number(CKA_KEY_TYPE, CKK_RSA).bytes(CKA_PUBLIC_EXPONENT, hex("010001"));
  EXPECT_RV(try_create(std::move(no_modulus)), CKR_TEMPLATE_INCOMPLETE);
  CK_BYTE byte = 0;
  EXPECT_RV(module().C_GenerateRandom(session_, &byte, 1), CKR_OK) << "the service goes on";
}

}  // namespace
}  // namespace holdfast::conformance
