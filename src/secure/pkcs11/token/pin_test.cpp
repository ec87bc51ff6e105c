// The life of a token and its PINs, through the commands (PKCS#11 3.1 §5.5, §5.6.8; OP-TEE ABI section 12.4).

#include "support/ta_driver.h"

namespace holdfast::secure::pkcs11 {
namespace {

using namespace holdfast::testing;
using Fault = MemoryRecordLink::Fault;

constexpr std::uint32_t kUserTries = CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY | CKF_USER_PIN_LOCKED;
constexpr std::uint32_t kSoTries = CKF_SO_PIN_COUNT_LOW | CKF_SO_PIN_FINAL_TRY | CKF_SO_PIN_LOCKED;

struct Pins : TaTest {
  Rv try_login(std::uint32_t user, std::string_view pin) {
    TaClient client(world);
    return client.login(client.open(), user, pin);
  }
  std::uint32_t flags() { return TaClient(world).token_flags(); }
};

// ---- C_InitToken

TEST_F(Pins, AFreshTokenSaysThatItIsFresh) {
  TaClient client(world);
  const wire::TokenInfo::Reply info = client.call<wire::TokenInfo>({.slot = ck::SlotId{0}}).value();
  EXPECT_EQ(as_text(info.label), std::string(32, '*'));
  EXPECT_EQ(info.flags, CKF_RNG | CKF_LOGIN_REQUIRED | CKF_DUAL_CRYPTO_OPERATIONS | CKF_ASYNC_SESSION_SUPPORTED |
                            CKF_USER_PIN_TO_BE_CHANGED | CKF_SO_PIN_TO_BE_CHANGED);
  EXPECT_EQ(info.min_pin_bytes, 4u);
  EXPECT_EQ(info.max_pin_bytes, 128u);
}

TEST_F(Pins, InitTokenGivesLabelFlagsAndASerialNumberOfItsOwn) {
  make_token(0);
  make_token(1);
  TaClient client(world);
  const auto first = client.call<wire::TokenInfo>({.slot = ck::SlotId{0}}).value();
  const auto second = client.call<wire::TokenInfo>({.slot = ck::SlotId{1}}).value();
  EXPECT_EQ(first.flags, CKF_RNG | CKF_LOGIN_REQUIRED | CKF_DUAL_CRYPTO_OPERATIONS | CKF_ASYNC_SESSION_SUPPORTED |
                             CKF_TOKEN_INITIALIZED | CKF_USER_PIN_INITIALIZED);
  EXPECT_NE(first.serial_number, second.serial_number);
  EXPECT_EQ(client.token_flags(2) & CKF_TOKEN_INITIALIZED, 0u);
}

TEST_F(Pins, InitTokenWantsAPinOf4To128Bytes) {
  TaClient client(world);
  EXPECT_EQ(client.init_token(""), Rv::pin_len_range);
  EXPECT_EQ(client.init_token("123"), Rv::pin_len_range);
  EXPECT_EQ(client.init_token(std::string(129, 'x')), Rv::pin_len_range);
  EXPECT_EQ(client.token_flags() & CKF_TOKEN_INITIALIZED, 0u);
  EXPECT_EQ(client.init_token(std::string(128, 'x'), 0), Rv::ok);
  EXPECT_EQ(client.init_token("1234", 1), Rv::ok);
}

TEST_F(Pins, InitTokenIsRefusedWhileAnyClientHasASession) {
  TaClient other(world);
  const ck::SessionHandle session = other.open_read_only();
  TaClient client(world);
  EXPECT_EQ(client.init_token(kSoPin), Rv::session_exists);
  EXPECT_EQ(client.init_token(kSoPin, 1), Rv::ok) << "another slot's sessions do not matter";
  EXPECT_EQ(other.rv<wire::CloseSession>({.session = session}), Rv::ok);
  EXPECT_EQ(client.init_token(kSoPin), Rv::ok);
}

TEST_F(Pins, InitTokenAgainNeedsTheOldSoPinAndForgetsEverything) {
  make_token();
  {
    TaClient client(world);
    ASSERT_THAT(client.create(client.open(), TemplateBuilder().ulong(CKA_CLASS, CKO_DATA).flag(CKA_TOKEN, true)),
                IsOk());
  }
  TaClient client(world);
  const auto before = client.call<wire::TokenInfo>({.slot = ck::SlotId{0}}).value();
  EXPECT_EQ(client.init_token("not it"), Rv::pin_incorrect);
  EXPECT_NE(client.token_flags() & CKF_SO_PIN_COUNT_LOW, 0u) << "a guess at C_InitToken counts";
  EXPECT_EQ(client.init_token(kSoPin), Rv::ok);
  const auto after = client.call<wire::TokenInfo>({.slot = ck::SlotId{0}}).value();
  EXPECT_NE(before.serial_number, after.serial_number);
  EXPECT_EQ(after.flags & (kSoTries | CKF_USER_PIN_INITIALIZED), 0u);
  EXPECT_TRUE(client.find(client.open()).empty());
}

TEST_F(Pins, InitTokenIsClosedByALockedSoPin) {
  make_token();
  TaClient client(world);
  for (int i = 0; i < 7; ++i) client.init_token("not it");
  EXPECT_EQ(client.init_token(kSoPin), Rv::pin_locked);
}

// ---- C_InitPIN

TEST_F(Pins, InitPinIsForTheSecurityOfficer) {
  make_token();
  TaClient client(world);
  const ck::SessionHandle session = client.open();
  EXPECT_EQ(client.rv<wire::InitPin>({.session = session, .pin = as_bytes("1234")}), Rv::user_not_logged_in);
  ASSERT_EQ(client.login(session, CKU_USER, kUserPin), Rv::ok);
  EXPECT_EQ(client.rv<wire::InitPin>({.session = session, .pin = as_bytes("1234")}), Rv::user_not_logged_in);
}

TEST_F(Pins, InitPinWantsAPinOf4To128Bytes) {
  make_token();
  TaClient client(world);
  const ck::SessionHandle session = client.open();
  ASSERT_EQ(client.login(session, CKU_SO, kSoPin), Rv::ok);
  for (const std::string& pin : {std::string(), std::string("123"), std::string(129, 'x')})
    EXPECT_EQ(client.rv<wire::InitPin>({.session = session, .pin = as_bytes(pin)}), Rv::pin_len_range) << pin.size();
  EXPECT_EQ(try_login(CKU_USER, kUserPin), Rv::ok) << "the old PIN still holds";
}

// ---- C_SetPIN

TEST_F(Pins, SetPinChangesTheUsersPin) {
  make_token();
  TaClient client(world);
  const ck::SessionHandle session = client.open();
  const auto set = [&](std::string_view from, std::string_view to) {
    return client.rv<wire::SetPin>({.session = session, .old_pin = as_bytes(from), .new_pin = as_bytes(to)});
  };
  EXPECT_EQ(set("wrong one", "new pin"), Rv::pin_incorrect);
  EXPECT_NE(flags() & CKF_USER_PIN_COUNT_LOW, 0u);
  EXPECT_EQ(set(kUserPin, "123"), Rv::pin_len_range);
  EXPECT_EQ(set(kUserPin, "new pin"), Rv::ok);
  EXPECT_EQ(flags() & kUserTries, 0u);
  EXPECT_EQ(client.login(session, CKU_USER, kUserPin), Rv::pin_incorrect);
  EXPECT_EQ(client.login(session, CKU_USER, "new pin"), Rv::ok);
  EXPECT_EQ(set("new pin", "newer pin"), Rv::ok) << "logged in as well";
}

TEST_F(Pins, SetPinChangesTheSoPinInASoSession) {
  make_token();
  TaClient client(world);
  const ck::SessionHandle session = client.open();
  ASSERT_EQ(client.login(session, CKU_SO, kSoPin), Rv::ok);
  EXPECT_EQ(
      client.rv<wire::SetPin>({.session = session, .old_pin = as_bytes(kSoPin), .new_pin = as_bytes("new so pin")}),
      Rv::ok);
  client.logout(session);
  EXPECT_EQ(client.login(session, CKU_SO, "new so pin"), Rv::ok);
}

TEST_F(Pins, SetPinNeedsAReadWriteSessionAndAPinToChange) {
  make_token();
  TaClient client(world);
  EXPECT_EQ(client.rv<wire::SetPin>(
                {.session = client.open_read_only(), .old_pin = as_bytes(kUserPin), .new_pin = as_bytes("new pin")}),
            Rv::session_read_only);
  ASSERT_EQ(client.init_token(kSoPin, 1), Rv::ok);
  EXPECT_EQ(
      client.rv<wire::SetPin>({.session = client.open(1), .old_pin = as_bytes("none"), .new_pin = as_bytes("new pin")}),
      Rv::user_pin_not_initialized);
}

// ---- Tries

TEST_F(Pins, SevenWrongTriesLockTheUser) {
  make_token();
  EXPECT_EQ(flags() & kUserTries, 0u);
  for (int used = 1; used <= 6; ++used) {
    EXPECT_EQ(try_login(CKU_USER, "wrong one"), Rv::pin_incorrect) << used;
    const std::uint32_t expected = CKF_USER_PIN_COUNT_LOW | (used == 6 ? std::uint32_t{CKF_USER_PIN_FINAL_TRY} : 0u);
    EXPECT_EQ(flags() & kUserTries, expected) << used;
  }
  EXPECT_EQ(try_login(CKU_USER, "wrong one"), Rv::pin_locked);
  EXPECT_EQ(flags() & kUserTries, CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_LOCKED);
  EXPECT_EQ(try_login(CKU_USER, kUserPin), Rv::pin_locked) << "the right PIN comes too late";
  EXPECT_EQ(flags() & kSoTries, 0u) << "the security officer has tries of his own";
}

TEST_F(Pins, TheRightPinOnTheLastTryClearsTheCount) {
  make_token();
  for (int i = 0; i < 6; ++i) EXPECT_EQ(try_login(CKU_USER, "wrong one"), Rv::pin_incorrect);
  EXPECT_EQ(try_login(CKU_USER, kUserPin), Rv::ok);
  EXPECT_EQ(flags() & kUserTries, 0u);
}

TEST_F(Pins, TheSecurityOfficerUnlocksTheUserWithANewPin) {
  make_token();
  for (int i = 0; i < 7; ++i) try_login(CKU_USER, "wrong one");
  TaClient client(world);
  const ck::SessionHandle session = client.open();
  ASSERT_EQ(client.login(session, CKU_SO, kSoPin), Rv::ok);
  EXPECT_EQ(client.rv<wire::InitPin>({.session = session, .pin = as_bytes("fresh pin")}), Rv::ok);
  EXPECT_EQ(flags() & kUserTries, 0u);
  client.logout(session);
  EXPECT_EQ(client.login(session, CKU_USER, "fresh pin"), Rv::ok);
}

TEST_F(Pins, ALockedSecurityOfficerStaysLocked) {
  make_token();
  for (int i = 0; i < 6; ++i) EXPECT_EQ(try_login(CKU_SO, "wrong one"), Rv::pin_incorrect);
  EXPECT_EQ(flags() & kSoTries, CKF_SO_PIN_COUNT_LOW | CKF_SO_PIN_FINAL_TRY);
  EXPECT_EQ(try_login(CKU_SO, "wrong one"), Rv::pin_locked);
  EXPECT_EQ(flags() & kSoTries, CKF_SO_PIN_COUNT_LOW | CKF_SO_PIN_LOCKED);
  world.restart();
  EXPECT_EQ(try_login(CKU_SO, kSoPin), Rv::pin_locked);
  EXPECT_EQ(try_login(CKU_USER, kUserPin), Rv::ok) << "the user goes on";
}

TEST_F(Pins, TriesOutliveARestart) {
  make_token();
  for (int i = 0; i < 6; ++i) EXPECT_EQ(try_login(CKU_USER, "wrong one"), Rv::pin_incorrect);
  world.restart();
  EXPECT_NE(flags() & CKF_USER_PIN_FINAL_TRY, 0u);
  EXPECT_EQ(try_login(CKU_USER, "wrong one"), Rv::pin_locked);
}

TEST_F(Pins, ATryIsOnDiskBeforeThePinIsCompared) {
  make_token();
  TaClient client(world);
  const ck::SessionHandle session = client.open();
  const int before = world.link().calls();
  EXPECT_EQ(client.login(session, CKU_USER, "wrong one"), Rv::pin_incorrect);
  EXPECT_EQ(world.link().calls(), before + 1) << "the one commit that counts the try";
}

TEST_F(Pins, NoPinIsComparedWhenTheTryCannotBeCounted) {
  make_token();
  TaClient client(world);
  const ck::SessionHandle session = client.open();
  world.link().fail_next({Fault::disk_full});
  EXPECT_EQ(client.login(session, CKU_USER, kUserPin), Rv::device_memory) << "even the right PIN is not looked at";
  EXPECT_EQ(client.session_state(session), CKS_RW_PUBLIC_SESSION);
  EXPECT_EQ(flags() & kUserTries, 0u);
  EXPECT_EQ(client.login(session, CKU_USER, kUserPin), Rv::ok);
}

TEST_F(Pins, ACrashAfterTheCommitLeavesTheTryCounted) {
  make_token();
  {
    TaClient client(world);
    const ck::SessionHandle session = client.open();
    // The try is stored, the comparison succeeds, and the store is full when the count should go back.
    world.link().fail_next({Fault::none, Fault::disk_full});
    EXPECT_EQ(client.login(session, CKU_USER, kUserPin), Rv::device_memory);
    EXPECT_EQ(client.session_state(session), CKS_RW_PUBLIC_SESSION) << "no login without the whole protocol";
  }
  world.restart();
  EXPECT_NE(flags() & CKF_USER_PIN_COUNT_LOW, 0u);
  EXPECT_EQ(try_login(CKU_USER, kUserPin), Rv::ok);
}

TEST_F(Pins, EmptyAndOverlongPinsAreWrongPins) {
  make_token();
  EXPECT_EQ(try_login(CKU_USER, ""), Rv::pin_incorrect);
  EXPECT_EQ(try_login(CKU_USER, std::string(1024, 'x')), Rv::pin_incorrect);
  EXPECT_EQ(try_login(CKU_USER, std::string(1025, 'x')), Rv::arguments_bad) << "beyond what the wire takes";
  EXPECT_EQ(try_login(CKU_USER, std::string(kUserPin) + '\0'), Rv::pin_incorrect) << "PINs are bytes, not C strings";
}

TEST_F(Pins, NobodyLogsInToATokenThatHasNoPin) {
  EXPECT_EQ(try_login(CKU_USER, kUserPin), Rv::user_pin_not_initialized);
  EXPECT_EQ(try_login(CKU_SO, kSoPin), Rv::pin_incorrect);
  TaClient client(world);
  ASSERT_EQ(client.init_token(kSoPin), Rv::ok);
  EXPECT_EQ(try_login(CKU_USER, kUserPin), Rv::user_pin_not_initialized);
  EXPECT_EQ(try_login(CKU_SO, kSoPin), Rv::ok);
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
