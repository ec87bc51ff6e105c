// Sessions and login state: PKCS#11 3.0 sections 3.3 (states) and 5.6.
#include "conformance/token_test.h"

namespace holdfast::conformance {
namespace {

class Sessions : public ModuleTest {
 protected:
  void SetUp() override {
    ModuleTest::SetUp();
    init_token(kSlot);
    init_token(1);
  }
  static CK_STATE state(CK_SESSION_HANDLE session) {
    CK_SESSION_INFO info{};
    EXPECT_RV(module().C_GetSessionInfo(session, &info), CKR_OK);
    return info.state;
  }
  static CK_RV try_open(CK_FLAGS flags, CK_SLOT_ID slot = kSlot) {
    CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
    return module().C_OpenSession(slot, flags, nullptr, nullptr, &session);
  }
};

TEST_F(Sessions, OpenWithTheFlagsThereAre) {
  EXPECT_RV(try_open(0), CKR_SESSION_PARALLEL_NOT_SUPPORTED);
  EXPECT_RV(try_open(CKF_RW_SESSION), CKR_SESSION_PARALLEL_NOT_SUPPORTED);
  EXPECT_RV(try_open(CKF_SERIAL_SESSION, 99), CKR_SLOT_ID_INVALID);
  EXPECT_RV(try_open(CKF_SERIAL_SESSION, ~0UL), CKR_SLOT_ID_INVALID);
  EXPECT_RV(module().C_OpenSession(kSlot, CKF_SERIAL_SESSION, nullptr, nullptr, nullptr), CKR_ARGUMENTS_BAD);
  CK_SESSION_INFO info{};
  EXPECT_RV(module().C_GetSessionInfo(open(0), &info), CKR_OK);
  EXPECT_EQ(info.slotID, kSlot);
  EXPECT_EQ(info.state, CKS_RO_PUBLIC_SESSION);
  EXPECT_EQ(info.flags, CKF_SERIAL_SESSION);
  EXPECT_RV(module().C_GetSessionInfo(open(), &info), CKR_OK);
  EXPECT_EQ(info.state, CKS_RW_PUBLIC_SESSION);
  EXPECT_EQ(info.flags, CKF_SERIAL_SESSION | CKF_RW_SESSION);
}

TEST_F(Sessions, LoginBelongsToAllSessionsOfTheTokenAndToNoOther) {
  const CK_SESSION_HANDLE read_only = open(0);
  const CK_SESSION_HANDLE read_write = open();
  const CK_SESSION_HANDLE elsewhere = open(CKF_RW_SESSION, 1);
  ASSERT_RV(login(read_only, CKU_USER, kUserPin), CKR_OK);
  EXPECT_EQ(state(read_only), CKS_RO_USER_FUNCTIONS);
  EXPECT_EQ(state(read_write), CKS_RW_USER_FUNCTIONS);
  EXPECT_EQ(state(elsewhere), CKS_RW_PUBLIC_SESSION);
  EXPECT_EQ(state(open()), CKS_RW_USER_FUNCTIONS) << "a later session too";
  EXPECT_RV(module().C_Logout(read_write), CKR_OK);
  EXPECT_EQ(state(read_only), CKS_RO_PUBLIC_SESSION);
}

TEST_F(Sessions, LoginEndsWithTheLastSession) {
  const CK_SESSION_HANDLE first = open();
  const CK_SESSION_HANDLE second = open();
  ASSERT_RV(login(first, CKU_USER, kUserPin), CKR_OK);
  EXPECT_RV(module().C_CloseSession(first), CKR_OK);
  EXPECT_EQ(state(second), CKS_RW_USER_FUNCTIONS);
  EXPECT_RV(module().C_CloseSession(second), CKR_OK);
  EXPECT_EQ(state(open()), CKS_RW_PUBLIC_SESSION);
}

TEST_F(Sessions, SecurityOfficerAndReadOnlySessionsExcludeEachOther) {
  const CK_SESSION_HANDLE read_only = open(0);
  const CK_SESSION_HANDLE read_write = open();
  EXPECT_RV(login(read_write, CKU_SO, kSoPin), CKR_SESSION_READ_ONLY_EXISTS);
  EXPECT_RV(login(read_only, CKU_SO, kSoPin), CKR_SESSION_READ_ONLY_EXISTS);
  EXPECT_RV(module().C_CloseSession(read_only), CKR_OK);
  ASSERT_RV(login(read_write, CKU_SO, kSoPin), CKR_OK);
  EXPECT_EQ(state(read_write), CKS_RW_SO_FUNCTIONS);
  EXPECT_RV(try_open(CKF_SERIAL_SESSION), CKR_SESSION_READ_WRITE_SO_EXISTS);
  EXPECT_RV(try_open(CKF_SERIAL_SESSION | CKF_RW_SESSION), CKR_OK);
  EXPECT_RV(login(read_write, CKU_USER, kUserPin), CKR_USER_ANOTHER_ALREADY_LOGGED_IN);
}

TEST_F(Sessions, ClosedSessionsAreGone) {
  const CK_SESSION_HANDLE session = open();
  const CK_SESSION_HANDLE elsewhere = open(CKF_RW_SESSION, 1);
  EXPECT_RV(module().C_CloseSession(session), CKR_OK);
  EXPECT_RV(module().C_CloseSession(session), CKR_SESSION_HANDLE_INVALID);
  EXPECT_RV(login(session, CKU_USER, kUserPin), CKR_SESSION_HANDLE_INVALID);
  const CK_SESSION_HANDLE again = open();
  EXPECT_NE(again, session) << "handles are not used again";
  EXPECT_RV(module().C_CloseAllSessions(kSlot), CKR_OK);
  CK_SESSION_INFO info{};
  EXPECT_RV(module().C_GetSessionInfo(again, &info), CKR_SESSION_HANDLE_INVALID);
  EXPECT_RV(module().C_GetSessionInfo(elsewhere, &info), CKR_OK);
  EXPECT_RV(module().C_CloseAllSessions(99), CKR_SLOT_ID_INVALID);
}

TEST_F(Sessions, NoHandleIsValidThatWasNotGiven) {
  open();
  CK_SESSION_INFO info{};
  for (const CK_SESSION_HANDLE handle :
       {CK_SESSION_HANDLE{0}, CK_SESSION_HANDLE{0x7777}, ~CK_SESSION_HANDLE{0}, CK_SESSION_HANDLE{1} << 32})
    EXPECT_RV(module().C_GetSessionInfo(handle, &info), CKR_SESSION_HANDLE_INVALID) << handle;
}

TEST_F(Sessions, FinalizeClosesAndForgetsEverything) {
  const CK_SESSION_HANDLE session = open();
  ASSERT_RV(login(session, CKU_USER, kUserPin), CKR_OK);
  ASSERT_RV(module().C_Finalize(nullptr), CKR_OK);
  ASSERT_RV(module().C_Initialize(nullptr), CKR_OK);
  CK_SESSION_INFO info{};
  EXPECT_RV(module().C_GetSessionInfo(session, &info), CKR_SESSION_HANDLE_INVALID);
  EXPECT_EQ(state(open()), CKS_RW_PUBLIC_SESSION);
}

TEST_F(Sessions, CountsAreTold) {
  CK_TOKEN_INFO before{};
  ASSERT_RV(module().C_GetTokenInfo(kSlot, &before), CKR_OK);
  if (before.ulSessionCount == CK_UNAVAILABLE_INFORMATION) GTEST_SKIP() << "not told";
  open(0);
  open();
  CK_TOKEN_INFO after{};
  ASSERT_RV(module().C_GetTokenInfo(kSlot, &after), CKR_OK);
  EXPECT_EQ(after.ulSessionCount, before.ulSessionCount + 2);
  EXPECT_EQ(after.ulRwSessionCount, before.ulRwSessionCount + 1);
}

}  // namespace
}  // namespace holdfast::conformance
