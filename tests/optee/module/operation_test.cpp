// Steps: no size query, and no buffer that is too small, may cost the caller an operation (OP-TEE ABI 12.6, 19.2, 19.3).
#include "optee_test.h"

namespace holdfast::optee {
namespace {

struct Signing {
  const char* name;
  CK_MECHANISM_TYPE mechanism;
  enum class Key { rsa, p256, p384, aes, hmac } key;
  CK_ULONG bytes;
};

class Operations : public TokenTest {
 protected:
  CK_MECHANISM cbc() { return {CKM_AES_CBC, iv, sizeof iv}; }
  CK_MECHANISM gcm(CK_GCM_PARAMS& params, CK_ULONG tag_bits) {
    params = {iv, 12, 96, iv, 4, tag_bits};
    return {CKM_AES_GCM, &params, sizeof params};
  }
  /// run does an encryption or decryption in one step.
  Octets run(CK_RV (*init)(CK_SESSION_HANDLE, CK_MECHANISM_PTR, CK_OBJECT_HANDLE),
             CK_RV (*step)(CK_SESSION_HANDLE, CK_BYTE_PTR, CK_ULONG, CK_BYTE_PTR, CK_ULONG_PTR), CK_MECHANISM mechanism,
             CK_OBJECT_HANDLE key, Octets in) {
    EXPECT_EQ(init(session, &mechanism, key), CKR_OK);
    Octets out(in.size() + 64);
    CK_ULONG size = out.size();
    EXPECT_EQ(step(session, in.data(), in.size(), out.data(), &size), CKR_OK);
    out.resize(size);
    return out;
  }

