// What the token offers, and what it says to wrong parameters.
#include <algorithm>

#include "conformance/keys.h"

namespace holdfast::conformance {
namespace {

class Mechanisms : public TokenTest {
 protected:
  static CK_MECHANISM_INFO info(CK_MECHANISM_TYPE type) {
    CK_MECHANISM_INFO found{};
    EXPECT_RV(module().C_GetMechanismInfo(kSlot, type, &found), CKR_OK)
        << ck::name_of_mechanism(static_cast<std::uint32_t>(type));
    return found;
  }
  void expect_param_invalid(CK_MECHANISM m, CK_OBJECT_HANDLE key, const char* what) {
    EXPECT_RV(module().C_EncryptInit(session_, &m, key), CKR_MECHANISM_PARAM_INVALID) << what;
  }
};

TEST_F(Mechanisms, ListHoldsThisIssuesSetWithTheRightUses) {
  struct Row {
    CK_MECHANISM_TYPE type;
    CK_FLAGS uses;
  };
  constexpr CK_FLAGS kCipher = CKF_ENCRYPT | CKF_DECRYPT;
  constexpr CK_FLAGS kSignature = CKF_SIGN | CKF_VERIFY;
  constexpr CK_FLAGS kWrapping = CKF_WRAP | CKF_UNWRAP;
  constexpr Row kRows[] = {
      {CKM_RSA_PKCS_KEY_PAIR_GEN, CKF_GENERATE_KEY_PAIR},
      {CKM_RSA_PKCS, kCipher | kSignature},
      {CKM_RSA_X_509, kCipher | kSignature},
      {CKM_RSA_PKCS_PSS, kSignature},
      {CKM_RSA_PKCS_OAEP, kCipher},
      {CKM_SHA1_RSA_PKCS, kSignature},
      {CKM_SHA224_RSA_PKCS, kSignature},
      {CKM_SHA256_RSA_PKCS, kSignature},
      {CKM_SHA384_RSA_PKCS, kSignature},
      {CKM_SHA512_RSA_PKCS, kSignature},
      {CKM_SHA1_RSA_PKCS_PSS, kSignature},
      {CKM_SHA224_RSA_PKCS_PSS, kSignature},
      {CKM_SHA256_RSA_PKCS_PSS, kSignature},
      {CKM_SHA384_RSA_PKCS_PSS, kSignature},
      {CKM_SHA512_RSA_PKCS_PSS, kSignature},
      {CKM_EC_KEY_PAIR_GEN, CKF_GENERATE_KEY_PAIR},
      {CKM_ECDSA, kSignature},
      {CKM_ECDSA_SHA1, kSignature},
      {CKM_ECDSA_SHA224, kSignature},
      {CKM_ECDSA_SHA256, kSignature},
      {CKM_ECDSA_SHA384, kSignature},
      {CKM_ECDSA_SHA512, kSignature},
      {CKM_ECDH1_DERIVE, CKF_DERIVE},
      {CKM_ECDH1_COFACTOR_DERIVE, CKF_DERIVE},
      {CKM_EC_EDWARDS_KEY_PAIR_GEN, CKF_GENERATE_KEY_PAIR},
      {CKM_EDDSA, kSignature},
      {CKM_AES_KEY_GEN, CKF_GENERATE},
      {CKM_AES_ECB, kCipher},
      {CKM_AES_CBC, kCipher},
      {CKM_AES_CBC_PAD, kCipher},
      {CKM_AES_CTR, kCipher},
      {CKM_AES_CTS, kCipher},
      {CKM_AES_GCM, kCipher},
      {CKM_AES_CMAC, kSignature},
      {CKM_AES_KEY_WRAP, kWrapping},
      {CKM_AES_KEY_WRAP_KWP, kWrapping},
      {CKM_GENERIC_SECRET_KEY_GEN, CKF_GENERATE},
      {CKM_SHA_1_HMAC, kSignature},
      {CKM_SHA224_HMAC, kSignature},
      {CKM_SHA256_HMAC, kSignature},
      {CKM_SHA384_HMAC, kSignature},
      {CKM_SHA512_HMAC, kSignature},
      {CKM_SHA_1_HMAC_GENERAL, kSignature},
      {CKM_SHA224_HMAC_GENERAL, kSignature},
      {CKM_SHA256_HMAC_GENERAL, kSignature},
      {CKM_SHA384_HMAC_GENERAL, kSignature},
      {CKM_SHA512_HMAC_GENERAL, kSignature},
      {CKM_MD5_HMAC, kSignature},
      {CKM_MD5_HMAC_GENERAL, kSignature},
      {CKM_MD5, CKF_DIGEST},
      {CKM_SHA_1, CKF_DIGEST},
      {CKM_SHA224, CKF_DIGEST},
      {CKM_SHA256, CKF_DIGEST},
      {CKM_SHA384, CKF_DIGEST},
      {CKM_SHA512, CKF_DIGEST},
  };
  CK_ULONG count = 0;
  ASSERT_RV(module().C_GetMechanismList(kSlot, nullptr, &count), CKR_OK);
  std::vector<CK_MECHANISM_TYPE> list(count);
  ASSERT_RV(module().C_GetMechanismList(kSlot, list.data(), &count), CKR_OK);
  for (const Row& row : kRows) {
    const char* const name = ck::name_of_mechanism(static_cast<std::uint32_t>(row.type));
    EXPECT_EQ(std::count(list.begin(), list.end(), row.type), 1) << name;
    EXPECT_EQ(info(row.type).flags & row.uses, row.uses) << name;
  }
  for (const CK_MECHANISM_TYPE type : list) {
    const CK_MECHANISM_INFO found = info(type);
    EXPECT_NE(found.flags, 0u) << type;
    EXPECT_LE(found.ulMinKeySize, found.ulMaxKeySize) << type;
  }
}

TEST_F(Mechanisms, UnknownOnesAreInvalidAndShortListsTooSmall) {
  CK_MECHANISM_INFO found{};
  EXPECT_RV(module().C_GetMechanismInfo(kSlot, 0x7654321, &found), CKR_MECHANISM_INVALID);
  EXPECT_RV(module().C_GetMechanismInfo(99, CKM_ECDSA, &found), CKR_SLOT_ID_INVALID);
  CK_MECHANISM_TYPE one = 0;
  CK_ULONG count = 1;
  EXPECT_RV(module().C_GetMechanismList(kSlot, &one, &count), CKR_BUFFER_TOO_SMALL);
  EXPECT_GT(count, 1u);
}

TEST_F(Mechanisms, WrongParametersOfCiphers) {
  const CK_OBJECT_HANDLE aes = create(secret_key(CKK_AES, Bytes(32)));
  Bytes bytes(64);
  for (const std::size_t size : {0u, 1u, 15u, 17u, 64u}) {
    expect_param_invalid({CKM_AES_CBC, bytes.data(), size}, aes, "CBC");
    expect_param_invalid({CKM_AES_CBC_PAD, bytes.data(), size}, aes, "CBC-PAD");
    if (size != 0) expect_param_invalid({CKM_AES_ECB, bytes.data(), size}, aes, "ECB takes none");
  }
  expect_param_invalid({CKM_AES_CBC, nullptr, 16}, aes, "null IV");
  CK_AES_CTR_PARAMS ctr{0, {}};
  expect_param_invalid(mechanism(CKM_AES_CTR, ctr), aes, "no counter bits");
  ctr.ulCounterBits = 129;
  expect_param_invalid(mechanism(CKM_AES_CTR, ctr), aes, "more counter bits than a block");
  ctr.ulCounterBits = ~0UL;
  expect_param_invalid(mechanism(CKM_AES_CTR, ctr), aes, "absurd counter bits");
  expect_param_invalid({CKM_AES_CTR, &ctr, 5}, aes, "part of the struct");
  expect_param_invalid({CKM_AES_CTR, nullptr, sizeof ctr}, aes, "null struct");
  CK_BYTE iv[12] = {};
  const auto gcm = [&](CK_BYTE_PTR iv_at, CK_ULONG iv_bytes, CK_BYTE_PTR aad, CK_ULONG aad_bytes, CK_ULONG tag_bits,
                       const char* what) {
    CK_GCM_PARAMS param{iv_at, iv_bytes, iv_bytes * 8, aad, aad_bytes, tag_bits};
    expect_param_invalid(mechanism(CKM_AES_GCM, param), aes, what);
  };
  gcm(nullptr, 0, nullptr, 0, 128, "no IV");
  gcm(nullptr, 12, nullptr, 0, 128, "null IV");
  gcm(iv, 12, nullptr, 5, 128, "null AAD");
  gcm(iv, ~0UL, nullptr, 0, 128, "absurd IV");
  gcm(iv, 12, iv, ~0UL, 128, "absurd AAD");
  for (const CK_ULONG bits : {1u, 7u, 33u, 129u, 256u}) gcm(iv, 12, nullptr, 0, bits, "tag length");
}

TEST_F(Mechanisms, WrongParametersOfMacs) {
  const CK_OBJECT_HANDLE key = create(secret_key(CKK_GENERIC_SECRET, Bytes(32)));
  for (const CK_ULONG bytes : {CK_ULONG{0}, CK_ULONG{33}, ~CK_ULONG{0}}) {
    CK_MAC_GENERAL_PARAMS length = bytes;
    CK_MECHANISM m = mechanism(CKM_SHA256_HMAC_GENERAL, length);
    EXPECT_RV(module().C_SignInit(session_, &m, key), CKR_MECHANISM_PARAM_INVALID) << bytes;
  }
  CK_MECHANISM none = mechanism(CKM_SHA256_HMAC_GENERAL);
  EXPECT_RV(module().C_SignInit(session_, &none, key), CKR_MECHANISM_PARAM_INVALID);
  CK_BYTE byte = 0;
  CK_MECHANISM some{CKM_SHA256_HMAC, &byte, 1};
  EXPECT_RV(module().C_SignInit(session_, &some, key), CKR_MECHANISM_PARAM_INVALID);
}

TEST_F(Mechanisms, WrongParametersOfRsa) {
  const Pair pair = generate_pair(
      mechanism(CKM_RSA_PKCS_KEY_PAIR_GEN),
      std::move(Attributes().number(CKA_MODULUS_BITS, 2048).flag(CKA_ENCRYPT, true).flag(CKA_VERIFY, true)),
      std::move(Attributes().flag(CKA_SIGN, true).flag(CKA_DECRYPT, true)));
  const auto pss = [&](CK_MECHANISM_TYPE type, CK_RSA_PKCS_PSS_PARAMS param, const char* what) {
    CK_MECHANISM m = mechanism(type, param);
    EXPECT_RV(module().C_SignInit(session_, &m, pair.private_key), CKR_MECHANISM_PARAM_INVALID) << what;
  };
  pss(CKM_SHA256_RSA_PKCS_PSS, {CKM_SHA_1, CKG_MGF1_SHA1, 20}, "another hash than the mechanism's");
  pss(CKM_SHA256_RSA_PKCS_PSS, {CKM_SHA256, 99, 32}, "unknown mask generation");
  pss(CKM_RSA_PKCS_PSS, {CKM_ECDSA, CKG_MGF1_SHA256, 32}, "a mechanism that is no hash");
  pss(CKM_RSA_PKCS_PSS, {CKM_SHA256, CKG_MGF1_SHA256, ~0UL}, "absurd salt");
  CK_RSA_PKCS_PSS_PARAMS long_salt{CKM_SHA256, CKG_MGF1_SHA256, 1000};
  CK_MECHANISM no_room = mechanism(CKM_RSA_PKCS_PSS, long_salt);
  EXPECT_RV(module().C_SignInit(session_, &no_room, pair.private_key), CKR_KEY_SIZE_RANGE) << "a longer key could";
  CK_MECHANISM none = mechanism(CKM_RSA_PKCS_PSS);
  EXPECT_RV(module().C_SignInit(session_, &none, pair.private_key), CKR_MECHANISM_PARAM_INVALID);
  const auto oaep = [&](CK_RSA_PKCS_OAEP_PARAMS param, const char* what) {
    CK_MECHANISM m = mechanism(CKM_RSA_PKCS_OAEP, param);
    EXPECT_RV(module().C_EncryptInit(session_, &m, pair.public_key), CKR_MECHANISM_PARAM_INVALID) << what;
  };
  oaep({99, CKG_MGF1_SHA256, CKZ_DATA_SPECIFIED, nullptr, 0}, "unknown hash");
  oaep({CKM_SHA256, 99, CKZ_DATA_SPECIFIED, nullptr, 0}, "unknown mask generation");
  oaep({CKM_SHA256, CKG_MGF1_SHA256, 99, nullptr, 0}, "unknown source");
  oaep({CKM_SHA256, CKG_MGF1_SHA256, CKZ_DATA_SPECIFIED, nullptr, 5}, "null label");
  oaep({CKM_SHA256, CKG_MGF1_SHA256, CKZ_DATA_SPECIFIED, nullptr, ~0UL}, "absurd label");
}

TEST_F(Mechanisms, WrongParametersOfKeyAgreement) {
  const Pair pair =
      generate_pair(mechanism(CKM_EC_KEY_PAIR_GEN), ec_public(kP256), std::move(Attributes().flag(CKA_DERIVE, true)));
  const Bytes good = ec_point(get(pair.public_key, CKA_EC_POINT));
  const auto refused = [&](CK_ECDH1_DERIVE_PARAMS param, const char* what) {
    Attributes secret;
    secret.number(CKA_CLASS, CKO_SECRET_KEY).number(CKA_KEY_TYPE, CKK_GENERIC_SECRET).number(CKA_VALUE_LEN, 32);
    const CK_RV rv = try_derive(mechanism(CKM_ECDH1_DERIVE, param), pair.private_key, std::move(secret));
    EXPECT_TRUE(rv == CKR_MECHANISM_PARAM_INVALID || rv == CKR_PUBLIC_KEY_INVALID) << what << " " << rv;
  };
  refused({CKD_NULL, 0, nullptr, 0, nullptr}, "no point");
  refused({CKD_NULL, 0, nullptr, 65, nullptr}, "null point");
  refused({CKD_NULL, 0, nullptr, ~0UL, raw(good)}, "absurd length");
  refused({CKD_NULL, 0, nullptr, 64, raw(good)}, "short point");
  refused({CKD_NULL, 5, raw(good), 65, raw(good)}, "shared data without a derivation function");
  refused({99, 0, nullptr, 65, raw(good)}, "unknown derivation function");
  Bytes off_curve = good;
  off_curve[40] ^= std::byte{1};
  refused({CKD_NULL, 0, nullptr, 65, raw(off_curve)}, "point off the curve");
  const Bytes infinity(1);
  refused({CKD_NULL, 0, nullptr, 1, raw(infinity)}, "point at infinity");
  CK_BYTE byte = 0;
  refused({CKD_NULL, 0, nullptr, 1, &byte}, "one byte");
}

}  // namespace
}  // namespace holdfast::conformance
