#include "cryptoki/slot_events.h"

#include <atomic>
#include <chrono>
#include <thread>

#include "cryptoki/testing/module_test.h"

namespace holdfast::cryptoki::testing {
namespace {

using namespace std::chrono_literals;

Bytes token_info(std::uint32_t flags) {
  Bytes reply(wire::fixed_size(wire::TokenInfo::kReply));
  wire::encode(wire::TokenInfo::kReply, wire::TokenInfo::Reply{.flags = flags}, reply);
  return reply;
}

class SlotEvents : public InitialisedModuleTest {
 protected:
  void SetUp() override {
    InitialisedModuleTest::SetUp();
    answer_with<wire::TokenInfo>({.output = token_info(0)});
  }
  static CK_RV poll() {
    CK_SLOT_ID slot = 77;
    const CK_RV rv = C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, nullptr);
    EXPECT_EQ(slot, rv == CKR_OK ? 0u : 77u);
    return rv;
  }
};

TEST_F(SlotEvents, ThereAreNoneWhileNothingChanges) {
  EXPECT_EQ(poll(), CKR_NO_EVENT);
  EXPECT_EQ(poll(), CKR_NO_EVENT);
}

TEST_F(SlotEvents, TellOnceThatATokenWasInitialised) {
  EXPECT_EQ(poll(), CKR_NO_EVENT);
  answer_with<wire::TokenInfo>({.output = token_info(CKF_TOKEN_INITIALIZED)});
  EXPECT_EQ(poll(), CKR_OK);
  EXPECT_EQ(poll(), CKR_NO_EVENT);
}

TEST_F(SlotEvents, TellThatTheSecureWorldWentAndCameBack) {
  EXPECT_EQ(poll(), CKR_NO_EVENT);
  answer_with<wire::SlotList>({.result = TeeResult::target_dead});
  FakeWorld::listen(false);
  EXPECT_EQ(poll(), CKR_OK);
  EXPECT_EQ(poll(), CKR_NO_EVENT);
  answer_with<wire::TokenInfo>({.output = token_info(0)});
  FakeWorld::listen(true);
  EXPECT_EQ(poll(), CKR_OK);
  EXPECT_EQ(poll(), CKR_NO_EVENT);
}

TEST_F(SlotEvents, EndAWaitWhenOneComes) {
  EXPECT_EQ(poll(), CKR_NO_EVENT);
  std::atomic<bool> has_ended{false};
  CK_RV rv = CKR_GENERAL_ERROR;
  CK_SLOT_ID slot = 77;
  std::thread waiting([&] {
    rv = C_WaitForSlotEvent(0, &slot, nullptr);
    has_ended = true;
  });
  std::this_thread::sleep_for(50ms);
  EXPECT_FALSE(has_ended);
  answer_with<wire::TokenInfo>({.output = token_info(CKF_TOKEN_INITIALIZED)});
  waiting.join();
  EXPECT_EQ(rv, CKR_OK);
  EXPECT_EQ(slot, 0u);
}

TEST_F(SlotEvents, AWaitEndsWithTheLibrarysLife) {
  CK_RV rv = CKR_GENERAL_ERROR;
  std::thread waiting([&] {
    CK_SLOT_ID slot = 0;
    rv = C_WaitForSlotEvent(0, &slot, nullptr);
  });
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(C_Finalize(nullptr), CKR_OK);
  EXPECT_EQ(C_Initialize(nullptr), CKR_OK);
  waiting.join();
  EXPECT_EQ(rv, CKR_CRYPTOKI_NOT_INITIALIZED);
}

TEST_F(SlotEvents, RefuseNullAndReserved) {
  CK_SLOT_ID slot = 0;
  EXPECT_EQ(C_WaitForSlotEvent(0, nullptr, nullptr), CKR_ARGUMENTS_BAD);
  EXPECT_EQ(C_WaitForSlotEvent(0, &slot, &slot), CKR_ARGUMENTS_BAD);
  ASSERT_EQ(C_Finalize(nullptr), CKR_OK);
  EXPECT_EQ(C_WaitForSlotEvent(0, nullptr, nullptr), CKR_CRYPTOKI_NOT_INITIALIZED);
}

}  // namespace
}  // namespace holdfast::cryptoki::testing