  CK_BYTE iv[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 0, 0, 1};
  Octets data = Octets(48, 0x5A);
};

TEST_F(Operations, SizeQueriesAndShortBuffersLeaveASignatureAsItWas) {
  const Pair of_rsa = rsa();
  const Pair of_p256 = ec(p256);
  const Pair of_p384 = ec(p384);
  const CK_OBJECT_HANDLE of_aes = aes();
  const CK_OBJECT_HANDLE of_hmac = secret(CKK_GENERIC_SECRET, Octets(32, 7));
  const auto key = [&](Signing::Key which) -> Pair {
    switch (which) {
      case Signing::Key::rsa: return of_rsa;
      case Signing::Key::p256: return of_p256;
      case Signing::Key::p384: return of_p384;
      case Signing::Key::aes: return {of_aes, of_aes};
      default: return {of_hmac, of_hmac};
    }
  };
  for (const Signing& row : {Signing{"RSA", CKM_SHA256_RSA_PKCS, Signing::Key::rsa, 256},
                             Signing{"P-256", CKM_ECDSA_SHA256, Signing::Key::p256, 64},
                             Signing{"P-384", CKM_ECDSA_SHA384, Signing::Key::p384, 96},
                             Signing{"CMAC", CKM_AES_CMAC, Signing::Key::aes, 16},
                             Signing{"HMAC", CKM_SHA256_HMAC, Signing::Key::hmac, 32}}) {
    SCOPED_TRACE(row.name);
    const Pair pair = key(row.key);
    CK_MECHANISM mechanism{row.mechanism, nullptr, 0};
    ASSERT_EQ(p11().C_SignInit(session, &mechanism, pair.private_key), CKR_OK);
    ASSERT_EQ(p11().C_SignUpdate(session, data.data(), 10), CKR_OK);
    ASSERT_EQ(p11().C_SignUpdate(session, data.data(), 0), CKR_OK);
    CK_ULONG size = 0;
    ASSERT_EQ(p11().C_SignFinal(session, nullptr, &size), CKR_OK);
    EXPECT_EQ(size, row.bytes);
    Octets signature(600);
    size = row.bytes - 1;
    EXPECT_EQ(p11().C_SignFinal(session, signature.data(), &size), CKR_BUFFER_TOO_SMALL);
    EXPECT_EQ(size, row.bytes);
    ASSERT_EQ(p11().C_SignFinal(session, signature.data(), &size), CKR_OK);
    ASSERT_EQ(p11().C_VerifyInit(session, &mechanism, pair.public_key), CKR_OK);
    EXPECT_EQ(p11().C_Verify(session, data.data(), 10, signature.data(), size), CKR_OK) << "the data was lost";
    EXPECT_EQ(p11().C_SignFinal(session, nullptr, &size), CKR_OPERATION_NOT_INITIALIZED);

    ASSERT_EQ(p11().C_SignInit(session, &mechanism, pair.private_key), CKR_OK);
    size = 0;
    ASSERT_EQ(p11().C_Sign(session, data.data(), 10, nullptr, &size), CKR_OK);
    EXPECT_EQ(size, row.bytes);
    ASSERT_EQ(p11().C_Sign(session, data.data(), 10, signature.data(), &size), CKR_OK);
    ASSERT_EQ(p11().C_VerifyInit(session, &mechanism, pair.public_key), CKR_OK);
    ASSERT_EQ(p11().C_VerifyUpdate(session, data.data(), 10), CKR_OK);
    EXPECT_EQ(p11().C_VerifyFinal(session, signature.data(), size), CKR_OK);
  }
  EXPECT_EQ(count_record("cmd=29 types=607 p0=01000000 p1=absent p2=out:0"), 0);
}

TEST_F(Operations, DigestsTellTheirLengthWithoutACrossing) {
  CK_MECHANISM mechanism{CKM_SHA384, nullptr, 0};
  ASSERT_EQ(p11().C_DigestInit(session, &mechanism), CKR_OK);
  const std::size_t crossings = record().size();
  CK_ULONG size = 0;
  EXPECT_EQ(p11().C_Digest(session, data.data(), 3, nullptr, &size), CKR_OK);
  EXPECT_EQ(size, 48u);
  EXPECT_EQ(p11().C_DigestFinal(session, nullptr, &size), CKR_OK);
  EXPECT_EQ(size, 48u);
  EXPECT_EQ(record().size(), crossings);
  Octets digest(48);
  EXPECT_EQ(p11().C_Digest(session, data.data(), 3, digest.data(), &size), CKR_OK);
}

TEST_F(Operations, CipherQueriesTakeNoData) {
  const CK_OBJECT_HANDLE key = aes();
  CK_MECHANISM mechanism = cbc();
  const Octets expected = run(p11().C_EncryptInit, p11().C_Encrypt, mechanism, key, data);
  ASSERT_EQ(expected.size(), data.size());
  ASSERT_EQ(p11().C_EncryptInit(session, &mechanism, key), CKR_OK);
  Octets out(64);
  CK_ULONG size = 0;
  EXPECT_EQ(p11().C_EncryptUpdate(session, data.data(), 32, nullptr, &size), CKR_OK);
  EXPECT_EQ(size, 32u);
  size = 31;
  EXPECT_EQ(p11().C_EncryptUpdate(session, data.data(), 32, out.data(), &size), CKR_BUFFER_TOO_SMALL);
  EXPECT_EQ(size, 32u);
  EXPECT_EQ(p11().C_EncryptUpdate(session, data.data(), 32, out.data(), &size), CKR_OK);
  EXPECT_EQ(size, 32u);
  size = 5;
  EXPECT_EQ(p11().C_EncryptUpdate(session, nullptr, 0, out.data(), &size), CKR_OK) << "no data, no output";
  EXPECT_EQ(size, 0u);
  size = 32;
  EXPECT_EQ(p11().C_EncryptUpdate(session, data.data() + 32, 16, out.data() + 32, &size), CKR_OK);
  EXPECT_EQ(p11().C_EncryptFinal(session, nullptr, &size), CKR_OK);
  EXPECT_EQ(size, 0u);
  EXPECT_EQ(p11().C_EncryptFinal(session, out.data(), &size), CKR_OK);
  out.resize(48);
  EXPECT_EQ(out, expected);
  EXPECT_EQ(run(p11().C_DecryptInit, p11().C_Decrypt, mechanism, key, expected), data);
}

TEST_F(Operations, GcmQueriesKnowTheTag) {
  const CK_OBJECT_HANDLE key = aes();
  CK_GCM_PARAMS params;
  CK_MECHANISM mechanism = gcm(params, 96);
  ASSERT_EQ(p11().C_EncryptInit(session, &mechanism, key), CKR_OK);
  CK_ULONG size = 0;
  EXPECT_EQ(p11().C_Encrypt(session, data.data(), 20, nullptr, &size), CKR_OK);
  EXPECT_EQ(size, 32u);
  Octets sealed(32);
  ASSERT_EQ(p11().C_Encrypt(session, data.data(), 20, sealed.data(), &size), CKR_OK);
  ASSERT_EQ(p11().C_DecryptInit(session, &mechanism, key), CKR_OK);
  EXPECT_EQ(p11().C_DecryptUpdate(session, sealed.data(), 32, nullptr, &size), CKR_OK);
  EXPECT_EQ(size, 0u);
  Octets out(32);
  EXPECT_EQ(p11().C_DecryptUpdate(session, sealed.data(), 32, out.data(), &size), CKR_OK);
  EXPECT_EQ(p11().C_DecryptFinal(session, nullptr, &size), CKR_OK);
  EXPECT_EQ(size, 20u);
  size = 19;
  EXPECT_EQ(p11().C_DecryptFinal(session, out.data(), &size), CKR_BUFFER_TOO_SMALL);
  EXPECT_EQ(p11().C_DecryptFinal(session, out.data(), &size), CKR_OK);
  EXPECT_TRUE(std::equal(out.begin(), out.begin() + 20, data.begin()));
  EXPECT_EQ(run(p11().C_EncryptInit, p11().C_Encrypt, mechanism, key, {}).size(), 12u) << "authentication alone";
}

TEST_F(Operations, WrongGcmTagIsWrongData) {
  const CK_OBJECT_HANDLE key = aes();
  CK_GCM_PARAMS params;
  const CK_MECHANISM mechanism = gcm(params, 128);
  Octets sealed = run(p11().C_EncryptInit, p11().C_Encrypt, mechanism, key, data);
  sealed[3] = static_cast<CK_BYTE>(sealed[3] ^ 1);
  CK_MECHANISM again = mechanism;
  ASSERT_EQ(p11().C_DecryptInit(session, &again, key), CKR_OK);
  Octets out(64);
  CK_ULONG size = out.size();
  EXPECT_EQ(p11().C_Decrypt(session, sealed.data(), sealed.size(), out.data(), &size), CKR_ENCRYPTED_DATA_INVALID);
  EXPECT_EQ(out, Octets(64)) << "no plaintext";
}

TEST_F(Operations, GcmTagsThatEndTheApplicationAreRefused) {
  const CK_OBJECT_HANDLE key = aes();
  CK_GCM_PARAMS params;
  for (const CK_ULONG bits : {0UL, 8UL, 64UL, 88UL, 97UL, 127UL, 136UL, 256UL}) {
    CK_MECHANISM mechanism = gcm(params, bits);
    EXPECT_EQ(p11().C_EncryptInit(session, &mechanism, key), CKR_MECHANISM_PARAM_INVALID) << bits;
    CK_ULONG size = 0;
    EXPECT_EQ(p11().C_WrapKey(session, &mechanism, key, key, nullptr, &size), CKR_MECHANISM_PARAM_INVALID) << bits;
  }
  Octets long_iv(257);
  params = {long_iv.data(), 257, 257 * 8, nullptr, 0, 128};
  CK_MECHANISM mechanism{CKM_AES_GCM, &params, sizeof params};
  EXPECT_EQ(p11().C_EncryptInit(session, &mechanism, key), CKR_MECHANISM_PARAM_INVALID);
}

TEST_F(Operations, CountersOfAnyWidthCountUntilTheyWouldWrap) {
  const CK_OBJECT_HANDLE key = aes();
  CK_AES_CTR_PARAMS params{128, {}};
  std::copy(std::begin(iv), std::end(iv), params.cb);
  CK_MECHANISM mechanism{CKM_AES_CTR, &params, sizeof params};
  const Octets expected = run(p11().C_EncryptInit, p11().C_Encrypt, mechanism, key, data);
  for (const CK_ULONG bits : {2UL, 32UL, 64UL, 100UL}) {
    params.ulCounterBits = bits;
    EXPECT_EQ(run(p11().C_EncryptInit, p11().C_Encrypt, mechanism, key, data), expected) << bits;
  }
  // A counter of 60 bits takes more bytes than 64 bits count, from its start, and others about it.
  CK_AES_CTR_PARAMS from_zero{128, {}};
  CK_MECHANISM zero{CKM_AES_CTR, &from_zero, sizeof from_zero};
  const Octets of_zero = run(p11().C_EncryptInit, p11().C_Encrypt, zero, key, data);
  for (const CK_ULONG bits : {58UL, 59UL, 60UL, 61UL, 64UL}) {
    from_zero.ulCounterBits = bits;
    EXPECT_EQ(run(p11().C_EncryptInit, p11().C_Encrypt, zero, key, data), of_zero) << bits;
  }
  params.ulCounterBits = 1;  // one block from an odd counter
  ASSERT_EQ(p11().C_EncryptInit(session, &mechanism, key), CKR_OK);
  Octets out(64);
  CK_ULONG size = out.size();
  EXPECT_EQ(p11().C_Encrypt(session, data.data(), 17, out.data(), &size), CKR_DATA_LEN_RANGE);
  EXPECT_EQ(p11().C_Encrypt(session, data.data(), 16, out.data(), &size), CKR_OPERATION_NOT_INITIALIZED);
  ASSERT_EQ(p11().C_DecryptInit(session, &mechanism, key), CKR_OK);
  EXPECT_EQ(p11().C_DecryptUpdate(session, data.data(), 16, out.data(), &size), CKR_OK);
  EXPECT_EQ(p11().C_DecryptUpdate(session, data.data(), 1, out.data(), &size), CKR_ENCRYPTED_DATA_LEN_RANGE);
  params.ulCounterBits = 129;
  EXPECT_EQ(p11().C_EncryptInit(session, &mechanism, key), CKR_MECHANISM_PARAM_INVALID);
}

TEST_F(Operations, PartOfAMacIsNoMac) {
  const CK_OBJECT_HANDLE key = secret(CKK_GENERIC_SECRET, Octets(32, 7));
  CK_MAC_GENERAL_PARAMS bytes = 10;
  CK_MECHANISM mechanism{CKM_SHA256_HMAC_GENERAL, &bytes, sizeof bytes};
  ASSERT_EQ(p11().C_SignInit(session, &mechanism, key), CKR_OK);
  Octets mac(32);
  CK_ULONG size = 0;
  EXPECT_EQ(p11().C_Sign(session, data.data(), 5, nullptr, &size), CKR_OK);
  EXPECT_EQ(size, 10u);
  ASSERT_EQ(p11().C_Sign(session, data.data(), 5, mac.data(), &size), CKR_OK);
  for (const CK_ULONG presented : {1UL, 9UL, 11UL, 32UL}) {
    ASSERT_EQ(p11().C_VerifyInit(session, &mechanism, key), CKR_OK);
    EXPECT_EQ(p11().C_Verify(session, data.data(), 5, mac.data(), presented), CKR_SIGNATURE_LEN_RANGE) << presented;
    ASSERT_EQ(p11().C_VerifyInit(session, &mechanism, key), CKR_OK) << "the operation has ended";
    ASSERT_EQ(p11().C_VerifyUpdate(session, data.data(), 5), CKR_OK);
    EXPECT_EQ(p11().C_VerifyFinal(session, mac.data(), presented), CKR_SIGNATURE_LEN_RANGE) << presented;
  }
  ASSERT_EQ(p11().C_VerifyInit(session, &mechanism, key), CKR_OK);
  EXPECT_EQ(p11().C_Verify(session, data.data(), 5, mac.data(), 10), CKR_OK);
}

TEST_F(Operations, RsaCiphersTellABoundOrTheLength) {
  const Pair pair = rsa();
  CK_MECHANISM mechanism{CKM_RSA_PKCS, nullptr, 0};
  ASSERT_EQ(p11().C_EncryptInit(session, &mechanism, pair.public_key), CKR_OK);
  CK_ULONG size = 0;
  EXPECT_EQ(p11().C_Encrypt(session, data.data(), 20, nullptr, &size), CKR_OK);
  EXPECT_EQ(size, 256u);
  Octets sealed(256);
  ASSERT_EQ(p11().C_Encrypt(session, data.data(), 20, sealed.data(), &size), CKR_OK);
  ASSERT_EQ(p11().C_DecryptInit(session, &mechanism, pair.private_key), CKR_OK);
  EXPECT_EQ(p11().C_Decrypt(session, sealed.data(), 256, nullptr, &size), CKR_OK);
  EXPECT_GE(size, 20u);
  Octets opened(size);
  EXPECT_EQ(p11().C_Decrypt(session, sealed.data(), 256, opened.data(), &size), CKR_OK);
  EXPECT_EQ(size, 20u);
}

TEST_F(Operations, OaepWithoutALabelMayNameNoSource) {
  const Pair pair = rsa();
  CK_RSA_PKCS_OAEP_PARAMS params{CKM_SHA256, CKG_MGF1_SHA256, 0, nullptr, 0};
  CK_MECHANISM mechanism{CKM_RSA_PKCS_OAEP, &params, sizeof params};
  Octets sealed(256);
  CK_ULONG size = sealed.size();
  ASSERT_EQ(p11().C_EncryptInit(session, &mechanism, pair.public_key), CKR_OK);
  ASSERT_EQ(p11().C_Encrypt(session, data.data(), 16, sealed.data(), &size), CKR_OK);
  params.source = CKZ_DATA_SPECIFIED;
  ASSERT_EQ(p11().C_DecryptInit(session, &mechanism, pair.private_key), CKR_OK);
  Octets opened(256);
  ASSERT_EQ(p11().C_Decrypt(session, sealed.data(), 256, opened.data(), &size), CKR_OK);
  EXPECT_EQ(size, 16u);
}

TEST_F(Operations, OneOperationASessionIsOpteesRule) {
  CK_MECHANISM digest{CKM_SHA256, nullptr, 0};
  CK_MECHANISM mac{CKM_AES_CMAC, nullptr, 0};
  const CK_OBJECT_HANDLE key = aes();
  ASSERT_EQ(p11().C_DigestInit(session, &digest), CKR_OK);
  EXPECT_EQ(p11().C_SignInit(session, &mac, key), CKR_OPERATION_ACTIVE);
  CK_ULONG size = 0;
  EXPECT_EQ(p11().C_DigestFinal(session, nullptr, &size), CKR_OK) << "the first is still there";
  EXPECT_EQ(size, 32u);
  const CK_SESSION_HANDLE other = open();
  EXPECT_EQ(p11().C_SignInit(other, &mac, key), CKR_OK);
  EXPECT_EQ(p11().C_CloseSession(other), CKR_OK);
  EXPECT_EQ(p11().C_SignFinal(other, nullptr, &size), CKR_SESSION_HANDLE_INVALID);
  const CK_SESSION_HANDLE successor = open();
  EXPECT_EQ(p11().C_SignFinal(successor, nullptr, &size), CKR_OPERATION_NOT_INITIALIZED);
}

TEST_F(Operations, WhatOpteeLacksIsRefusedByName) {
  const CK_OBJECT_HANDLE key = aes();
  CK_MECHANISM mechanism{CKM_AES_KEY_WRAP, nullptr, 0};
  CK_ULONG size = 0;
  EXPECT_EQ(p11().C_WrapKey(session, &mechanism, key, key, nullptr, &size), CKR_MECHANISM_INVALID);
  mechanism.mechanism = CKM_AES_CBC_PAD;
  mechanism.pParameter = iv;
  mechanism.ulParameterLen = sizeof iv;
  EXPECT_EQ(p11().C_EncryptInit(session, &mechanism, key), CKR_MECHANISM_INVALID);
  EXPECT_EQ(p11().C_SignRecoverInit(session, &mechanism, key), CKR_FUNCTION_NOT_SUPPORTED);
}

}  // namespace
}  // namespace holdfast::optee
