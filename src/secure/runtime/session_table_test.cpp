#include "secure/runtime/session_table.h"

#include <gtest/gtest.h>

namespace holdfast::secure::runtime {
namespace {

class CountingApplication final : public ta::TrustedApplication {
 public:
  ta::Uuid uuid() const override { return {}; }
  Expected<ta::TaSession, TeeResult> open_session(const ta::ClientIdentity&, ta::Params&) override {
    if (refuses) return Unexpected{TeeResult::security};
    return ta::TaSession{++opened};
  }
  TeeResult invoke_command(ta::TaSession session, std::uint32_t, ta::Params&) override {
    last_called = session.id;
    return TeeResult::success;
  }
  void close_session(ta::TaSession) override { ++closed; }

  bool refuses = false;
  std::uint64_t opened = 0, closed = 0, last_called = 0;
};

class SessionTableTest : public ::testing::Test {
 protected:
  Expected<std::uint32_t, TeeResult> open() { return table_.open(application_, {}, params_, &asked_); }
  CountingApplication application_;
  SessionTable table_{2};
  ta::Params params_{};
  bool asked_ = false;
};

TEST_F(SessionTableTest, LeadsEachNumberToItsSession) {
  const auto first = open(), second = open();
  ASSERT_TRUE(first && second);
  EXPECT_NE(*first, *second);
  table_.find(*second)->invoke_command(0, params_);
  EXPECT_EQ(application_.last_called, 2U);
  table_.find(*first)->invoke_command(0, params_);
  EXPECT_EQ(application_.last_called, 1U);
  EXPECT_EQ(table_.find(*first + *second + 1), nullptr);
  table_.close_all();
}

TEST_F(SessionTableTest, AsksTheApplicationOnlyBelowTheLimit) {
  ASSERT_TRUE(open() && open());
  asked_ = false;
  EXPECT_EQ(open().error(), TeeResult::busy);
  EXPECT_FALSE(asked_);
  EXPECT_EQ(application_.opened, 2U);
  table_.close_all();
  EXPECT_EQ(application_.closed, 2U);
}

TEST_F(SessionTableTest, PassesARefusalOnAndKeepsNothing) {
  application_.refuses = true;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(open().error(), TeeResult::security);
  EXPECT_TRUE(asked_);
  application_.refuses = false;
  EXPECT_TRUE(open() && open());
}

TEST_F(SessionTableTest, ClosesASessionOnceAndAfterItsLastCall) {
  const std::uint32_t id = *open();
  auto running = table_.find(id);
  EXPECT_TRUE(table_.close(id));
  EXPECT_FALSE(table_.close(id));
  EXPECT_EQ(table_.find(id), nullptr);
  EXPECT_EQ(application_.closed, 0U);
  running.reset();
  EXPECT_EQ(application_.closed, 1U);
}

}  // namespace
}  // namespace holdfast::secure::runtime
