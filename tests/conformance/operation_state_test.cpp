// C_GetOperationState and C_SetOperationState (PKCS#11 3.2 section 5.6).
#include "conformance/keys.h"

namespace holdfast::conformance {
namespace {

class OperationState : public TokenTest {
 protected:
  void SetUp() override {
    TokenTest::SetUp();
    aes_ = create(secret_key(CKK_AES, Bytes(16)));
    hmac_key_ = create(secret_key(CKK_GENERIC_SECRET, Bytes(32)));
    other_ = open();
  }
  void TearDown() override {
    module().C_CloseSession(other_);
    TokenTest::TearDown();
  }
  Bytes save(CK_SESSION_HANDLE session) const {
    CK_ULONG length = 0;
    EXPECT_RV(module().C_GetOperationState(session, nullptr, &length), CKR_OK);
    Bytes state(length);
    EXPECT_RV(module().C_GetOperationState(session, raw(state), &length), CKR_OK);
    EXPECT_EQ(length, state.size());
    return state;
  }
  static CK_RV restore(CK_SESSION_HANDLE session, const Bytes& state, CK_OBJECT_HANDLE encryption = 0,
                       CK_OBJECT_HANDLE authentication = 0) {
    return module().C_SetOperationState(session, raw(state), state.size(), encryption, authentication);
  }
  void digest_update(CK_SESSION_HANDLE session, std::string_view part) const {
    EXPECT_RV(module().C_DigestUpdate(session, raw(as_bytes(part)), part.size()), CKR_OK);
  }
  static Bytes digest_final(CK_SESSION_HANDLE session) {
    Bytes out(32);
    CK_ULONG length = out.size();
    EXPECT_RV(module().C_DigestFinal(session, raw(out), &length), CKR_OK);
    return out;
  }
  static Bytes sign_final(CK_SESSION_HANDLE session) {
    Bytes out(64);
    CK_ULONG length = out.size();
    EXPECT_RV(module().C_SignFinal(session, raw(out), &length), CKR_OK);
    out.resize(length);
    return out;
  }
  static Bytes encrypt_update(CK_SESSION_HANDLE session, const Bytes& part) {
    Bytes out(part.size() + 32);
    CK_ULONG length = out.size();
    EXPECT_RV(module().C_EncryptUpdate(session, raw(part), part.size(), raw(out), &length), CKR_OK);
    out.resize(length);
    return out;
  }

