// Slots, tokens and PINs as OP-TEE's clients see them (OP-TEE ABI sections 5.2 to 5.4, 6, 12.3, 12.4), and the defects of its
// section 19.3 that neither dialect has.

#include "support/ta_driver.h"

namespace holdfast::secure::pkcs11 {
namespace {

using namespace holdfast::testing;
using Fault = MemoryRecordLink::Fault;

struct OpteeTokens : TaTest {
  TaClient client{world, Dialect::optee};

  Rv set_pin(ck::SessionHandle session, std::string_view from, std::string_view to) {
    return client.rv<wire::SetPin>({.session = session, .old_pin = as_bytes(from), .new_pin = as_bytes(to)});
  }
  Rv try_login(std::uint32_t user, std::string_view pin) {
    TaClient other(world, Dialect::optee);
    return other.login(other.open(), user, pin);
  }
};

// ---- Tokens (5.4, 6)

TEST_F(OpteeTokens, AFreshTokenHasOpteesFlagsLabelAndCounters) {
  const auto info = client.call<wire::TokenInfo>({.slot = ck::SlotId{2}}).value();
  EXPECT_EQ(info.flags, 0x00880005u);
  EXPECT_EQ(as_text(info.label), std::string(32, '*'));
  for (const std::uint32_t counter : {info.max_session_count, info.max_rw_session_count, info.total_public_memory,
                                      info.free_public_memory, info.total_private_memory, info.free_private_memory})
    EXPECT_EQ(counter, 0xFFFFFFFFu);
  EXPECT_EQ(info.session_count, 0u);
  EXPECT_EQ(info.utc_time, (std::array<std::byte, 16>{}));
}

TEST_F(OpteeTokens, InitTokenAnswersArgumentsBadToAFirstPinOfBadLength) {
  EXPECT_EQ(client.init_token("123"), Rv::arguments_bad);
  EXPECT_EQ(client.init_token(std::string(129, 'x')), Rv::arguments_bad);
  EXPECT_EQ(client.init_token("1234"), Rv::ok);
  EXPECT_EQ(client.token_flags(), std::uint32_t{CKF_RNG | CKF_LOGIN_REQUIRED | CKF_TOKEN_INITIALIZED});
}

TEST_F(OpteeTokens, InitTokenKeepsTheLabelAsGiven) {
  wire::InitToken::Request request{.slot = ck::SlotId{0}, .pin = as_bytes("1234"), .label = {}};
  request.label.fill(std::byte{0xA5});
  ASSERT_EQ(client.rv<wire::InitToken>(request), Rv::ok);
  EXPECT_EQ(client.call<wire::TokenInfo>({.slot = ck::SlotId{0}}).value().label, request.label);
}

TEST_F(OpteeTokens, InitTokenChecksLockThenSessionsThenPin) {
  make_token();
  TaClient other(world, Dialect::optee);
  const ck::SessionHandle session = other.open_read_only();
  EXPECT_EQ(client.init_token("not it"), Rv::session_exists);
  EXPECT_EQ(client.token_flags() & CKF_SO_PIN_COUNT_LOW, 0u) << "the PIN was not looked at";
  ASSERT_EQ(other.rv<wire::CloseSession>({.session = session}), Rv::ok);
  for (int i = 0; i < 6; ++i) EXPECT_EQ(client.init_token("x"), Rv::pin_incorrect) << "whatever its length";
  EXPECT_EQ(client.init_token("x"), Rv::pin_locked);
  other.open_read_only();
  EXPECT_EQ(client.init_token(kSoPin), Rv::pin_locked);
}

TEST_F(OpteeTokens, InitTokenAgainKeepsTheSoPin) {
  make_token();
  EXPECT_EQ(client.init_token(kSoPin), Rv::ok);
  EXPECT_EQ(try_login(CKU_SO, kSoPin), Rv::ok);
  EXPECT_EQ(try_login(CKU_USER, kUserPin), Rv::user_pin_not_initialized);
}

// ---- PINs (5.4, 12.4)

TEST_F(OpteeTokens, SetPinAnswersGeneralErrorWhileTheUserHasNoPin) {
  ASSERT_EQ(client.init_token(kSoPin), Rv::ok);
  EXPECT_EQ(set_pin(client.open(), "none", "new pin"), Rv::general_error);
  EXPECT_EQ(set_pin(client.open_read_only(), "none", "new pin"), Rv::session_read_only);
  EXPECT_EQ(set_pin(client.open(1), "none", "new pin"), Rv::general_error) << "on a slot without a token";
}

TEST_F(OpteeTokens, SetPinLooksAtTheOldPinBeforeTheLengthOfTheNew) {
  make_token();
  const ck::SessionHandle session = client.open();
  EXPECT_EQ(set_pin(session, "wrong one", "123"), Rv::pin_incorrect);
  EXPECT_NE(client.token_flags() & CKF_USER_PIN_COUNT_LOW, 0u);
  EXPECT_EQ(set_pin(session, kUserPin, "123"), Rv::pin_len_range);
  EXPECT_EQ(client.token_flags() & CKF_USER_PIN_COUNT_LOW, 0u) << "the old PIN was right";
  EXPECT_EQ(set_pin(session, kUserPin, "new pin"), Rv::ok) << "without a login";
  EXPECT_EQ(try_login(CKU_USER, "new pin"), Rv::ok);
}

TEST_F(OpteeTokens, FinalTryStaysSetOnceThePinIsLocked) {
  make_token();
  const auto tries = [&] { return client.token_flags() & (CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY | CKF_USER_PIN_LOCKED); };
  for (int used = 1; used <= 5; ++used) {
    EXPECT_EQ(try_login(CKU_USER, "wrong one"), Rv::pin_incorrect);
    EXPECT_EQ(tries(), std::uint32_t{CKF_USER_PIN_COUNT_LOW}) << used;
  }
  EXPECT_EQ(try_login(CKU_USER, "wrong one"), Rv::pin_incorrect);
  EXPECT_EQ(tries(), CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY);
  EXPECT_EQ(try_login(CKU_USER, "wrong one"), Rv::pin_locked);
  EXPECT_EQ(tries(), CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY | CKF_USER_PIN_LOCKED);
}

// ---- Sessions and logins (5.3, 12.3)

TEST_F(OpteeTokens, ASecurityOfficerOnAnyTokenBarsReadOnlySessionsOnAll) {
  make_token(1);
  const ck::SessionHandle session = client.open(1);
  ASSERT_EQ(client.login(session, CKU_SO, kSoPin), Rv::ok);
  const wire::OpenSession::Request read_only{.slot = ck::SlotId{0}, .flags = CKF_SERIAL_SESSION};
  EXPECT_EQ(client.rv<wire::OpenSession>(read_only), Rv::session_read_write_so_exists);
  EXPECT_EQ(TaClient(world, Dialect::optee).rv<wire::OpenSession>(read_only), Rv::ok) << "others do not matter";
  ASSERT_EQ(client.logout(session), Rv::ok);
  EXPECT_EQ(client.rv<wire::OpenSession>(read_only), Rv::ok);
}

TEST_F(OpteeTokens, LoginForAnOperationNeedsOneThatWaits) {
  make_token();
  const ck::SessionHandle session = client.open();
  EXPECT_EQ(client.login(session, CKU_CONTEXT_SPECIFIC, kUserPin), Rv::operation_not_initialized);
  EXPECT_EQ(client.login(session, 3, kUserPin), Rv::user_type_invalid);
  EXPECT_EQ(client.logout(session), Rv::user_not_logged_in);
}

// ---- What OP-TEE's trusted application does wrong (19.3), in both dialects

struct OpteeDefects : TaTest, ::testing::WithParamInterface<Dialect> {
  Rv try_login(std::uint32_t user, std::string_view pin) {
    TaClient client(world, GetParam());
    return client.login(client.open(), user, pin);
  }
};
INSTANTIATE_TEST_SUITE_P(Dialects, OpteeDefects, ::testing::Values(Dialect::optee, Dialect::standard),
                         [](const auto& each) { return each.param == Dialect::optee ? "Optee" : "Standard"; });

TEST_P(OpteeDefects, Number4cAnSoLoginOnASlotWithoutATokenIsAWrongPin) {
  EXPECT_EQ(try_login(CKU_SO, kSoPin), Rv::pin_incorrect);
  EXPECT_EQ(try_login(CKU_SO, ""), Rv::pin_incorrect);
  EXPECT_EQ(try_login(CKU_USER, kUserPin), Rv::user_pin_not_initialized);
  EXPECT_EQ(TaClient(world, GetParam()).init_token(kSoPin), Rv::ok) << "and the world goes on";
}

TEST_P(OpteeDefects, Number8ATryAtInitTokenIsOnDiskBeforeTheComparison) {
  make_token();
  TaClient client(world, GetParam());
  world.link().fail_next({Fault::disk_full});
  EXPECT_EQ(client.init_token(kSoPin), Rv::device_memory) << "a try that cannot be counted is not made, right or wrong";
  // The try is stored; whatever comes after the comparison is not.
  world.link().fail_next({Fault::none, Fault::disk_full});
  EXPECT_EQ(client.init_token(kSoPin), Rv::device_memory);
  EXPECT_NE(client.token_flags() & CKF_SO_PIN_COUNT_LOW, 0u);
}

TEST_P(OpteeDefects, Number9AStoreThatFailsIsACodeAndLeavesTheTokenAsItWas) {
  make_token();
  TaClient client(world, GetParam());
  const ck::SessionHandle session = client.open();
  world.link().fail_next({Fault::disk_full});
  EXPECT_EQ(client.login(session, CKU_USER, kUserPin), Rv::device_memory);
  // The try and its reset are stored, the new PIN is not.
  world.link().fail_next({Fault::none, Fault::none, Fault::disk_full});
  EXPECT_EQ(client.rv<wire::SetPin>({.session = session, .old_pin = as_bytes(kUserPin), .new_pin = as_bytes("new pin")}),
            Rv::device_memory);
  ASSERT_EQ(client.login(session, CKU_SO, kSoPin), Rv::ok);
  world.link().fail_next({Fault::disk_full});
  EXPECT_EQ(client.rv<wire::InitPin>({.session = session, .pin = as_bytes("new pin")}), Rv::device_memory);
  ASSERT_EQ(client.logout(session), Rv::ok);
  EXPECT_EQ(client.login(session, CKU_USER, kUserPin), Rv::ok) << "the old PIN still holds";
}

TEST_P(OpteeDefects, Number16AHandleOfBeforeInitTokenNamesNothingAfterIt) {
  make_token();
  TaClient holder(world, GetParam());
  const ck::SessionHandle session = holder.open();
  const TemplateBuilder data = TemplateBuilder().ulong(CKA_CLASS, CKO_DATA).flag(CKA_TOKEN, true).flag(CKA_PRIVATE, false);
  const ck::ObjectHandle stale = holder.create(session, data).value();
  ASSERT_EQ(holder.rv<wire::CloseSession>({.session = session}), Rv::ok);
  ASSERT_EQ(TaClient(world, GetParam()).init_token(kSoPin), Rv::ok);

  const ck::SessionHandle again = holder.open();
  EXPECT_EQ(holder.rv<wire::GetObjectSize>({.session = again, .object = stale}), Rv::object_handle_invalid);
  EXPECT_EQ(holder.rv<wire::DestroyObject>({.session = again, .object = stale}), Rv::object_handle_invalid);
  EXPECT_NE(holder.create(again, data).value(), stale) << "nor is it given to something else";
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
