// The message functions (PKCS#11 3.0 sections 5.9, 5.11, 5.14, 5.16).
#include <set>

#include "conformance/keys.h"
#include "conformance/reference.h"

namespace holdfast::conformance {
namespace {

using testing::module_3_2;

/// Gcm is one message's parameter with the memory it points to.
struct Gcm {
  Bytes iv = Bytes(12);
  Bytes tag = Bytes(16);
  CK_GCM_MESSAGE_PARAMS params{};

  explicit Gcm(CK_GENERATOR_FUNCTION generator = CKG_NO_GENERATE, CK_ULONG fixed_bits = 0) {
    params.ulIvFixedBits = fixed_bits;
    params.ivGenerator = generator;
    params.ulTagBits = 128;
  }
  CK_GCM_MESSAGE_PARAMS* at() {
    params.pIv = raw(iv);
    params.ulIvLen = iv.size();
    params.pTag = raw(tag);
    return &params;
  }
};

class Messages : public TokenTest {
 protected:
  void SetUp() override {
    TokenTest::SetUp();
    aes_ = create(secret_key(CKK_AES, key_));
  }
  CK_RV begin_encrypt() { return module_3_2().C_MessageEncryptInit(session_, &gcm_, aes_); }
  CK_RV begin_decrypt() { return module_3_2().C_MessageDecryptInit(session_, &gcm_, aes_); }
  CK_RV encrypt_message(Gcm& gcm, const Bytes& data, Bytes& out) {
    CK_ULONG size = out.size();
    const CK_RV rv = module_3_2().C_EncryptMessage(session_, gcm.at(), sizeof gcm.params, raw(aad_), aad_.size(),
                                                   raw(data), data.size(), raw(out), &size);
    if (rv == CKR_OK) out.resize(size);
    return rv;
  }
  CK_RV decrypt_message(Gcm& gcm, const Bytes& data, Bytes& out) {
    CK_ULONG size = out.size();
    const CK_RV rv = module_3_2().C_DecryptMessage(session_, gcm.at(), sizeof gcm.params, raw(aad_), aad_.size(),
                                                   raw(data), data.size(), raw(out), &size);
    if (rv == CKR_OK) out.resize(size);
    return rv;
  }

