// RSA with SHA-3, parameters of PSS and OAEP that mix hashes, and v1.5 decryption that tells nothing of the padding.
#include <openssl/rsa.h>

#include "conformance/keys.h"
#include "conformance/reference.h"

namespace holdfast::conformance {
namespace {

using reference::Key;

class RsaSha3 : public TokenTest {
 protected:
  Pair pair() const {
    return generate_pair(mechanism(CKM_RSA_PKCS_KEY_PAIR_GEN),
                         std::move(Attributes().number(CKA_MODULUS_BITS, 2048).flag(CKA_VERIFY, true).flag(CKA_ENCRYPT, true)),
                         std::move(Attributes().flag(CKA_SIGN, true).flag(CKA_DECRYPT, true)));
  }
  Key reference_of(const Pair& pair) const {
    return Key::rsa_public(get(pair.public_key, CKA_MODULUS), get(pair.public_key, CKA_PUBLIC_EXPONENT));
  }
};

struct Hash {
  const char* name;
  CK_MECHANISM_TYPE hash, pkcs, pss;
  CK_RSA_PKCS_MGF_TYPE mgf;
};
constexpr Hash kHashes[] = {
    {"SHA3-224", CKM_SHA3_224, CKM_SHA3_224_RSA_PKCS, CKM_SHA3_224_RSA_PKCS_PSS, CKG_MGF1_SHA3_224},
    {"SHA3-256", CKM_SHA3_256, CKM_SHA3_256_RSA_PKCS, CKM_SHA3_256_RSA_PKCS_PSS, CKG_MGF1_SHA3_256},
    {"SHA3-384", CKM_SHA3_384, CKM_SHA3_384_RSA_PKCS, CKM_SHA3_384_RSA_PKCS_PSS, CKG_MGF1_SHA3_384},
    {"SHA3-512", CKM_SHA3_512, CKM_SHA3_512_RSA_PKCS, CKM_SHA3_512_RSA_PKCS_PSS, CKG_MGF1_SHA3_512}};

TEST_F(RsaSha3, SignaturesAreLibcryptos) {
  const Pair keys = pair();
  const Key theirs = reference_of(keys);
  const Bytes data = pattern(1000);
  for (const Hash& hash : kHashes) {
    const Bytes pkcs = sign(mechanism(hash.pkcs), keys.private_key, data);
    EXPECT_TRUE(theirs.verify({.mode = RSA_PKCS1_PADDING, .digest = hash.name}, data, pkcs)) << hash.name;
    EXPECT_RV(verify(mechanism(hash.pkcs), keys.public_key, data, pkcs), CKR_OK);
    for (const CK_ULONG salt : {0UL, 20UL, 40UL}) {
      CK_RSA_PKCS_PSS_PARAMS param{hash.hash, hash.mgf, salt};
      const Bytes pss = sign(mechanism(hash.pss, param), keys.private_key, data);
      EXPECT_TRUE(theirs.verify({.mode = RSA_PKCS1_PSS_PADDING, .digest = hash.name, .mgf_digest = hash.name,
                                 .salt_bytes = static_cast<int>(salt)}, data, pss)) << hash.name << salt;
    }
    CK_RSA_PKCS_PSS_PARAMS mixed{hash.hash, CKG_MGF1_SHA512, 16};
    const Bytes pss = sign(mechanism(hash.pss, mixed), keys.private_key, data);
    EXPECT_TRUE(theirs.verify({.mode = RSA_PKCS1_PSS_PADDING, .digest = hash.name, .mgf_digest = "SHA512", .salt_bytes = 16},
                              data, pss)) << hash.name;
    EXPECT_RV(verify(mechanism(hash.pss, mixed), keys.public_key, pattern(999), pss), CKR_SIGNATURE_INVALID);
  }
}

TEST_F(RsaSha3, OaepMixesHashes) {
  const Pair keys = pair();
  const Key theirs = reference_of(keys);
  const Bytes plain = text("a short secret");
  for (const Hash& hash : kHashes) {
    CK_RSA_PKCS_OAEP_PARAMS param{hash.hash, CKG_MGF1_SHA256, CKZ_DATA_SPECIFIED, nullptr, 0};
    const Bytes sealed = theirs.encrypt({.mode = RSA_PKCS1_OAEP_PADDING, .digest = hash.name, .mgf_digest = "SHA256"}, plain);
    EXPECT_EQ(decrypt(mechanism(CKM_RSA_PKCS_OAEP, param), keys.private_key, sealed), plain) << hash.name;
    CK_RSA_PKCS_OAEP_PARAMS other{hash.hash, CKG_MGF1_SHA1, CKZ_DATA_SPECIFIED, nullptr, 0};
    EXPECT_RV(try_decrypt(mechanism(CKM_RSA_PKCS_OAEP, other), keys.private_key, sealed), CKR_ENCRYPTED_DATA_INVALID);
  }
}

TEST_F(RsaSha3, AWrongV15PaddingIsNotTold) {
  const Pair keys = pair();
  const Key theirs = reference_of(keys);
  const Bytes plain = text("a premaster secret");
  const Bytes sealed = theirs.encrypt({.mode = RSA_PKCS1_PADDING}, plain);
  EXPECT_EQ(decrypt(mechanism(CKM_RSA_PKCS), keys.private_key, sealed), plain);
  Bytes wrong = sealed;
  wrong.back() ^= std::byte{1};
  const Bytes drawn = decrypt(mechanism(CKM_RSA_PKCS), keys.private_key, wrong);
  EXPECT_NE(drawn, plain);
  EXPECT_EQ(decrypt(mechanism(CKM_RSA_PKCS), keys.private_key, wrong), drawn) << "the same each time";
}

}  // namespace
}  // namespace holdfast::conformance
