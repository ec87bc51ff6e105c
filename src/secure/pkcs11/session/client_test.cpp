// Sessions and logins of one application, and what applications see of each other (PKCS#11 3.1 §5.6, §5.7).

#include <set>

#include "support/sample_templates.h"
#include "support/ta_driver.h"

namespace holdfast::secure::pkcs11 {
namespace {

using namespace holdfast::testing;

constexpr std::uint32_t kReadWrite = CKF_SERIAL_SESSION | CKF_RW_SESSION;

// ---- Sessions

struct Sessions : TaTest {
  TaClient client{world};
};

TEST_F(Sessions, OpenWithTheFlagsOfTheStandardOnly) {
  const auto open = [&](std::uint32_t flags) {
    return client.rv<wire::OpenSession>({.slot = ck::SlotId{0}, .flags = flags});
  };
  EXPECT_EQ(open(0), Rv::session_parallel_not_supported);
  EXPECT_EQ(open(CKF_RW_SESSION), Rv::session_parallel_not_supported);
  EXPECT_EQ(open(kReadWrite | 1), Rv::arguments_bad);
  EXPECT_EQ(open(kReadWrite | 0x80000000), Rv::arguments_bad);
  EXPECT_EQ(open(CKF_SERIAL_SESSION), Rv::ok);
}

TEST_F(Sessions, OpenOnEverySlotAndOnNoOther) {
  for (const std::uint32_t slot : {0u, 1u, 2u})
    EXPECT_EQ(client.rv<wire::OpenSession>({.slot = ck::SlotId{slot}, .flags = kReadWrite}), Rv::ok);
  for (const std::uint32_t slot : {3u, 0xFFFFFFFFu})
    EXPECT_EQ(client.rv<wire::OpenSession>({.slot = ck::SlotId{slot}, .flags = kReadWrite}), Rv::slot_id_invalid);
}

TEST_F(Sessions, TellWhatTheyAre) {
  const auto info = client.call<wire::SessionInfo>({.session = client.open(2)}).value();
  EXPECT_EQ(info.slot, ck::SlotId{2});
  EXPECT_EQ(info.state, CKS_RW_PUBLIC_SESSION);
  EXPECT_EQ(info.flags, kReadWrite);
  const auto read_only = client.call<wire::SessionInfo>({.session = client.open_read_only()}).value();
  EXPECT_EQ(read_only.state, CKS_RO_PUBLIC_SESSION);
  EXPECT_EQ(read_only.flags, CKF_SERIAL_SESSION);
}

TEST_F(Sessions, AreCountedByTheirToken) {
  TaClient other(world);
  client.open();
  client.open_read_only();
  const ck::SessionHandle closed = other.open();
  other.open(1);
  EXPECT_EQ(other.rv<wire::CloseSession>({.session = closed}), Rv::ok);
  const auto info = other.call<wire::TokenInfo>({.slot = ck::SlotId{0}}).value();
  EXPECT_EQ(info.session_count, 2u);
  EXPECT_EQ(info.rw_session_count, 1u);
}

TEST_F(Sessions, AreGoneWhenClosed) {
  const ck::SessionHandle session = client.open();
  EXPECT_EQ(client.rv<wire::CloseSession>({.session = session}), Rv::ok);
  EXPECT_EQ(client.rv<wire::CloseSession>({.session = session}), Rv::session_handle_invalid);
  EXPECT_EQ(client.rv<wire::SessionInfo>({.session = session}), Rv::session_handle_invalid);
}

TEST_F(Sessions, HaveHandlesThatAreNeverUsedAgain) {
  std::set<std::uint32_t> seen;
  for (int i = 0; i < 100; ++i) {
    const ck::SessionHandle session = client.open();
    EXPECT_NE(session.value, 0u);
    EXPECT_TRUE(seen.insert(session.value).second) << session.value;
    client.rv<wire::CloseSession>({.session = session});
  }
}

TEST_F(Sessions, OfAnotherClientDoNotExist) {
  TaClient other(world);
  const ck::SessionHandle foreign = other.open();
  EXPECT_EQ(client.rv<wire::SessionInfo>({.session = foreign}), Rv::session_handle_invalid);
}

TEST_F(Sessions, CloseTogetherBySlotForTheirClientOnly) {
  TaClient other(world);
  const ck::SessionHandle on_0 = client.open(0);
  const ck::SessionHandle on_1 = client.open(1);
  const ck::SessionHandle foreign = other.open(0);
  EXPECT_EQ(client.rv<wire::CloseAllSessions>({.slot = ck::SlotId{0}}), Rv::ok);
  EXPECT_EQ(client.rv<wire::SessionInfo>({.session = on_0}), Rv::session_handle_invalid);
  EXPECT_EQ(client.rv<wire::SessionInfo>({.session = on_1}), Rv::ok);
  EXPECT_EQ(other.rv<wire::SessionInfo>({.session = foreign}), Rv::ok);
  EXPECT_EQ(client.rv<wire::CloseAllSessions>({.slot = ck::SlotId{9}}), Rv::slot_id_invalid);
}

TEST_F(Sessions, DieWithTheirClient) {
  {
    TaClient brief(world);
    brief.open();
  }
  EXPECT_EQ(client.call<wire::TokenInfo>({.slot = ck::SlotId{0}})->session_count, 0u);
  EXPECT_EQ(client.init_token(kSoPin), Rv::ok);
}

TEST_F(Sessions, OfOneClientHaveALimit) {
  Rv last = Rv::ok;
  for (int i = 0; i < 5000 && last == Rv::ok; ++i)
    last = client.rv<wire::OpenSession>({.slot = ck::SlotId{0}, .flags = kReadWrite});
  EXPECT_EQ(last, Rv::session_count);
  TaClient other(world);
  EXPECT_EQ(other.rv<wire::OpenSession>({.slot = ck::SlotId{0}, .flags = kReadWrite}), Rv::ok) << "it is nobody else's";
}

TEST_F(Sessions, KeepObjectsUpToALimitOfBytes) {
  const ck::SessionHandle session = client.open();
  const TemplateBuilder large = data_template().raw(CKA_VALUE, Bytes(60000));
  const ck::ObjectHandle first = *client.create(session, large);
  Rv last = Rv::ok;
  for (int made = 0; made < 2000 && last == Rv::ok; ++made) last = rv_of(client.create(session, large));
  EXPECT_EQ(last, Rv::device_memory);
  const TemplateBuilder longer = TemplateBuilder().raw(CKA_LABEL, Bytes(60000));
  EXPECT_EQ(client.rv<wire::SetAttributeValue>({.session = session, .object = first, .attributes = longer.view()}),
            Rv::device_memory);
  EXPECT_EQ(client.rv<wire::DestroyObject>({.session = session, .object = first}), Rv::ok);
  EXPECT_THAT(client.create(session, large), IsOk()) << "what is given back may be used again";
  TaClient other(world);
  EXPECT_THAT(other.create(other.open(), large), IsOk());
}

// ---- Login

struct Logins : TaTest {
  void SetUp() override { make_token(); }
};

TEST_F(Logins, HoldForEverySessionOfTheClientWithTheToken) {
  TaClient client(world);
  const ck::SessionHandle first = client.open();
  const ck::SessionHandle second = client.open_read_only();
  ASSERT_EQ(client.login(first, CKU_USER, kUserPin), Rv::ok);
  EXPECT_EQ(client.session_state(first), CKS_RW_USER_FUNCTIONS);
  EXPECT_EQ(client.session_state(second), CKS_RO_USER_FUNCTIONS);
  EXPECT_EQ(client.session_state(client.open()), CKS_RW_USER_FUNCTIONS) << "a later session too";
}

TEST_F(Logins, AreEachClientsOwn) {
  TaClient client(world);
  TaClient other(world);
  const ck::SessionHandle session = client.open();
  const ck::SessionHandle foreign = other.open();
  ASSERT_EQ(client.login(session, CKU_USER, kUserPin), Rv::ok);
  EXPECT_EQ(other.session_state(foreign), CKS_RW_PUBLIC_SESSION);
  EXPECT_EQ(other.login(foreign, CKU_SO, kSoPin), Rv::ok) << "two clients, two users";
  EXPECT_EQ(client.session_state(session), CKS_RW_USER_FUNCTIONS);
  EXPECT_EQ(other.session_state(foreign), CKS_RW_SO_FUNCTIONS);
}

TEST_F(Logins, AreEachTokensOwn) {
  make_token(1);
  TaClient client(world);
  const ck::SessionHandle session = client.open(0);
  ASSERT_EQ(client.login(session, CKU_USER, kUserPin), Rv::ok);
  const ck::SessionHandle other = client.open(1);
  EXPECT_EQ(client.session_state(other), CKS_RW_PUBLIC_SESSION);
  EXPECT_EQ(client.login(other, CKU_SO, kSoPin), Rv::ok);
  EXPECT_EQ(client.session_state(session), CKS_RW_USER_FUNCTIONS);
}

TEST_F(Logins, HappenOnce) {
  TaClient client(world);
  const ck::SessionHandle session = client.open();
  ASSERT_EQ(client.login(session, CKU_USER, kUserPin), Rv::ok);
  EXPECT_EQ(client.login(session, CKU_USER, kUserPin), Rv::user_already_logged_in);
  EXPECT_EQ(client.login(session, CKU_SO, kSoPin), Rv::user_another_already_logged_in);
  EXPECT_EQ(client.login(session, CKU_USER, "wrong one"), Rv::user_already_logged_in);
  EXPECT_EQ(client.token_flags() & CKF_USER_PIN_COUNT_LOW, 0u) << "a login that cannot be costs no try";
  client.logout(session);
  ASSERT_EQ(client.login(session, CKU_SO, kSoPin), Rv::ok);
  EXPECT_EQ(client.login(session, CKU_SO, kSoPin), Rv::user_already_logged_in);
  EXPECT_EQ(client.login(session, CKU_USER, kUserPin), Rv::user_another_already_logged_in);
}

TEST_F(Logins, OfTheSecurityOfficerExcludeReadOnlySessions) {
  TaClient client(world);
  const ck::SessionHandle read_only = client.open_read_only();
  const ck::SessionHandle session = client.open();
  EXPECT_EQ(client.login(session, CKU_SO, kSoPin), Rv::session_read_only_exists);
  EXPECT_EQ(client.login(read_only, CKU_SO, kSoPin), Rv::session_read_only_exists);
  client.rv<wire::CloseSession>({.session = read_only});
  ASSERT_EQ(client.login(session, CKU_SO, kSoPin), Rv::ok);
  EXPECT_EQ(client.rv<wire::OpenSession>({.slot = ck::SlotId{0}, .flags = CKF_SERIAL_SESSION}),
            Rv::session_read_write_so_exists);
  EXPECT_EQ(client.rv<wire::OpenSession>({.slot = ck::SlotId{1}, .flags = CKF_SERIAL_SESSION}), Rv::ok)
      << "another token";
}

TEST_F(Logins, NameAUser) {
  TaClient client(world);
  const ck::SessionHandle session = client.open();
  EXPECT_EQ(client.login(session, 3, kUserPin), Rv::user_type_invalid);
  EXPECT_EQ(client.login(session, 0xFFFFFFFF, kUserPin), Rv::user_type_invalid);
  EXPECT_EQ(client.login(session, CKU_CONTEXT_SPECIFIC, kUserPin), Rv::operation_not_initialized);
}

TEST_F(Logins, EndWithTheLastSession) {
  TaClient client(world);
  const ck::SessionHandle first = client.open();
  const ck::SessionHandle second = client.open();
  ASSERT_EQ(client.login(first, CKU_USER, kUserPin), Rv::ok);
  client.rv<wire::CloseSession>({.session = first});
  EXPECT_EQ(client.session_state(second), CKS_RW_USER_FUNCTIONS);
  client.rv<wire::CloseSession>({.session = second});
  EXPECT_EQ(client.session_state(client.open()), CKS_RW_PUBLIC_SESSION);
  ASSERT_EQ(client.login(client.open(), CKU_USER, kUserPin), Rv::ok);
  client.rv<wire::CloseAllSessions>({.slot = ck::SlotId{0}});
  EXPECT_EQ(client.session_state(client.open()), CKS_RW_PUBLIC_SESSION);
}

TEST_F(Logins, EndByLogoutInAnySession) {
  TaClient client(world);
  const ck::SessionHandle first = client.open();
  const ck::SessionHandle second = client.open();
  EXPECT_EQ(client.logout(first), Rv::user_not_logged_in);
  ASSERT_EQ(client.login(first, CKU_USER, kUserPin), Rv::ok);
  EXPECT_EQ(client.logout(second), Rv::ok);
  EXPECT_EQ(client.session_state(first), CKS_RW_PUBLIC_SESSION);
  EXPECT_EQ(client.logout(first), Rv::user_not_logged_in);
}

TEST_F(Logins, SurviveAnotherClientsLogout) {
  TaClient client(world);
  TaClient other(world);
  const ck::SessionHandle session = client.open();
  const ck::SessionHandle foreign = other.open();
  ASSERT_EQ(client.login(session, CKU_USER, kUserPin), Rv::ok);
  ASSERT_EQ(other.login(foreign, CKU_USER, kUserPin), Rv::ok);
  EXPECT_EQ(other.logout(foreign), Rv::ok);
  EXPECT_EQ(client.session_state(session), CKS_RW_USER_FUNCTIONS);
  EXPECT_THAT(client.create(session, secret_key_template().flag(CKA_PRIVATE, true).flag(CKA_TOKEN, true)), IsOk());
}

// ---- What a logout takes with it

struct Logout : LoggedIn {};

TEST_F(Logout, DestroysPrivateSessionObjectsAndLeavesPublicOnes) {
  const ck::ObjectHandle hidden = *client->create(session, data_template().flag(CKA_PRIVATE, true));
  const ck::ObjectHandle open = *client->create(session, data_template());
  ASSERT_EQ(client->logout(session), Rv::ok);
  ASSERT_EQ(client->login(session, CKU_USER, kUserPin), Rv::ok);
  EXPECT_THAT(client->attribute(session, hidden, CKA_LABEL), IsRv(Rv::object_handle_invalid));
  EXPECT_THAT(client->attribute(session, open, CKA_LABEL), IsOk());
  EXPECT_EQ(client->find(session, data_template()).size(), 1u);
}

TEST_F(Logout, MakesHandlesOfPrivateTokenObjectsInvalidForGood) {
  const ck::ObjectHandle old = *client->create(session, data_template().flag(CKA_PRIVATE, true).flag(CKA_TOKEN, true));
  ASSERT_EQ(client->logout(session), Rv::ok);
  EXPECT_THAT(client->attribute(session, old, CKA_LABEL), IsRv(Rv::object_handle_invalid));
  ASSERT_EQ(client->login(session, CKU_USER, kUserPin), Rv::ok);
  EXPECT_THAT(client->attribute(session, old, CKA_LABEL), IsRv(Rv::object_handle_invalid));
  const std::vector<ck::ObjectHandle> found = client->find(session, data_template());
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NE(found[0], old) << "found again, it has another handle";
}

TEST_F(Logout, EndsSearches) {
  ASSERT_EQ(client->rv<wire::FindObjectsInit>({.session = session, .attributes = {}}), Rv::ok);
  client->logout(session);
  EXPECT_EQ(client->send<wire::FindObjects>({.session = session}, {.room = 4}).rv, Rv::operation_not_initialized);
}

TEST_F(Logout, LeavesRoomForANewSearch) {
  ASSERT_EQ(client->rv<wire::FindObjectsInit>({.session = session, .attributes = {}}), Rv::ok);
  client->logout(session);
  EXPECT_EQ(client->rv<wire::FindObjectsInit>({.session = session, .attributes = {}}), Rv::ok);
}

TEST_F(Logout, EndsOperations) {
  const ck::ObjectHandle key = *client->create(session, secret_key_template().flag(CKA_PRIVATE, false));
  const wire::SignInit::Request init{
      .session = session, .key = key, .mechanism = {.type = ck::MechanismType{CKM_AES_CMAC}, .param = {}}};
  ASSERT_EQ(client->rv<wire::SignInit>(init), Rv::ok);
  client->logout(session);
  EXPECT_EQ(client->send<wire::SignOneshot>({.session = session}, {.input = as_bytes("data"), .room = 16}).rv,
            Rv::operation_not_initialized);
  EXPECT_EQ(client->rv<wire::SignInit>(init), Rv::ok) << "and the slot is free again";
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
