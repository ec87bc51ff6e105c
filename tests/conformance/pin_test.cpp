// Tokens and PINs: PKCS#11 3.0 sections 5.5.7 (C_InitToken) to 5.5.9 (C_SetPIN) and 5.6.8 (C_Login); the token's own
// rules: 4 to 128 bytes, 7 tries.
#include "conformance/token_test.h"

namespace holdfast::conformance {
namespace {

constexpr std::string_view kWrong = "not the pin";
constexpr int kTries = 7;

class Pin : public ModuleTest {
 protected:
  void SetUp() override {
    ModuleTest::SetUp();
    init_token(kSlot);
  }
  static CK_FLAGS flags(CK_SLOT_ID slot = kSlot) {
    CK_TOKEN_INFO info{};
    EXPECT_RV(module().C_GetTokenInfo(slot, &info), CKR_OK);
    return info.flags;
  }
  static CK_RV set_pin(CK_SESSION_HANDLE session, std::string_view from, std::string_view to) {
    return module().C_SetPIN(session, chars(from), from.size(), chars(to), to.size());
  }
  static CK_RV init_pin(CK_SESSION_HANDLE session, std::string_view pin) {
    return module().C_InitPIN(session, chars(pin), pin.size());
  }
};

TEST_F(Pin, TokenInfoTellsTheRules) {
  CK_TOKEN_INFO info{};
  ASSERT_RV(module().C_GetTokenInfo(kSlot, &info), CKR_OK);
  EXPECT_EQ(info.ulMinPinLen, 4u);
  EXPECT_EQ(info.ulMaxPinLen, 128u);
  constexpr CK_FLAGS kSet = CKF_RNG | CKF_LOGIN_REQUIRED | CKF_USER_PIN_INITIALIZED | CKF_TOKEN_INITIALIZED;
  EXPECT_EQ(info.flags & kSet, kSet);
  EXPECT_EQ(info.flags & (CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_LOCKED | CKF_SO_PIN_COUNT_LOW | CKF_SO_PIN_LOCKED), 0u);
  EXPECT_EQ(std::string(reinterpret_cast<char*>(info.label), 32), "conformance" + std::string(21, ' '));
}

TEST_F(Pin, SlotsAreThreeWithStableIdsAndSerialNumbersOfTheirOwn) {
  CK_ULONG count = 0;
  ASSERT_RV(module().C_GetSlotList(CK_TRUE, nullptr, &count), CKR_OK);
  ASSERT_EQ(count, 3u);
  CK_SLOT_ID slots[3];
  ASSERT_RV(module().C_GetSlotList(CK_FALSE, slots, &count), CKR_OK);
  std::vector<std::string> serials;
  for (CK_ULONG i = 0; i < count; ++i) {
    EXPECT_EQ(slots[i], i);
    init_token(slots[i]);
    CK_TOKEN_INFO info{};
    ASSERT_RV(module().C_GetTokenInfo(slots[i], &info), CKR_OK);
    serials.emplace_back(reinterpret_cast<char*>(info.serialNumber), sizeof info.serialNumber);
  }
  EXPECT_NE(serials[0], serials[1]);
  EXPECT_NE(serials[1], serials[2]);
  EXPECT_NE(serials[0], serials[2]);
}

TEST_F(Pin, UserLogsInWithTheRightPinOnly) {
  const CK_SESSION_HANDLE session = open();
  for (const std::string_view wrong : {kWrong, std::string_view(""), std::string_view("user-pi"),
                                       std::string_view("user-pin "), std::string_view("User-pin")})
    EXPECT_RV(login(session, CKU_USER, wrong), CKR_PIN_INCORRECT) << wrong;
  EXPECT_RV(login(session, CKU_USER, kUserPin), CKR_OK);
  EXPECT_RV(login(session, CKU_USER, kUserPin), CKR_USER_ALREADY_LOGGED_IN);
  EXPECT_RV(login(session, CKU_SO, kSoPin), CKR_USER_ANOTHER_ALREADY_LOGGED_IN);
  EXPECT_RV(module().C_Logout(session), CKR_OK);
  EXPECT_RV(module().C_Logout(session), CKR_USER_NOT_LOGGED_IN);
}

TEST_F(Pin, WrongLengthsAreIncorrectWhenLoggingIn) {
  const CK_SESSION_HANDLE session = open();
  const std::string too_long(129, 'x');
  const std::string absurd(100'000, 'x');
  EXPECT_RV(login(session, CKU_USER, "123"), CKR_PIN_INCORRECT);
  EXPECT_RV(login(session, CKU_USER, too_long), CKR_PIN_INCORRECT);
  EXPECT_RV(login(session, CKU_USER, absurd), CKR_PIN_INCORRECT);
  EXPECT_RV(module().C_Login(session, CKU_USER, chars("x"), ~0UL), CKR_PIN_INCORRECT);
  EXPECT_RV(module().C_Login(session, CKU_USER, nullptr, 4), CKR_ARGUMENTS_BAD);
  EXPECT_RV(login(session, CKU_USER, kUserPin), CKR_OK);
}

TEST_F(Pin, UserTypeMustBeOne) {
  const CK_SESSION_HANDLE session = open();
  EXPECT_RV(login(session, 9, kUserPin), CKR_USER_TYPE_INVALID);
  EXPECT_RV(login(session, 1UL << 32 | CKU_USER, kUserPin), CKR_USER_TYPE_INVALID);
  EXPECT_RV(login(session, CKU_CONTEXT_SPECIFIC, kUserPin), CKR_OPERATION_NOT_INITIALIZED);
}

TEST_F(Pin, UserPinLocksAfterSevenTriesAndTheSecurityOfficerUnlocks) {
  const CK_SESSION_HANDLE session = open();
  for (int wrong = 1; wrong <= kTries; ++wrong) {
    EXPECT_RV(login(session, CKU_USER, kWrong), wrong < kTries ? CKR_PIN_INCORRECT : CKR_PIN_LOCKED) << wrong;
    EXPECT_NE(flags() & CKF_USER_PIN_COUNT_LOW, 0u) << wrong;
    EXPECT_EQ((flags() & CKF_USER_PIN_FINAL_TRY) != 0, wrong == kTries - 1) << wrong;
    EXPECT_EQ((flags() & CKF_USER_PIN_LOCKED) != 0, wrong == kTries) << wrong;
  }
  EXPECT_RV(login(session, CKU_USER, kUserPin), CKR_PIN_LOCKED) << "the right PIN is no use now";
  EXPECT_RV(set_pin(session, kUserPin, "new-pin"), CKR_PIN_LOCKED);
  ASSERT_RV(login(session, CKU_SO, kSoPin), CKR_OK);
  EXPECT_RV(init_pin(session, "fresh-pin"), CKR_OK);
  EXPECT_RV(module().C_Logout(session), CKR_OK);
  EXPECT_EQ(flags() & (CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY | CKF_USER_PIN_LOCKED), 0u);
  EXPECT_RV(login(session, CKU_USER, kUserPin), CKR_PIN_INCORRECT);
  EXPECT_RV(login(session, CKU_USER, "fresh-pin"), CKR_OK);
}

TEST_F(Pin, RightPinResetsTheCounter) {
  const CK_SESSION_HANDLE session = open();
  for (int i = 0; i < kTries - 1; ++i) EXPECT_RV(login(session, CKU_USER, kWrong), CKR_PIN_INCORRECT);
  EXPECT_NE(flags() & CKF_USER_PIN_FINAL_TRY, 0u);
  ASSERT_RV(login(session, CKU_USER, kUserPin), CKR_OK);
  EXPECT_EQ(flags() & (CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY), 0u);
}

TEST_F(Pin, CounterAndLockOutliveTheDaemon) {
  OwnDaemon own;
  init_token(kSlot);
  for (int i = 0; i < kTries - 1; ++i) EXPECT_RV(login(open(), CKU_USER, kWrong), CKR_PIN_INCORRECT);
  own.restart();
  EXPECT_NE(flags() & CKF_USER_PIN_FINAL_TRY, 0u);
  EXPECT_RV(login(open(), CKU_USER, kWrong), CKR_PIN_LOCKED);
}

TEST_F(Pin, SecurityOfficersPinLocksForGood) {
  constexpr CK_SLOT_ID kDoomed = 2;
  OwnDaemon own;
  init_token(kDoomed);
  const CK_SESSION_HANDLE session = open(CKF_RW_SESSION, kDoomed);
  for (int wrong = 1; wrong <= kTries; ++wrong)
    EXPECT_RV(login(session, CKU_SO, kWrong), wrong < kTries ? CKR_PIN_INCORRECT : CKR_PIN_LOCKED);
  EXPECT_NE(flags(kDoomed) & CKF_SO_PIN_LOCKED, 0u);
  EXPECT_RV(login(session, CKU_SO, kSoPin), CKR_PIN_LOCKED);
  EXPECT_RV(login(session, CKU_USER, kUserPin), CKR_OK) << "the user goes on";
  EXPECT_RV(module().C_CloseAllSessions(kDoomed), CKR_OK);
  CK_UTF8CHAR label[32] = {};
  EXPECT_RV(module().C_InitToken(kDoomed, chars(kSoPin), kSoPin.size(), label), CKR_PIN_LOCKED);
}

TEST_F(Pin, SetPinChangesTheUsersPin) {
  const CK_SESSION_HANDLE session = open();
  EXPECT_RV(set_pin(session, kWrong, "new-pin"), CKR_PIN_INCORRECT);
  for (const std::size_t length : {0u, 1u, 3u, 129u, 1000u, 5000u})
    EXPECT_RV(set_pin(session, kUserPin, std::string(length, 'n')), CKR_PIN_LEN_RANGE) << length;
  for (const std::size_t length : {4u, 128u}) {
    const std::string new_pin(length, 'n');
    EXPECT_RV(set_pin(session, kUserPin, new_pin), CKR_OK) << length;
    EXPECT_RV(login(session, CKU_USER, kUserPin), CKR_PIN_INCORRECT);
    EXPECT_RV(login(session, CKU_USER, new_pin), CKR_OK);
    EXPECT_RV(set_pin(session, new_pin, kUserPin), CKR_OK) << "also while logged in";
    EXPECT_RV(module().C_Logout(session), CKR_OK);
  }
  const CK_SESSION_HANDLE read_only = open(0);
  EXPECT_RV(set_pin(read_only, kUserPin, "new-pin"), CKR_SESSION_READ_ONLY);
}

TEST_F(Pin, SetPinChangesTheSecurityOfficersPinInTheirSession) {
  const CK_SESSION_HANDLE session = open();
  ASSERT_RV(login(session, CKU_SO, kSoPin), CKR_OK);
  ASSERT_RV(set_pin(session, kSoPin, "other-so-pin"), CKR_OK);
  ASSERT_RV(module().C_Logout(session), CKR_OK);
  EXPECT_RV(login(session, CKU_SO, kSoPin), CKR_PIN_INCORRECT);
  EXPECT_RV(login(session, CKU_SO, "other-so-pin"), CKR_OK);
  ASSERT_RV(set_pin(session, "other-so-pin", kSoPin), CKR_OK);
  ASSERT_RV(module().C_Logout(session), CKR_OK);
  EXPECT_RV(login(session, CKU_USER, kUserPin), CKR_OK) << "untouched";
}

TEST_F(Pin, InitPinIsForTheSecurityOfficer) {
  const CK_SESSION_HANDLE session = open();
  EXPECT_RV(init_pin(session, "new-pin"), CKR_USER_NOT_LOGGED_IN);
  ASSERT_RV(login(session, CKU_USER, kUserPin), CKR_OK);
  EXPECT_RV(init_pin(session, "new-pin"), CKR_USER_NOT_LOGGED_IN);
  ASSERT_RV(module().C_Logout(session), CKR_OK);
  ASSERT_RV(login(session, CKU_SO, kSoPin), CKR_OK);
  for (const std::size_t length : {1u, 3u, 129u, 5000u})
    EXPECT_RV(init_pin(session, std::string(length, 'n')), CKR_PIN_LEN_RANGE) << length;
  EXPECT_RV(module().C_InitPIN(session, nullptr, 4), CKR_ARGUMENTS_BAD);
  ASSERT_RV(module().C_Logout(session), CKR_OK);
  EXPECT_RV(login(session, CKU_USER, kUserPin), CKR_OK) << "nothing has changed";
}

TEST_F(Pin, InitTokenAsksForTheOldPinAndEmptiesTheToken) {
  CK_UTF8CHAR label[32] = {};
  EXPECT_RV(module().C_InitToken(kSlot, chars(kWrong), kWrong.size(), label), CKR_PIN_INCORRECT);
  EXPECT_RV(module().C_InitToken(kSlot, chars(kSoPin), ~0UL, label), CKR_PIN_INCORRECT);
  EXPECT_RV(module().C_InitToken(kSlot, chars(kSoPin), kSoPin.size(), nullptr), CKR_ARGUMENTS_BAD);
  EXPECT_RV(module().C_InitToken(99, chars(kSoPin), kSoPin.size(), label), CKR_SLOT_ID_INVALID);
  const CK_SESSION_HANDLE session = open();
  EXPECT_RV(module().C_InitToken(kSlot, chars(kSoPin), kSoPin.size(), label), CKR_SESSION_EXISTS);
  EXPECT_RV(login(session, CKU_USER, kUserPin), CKR_OK) << "none of these changed anything";
  EXPECT_RV(module().C_CloseSession(session), CKR_OK);
  EXPECT_RV(module().C_InitToken(kSlot, chars(kSoPin), kSoPin.size(), label), CKR_OK);
  EXPECT_EQ(flags() & CKF_USER_PIN_INITIALIZED, 0u);
  EXPECT_RV(login(open(), CKU_USER, kUserPin), CKR_USER_PIN_NOT_INITIALIZED);
}

TEST_F(Pin, NewTokenTakesAPinOfTheRightLength) {
  OwnDaemon own;
  CK_TOKEN_INFO info{};
  ASSERT_RV(module().C_GetTokenInfo(1, &info), CKR_OK);
  EXPECT_EQ(info.flags & CKF_TOKEN_INITIALIZED, 0u);
  CK_UTF8CHAR label[32] = {};
  for (const std::size_t length : {1u, 3u, 129u, 1000u}) {
    const std::string pin(length, 'p');
    EXPECT_RV(module().C_InitToken(1, chars(pin), pin.size(), label), CKR_PIN_LEN_RANGE) << length;
  }
  EXPECT_RV(module().C_InitToken(1, chars("four"), 4, label), CKR_OK);
  const CK_SESSION_HANDLE session = open(CKF_RW_SESSION, 1);
  EXPECT_RV(login(session, CKU_SO, "four"), CKR_OK);
  // A token that nobody initialised has nobody to log in.
  const CK_SESSION_HANDLE blank = open(CKF_RW_SESSION, 2);
  EXPECT_NE(login(blank, CKU_SO, "four"), CKR_OK);
  EXPECT_RV(login(blank, CKU_USER, "four"), CKR_USER_PIN_NOT_INITIALIZED);
}

}  // namespace
}  // namespace holdfast::conformance
