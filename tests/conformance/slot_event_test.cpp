// C_WaitForSlotEvent (PKCS#11 3.0 section 5.5).
#include <chrono>
#include <thread>

#include "conformance/token_test.h"

namespace holdfast::conformance {
namespace {

using testing::module_3_2;
using namespace std::chrono_literals;

class SlotEvent : public ModuleTest {
 protected:
  static CK_RV poll(CK_SLOT_ID& slot) { return module_3_2().C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, nullptr); }
};

TEST_F(SlotEvent, TellsOfATokenThatIsInitialised) {
  const OwnDaemon fresh;
  CK_SLOT_ID slot = 99;
  while (poll(slot) == CKR_OK) {
  }
  EXPECT_RV(poll(slot), CKR_NO_EVENT);
  init_token(1);
  EXPECT_RV(poll(slot), CKR_OK);
  EXPECT_EQ(slot, 1u);
  EXPECT_RV(poll(slot), CKR_NO_EVENT);
}

TEST_F(SlotEvent, AWaitEndsWithFinalize) {
  CK_SLOT_ID unused = 0;
  while (poll(unused) == CKR_OK) {
  }
  CK_RV rv = CKR_GENERAL_ERROR;
  std::thread waiting([&] {
    CK_SLOT_ID slot = 0;
    rv = module_3_2().C_WaitForSlotEvent(0, &slot, nullptr);
  });
  std::this_thread::sleep_for(100ms);
  const auto before = std::chrono::steady_clock::now();
  EXPECT_RV(module_3_2().C_Finalize(nullptr), CKR_OK);
  waiting.join();
  EXPECT_LT(std::chrono::steady_clock::now() - before, 10s);
  EXPECT_RV(rv, CKR_CRYPTOKI_NOT_INITIALIZED);
  EXPECT_RV(module_3_2().C_Initialize(nullptr), CKR_OK);
}

}  // namespace
}  // namespace holdfast::conformance
