// The entry points of trusted applications: which are called, when, and how often.
#include <gtest/gtest.h>
#include <mutex>
#include <stdexcept>

#include "transport/hello_application.h"
#include "transport/test_world.h"

namespace holdfast::transport_test {
namespace {

/// Diary is what happened to an application; it outlives it.
class Diary {
 public:
  void note(const std::string& event) {
    const std::lock_guard lock(lock_);
    events_ += event + " ";
  }
  std::string read() const {
    const std::lock_guard lock(lock_);
    return events_;
  }

 private:
  mutable std::mutex lock_;
  std::string events_;
};

/// DiaryApplication notes every entry. Command 1 throws, 2 lacks memory; a user login is refused.
class DiaryApplication final : public secure::ta::TrustedApplication {
 public:
  static constexpr secure::ta::Uuid kUuid{{0xd1, 0xa2}};
  explicit DiaryApplication(Diary& diary) : diary_(diary) { diary_.note("create"); }
  ~DiaryApplication() override { diary_.note("destroy"); }

  secure::ta::Uuid uuid() const override { return kUuid; }
  Expected<TaSession, TeeResult> open_session(const ClientIdentity& client, Params&) override {
    if (client.login == secure::ta::Login::user) {
      diary_.note("refuse");
      return Unexpected{TeeResult::security};
    }
    diary_.note("open" + std::to_string(++last_));
    return TaSession{last_};
  }
  TeeResult invoke_command(TaSession session, std::uint32_t command, Params&) override {
    diary_.note("invoke" + std::to_string(session.id));
    if (command == 1) throw std::runtime_error("an application's own");
    if (command == 2) throw std::bad_alloc();
    return TeeResult::success;
  }
  void close_session(TaSession session) override { diary_.note("close" + std::to_string(session.id)); }

 private:
  Diary& diary_;
  std::uint64_t last_ = 0;
};

class Applications : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(TEEC_InitializeContext(world_->socket_path(), &context_), TEEC_SUCCESS);
  }
  void TearDown() override { TEEC_FinalizeContext(&context_); }
  TEEC_Result open(const secure::ta::Uuid& uuid, TEEC_Session& session, std::uint32_t login = TEEC_LOGIN_PUBLIC) {
    const TEEC_UUID name = to_teec(uuid);
    return TEEC_OpenSession(&context_, &session, &name, login, nullptr, nullptr, &origin_);
  }
  std::string diary_after_stop() {
    world_.reset();
    return diary_.read();
  }
  Diary diary_;
  std::unique_ptr<TestWorld> world_ = std::make_unique<TestWorld>(
      TestWorld::Where::thread, secure::runtime::Limits{}, [this](secure::runtime::Runtime& runtime) {
        runtime.add(std::make_unique<DiaryApplication>(diary_));
        runtime.add(std::make_unique<HelloApplication>());
      });
  TEEC_Context context_{};
  std::uint32_t origin_ = 0;
};

TEST_F(Applications, LiveThroughCreateOpenInvokeCloseDestroy) {
  TEEC_Session first{}, second{};
  ASSERT_EQ(open(DiaryApplication::kUuid, first), TEEC_SUCCESS);
  EXPECT_EQ(origin_, static_cast<std::uint32_t>(TEEC_ORIGIN_TRUSTED_APP));
  ASSERT_EQ(open(DiaryApplication::kUuid, second), TEEC_SUCCESS);
  EXPECT_EQ(TEEC_InvokeCommand(&second, 0, nullptr, nullptr), TEEC_SUCCESS);
  EXPECT_EQ(TEEC_InvokeCommand(&first, 0, nullptr, nullptr), TEEC_SUCCESS);
  TEEC_CloseSession(&first);
  EXPECT_EQ(TEEC_InvokeCommand(&first, 0, nullptr, &origin_), TEEC_ERROR_ITEM_NOT_FOUND);
  EXPECT_EQ(origin_, static_cast<std::uint32_t>(TEEC_ORIGIN_TEE));
  TEEC_CloseSession(&first);  // nothing to close any more
  EXPECT_EQ(diary_after_stop(), "create open1 open2 invoke2 invoke1 close1 close2 destroy ")
      << "one instance for all sessions; what is open at the end is closed before the end";
}

TEST_F(Applications, ThatRefuseASessionAreNotAskedToCloseIt) {
  TEEC_Session session{};
  EXPECT_EQ(open(DiaryApplication::kUuid, session, TEEC_LOGIN_USER), TEEC_ERROR_SECURITY);
  EXPECT_EQ(origin_, static_cast<std::uint32_t>(TEEC_ORIGIN_TRUSTED_APP));
  EXPECT_EQ(open({{0xd1, 0xa2, 1}}, session), TEEC_ERROR_ITEM_NOT_FOUND);
  EXPECT_EQ(origin_, static_cast<std::uint32_t>(TEEC_ORIGIN_TEE)) << "nobody was asked";
  EXPECT_EQ(diary_after_stop(), "create refuse destroy ");
}

TEST_F(Applications, HaveTheirSessionsClosedWhenTheClientLeaves) {
  TEEC_Session session{};
  ASSERT_EQ(open(DiaryApplication::kUuid, session), TEEC_SUCCESS);
  TEEC_FinalizeContext(&context_);
  EXPECT_EQ(diary_after_stop(), "create open1 close1 destroy ");
}

TEST_F(Applications, ThatThrowFailTheCallAndNothingElse) {
  TEEC_Session session{};
  ASSERT_EQ(open(DiaryApplication::kUuid, session), TEEC_SUCCESS);
  EXPECT_EQ(TEEC_InvokeCommand(&session, 1, nullptr, &origin_), TEEC_ERROR_GENERIC);
  EXPECT_EQ(origin_, static_cast<std::uint32_t>(TEEC_ORIGIN_TEE));
  EXPECT_EQ(TEEC_InvokeCommand(&session, 2, nullptr, &origin_), TEEC_ERROR_OUT_OF_MEMORY);
  EXPECT_EQ(TEEC_InvokeCommand(&session, 0, nullptr, &origin_), TEEC_SUCCESS);
}

TEST_F(Applications, NeedTenLines) {
  TEEC_Session session{};
  ASSERT_EQ(open(HelloApplication::kUuid, session), TEEC_SUCCESS);
  char greeting[32] = {};
  TEEC_Operation operation{};
  operation.paramTypes = TEEC_PARAM_TYPES(TEEC_MEMREF_TEMP_OUTPUT, TEEC_NONE, TEEC_NONE, TEEC_NONE);
  operation.params[0].tmpref = {.buffer = greeting, .size = 5};
  EXPECT_EQ(TEEC_InvokeCommand(&session, 0, &operation, nullptr), TEEC_ERROR_SHORT_BUFFER);
  EXPECT_EQ(operation.params[0].tmpref.size, 13U);
  EXPECT_STREQ(greeting, "");
  EXPECT_EQ(TEEC_InvokeCommand(&session, 0, &operation, nullptr), TEEC_SUCCESS) << "with the room it asked for";
  EXPECT_STREQ(greeting, "hello, client");
  EXPECT_EQ(TEEC_InvokeCommand(&session, 0, nullptr, nullptr), TEEC_ERROR_SHORT_BUFFER) << "nowhere to put it";
  TEEC_CloseSession(&session);
}

}  // namespace
}  // namespace holdfast::transport_test
