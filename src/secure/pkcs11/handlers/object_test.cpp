// Objects through the commands: who sees them, who may change them, how long they last.

#include <set>

#include "support/sample_templates.h"
#include "support/ta_driver.h"

namespace holdfast::secure::pkcs11 {
namespace {

using namespace holdfast::testing;

struct Objects : LoggedIn {
  Rv set(ck::SessionHandle in, ck::ObjectHandle object, const TemplateBuilder& change) {
    return client->rv<wire::SetAttributeValue>({.session = in, .object = object, .attributes = change.view()});
  }
  Rv copy(ck::SessionHandle in, ck::ObjectHandle object, const TemplateBuilder& change) {
    return client->rv<wire::CopyObject>({.session = in, .object = object, .attributes = change.view()});
  }
  Rv destroy(ck::SessionHandle in, ck::ObjectHandle object) {
    return client->rv<wire::DestroyObject>({.session = in, .object = object});
  }
  static TemplateBuilder token_data() { return data_template().flag(CKA_TOKEN, true); }
};

// ---- Visibility

TEST_F(Objects, OfTheTokenAreSeenByEveryClientAtOnce) {
  TaClient other(world);
  const ck::SessionHandle foreign = other.open_read_only();
  EXPECT_TRUE(other.find(foreign).empty());
  ASSERT_THAT(client->create(session, token_data().text(CKA_LABEL, "shared")), IsOk());
  const std::vector<ck::ObjectHandle> found = other.find(foreign, TemplateBuilder().text(CKA_LABEL, "shared"));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(as_text(*other.attribute(foreign, found[0], CKA_LABEL)), "shared");
}

TEST_F(Objects, OfASessionAreTheirClientsOwn) {
  TaClient other(world);
  const ck::SessionHandle foreign = other.open();
  const ck::ObjectHandle mine = *client->create(session, data_template());
  EXPECT_THAT(other.attribute(foreign, mine, CKA_LABEL), IsRv(Rv::object_handle_invalid));
  EXPECT_TRUE(other.find(foreign).empty());
  EXPECT_THAT(client->attribute(client->open_read_only(), mine, CKA_LABEL), IsOk())
      << "all of the client's sessions see it";
}

TEST_F(Objects, ThatArePrivateAreSeenByTheUserAlone) {
  const TemplateBuilder hidden = token_data().flag(CKA_PRIVATE, true);
  ASSERT_THAT(client->create(session, hidden), IsOk());
  TaClient other(world);
  const ck::SessionHandle foreign = other.open();
  EXPECT_TRUE(other.find(foreign).empty());
  ASSERT_EQ(other.login(foreign, CKU_SO, kSoPin), Rv::ok);
  EXPECT_TRUE(other.find(foreign).empty()) << "the security officer is not the user";
  other.logout(foreign);
  ASSERT_EQ(other.login(foreign, CKU_USER, kUserPin), Rv::ok);
  EXPECT_EQ(other.find(foreign).size(), 1u);
}

TEST_F(Objects, AreReachedOnlyFromSessionsWithTheirToken) {
  make_token(1);
  const ck::SessionHandle elsewhere = client->open(1);
  const ck::ObjectHandle durable = *client->create(session, token_data());
  const ck::ObjectHandle brief = *client->create(session, data_template());
  for (const ck::ObjectHandle object : {durable, brief})
    EXPECT_THAT(client->attribute(elsewhere, object, CKA_LABEL), IsRv(Rv::object_handle_invalid));
  EXPECT_TRUE(client->find(elsewhere).empty());
}

TEST_F(Objects, WorkOnATokenThatWasNeverInitialised) {
  const ck::SessionHandle fresh = client->open(2);
  EXPECT_THAT(client->create(fresh, data_template()), IsOk());
  EXPECT_EQ(client->find(fresh).size(), 1u);
  EXPECT_THAT(client->create(fresh, token_data()), ::testing::Not(IsOk()));
}

TEST_F(Objects, HaveHandlesThatAreNeverUsedAgain) {
  std::set<std::uint32_t> seen;
  for (int i = 0; i < 50; ++i) {
    const ck::ObjectHandle object = *client->create(session, i % 2 == 0 ? data_template() : token_data());
    EXPECT_TRUE(seen.insert(object.value).second) << object.value;
    EXPECT_EQ(destroy(session, object), Rv::ok);
    EXPECT_EQ(destroy(session, object), Rv::object_handle_invalid);
  }
}

TEST_F(Objects, KeepOneHandleForAsLongAsTheyAreKnown) {
  const ck::ObjectHandle made = *client->create(session, token_data());
  EXPECT_EQ(client->find(session), std::vector{made});
  EXPECT_EQ(client->find(client->open()), std::vector{made});
}

TEST_F(Objects, AreFoundSessionObjectsFirstAndNewestFirst) {
  const ck::ObjectHandle a = *client->create(session, token_data());
  const ck::ObjectHandle b = *client->create(session, data_template());
  const ck::ObjectHandle c = *client->create(session, token_data());
  const ck::ObjectHandle d = *client->create(session, data_template());
  EXPECT_EQ(client->find(session), (std::vector{d, b, c, a}));
}

TEST_F(Objects, DestroyedByOneClientAreGoneForTheOthers) {
  const ck::ObjectHandle made = *client->create(session, token_data());
  TaClient other(world);
  const ck::SessionHandle foreign = other.open();
  const std::vector<ck::ObjectHandle> seen = other.find(foreign);
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(destroy(session, made), Rv::ok);
  EXPECT_THAT(other.attribute(foreign, seen[0], CKA_LABEL), IsRv(Rv::object_handle_invalid));
  EXPECT_EQ(other.rv<wire::DestroyObject>({.session = foreign, .object = seen[0]}), Rv::object_handle_invalid);
}

TEST_F(Objects, OfASessionEndWithIt) {
  const ck::SessionHandle brief = client->open();
  const ck::ObjectHandle made = *client->create(brief, data_template());
  EXPECT_THAT(client->attribute(session, made, CKA_LABEL), IsOk());
  client->rv<wire::CloseSession>({.session = brief});
  EXPECT_THAT(client->attribute(session, made, CKA_LABEL), IsRv(Rv::object_handle_invalid));
  EXPECT_TRUE(client->find(session).empty());
}

// ---- Where an object may be put

TEST_F(Objects, OfTheTokenNeedAReadWriteSession) {
  const ck::SessionHandle read_only = client->open_read_only();
  EXPECT_THAT(client->create(read_only, token_data()), IsRv(Rv::session_read_only));
  EXPECT_THAT(client->create(read_only, data_template()), IsOk());
}

TEST_F(Objects, ThatArePrivateNeedTheUser) {
  TaClient other(world);
  const ck::SessionHandle foreign = other.open();
  EXPECT_THAT(other.create(foreign, data_template().flag(CKA_PRIVATE, true)), IsRv(Rv::user_not_logged_in));
  ASSERT_EQ(other.login(foreign, CKU_SO, kSoPin), Rv::ok);
  EXPECT_THAT(other.create(foreign, data_template().flag(CKA_PRIVATE, true)), IsRv(Rv::user_not_logged_in));
}

TEST_F(Objects, ThatAreTrustedNeedTheSecurityOfficer) {
  EXPECT_THAT(client->create(session, certificate_template().flag(CKA_TRUSTED, true)),
              IsRv(Rv::key_function_not_permitted));
  TaClient officer(world);
  const ck::SessionHandle office = officer.open();
  ASSERT_EQ(officer.login(office, CKU_SO, kSoPin), Rv::ok);
  EXPECT_THAT(officer.create(office, certificate_template().flag(CKA_TRUSTED, true)), IsOk());
}

// ---- Change, copy, destroy

TEST_F(Objects, AreChangedForEveryClient) {
  const ck::ObjectHandle made = *client->create(session, token_data().text(CKA_LABEL, "old"));
  EXPECT_EQ(set(session, made, TemplateBuilder().text(CKA_LABEL, "new")), Rv::ok);
  TaClient other(world);
  EXPECT_EQ(other.find(other.open(), TemplateBuilder().text(CKA_LABEL, "new")).size(), 1u);
  EXPECT_EQ(other.find(other.open(), TemplateBuilder().text(CKA_LABEL, "old")).size(), 0u);
}

TEST_F(Objects, ThatMayNotBeChangedCopiedOrDestroyedAreNot) {
  const ck::ObjectHandle fixed = *client->create(
      session, data_template().flag(CKA_MODIFIABLE, false).flag(CKA_COPYABLE, false).flag(CKA_DESTROYABLE, false));
  EXPECT_EQ(set(session, fixed, TemplateBuilder().text(CKA_LABEL, "x")), Rv::action_prohibited);
  EXPECT_EQ(copy(session, fixed, {}), Rv::action_prohibited);
  EXPECT_EQ(destroy(session, fixed), Rv::action_prohibited);
}

TEST_F(Objects, OfTheTokenAreNotTouchedFromAReadOnlySession) {
  const ck::ObjectHandle made = *client->create(session, token_data());
  const ck::SessionHandle read_only = client->open_read_only();
  EXPECT_EQ(set(read_only, made, TemplateBuilder().text(CKA_LABEL, "x")), Rv::session_read_only);
  EXPECT_EQ(destroy(read_only, made), Rv::session_read_only);
  EXPECT_EQ(copy(read_only, made, {}), Rv::session_read_only) << "the copy would be a token object too";
  EXPECT_EQ(copy(read_only, made, TemplateBuilder().flag(CKA_TOKEN, false)), Rv::ok);
}

TEST_F(Objects, AreCopiedWithTheirSecrets) {
  const ck::ObjectHandle key = *client->create(session, secret_key_template().flag(CKA_EXTRACTABLE, true));
  const auto copied = client->call<wire::CopyObject>(
      {.session = session,
       .object = key,
       .attributes = TemplateBuilder().flag(CKA_TOKEN, true).flag(CKA_PRIVATE, true).view()});
  ASSERT_THAT(copied, IsOk());
  EXPECT_EQ(*client->attribute(session, copied->object, CKA_VALUE), Bytes(16, std::byte{0x2B}));
  EXPECT_NE(*client->attribute(session, copied->object, CKA_UNIQUE_ID),
            *client->attribute(session, key, CKA_UNIQUE_ID));
  EXPECT_EQ(copy(session, copied->object, TemplateBuilder().flag(CKA_PRIVATE, false)), Rv::template_inconsistent);
}

TEST_F(Objects, OfEveryKindOfPlaceGiveTheirSecretsBack) {
  for (const bool durable : {false, true}) {
    for (const bool hidden : {false, true}) {
      const TemplateBuilder place = TemplateBuilder().flag(CKA_TOKEN, durable).flag(CKA_PRIVATE, hidden);
      const ck::ObjectHandle data = *client->create(session, data_template().text(CKA_VALUE, "note").add(place));
      const ck::ObjectHandle key =
          *client->create(session, secret_key_template().flag(CKA_EXTRACTABLE, true).add(place));
      EXPECT_EQ(as_text(*client->attribute(session, data, CKA_VALUE)), "note") << durable << hidden;
      EXPECT_EQ(*client->attribute(session, key, CKA_VALUE), Bytes(16, std::byte{0x2B})) << durable << hidden;
    }
  }
}

TEST_F(Objects, TellTheirSize) {
  const ck::ObjectHandle small = *client->create(session, data_template());
  const ck::ObjectHandle large = *client->create(session, data_template().raw(CKA_VALUE, Bytes(1000)));
  const auto size = [&](ck::ObjectHandle object) {
    return client->call<wire::GetObjectSize>({.session = session, .object = object})->bytes;
  };
  EXPECT_EQ(size(large), size(small) + 1000);
}

// ---- Keys that are no keys

TEST_F(Objects, AreRefusedWhenTheirMaterialIsNoKey) {
  EXPECT_THAT(client->create(session, key_template(CKO_SECRET_KEY, CKK_AES).raw(CKA_VALUE, Bytes(15))),
              ::testing::Not(IsOk()));
  EXPECT_THAT(client->create(session, public_key_template(CKK_EC)), ::testing::Not(IsOk()))
      << "an unknown curve (OP-TEE ABI 19.3, 3)";
  EXPECT_THAT(client->create(session, private_key_template(CKK_EC)), ::testing::Not(IsOk()));
  EXPECT_TRUE(client->find(session).empty());
}

TEST_F(Objects, TakeNoCheckValueButTheRightOne) {
  const auto key = [](std::string_view check) { return secret_key_template().text(CKA_CHECK_VALUE, check); };
  EXPECT_THAT(client->create(session, key("abc")), IsRv(Rv::attribute_value_invalid));
  const ck::ObjectHandle computed = *client->create(session, secret_key_template());
  const Bytes right = *client->attribute(session, computed, CKA_CHECK_VALUE);
  EXPECT_EQ(right.size(), 3u);
  EXPECT_THAT(client->create(session, key(as_text(right))), IsOk());
  const ck::ObjectHandle none = *client->create(session, key(""));
  EXPECT_TRUE(client->attribute(session, none, CKA_CHECK_VALUE)->empty());
}

TEST_F(Objects, ThatAreCertificatesHaveACheckValueToo) {
  // The head of the SHA-1 of "abc" (FIPS 180-4).
  const auto certificate = [] {
    return TemplateBuilder()
        .ulong(CKA_CLASS, CKO_CERTIFICATE)
        .ulong(CKA_CERTIFICATE_TYPE, CKC_X_509)
        .text(CKA_SUBJECT, "s")
        .text(CKA_VALUE, "abc");
  };
  const ck::ObjectHandle made = *client->create(session, certificate());
  EXPECT_EQ(as_text(*client->attribute(session, made, CKA_CHECK_VALUE)), "\xA9\x99\x3E");
  EXPECT_THAT(client->create(session, certificate().text(CKA_CHECK_VALUE, "\xA9\x99\x3E")), IsOk());
  EXPECT_THAT(client->create(session, certificate().text(CKA_CHECK_VALUE, "\xA9\x99\x3F")),
              IsRv(Rv::attribute_value_invalid));
}

// ---- Searching

TEST_F(Objects, AreHandedOutInPieces) {
  for (int i = 0; i < 5; ++i) ASSERT_THAT(client->create(session, data_template()), IsOk());
  const TemplateBuilder data = TemplateBuilder().ulong(CKA_CLASS, CKO_DATA);
  ASSERT_EQ(client->rv<wire::FindObjectsInit>({.session = session, .attributes = data.view()}), Rv::ok);
  std::set<Bytes> seen;
  for (const std::size_t room : {0u, 3u, 4u, 11u, 400u, 400u}) {
    const Answer answer = client->send<wire::FindObjects>({.session = session}, {.room = room});
    EXPECT_EQ(answer.rv, Rv::ok);
    for (std::size_t at = 0; at < answer.output.size(); at += 4)
      seen.insert(Bytes(answer.output.begin() + static_cast<std::ptrdiff_t>(at),
                        answer.output.begin() + static_cast<std::ptrdiff_t>(at) + 4));
  }
  EXPECT_EQ(seen.size(), 5u);
  EXPECT_EQ(client->rv<wire::FindObjectsFinal>({.session = session}), Rv::ok);
}

TEST_F(Objects, AreSearchedOncePerSessionAtATime) {
  EXPECT_EQ(client->rv<wire::FindObjects>({.session = session}), Rv::operation_not_initialized);
  EXPECT_EQ(client->rv<wire::FindObjectsFinal>({.session = session}), Rv::operation_not_initialized);
  ASSERT_EQ(client->rv<wire::FindObjectsInit>({.session = session, .attributes = {}}), Rv::ok);
  EXPECT_EQ(client->rv<wire::FindObjectsInit>({.session = session, .attributes = {}}), Rv::operation_active);
  EXPECT_EQ(client->rv<wire::FindObjectsInit>({.session = client->open(), .attributes = {}}), Rv::ok);
  EXPECT_EQ(client->rv<wire::FindObjectsFinal>({.session = session}), Rv::ok);
  EXPECT_EQ(client->rv<wire::FindObjectsInit>({.session = session, .attributes = {}}), Rv::ok);
}

TEST_F(Objects, FoundAndThenDestroyedAreInvalidHandles) {
  const ck::ObjectHandle made = *client->create(session, data_template());
  ASSERT_EQ(client->rv<wire::FindObjectsInit>({.session = session, .attributes = {}}), Rv::ok);
  destroy(session, made);
  const Answer answer = client->send<wire::FindObjects>({.session = session}, {.room = 4});
  ASSERT_EQ(answer.output.size(), 4u);
  EXPECT_THAT(client->attribute(session, made, CKA_LABEL), IsRv(Rv::object_handle_invalid));
}

// ---- Durability

TEST_F(Objects, OfTheTokenOutliveARestart) {
  ASSERT_THAT(
      client->create(session, token_data().text(CKA_LABEL, "kept").text(CKA_VALUE, "note").flag(CKA_PRIVATE, true)),
      IsOk());
  ASSERT_THAT(client->create(session, secret_key_template()
                                          .flag(CKA_TOKEN, true)
                                          .flag(CKA_PRIVATE, false)
                                          .flag(CKA_EXTRACTABLE, true)
                                          .text(CKA_LABEL, "key")),
              IsOk());
  ASSERT_THAT(client->create(session, data_template().text(CKA_LABEL, "brief")), IsOk());
  client.reset();
  world.restart();
  client.emplace(world);
  session = client->open();
  EXPECT_EQ(client->find(session).size(), 1u) << "only the public one";
  ASSERT_EQ(client->login(session, CKU_USER, kUserPin), Rv::ok);
  const auto kept = client->find(session, TemplateBuilder().text(CKA_LABEL, "kept"));
  const auto key = client->find(session, TemplateBuilder().text(CKA_LABEL, "key"));
  ASSERT_EQ(kept.size(), 1u);
  ASSERT_EQ(key.size(), 1u);
  EXPECT_EQ(as_text(*client->attribute(session, kept[0], CKA_VALUE)), "note");
  EXPECT_EQ(*client->attribute(session, key[0], CKA_VALUE), Bytes(16, std::byte{0x2B}));
  EXPECT_EQ(client->find(session).size(), 2u);
}

TEST_F(Objects, ThatCouldNotBeStoredDoNotExist) {
  world.link().fail_next({MemoryRecordLink::Fault::disk_full});
  EXPECT_THAT(client->create(session, token_data()), IsRv(Rv::device_memory));
  EXPECT_TRUE(client->find(session).empty());
  EXPECT_THAT(client->create(session, token_data()), IsOk());
}

TEST_F(Objects, WhoseChangeCouldNotBeStoredAreUnchanged) {
  const ck::ObjectHandle made = *client->create(session, token_data().text(CKA_LABEL, "old"));
  world.link().fail_next({MemoryRecordLink::Fault::disk_full});
  EXPECT_EQ(set(session, made, TemplateBuilder().text(CKA_LABEL, "new")), Rv::device_memory);
  EXPECT_EQ(as_text(*client->attribute(session, made, CKA_LABEL)), "old");
  world.link().fail_next({MemoryRecordLink::Fault::disk_full});
  EXPECT_EQ(destroy(session, made), Rv::device_memory);
  EXPECT_EQ(client->find(session), std::vector{made});
}

// ---- Damage

TEST_F(Objects, OfADamagedTokenAreClosedAndOthersStayOpen) {
  ASSERT_THAT(client->create(session, token_data()), IsOk());
  client.reset();
  make_token(1);
  {
    TaClient other(world);
    ASSERT_THAT(other.create(other.open(1), token_data()), IsOk());
  }
  // The store's own manifest is the first shelf; the slots' follow.
  auto& shelves = world.link().store().shelves();
  ASSERT_EQ(shelves.size(), 3u);
  std::next(shelves.begin(), 1)->second.records.clear();
  world.restart();
  TaClient after(world);
  EXPECT_NE(after.token_flags(0) & CKF_ERROR_STATE, 0u);
  EXPECT_EQ(after.token_flags(1) & CKF_ERROR_STATE, 0u);
  EXPECT_EQ(after.init_token(kSoPin, 0), Rv::token_not_recognized);
  const ck::SessionHandle damaged = after.open(0);
  EXPECT_EQ(after.login(damaged, CKU_USER, kUserPin), Rv::token_not_recognized);
  EXPECT_THAT(after.create(damaged, token_data()), IsRv(Rv::token_not_recognized));
  EXPECT_THAT(after.create(damaged, data_template()), IsOk()) << "session objects need no store";
  const ck::SessionHandle sound = after.open(1);
  EXPECT_EQ(after.login(sound, CKU_USER, kUserPin), Rv::ok);
  EXPECT_EQ(after.find(sound).size(), 1u);
  EXPECT_THAT(after.create(sound, token_data()), IsOk());
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
