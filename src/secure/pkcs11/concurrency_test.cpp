// Many threads in one trusted application: run it under ThreadSanitizer.

#include <atomic>
#include <functional>
#include <string>
#include <thread>

#include "support/sample_templates.h"
#include "support/ta_driver.h"

namespace holdfast::secure::pkcs11 {
namespace {

using namespace holdfast::testing;

constexpr int kThreads = 8;
constexpr int kRounds = 40;

struct Concurrency : LoggedIn {
  void run(const std::function<void(int)>& work) {
    std::vector<std::thread> threads;
    for (int index = 0; index < kThreads; ++index) threads.emplace_back([&, index] { work(index); });
    for (std::thread& thread : threads) thread.join();
  }
};

TEST_F(Concurrency, ClientsOfOneTokenDoNotDisturbEachOther) {
  run([&](int index) {
    TaClient mine(world);
    const std::string label = "object of thread " + std::to_string(index);
    for (int round = 0; round < kRounds; ++round) {
      const ck::SessionHandle own = mine.open();
      const auto made = mine.create(
          own, data_template().flag(CKA_TOKEN, round % 2 == 0).text(CKA_LABEL, label).text(CKA_VALUE, label));
      ASSERT_THAT(made, IsOk());
      EXPECT_EQ(mine.find(own, TemplateBuilder().text(CKA_LABEL, label)), std::vector{*made});
      EXPECT_EQ(as_text(*mine.attribute(own, *made, CKA_VALUE)), label);
      const TemplateBuilder change = TemplateBuilder().text(CKA_LABEL, label);
      EXPECT_EQ(mine.rv<wire::SetAttributeValue>({.session = own, .object = *made, .attributes = change.view()}),
                Rv::ok);
      EXPECT_EQ(mine.rv<wire::DestroyObject>({.session = own, .object = *made}), Rv::ok);
      EXPECT_EQ(mine.rv<wire::CloseSession>({.session = own}), Rv::ok);
    }
  });
  EXPECT_TRUE(client->find(session).empty());
}

TEST_F(Concurrency, OneKeyServesAllThreads) {
  ASSERT_THAT(client->create(session, secret_key_template().flag(CKA_TOKEN, true).flag(CKA_PRIVATE, true)), IsOk());
  std::atomic<int> signatures{0};
  run([&](int index) {
    TaClient mine(world);
    ck::SessionHandle own = mine.open();
    for (int round = 0; round < kRounds / 4; ++round) {
      ASSERT_EQ(mine.login(own, CKU_USER, kUserPin), Rv::ok);
      const std::vector<ck::ObjectHandle> keys = mine.find(own, TemplateBuilder().ulong(CKA_CLASS, CKO_SECRET_KEY));
      ASSERT_EQ(keys.size(), 1u);
      ASSERT_EQ(
          mine.rv<wire::SignInit>(
              {.session = own, .key = keys[0], .mechanism = {.type = ck::MechanismType{CKM_AES_CMAC}, .param = {}}}),
          Rv::ok);
      if (mine.send<wire::SignOneshot>({.session = own}, {.input = as_bytes("data"), .room = 16}).rv == Rv::ok)
        ++signatures;
      if (index % 2 == 0) {
        ASSERT_EQ(mine.logout(own), Rv::ok);  // the last logout drops the parsed key, under the others' feet
      } else {
        ASSERT_EQ(mine.rv<wire::CloseAllSessions>({.slot = ck::SlotId{0}}), Rv::ok);
        own = mine.open();
      }
    }
  });
  EXPECT_EQ(signatures, kThreads * (kRounds / 4));
}

TEST_F(Concurrency, ThreadsOfOneClientFollowEachOtherInASession) {
  std::atomic<int> done{0};
  run([&](int index) {
    for (int round = 0; round < kRounds; ++round) {
      const ck::SessionHandle where = index % 2 == 0 ? session : client->open();
      const Rv begun = client->rv<wire::DigestInit>(
          {.session = where, .mechanism = {.type = ck::MechanismType{CKM_SHA256}, .param = {}}});
      EXPECT_TRUE(begun == Rv::ok || begun == Rv::operation_active);
      const Rv ended = client->send<wire::DigestOneshot>({.session = where}, {.input = as_bytes("x"), .room = 32}).rv;
      EXPECT_TRUE(ended == Rv::ok || ended == Rv::operation_not_initialized);
      if (ended == Rv::ok) ++done;
      (void)client->create(where, data_template());
      if (where != session) {
        EXPECT_EQ(client->rv<wire::CloseSession>({.session = where}), Rv::ok);
      }
    }
  });
  EXPECT_GT(done, 0);
}

TEST_F(Concurrency, SessionsCloseUnderRunningCalls) {
  run([&](int index) {
    for (int round = 0; round < kRounds; ++round) {
      if (index == 0) {
        client->rv<wire::CloseAllSessions>({.slot = ck::SlotId{0}});
        continue;
      }
      const auto opened =
          client->call<wire::OpenSession>({.slot = ck::SlotId{0}, .flags = CKF_SERIAL_SESSION | CKF_RW_SESSION});
      ASSERT_THAT(opened, IsOk());
      const auto made = client->create(opened->session, data_template());
      EXPECT_TRUE(made.has_value() || made.error().rv == Rv::session_handle_invalid);
      (void)client->login(opened->session, CKU_USER, kUserPin);
    }
  });
  EXPECT_EQ(client->rv<wire::CloseAllSessions>({.slot = ck::SlotId{0}}), Rv::ok);
  EXPECT_EQ(client->call<wire::TokenInfo>({.slot = ck::SlotId{0}})->session_count, 0u);
}

TEST_F(Concurrency, TokensAreInitialisedWhileClientsComeAndGo) {
  client->rv<wire::CloseAllSessions>({.slot = ck::SlotId{0}});
  std::atomic<int> initialised{0};
  run([&](int index) {
    TaClient mine(world);
    for (int round = 0; round < kRounds; ++round) {
      if (index < 2) {
        const Rv rv = mine.init_token(kSoPin);
        EXPECT_TRUE(rv == Rv::ok || rv == Rv::session_exists) << static_cast<std::uint32_t>(rv);
        if (rv == Rv::ok) ++initialised;
      } else {
        const ck::SessionHandle own = mine.open();
        EXPECT_THAT(mine.create(own, data_template().flag(CKA_TOKEN, true)), IsOk());
        mine.rv<wire::CloseSession>({.session = own});
      }
    }
  });
  RecordProperty("initialised", initialised);
  client.reset();
  world.restart();
  TaClient after(world);
  EXPECT_EQ(after.token_flags() & CKF_ERROR_STATE, 0u) << "what was stored in between is whole";
}

TEST_F(Concurrency, ChangesOfOneObjectFollowEachOther) {
  for (const bool durable : {false, true}) {
    const ck::ObjectHandle shared = *client->create(session, data_template().flag(CKA_TOKEN, durable));
    run([&](int index) {
      const ck::SessionHandle own = client->open();
      for (int round = 0; round < kRounds; ++round) {
        const TemplateBuilder change = TemplateBuilder().text(CKA_LABEL, std::to_string(index * kRounds + round));
        EXPECT_EQ(client->rv<wire::SetAttributeValue>({.session = own, .object = shared, .attributes = change.view()}),
                  Rv::ok);
      }
    });
    EXPECT_FALSE(client->attribute(session, shared, CKA_LABEL)->empty());
  }
}

TEST_F(Concurrency, EveryWrongPinCounts) {
  std::atomic<int> refused{0};
  std::atomic<int> locked{0};
  run([&](int) {
    TaClient mine(world);
    const Rv rv = mine.login(mine.open(), CKU_USER, "wrong one");
    if (rv == Rv::pin_incorrect) ++refused;
    if (rv == Rv::pin_locked) ++locked;
  });
  EXPECT_EQ(refused, 6) << "eight guesses at once are not more than eight guesses one by one";
  EXPECT_EQ(locked, 2);
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