  CK_SESSION_HANDLE other_ = 0;
  CK_MECHANISM sha_ = mechanism(CKM_SHA256);
  CK_MECHANISM hmac_ = mechanism(CKM_SHA256_HMAC);
  CK_OBJECT_HANDLE aes_ = 0, hmac_key_ = 0;
};

TEST_F(OperationState, ADigestGoesTwoWaysFromOnePoint) {
  ASSERT_RV(module().C_DigestInit(session_, &sha_), CKR_OK);
  digest_update(session_, "abc");
  const Bytes state = save(session_);
  digest_update(session_, "one");
  ASSERT_RV(restore(other_, state), CKR_OK);
  digest_update(other_, "two");
  const Bytes one = digest_final(session_), two = digest_final(other_);
  ASSERT_RV(restore(session_, state), CKR_OK) << "a state may be used again";
  const Bytes none = digest_final(session_);
  EXPECT_EQ(one, digest(CKM_SHA256, text("abcone")));
  EXPECT_EQ(two, digest(CKM_SHA256, text("abctwo")));
  EXPECT_EQ(none, digest(CKM_SHA256, text("abc")));
}

TEST_F(OperationState, AMacGoesOnUnderItsKey) {
  const Bytes expected = sign(hmac_, hmac_key_, text("headtail"));
  ASSERT_RV(module().C_SignInit(session_, &hmac_, hmac_key_), CKR_OK);
  const Bytes head = text("head"), tail = text("tail");
  ASSERT_RV(module().C_SignUpdate(session_, raw(head), head.size()), CKR_OK);
  const Bytes state = save(session_);
  ASSERT_RV(restore(other_, state, 0, hmac_key_), CKR_OK);
  for (const CK_SESSION_HANDLE session : {session_, other_}) {
    ASSERT_RV(module().C_SignUpdate(session, raw(tail), tail.size()), CKR_OK);
    EXPECT_EQ(sign_final(session), expected);
  }
}

TEST_F(OperationState, ACipherGoesOnUnderItsKey) {
  Bytes iv(16, std::byte{9});
  CK_AES_CTR_PARAMS ctr{128, {}};
  for (CK_MECHANISM mechanism : {mechanism_iv(CKM_AES_CBC, iv), mechanism_iv(CKM_AES_CBC_PAD, iv),
                                 conformance::mechanism(CKM_AES_ECB), conformance::mechanism(CKM_AES_CTR, ctr)}) {
    const Bytes head(40, std::byte{1}), tail(24, std::byte{2});
    ASSERT_RV(module().C_EncryptInit(session_, &mechanism, aes_), CKR_OK);
    encrypt_update(session_, head);
    const Bytes state = save(session_);
    ASSERT_RV(restore(other_, state, aes_), CKR_OK) << mechanism.mechanism;
    const Bytes here = encrypt_update(session_, tail);
    EXPECT_EQ(encrypt_update(other_, tail), here) << mechanism.mechanism;
    EXPECT_FALSE(here.empty());
    ASSERT_RV(module().C_EncryptInit(session_, nullptr, 0), CKR_OK);
    ASSERT_RV(module().C_EncryptInit(other_, nullptr, 0), CKR_OK);
  }
}

TEST_F(OperationState, AsksForTheKeysItNeedsAndNoOthers) {
  const CK_OBJECT_HANDLE another = create(secret_key(CKK_GENERIC_SECRET, Bytes(32)));
  const Bytes expected = sign(hmac_, hmac_key_, {});
  ASSERT_RV(module().C_SignInit(session_, &hmac_, hmac_key_), CKR_OK);
  const Bytes mac = save(session_);
  EXPECT_RV(restore(other_, mac), CKR_KEY_NEEDED);
  EXPECT_RV(restore(other_, mac, 0, another), CKR_KEY_CHANGED);
  EXPECT_RV(restore(other_, mac, 0, another + 99), CKR_KEY_CHANGED);
  EXPECT_RV(restore(other_, mac, hmac_key_, hmac_key_), CKR_KEY_NOT_NEEDED);
  ASSERT_RV(module().C_DigestInit(other_, &sha_), CKR_OK);
  EXPECT_RV(restore(session_, save(other_), 0, hmac_key_), CKR_KEY_NOT_NEEDED);
  EXPECT_EQ(sign_final(session_), expected) << "a refused state has touched nothing";
  ASSERT_RV(module().C_DestroyObject(session_, hmac_key_), CKR_OK);
  EXPECT_RV(restore(session_, mac, 0, hmac_key_), CKR_KEY_CHANGED);
}

TEST_F(OperationState, KeepsTwoOperationsTogether) {
  const Bytes digested = digest(CKM_SHA256, text("abc")), signed_nothing = sign(hmac_, hmac_key_, {});
  ASSERT_RV(module().C_DigestInit(session_, &sha_), CKR_OK);
  digest_update(session_, "abc");
  ASSERT_RV(module().C_SignInit(session_, &hmac_, hmac_key_), CKR_OK);
  const Bytes state = save(session_);
  ASSERT_RV(restore(other_, state, 0, hmac_key_), CKR_OK);
  EXPECT_EQ(digest_final(other_), digested);
  EXPECT_EQ(sign_final(other_), signed_nothing);
}

TEST_F(OperationState, TakesThePlaceOfWhatIsActive) {
  ASSERT_RV(module().C_DigestInit(session_, &sha_), CKR_OK);
  const Bytes state = save(session_);
  digest_update(session_, "forgotten");
  ASSERT_RV(module().C_SignInit(session_, &hmac_, hmac_key_), CKR_OK);
  ASSERT_RV(restore(session_, state), CKR_OK);
  Bytes out(64);
  CK_ULONG length = out.size();
  EXPECT_RV(module().C_SignFinal(session_, raw(out), &length), CKR_OPERATION_NOT_INITIALIZED);
  const Bytes restored = digest_final(session_);
  EXPECT_EQ(restored, digest(CKM_SHA256, {}));
}

TEST_F(OperationState, OfNothingOrOfASearchIsNone) {
  CK_ULONG length = 0;
  EXPECT_RV(module().C_GetOperationState(session_, nullptr, &length), CKR_OPERATION_NOT_INITIALIZED);
  ASSERT_RV(module().C_FindObjectsInit(session_, nullptr, 0), CKR_OK);
  EXPECT_RV(module().C_GetOperationState(session_, nullptr, &length), CKR_OPERATION_NOT_INITIALIZED);
}

TEST_F(OperationState, OfAPrivateKeyIsNotSaved) {
  const Pair ec = generate_pair(mechanism(CKM_EC_KEY_PAIR_GEN), std::move(ec_public(kP256).flag(CKA_VERIFY, true)),
                                std::move(Attributes().flag(CKA_SIGN, true)));
  CK_MECHANISM ecdsa = mechanism(CKM_ECDSA_SHA256);
  ASSERT_RV(module().C_SignInit(session_, &ecdsa, ec.private_key), CKR_OK);
  CK_ULONG length = 0;
  EXPECT_RV(module().C_GetOperationState(session_, nullptr, &length), CKR_STATE_UNSAVEABLE);
  EXPECT_EQ(sign_final(session_).size(), 64u) << "the operation goes on";
}

TEST_F(OperationState, AStateThatWasNeverGivenIsInvalid) {
  ASSERT_RV(module().C_DigestInit(session_, &sha_), CKR_OK);
  Bytes state = save(session_);
  EXPECT_RV(restore(other_, Bytes(state.size())), CKR_SAVED_STATE_INVALID);
  EXPECT_RV(restore(other_, {state.begin(), state.end() - 1}), CKR_SAVED_STATE_INVALID);
  EXPECT_RV(restore(other_, state + Bytes(1)), CKR_SAVED_STATE_INVALID);
  EXPECT_RV(restore(other_, Bytes(100'000)), CKR_SAVED_STATE_INVALID);
  state[7] ^= std::byte{1};
  EXPECT_RV(restore(other_, state), CKR_SAVED_STATE_INVALID);
  EXPECT_RV(module().C_SetOperationState(other_, nullptr, 32, 0, 0), CKR_ARGUMENTS_BAD);
  EXPECT_RV(module().C_GetOperationState(session_, raw(state), nullptr), CKR_ARGUMENTS_BAD);
}

TEST_F(OperationState, ALogoutForgetsWhatTheLoginAllowed) {
  ASSERT_RV(module().C_SignInit(session_, &hmac_, hmac_key_), CKR_OK);
  const Bytes state = save(session_);
  ASSERT_RV(module().C_Logout(session_), CKR_OK);
  ASSERT_RV(login(session_, CKU_USER, kUserPin), CKR_OK);
  EXPECT_RV(restore(session_, state, 0, hmac_key_), CKR_SAVED_STATE_INVALID);
}

TEST_F(OperationState, TheOldestOfManyIsForgotten) {
  ASSERT_RV(module().C_DigestInit(session_, &sha_), CKR_OK);
  const Bytes first = save(session_);
  Bytes last;
  for (int i = 0; i < 64; ++i) last = save(session_);
  EXPECT_RV(restore(other_, first), CKR_SAVED_STATE_INVALID);
  EXPECT_RV(restore(other_, last), CKR_OK);
}

TEST_F(OperationState, AShortBufferLearnsTheLength) {
  ASSERT_RV(module().C_DigestInit(session_, &sha_), CKR_OK);
  Bytes state(4);
  CK_ULONG length = state.size();
  EXPECT_RV(module().C_GetOperationState(session_, raw(state), &length), CKR_BUFFER_TOO_SMALL);
  EXPECT_GT(length, state.size());
}

}  // namespace
}  // namespace holdfast::conformance
