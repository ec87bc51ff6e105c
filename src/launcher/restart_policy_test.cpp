#include "launcher/restart_policy.h"

#include <gtest/gtest.h>

namespace holdfast::launcher {
namespace {

using namespace std::chrono_literals;

TEST(RestartPolicy, BringsBackAWorldThatServedHoweverOftenItDies) {
  RestartPolicy policy;
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(policy.on_death(Life::served, 1s), 0ms);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(policy.on_death(Life::served, 999ms), 100ms);
}

TEST(RestartPolicy, PausesLongerWithEachFailedStartAndThenGivesUp) {
  RestartPolicy policy;
  for (const auto pause : {0ms, 50ms, 100ms, 200ms, 400ms, 800ms}) EXPECT_EQ(policy.on_death(Life::never_served, 1h), pause);
  EXPECT_EQ(policy.on_death(Life::never_served, 1h), std::nullopt);
}

TEST(RestartPolicy, ForgetsFailedStartsOnceAWorldServed) {
  RestartPolicy policy;
  for (int i = 0; i < 6; ++i) EXPECT_TRUE(policy.on_death(Life::never_served, 1ms));
  EXPECT_TRUE(policy.on_death(Life::served, 1s));
  EXPECT_EQ(policy.on_death(Life::never_served, 1ms), 0ms);
}

}  // namespace
}  // namespace holdfast::launcher