  const Bytes key_ = hex("000102030405060708090a0b0c0d0e0f");
  const Bytes aad_ = text("header");
  const Bytes data_ = pattern(100);
  CK_MECHANISM gcm_ = mechanism(CKM_AES_GCM);
  CK_OBJECT_HANDLE aes_ = 0;
};

TEST_F(Messages, AreThoseOfTheWholeEncryption) {
  ASSERT_RV(begin_encrypt(), CKR_OK);
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{16}, std::size_t{1000}, std::size_t{70'000}}) {
    Gcm gcm;
    gcm.iv[0] = static_cast<std::byte>(size);
    const Bytes data = pattern(size);
    Bytes out(size);
    ASSERT_RV(encrypt_message(gcm, data, out), CKR_OK);
    EXPECT_EQ(out + gcm.tag, reference::gcm(key_, gcm.iv, aad_, data, 16)) << size;
  }
  EXPECT_RV(module_3_2().C_MessageEncryptFinal(session_), CKR_OK);
  EXPECT_RV(module_3_2().C_MessageEncryptFinal(session_), CKR_OPERATION_NOT_INITIALIZED);
}

TEST_F(Messages, ComeInPartsToo) {
  const CK_FUNCTION_LIST_3_2& c = module_3_2();
  ASSERT_RV(begin_encrypt(), CKR_OK);
  Gcm gcm;
  ASSERT_RV(c.C_EncryptMessageBegin(session_, gcm.at(), sizeof gcm.params, raw(aad_), aad_.size()), CKR_OK);
  Bytes out(100);
  CK_ULONG first = 40, rest = 60;
  ASSERT_RV(c.C_EncryptMessageNext(session_, gcm.at(), sizeof gcm.params, raw(data_), 40, raw(out), &first, 0), CKR_OK);
  ASSERT_EQ(first, 40u);
  CK_BYTE_PTR tail = raw(out) + 40;
  CK_ULONG short_room = 59;
  EXPECT_RV(c.C_EncryptMessageNext(session_, gcm.at(), sizeof gcm.params, raw(data_) + 40, 60, tail, &short_room,
                                   CKF_END_OF_MESSAGE), CKR_BUFFER_TOO_SMALL);
  EXPECT_EQ(short_room, 60u);
  EXPECT_RV(c.C_EncryptMessageNext(session_, gcm.at(), sizeof gcm.params, raw(data_) + 40, 60, nullptr, &rest,
                                   CKF_END_OF_MESSAGE), CKR_OK) << "a question";
  ASSERT_RV(c.C_EncryptMessageNext(session_, gcm.at(), sizeof gcm.params, raw(data_) + 40, 60, tail, &rest,
                                   CKF_END_OF_MESSAGE), CKR_OK);
  EXPECT_EQ(out + gcm.tag, reference::gcm(key_, gcm.iv, aad_, data_, 16));

  ASSERT_RV(begin_decrypt(), CKR_OK);
  ASSERT_RV(c.C_DecryptMessageBegin(session_, gcm.at(), sizeof gcm.params, raw(aad_), aad_.size()), CKR_OK);
  Bytes plain(100);
  CK_ULONG none = 100, all = 100;
  ASSERT_RV(c.C_DecryptMessageNext(session_, gcm.at(), sizeof gcm.params, raw(out), 40, raw(plain), &none, 0), CKR_OK);
  EXPECT_EQ(none, 0u) << "no plaintext before the tag";
  CK_ULONG little = 99;
  EXPECT_RV(c.C_DecryptMessageNext(session_, gcm.at(), sizeof gcm.params, raw(out) + 40, 60, raw(plain), &little,
                                   CKF_END_OF_MESSAGE), CKR_BUFFER_TOO_SMALL);
  EXPECT_EQ(little, 100u);
  ASSERT_RV(c.C_DecryptMessageNext(session_, gcm.at(), sizeof gcm.params, raw(out) + 40, 60, raw(plain), &all,
                                   CKF_END_OF_MESSAGE), CKR_OK);
  EXPECT_EQ(plain, data_);
}

TEST_F(Messages, FollowEachOtherInOrder) {
  const CK_FUNCTION_LIST_3_2& c = module_3_2();
  Gcm gcm;
  Bytes out(100);
  EXPECT_RV(encrypt_message(gcm, data_, out), CKR_OPERATION_NOT_INITIALIZED);
  EXPECT_RV(c.C_EncryptMessageBegin(session_, gcm.at(), sizeof gcm.params, nullptr, 0), CKR_OPERATION_NOT_INITIALIZED);
  ASSERT_RV(begin_encrypt(), CKR_OK);
  EXPECT_RV(begin_encrypt(), CKR_OPERATION_ACTIVE);
  CK_ULONG size = 100;
  EXPECT_RV(c.C_EncryptMessageNext(session_, gcm.at(), sizeof gcm.params, raw(data_), 10, raw(out), &size, 0),
            CKR_OPERATION_NOT_INITIALIZED);
  ASSERT_RV(c.C_EncryptMessageBegin(session_, gcm.at(), sizeof gcm.params, nullptr, 0), CKR_OK);
  EXPECT_RV(c.C_EncryptMessageBegin(session_, gcm.at(), sizeof gcm.params, nullptr, 0), CKR_OPERATION_ACTIVE);
  EXPECT_RV(encrypt_message(gcm, data_, out), CKR_OPERATION_ACTIVE);
  EXPECT_RV(c.C_MessageEncryptFinal(session_), CKR_OPERATION_ACTIVE);
  EXPECT_RV(c.C_MessageEncryptInit(session_, nullptr, 0), CKR_OK) << "without a mechanism it cancels";
  EXPECT_RV(c.C_MessageEncryptFinal(session_), CKR_OPERATION_NOT_INITIALIZED);
}

TEST_F(Messages, AWrongTagEndsItsMessageAlone) {
  ASSERT_RV(begin_encrypt(), CKR_OK);
  Gcm gcm;
  Bytes sealed(100);
  ASSERT_RV(encrypt_message(gcm, data_, sealed), CKR_OK);
  ASSERT_RV(begin_decrypt(), CKR_OK);
  Bytes plain(100);
  gcm.tag[3] ^= std::byte{1};
  EXPECT_RV(decrypt_message(gcm, sealed, plain), CKR_AEAD_DECRYPT_FAILED);
  EXPECT_EQ(plain, Bytes(100)) << "nothing of it is told";
  gcm.tag[3] ^= std::byte{1};
  EXPECT_RV(decrypt_message(gcm, sealed, plain), CKR_OK);
  EXPECT_EQ(plain, data_);
}

TEST_F(Messages, ABufferTooSmallChangesNothing) {
  ASSERT_RV(begin_encrypt(), CKR_OK);
  Gcm gcm(CKG_GENERATE_COUNTER);
  Bytes out(99);
  EXPECT_RV(encrypt_message(gcm, data_, out), CKR_BUFFER_TOO_SMALL);
  CK_ULONG size = 0;
  EXPECT_RV(module_3_2().C_EncryptMessage(session_, gcm.at(), sizeof gcm.params, nullptr, 0, raw(data_), 100, nullptr,
                                          &size), CKR_OK);
  EXPECT_EQ(size, 100u);
  out.resize(100);
  ASSERT_RV(encrypt_message(gcm, data_, out), CKR_OK);
  EXPECT_EQ(gcm.iv, Bytes(12)) << "no counter was used up";
}

TEST_F(Messages, CountedNoncesBeginAtZeroAfterTheFixedBits) {
  ASSERT_RV(begin_encrypt(), CKR_OK);
  for (unsigned i = 0; i < 300; ++i) {
    Gcm gcm(CKG_GENERATE_COUNTER, 36);
    gcm.iv = hex("0102030455ffffffffffffff");
    Bytes out(100);
    ASSERT_RV(encrypt_message(gcm, data_, out), CKR_OK);
    Bytes expected = hex("010203045000000000000000");
    expected[10] = static_cast<std::byte>(i >> 8);
    expected[11] = static_cast<std::byte>(i);
    ASSERT_EQ(gcm.iv, expected);
    ASSERT_EQ(out + gcm.tag, reference::gcm(key_, expected, aad_, data_, 16));
  }
}

TEST_F(Messages, XoredNoncesKeepTheirBase) {
  ASSERT_RV(begin_encrypt(), CKR_OK);
  const Bytes base = hex("a0a1a2a3a4a5a6a7a8a9aaab");
  Bytes out(100);
  for (unsigned i = 0; i < 3; ++i) {
    Gcm gcm(CKG_GENERATE_COUNTER_XOR, 32);
    gcm.iv = base;
    ASSERT_RV(encrypt_message(gcm, data_, out), CKR_OK);
    Bytes expected = base;
    expected[11] ^= static_cast<std::byte>(i);
    EXPECT_EQ(gcm.iv, expected);
  }
  Gcm other(CKG_GENERATE_COUNTER_XOR, 32);
  other.iv = hex("a0a1a2a3a4a5a6a7a8a9aaac");
  EXPECT_RV(encrypt_message(other, data_, out), CKR_MECHANISM_PARAM_INVALID);
}

TEST_F(Messages, GeneratedNoncesDiffer) {
  ASSERT_RV(begin_encrypt(), CKR_OK);
  for (const auto& [generator, fixed_bits] : {std::pair{CKG_GENERATE, 0u}, {CKG_GENERATE, 64u}, {CKG_GENERATE_RANDOM, 32u}}) {
    std::set<Bytes> seen;
    for (int i = 0; i < 50; ++i) {
      Gcm gcm(generator, fixed_bits);
      gcm.iv[0] = std::byte{0x77};
      Bytes out(100);
      ASSERT_RV(encrypt_message(gcm, data_, out), CKR_OK);
      if (fixed_bits != 0) {
        EXPECT_EQ(gcm.iv[0], std::byte{0x77});
      }
      EXPECT_EQ(out + gcm.tag, reference::gcm(key_, gcm.iv, aad_, data_, 16));
      seen.insert(gcm.iv);
    }
    EXPECT_EQ(seen.size(), 50u);
  }
}

TEST_F(Messages, ACounterRunsOutRatherThanRepeat) {
  ASSERT_RV(begin_encrypt(), CKR_OK);
  Bytes out(100);
  for (int i = 0; i < 16; ++i) {
    Gcm gcm(CKG_GENERATE_COUNTER, 92);
    ASSERT_RV(encrypt_message(gcm, data_, out), CKR_OK);
  }
  Gcm gcm(CKG_GENERATE_COUNTER, 92);
  EXPECT_RV(encrypt_message(gcm, data_, out), CKR_FUNCTION_FAILED);
}

TEST_F(Messages, RefuseParametersThatMakeNoSense) {
  ASSERT_RV(begin_encrypt(), CKR_OK);
  Bytes out(100);
  const auto refused = [&](auto&& change) {
    Gcm gcm;
    gcm.at();
    change(gcm.params);
    CK_ULONG size = out.size();
    return module_3_2().C_EncryptMessage(session_, &gcm.params, sizeof gcm.params, nullptr, 0, raw(data_), 100, raw(out),
                                         &size);
  };
  using P = CK_GCM_MESSAGE_PARAMS;
  EXPECT_RV(refused([](P& p) { p.pIv = nullptr; }), CKR_MECHANISM_PARAM_INVALID);
  EXPECT_RV(refused([](P& p) { p.ulIvLen = 0; }), CKR_MECHANISM_PARAM_INVALID);
  EXPECT_RV(refused([](P& p) { p.ulIvLen = ~0UL; }), CKR_MECHANISM_PARAM_INVALID);
  EXPECT_RV(refused([](P& p) { p.pTag = nullptr; }), CKR_MECHANISM_PARAM_INVALID);
  EXPECT_RV(refused([](P& p) { p.ulTagBits = 8; }), CKR_MECHANISM_PARAM_INVALID);
  EXPECT_RV(refused([](P& p) { p.ulTagBits = 136; }), CKR_MECHANISM_PARAM_INVALID);
  EXPECT_RV(refused([](P& p) { p.ivGenerator = 5; }), CKR_MECHANISM_PARAM_INVALID);
  EXPECT_RV(refused([](P& p) { p.ivGenerator = CKG_GENERATE, p.ulIvFixedBits = 96; }), CKR_MECHANISM_PARAM_INVALID);
  EXPECT_RV(refused([](P& p) { p.ivGenerator = CKG_GENERATE, p.ulIvFixedBits = ~0UL; }), CKR_MECHANISM_PARAM_INVALID);
  EXPECT_RV(refused([](P& p) { p.ivGenerator = CKG_GENERATE_RANDOM, p.ulIvFixedBits = 40; }),
            CKR_MECHANISM_PARAM_INVALID);
  CK_ULONG size = 100;
  EXPECT_RV(module_3_2().C_EncryptMessage(session_, nullptr, 0, nullptr, 0, raw(data_), 100, raw(out), &size),
            CKR_MECHANISM_PARAM_INVALID);
  Gcm fine;
  EXPECT_RV(encrypt_message(fine, data_, out), CKR_OK) << "none of them ended the operation";
}

// RFC 3610, packet vector 1.
TEST_F(Messages, OfCcmAreThoseOfItsRfc) {
  const CK_OBJECT_HANDLE key = create(secret_key(CKK_AES, hex("c0c1c2c3c4c5c6c7c8c9cacbcccdcecf")));
  CK_MECHANISM ccm = mechanism(CKM_AES_CCM);
  Bytes nonce = hex("00000003020100a0a1a2a3a4a5"), tag(8), out(23);
  const Bytes aad = hex("0001020304050607"), data = hex("08090a0b0c0d0e0f101112131415161718191a1b1c1d1e");
  CK_CCM_MESSAGE_PARAMS param{23, raw(nonce), nonce.size(), 0, CKG_NO_GENERATE, raw(tag), 8};
  ASSERT_RV(module_3_2().C_MessageEncryptInit(session_, &ccm, key), CKR_OK);
  CK_ULONG size = out.size();
  ASSERT_RV(module_3_2().C_EncryptMessage(session_, &param, sizeof param, raw(aad), aad.size(), raw(data), data.size(),
                                          raw(out), &size), CKR_OK);
  EXPECT_EQ(out, hex("588c979a61c663d2f066d0c2c0f989806d5f6b61dac384"));
  EXPECT_EQ(tag, hex("17e8d12cfdf926e0"));
  param.ulDataLen = 22;
  EXPECT_RV(module_3_2().C_EncryptMessage(session_, &param, sizeof param, raw(aad), aad.size(), raw(data), data.size(),
                                          raw(out), &size), CKR_DATA_LEN_RANGE);
}

// RFC 8439 section 2.8.2.
TEST_F(Messages, OfChaCha20Poly1305AreThoseOfItsRfc) {
  const CK_OBJECT_HANDLE key =
      create(secret_key(CKK_CHACHA20, hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f")));
  CK_MECHANISM chacha = mechanism(CKM_CHACHA20_POLY1305);
  const Bytes data = text("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
                          "sunscreen would be it.");
  Bytes nonce = hex("070000004041424344454647"), tag(16), out(data.size());
  const Bytes aad = hex("50515253c0c1c2c3c4c5c6c7");
  CK_SALSA20_CHACHA20_POLY1305_MSG_PARAMS param{raw(nonce), nonce.size(), raw(tag)};
  ASSERT_RV(module_3_2().C_MessageEncryptInit(session_, &chacha, key), CKR_OK);
  CK_ULONG size = out.size();
  ASSERT_RV(module_3_2().C_EncryptMessage(session_, &param, sizeof param, raw(aad), aad.size(), raw(data), data.size(),
                                          raw(out), &size), CKR_OK);
  EXPECT_EQ(Bytes(out.begin(), out.begin() + 16), hex("d31a8d34648e60db7b86afbc53ef7ec2"));
  EXPECT_EQ(tag, hex("1ae10b594f09e26a7e902ecbd0600691"));
  ASSERT_RV(module_3_2().C_MessageDecryptInit(session_, &chacha, key), CKR_OK);
  Bytes plain(data.size());
  ASSERT_RV(module_3_2().C_DecryptMessage(session_, &param, sizeof param, raw(aad), aad.size(), raw(out), out.size(),
                                          raw(plain), &size), CKR_OK);
  EXPECT_EQ(plain, data);
}

TEST_F(Messages, AreSignedOneAfterTheOther) {
  const CK_FUNCTION_LIST_3_2& c = module_3_2();
  const CK_OBJECT_HANDLE key = create(secret_key(CKK_GENERIC_SECRET, Bytes(32, std::byte{7})));
  CK_MECHANISM hmac = mechanism(CKM_SHA256_HMAC);
  ASSERT_RV(c.C_MessageSignInit(session_, &hmac, key), CKR_OK);
  ASSERT_RV(c.C_MessageVerifyInit(session_, &hmac, key), CKR_OK);
  for (const std::size_t size : {std::size_t{0}, std::size_t{10}, std::size_t{5000}}) {
    const Bytes data = pattern(size);
    CK_ULONG length = 0;
    ASSERT_RV(c.C_SignMessage(session_, nullptr, 0, raw(data), size, nullptr, &length), CKR_OK);
    ASSERT_EQ(length, 32u);
    Bytes mac(32);
    ASSERT_RV(c.C_SignMessage(session_, nullptr, 0, raw(data), size, raw(mac), &length), CKR_OK);
    EXPECT_EQ(mac, reference::hmac("SHA256", Bytes(32, std::byte{7}), data));
    EXPECT_RV(c.C_VerifyMessage(session_, nullptr, 0, raw(data), size, raw(mac), mac.size()), CKR_OK);
    mac[0] ^= std::byte{1};
    EXPECT_RV(c.C_VerifyMessage(session_, nullptr, 0, raw(data), size, raw(mac), mac.size()), CKR_SIGNATURE_INVALID);
  }
  CK_BYTE byte = 0;
  EXPECT_RV(c.C_SignMessageBegin(session_, &byte, 1), CKR_MECHANISM_PARAM_INVALID);
  EXPECT_RV(c.C_MessageSignFinal(session_), CKR_OK);
  EXPECT_RV(c.C_MessageVerifyFinal(session_), CKR_OK);
}

TEST_F(Messages, AreSignedInParts) {
  const CK_FUNCTION_LIST_3_2& c = module_3_2();
  Attributes for_public = ec_public(kP256);
  for_public.flag(CKA_VERIFY, true);
  Attributes for_private;
  for_private.flag(CKA_SIGN, true);
  const Pair pair = generate_pair(mechanism(CKM_EC_KEY_PAIR_GEN), std::move(for_public), std::move(for_private));
  CK_MECHANISM ecdsa = mechanism(CKM_ECDSA_SHA256);
  ASSERT_RV(c.C_MessageSignInit(session_, &ecdsa, pair.private_key), CKR_OK);
  ASSERT_RV(c.C_MessageVerifyInit(session_, &ecdsa, pair.public_key), CKR_OK);
  for (int message = 0; message < 2; ++message) {
    Bytes signature(64);
    CK_ULONG length = 64;
    ASSERT_RV(c.C_SignMessageBegin(session_, nullptr, 0), CKR_OK);
    EXPECT_RV(c.C_SignMessage(session_, nullptr, 0, raw(data_), 100, raw(signature), &length), CKR_OPERATION_ACTIVE);
    ASSERT_RV(c.C_SignMessageNext(session_, nullptr, 0, raw(data_), 30, nullptr, nullptr), CKR_OK);
    ASSERT_RV(c.C_SignMessageNext(session_, nullptr, 0, raw(data_) + 30, 70, nullptr, &length), CKR_OK) << "a question";
    ASSERT_RV(c.C_SignMessageNext(session_, nullptr, 0, raw(data_) + 30, 70, raw(signature), &length), CKR_OK);
    EXPECT_RV(verify(ecdsa, pair.public_key, data_, signature), CKR_OK);
    ASSERT_RV(c.C_VerifyMessageBegin(session_, nullptr, 0), CKR_OK);
    ASSERT_RV(c.C_VerifyMessageNext(session_, nullptr, 0, raw(data_), 99, nullptr, 0), CKR_OK);
    EXPECT_RV(c.C_VerifyMessageNext(session_, nullptr, 0, raw(data_) + 99, 1, raw(signature), 64), CKR_OK);
  }
  CK_MECHANISM raw_ecdsa = mechanism(CKM_ECDSA);
  ASSERT_RV(c.C_MessageSignInit(session_, nullptr, 0), CKR_OK);
  ASSERT_RV(c.C_MessageSignInit(session_, &raw_ecdsa, pair.private_key), CKR_OK);
  EXPECT_RV(c.C_SignMessageBegin(session_, nullptr, 0), CKR_MECHANISM_INVALID) << "in one piece only";
}

TEST_F(Messages, AreSignedWithMlDsaWhereItIsOffered) {
  const CK_FUNCTION_LIST_3_2& c = module_3_2();
  CK_MECHANISM_INFO info{};
  if (c.C_GetMechanismInfo(kSlot, CKM_ML_DSA, &info) != CKR_OK) GTEST_SKIP() << "libcrypto has no ML-DSA";
  Attributes for_public, for_private;
  for_public.number(CKA_PARAMETER_SET, CKP_ML_DSA_44).flag(CKA_VERIFY, true);
  for_private.flag(CKA_SIGN, true);
  const Pair pair = generate_pair(mechanism(CKM_ML_DSA_KEY_PAIR_GEN), std::move(for_public), std::move(for_private));
  Bytes context_bytes = text("context");
  CK_SIGN_ADDITIONAL_CONTEXT context{CKH_DETERMINISTIC_REQUIRED, raw(context_bytes), context_bytes.size()};
  CK_MECHANISM ml_dsa = mechanism(CKM_ML_DSA, context);
  ASSERT_RV(c.C_MessageSignInit(session_, &ml_dsa, pair.private_key), CKR_OK);
  const Bytes expected = sign(ml_dsa, pair.private_key, data_);
  context_bytes = text("changed");  // the operation has its own copy
  for (int message = 0; message < 2; ++message) {
    Bytes signature(2420);
    CK_ULONG length = signature.size();
    ASSERT_RV(c.C_SignMessage(session_, nullptr, 0, raw(data_), 100, raw(signature), &length), CKR_OK);
    EXPECT_EQ(signature, expected) << "each message is signed under the parameter of the init";
  }
}

TEST_F(Messages, AskForThePinEachWhereTheKeySaysSo) {
  const CK_FUNCTION_LIST_3_2& c = module_3_2();
  Attributes for_private;
  for_private.flag(CKA_SIGN, true).flag(CKA_PRIVATE, true).flag(CKA_ALWAYS_AUTHENTICATE, true);
  const Pair pair = generate_pair(mechanism(CKM_EC_KEY_PAIR_GEN), ec_public(kP256), std::move(for_private));
  CK_MECHANISM ecdsa = mechanism(CKM_ECDSA_SHA256);
  Bytes signature(64);
  CK_ULONG length = 64;
  ASSERT_RV(c.C_MessageSignInit(session_, &ecdsa, pair.private_key), CKR_OK);
  for (int message = 0; message < 2; ++message) {
    EXPECT_RV(c.C_SignMessage(session_, nullptr, 0, raw(data_), 100, raw(signature), &length), CKR_USER_NOT_LOGGED_IN);
    EXPECT_RV(c.C_SignMessageBegin(session_, nullptr, 0), CKR_USER_NOT_LOGGED_IN);
    ASSERT_RV(login(session_, CKU_CONTEXT_SPECIFIC, kUserPin), CKR_OK);
    EXPECT_RV(c.C_SignMessage(session_, nullptr, 0, raw(data_), 100, raw(signature), &length), CKR_OK);
    EXPECT_RV(verify(ecdsa, pair.public_key, data_, signature), CKR_OK);
  }
}

TEST_F(Messages, EndWithTheLoginThatTheyRestOn) {
  ASSERT_RV(begin_encrypt(), CKR_OK);
  ASSERT_RV(module_3_2().C_Logout(session_), CKR_OK);
  Gcm gcm;
  Bytes out(100);
  EXPECT_RV(encrypt_message(gcm, data_, out), CKR_OPERATION_NOT_INITIALIZED);
}

TEST_F(Messages, AreRefusedToKeysAndMechanismsThatHaveNone) {
  const CK_FUNCTION_LIST_3_2& c = module_3_2();
  Bytes iv(16);
  CK_MECHANISM cbc = mechanism_iv(CKM_AES_CBC, iv);
  EXPECT_RV(c.C_MessageEncryptInit(session_, &cbc, aes_), CKR_MECHANISM_INVALID);
  CK_MECHANISM hmac = mechanism(CKM_SHA256_HMAC);
  EXPECT_RV(c.C_MessageSignInit(session_, &hmac, aes_), CKR_KEY_TYPE_INCONSISTENT);
  EXPECT_RV(c.C_MessageSignInit(session_, &hmac, 0x7FFF), CKR_KEY_HANDLE_INVALID);
  Attributes template_for_decryption;
  template_for_decryption.number(CKA_CLASS, CKO_SECRET_KEY).number(CKA_KEY_TYPE, CKK_AES).bytes(CKA_VALUE, key_);
  template_for_decryption.flag(CKA_DECRYPT, true);
  const CK_OBJECT_HANDLE for_decryption = create(std::move(template_for_decryption));
  EXPECT_RV(c.C_MessageEncryptInit(session_, &gcm_, for_decryption), CKR_KEY_FUNCTION_NOT_PERMITTED);
  EXPECT_RV(c.C_MessageDecryptInit(session_, &gcm_, for_decryption), CKR_OK);
  CK_BYTE nonsense[3] = {};
  CK_MECHANISM short_param{CKM_AES_GCM, nonsense, sizeof nonsense};
  EXPECT_RV(c.C_MessageEncryptInit(session_, &short_param, aes_), CKR_MECHANISM_PARAM_INVALID);
  Gcm gcm;
  CK_MECHANISM with_param{CKM_AES_GCM, gcm.at(), sizeof gcm.params};
  EXPECT_RV(c.C_MessageEncryptInit(session_, &with_param, aes_), CKR_OK);
}

TEST_F(Messages, AreInTheFlagsOfTheirMechanisms) {
  const auto flags = [](CK_MECHANISM_TYPE type) {
    CK_MECHANISM_INFO info{};
    EXPECT_RV(module_3_2().C_GetMechanismInfo(kSlot, type, &info), CKR_OK);
    return info.flags & (CKF_MESSAGE_ENCRYPT | CKF_MESSAGE_DECRYPT | CKF_MESSAGE_SIGN | CKF_MESSAGE_VERIFY | CKF_MULTI_MESSAGE);
  };
  EXPECT_EQ(flags(CKM_AES_GCM), CKF_MESSAGE_ENCRYPT | CKF_MESSAGE_DECRYPT | CKF_MULTI_MESSAGE);
  EXPECT_EQ(flags(CKM_AES_CBC), 0u);
  EXPECT_EQ(flags(CKM_ECDSA), CKF_MESSAGE_SIGN | CKF_MESSAGE_VERIFY);
  EXPECT_EQ(flags(CKM_ECDSA_SHA256), CKF_MESSAGE_SIGN | CKF_MESSAGE_VERIFY | CKF_MULTI_MESSAGE);
}

}  // namespace
}  // namespace holdfast::conformance
