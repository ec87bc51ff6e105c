// TEEC_RequestCancellation, before a call, while it runs, and when it is too late.
#include <gtest/gtest.h>

#include "transport/test_world.h"

namespace holdfast::transport_test {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

class Cancellation : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(client_.opened, TEEC_SUCCESS); }
  TEEC_Result sleep(std::uint32_t milliseconds) {
    operation_.paramTypes = TEEC_PARAM_TYPES(TEEC_VALUE_INPUT, TEEC_NONE, TEEC_NONE, TEEC_NONE);
    operation_.params[0].value = {.a = milliseconds, .b = 0};
    return client_.invoke(EchoApplication::kSleep, operation_, &origin_);
  }
  TestWorld world_{TestWorld::Where::thread};
  TestClient client_{world_.socket_path()};
  TEEC_Operation operation_{};
  std::uint32_t origin_ = 0;
};

TEST_F(Cancellation, BeforeTheCallEndsItInTheLibrary) {
  TEEC_RequestCancellation(&operation_);
  EXPECT_EQ(sleep(60'000), TEEC_ERROR_CANCEL);
  EXPECT_EQ(origin_, static_cast<std::uint32_t>(TEEC_ORIGIN_API));
  operation_.started = 0;
  EXPECT_EQ(sleep(1), TEEC_SUCCESS) << "the next one is another operation";
}

TEST_F(Cancellation, WhileTheCallRunsIsSeenByTheApplication) {
  std::thread asking([&] {
    std::this_thread::sleep_for(100ms);
    TEEC_RequestCancellation(&operation_);
  });
  const auto start = Clock::now();
  EXPECT_EQ(sleep(60'000), TEEC_ERROR_CANCEL);
  asking.join();
  EXPECT_EQ(origin_, static_cast<std::uint32_t>(TEEC_ORIGIN_TRUSTED_APP));
  EXPECT_LT(Clock::now() - start, 30s);
  operation_.started = 0;
  EXPECT_EQ(sleep(100), TEEC_SUCCESS) << "the wish ended with its call";
}

TEST_F(Cancellation, OfOneCallLeavesTheOthersAlone) {
  TestClient other(world_.socket_path());
  TEEC_Result result = TEEC_ERROR_GENERIC;
  std::thread sleeping([&] {
    TEEC_Operation operation{};
    operation.paramTypes = TEEC_PARAM_TYPES(TEEC_VALUE_INPUT, TEEC_NONE, TEEC_NONE, TEEC_NONE);
    operation.params[0].value.a = 400;
    result = other.invoke(EchoApplication::kSleep, operation);
  });
  std::thread asking([&] {
    std::this_thread::sleep_for(50ms);
    TEEC_RequestCancellation(&operation_);
  });
  EXPECT_EQ(sleep(60'000), TEEC_ERROR_CANCEL);
  asking.join();
  sleeping.join();
  EXPECT_EQ(result, TEEC_SUCCESS);
}

TEST_F(Cancellation, AfterTheCallHasNoEffect) {
  EXPECT_EQ(sleep(1), TEEC_SUCCESS);
  TEEC_RequestCancellation(&operation_);
  EXPECT_EQ(sleep(1), TEEC_SUCCESS) << "`started` still says that it has ended";
}

TEST_F(Cancellation, IsNotReadOutOfAnOperationNobodyInitialised) {
  for (const std::uint32_t rubbish : {1U, 2U, 3U, 0xFFFFFFFFU, 0xA5A5A5A5U}) {
    operation_.started = rubbish;
    EXPECT_EQ(sleep(1), TEEC_SUCCESS) << rubbish;
  }
}

}  // namespace
}  // namespace holdfast::transport_test
