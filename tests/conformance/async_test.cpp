// Asynchronous generation (PKCS#11 3.2 section 5.21).
#include <chrono>
#include <thread>

#include "conformance/keys.h"

namespace holdfast::conformance {
namespace {

class Async : public TokenTest {
 protected:
  static CK_RV begin_pair(CK_SESSION_HANDLE session) {
    Attributes for_public, for_private;
    for_public.number(CKA_MODULUS_BITS, 2048);
    CK_MECHANISM rsa = mechanism(CKM_RSA_PKCS_KEY_PAIR_GEN);
    CK_OBJECT_HANDLE a = CK_INVALID_HANDLE, b = CK_INVALID_HANDLE;
    return module().C_GenerateKeyPair(session, &rsa, for_public.data(), for_public.count(), for_private.data(), for_private.count(), &a, &b);
  }
  static CK_RV complete(CK_SESSION_HANDLE session, CK_ASYNC_DATA& result, std::string_view function = "C_GenerateKeyPair") {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    CK_RV rv = CKR_PENDING;
    while (rv == CKR_PENDING && std::chrono::steady_clock::now() < end) {
      rv = testing::module_3_2().C_AsyncComplete(session, chars(function), &result);
      if (rv == CKR_PENDING) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return rv;
  }
  CK_SESSION_HANDLE async_ = CK_INVALID_HANDLE;
  void SetUp() override {
    TokenTest::SetUp();
    async_ = open(CKF_RW_SESSION | CKF_ASYNC_SESSION);
  }
};

TEST_F(Async, APairIsMadeWhileTheCallerGoesOn) {
  ASSERT_RV(begin_pair(async_), CKR_PENDING);
  EXPECT_RV(begin_pair(async_), CKR_OPERATION_ACTIVE);
  CK_ASYNC_DATA result{};
  EXPECT_RV(testing::module_3_2().C_AsyncComplete(async_, chars("C_GenerateKey"), &result), CKR_OPERATION_NOT_INITIALIZED);
  ASSERT_RV(complete(async_, result), CKR_OK);
  EXPECT_EQ(get_number(result.hObject, CKA_CLASS), CKO_PUBLIC_KEY);
  EXPECT_EQ(get_number(result.hAdditionalObject, CKA_CLASS), CKO_PRIVATE_KEY);
  EXPECT_RV(testing::module_3_2().C_AsyncComplete(async_, chars("C_GenerateKeyPair"), &result), CKR_OPERATION_NOT_INITIALIZED);
}

TEST_F(Async, OnlySessionsThatAskForItWait) {
  EXPECT_RV(begin_pair(session_), CKR_OK);
  CK_ASYNC_DATA result{};
  EXPECT_RV(testing::module_3_2().C_AsyncComplete(session_, chars("C_GenerateKeyPair"), &result), CKR_SESSION_ASYNC_NOT_SUPPORTED);
  CK_SESSION_INFO info{};
  EXPECT_RV(module().C_GetSessionInfo(async_, &info), CKR_OK);
  EXPECT_NE(info.flags & CKF_ASYNC_SESSION, 0u);
  CK_TOKEN_INFO token{};
  EXPECT_RV(module().C_GetTokenInfo(kSlot, &token), CKR_OK);
  EXPECT_NE(token.flags & CKF_ASYNC_SESSION_SUPPORTED, 0u);
}

TEST_F(Async, AnotherSessionMayJoinByNumber) {
  ASSERT_RV(begin_pair(async_), CKR_PENDING);
  CK_ULONG id = 0;
  ASSERT_RV(testing::module_3_2().C_AsyncGetID(async_, chars("C_GenerateKeyPair"), &id), CKR_OK);
  ASSERT_RV(module().C_CloseSession(async_), CKR_OK);
  const CK_SESSION_HANDLE other = open(CKF_RW_SESSION | CKF_ASYNC_SESSION);
  EXPECT_RV(testing::module_3_2().C_AsyncJoin(other, chars("C_GenerateKeyPair"), id ^ 1, nullptr, 0), CKR_SAVED_STATE_INVALID);
  ASSERT_RV(testing::module_3_2().C_AsyncJoin(other, chars("C_GenerateKeyPair"), id, nullptr, 0), CKR_OK);
  CK_ASYNC_DATA result{};
  ASSERT_RV(complete(other, result), CKR_OK);
  EXPECT_EQ(get_number(result.hAdditionalObject, CKA_CLASS), CKO_PRIVATE_KEY);
}

TEST_F(Async, AGenerationUnderWayIsNotPushedOutByAnother) {
  ASSERT_RV(begin_pair(async_), CKR_PENDING);
  CK_ULONG id = 0;
  ASSERT_RV(testing::module_3_2().C_AsyncGetID(async_, chars("C_GenerateKeyPair"), &id), CKR_OK);
  const CK_SESSION_HANDLE other = open(CKF_RW_SESSION | CKF_ASYNC_SESSION);
  ASSERT_RV(begin_pair(other), CKR_PENDING);
  EXPECT_RV(testing::module_3_2().C_AsyncJoin(other, chars("C_GenerateKeyPair"), id, nullptr, 0), CKR_OPERATION_ACTIVE);
  EXPECT_RV(testing::module_3_2().C_AsyncJoin(async_, chars("C_GenerateKeyPair"), id, nullptr, 0), CKR_OK);
  CK_ASYNC_DATA result{};
  EXPECT_RV(complete(async_, result), CKR_OK);
  EXPECT_RV(complete(other, result), CKR_OK);
}

TEST_F(Async, TheLoginOfTheEndCounts) {
  ASSERT_RV(begin_pair(async_), CKR_PENDING);
  ASSERT_RV(module().C_Logout(session_), CKR_OK);
  CK_ASYNC_DATA result{};
  EXPECT_RV(complete(async_, result), CKR_USER_NOT_LOGGED_IN);
}

}  // namespace
}  // namespace holdfast::conformance
