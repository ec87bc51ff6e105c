// The state machine of a slot, both ends as threads over the same memory: ThreadSanitizer sees every access.
#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <thread>

#include "transport/futex.h"
#include "transport/region.h"
#include "transport/wait.h"

namespace holdfast::transport {
namespace {

using namespace std::chrono_literals;

struct Slot {
  SlotControl control{};
  std::uint64_t question = 0;  // plain memory, as a frame is
  std::uint64_t answer = 0;
};

constexpr std::uint64_t answer_to(std::uint64_t question) { return question * 0x9E3779B97F4A7C15ULL + 1; }
constexpr std::uint64_t kStop = ~0ULL;

/// pause_sometimes lets each end meet the other in every phase: before it sleeps, while it does, after.
void pause_sometimes(std::minstd_rand& random) {
  const auto dice = random() % 1000;
  if (dice < 5) std::this_thread::sleep_for(std::chrono::microseconds(random() % 200));
  if (dice < 50) std::this_thread::yield();
}

void serve(Slot& slot, const SpinGauge& gauge, Patience patience, unsigned seed) {
  std::minstd_rand random(seed);
  std::uint32_t seen = 0;
  for (;;) {
    while (!await_change(slot.control.req, seen, slot.control.server_sleeps, gauge, 1, patience, 10s)) {
    }
    seen = slot.control.req.load(std::memory_order_acquire);
    if (slot.question == kStop) return;
    pause_sometimes(random);
    slot.answer = answer_to(slot.question);
    slot.control.rsp.store(seen, std::memory_order_seq_cst);
    if (slot.control.client_sleeps.load(std::memory_order_seq_cst) != kAwake) futex_wake(slot.control.rsp);
  }
}

void ask(Slot& slot, std::uint64_t question) {
  slot.question = question;
  slot.control.req.store(slot.control.rsp.load(std::memory_order_relaxed) + 1, std::memory_order_seq_cst);
  if (slot.control.server_sleeps.load(std::memory_order_seq_cst) != kAwake) futex_wake(slot.control.req);
}

class SlotProtocol : public ::testing::TestWithParam<Patience> {};

// A lost wake-up shows as a wait of nine seconds, and then as a failed await_change.
TEST_P(SlotProtocol, MatchesEveryReplyAndLosesNoWakeUp) {
  EpochPage page;
  const SpinGauge gauge(page, usable_cpus());
  auto slot = std::make_unique<Slot>();
  std::thread server([&] { serve(*slot, gauge, GetParam(), 1); });
  std::minstd_rand random(2);
  for (int crossing = 0; crossing < 5'000; ++crossing) {
    const std::uint64_t question = random();
    const std::uint32_t old = slot->control.rsp.load();
    ask(*slot, question);
    pause_sometimes(random);
    ASSERT_TRUE(await_change(slot->control.rsp, old, slot->control.client_sleeps, gauge, 0, GetParam(), 9s));
    ASSERT_EQ(slot->answer, answer_to(question));
  }
  ask(*slot, kStop);
  server.join();
}

INSTANTIATE_TEST_SUITE_P(Waiting, SlotProtocol, ::testing::Values(Patience::spin_then_sleep, Patience::sleep_at_once),
                         [](const auto& param) {
                           return param.param == Patience::sleep_at_once ? "BySleepAlone" : "BySpinFirst";
                         });

TEST(Waiting, EndsAtItsLimitWhenNothingChanges) {
  EpochPage page;
  SlotControl control{};
  const SpinGauge gauge(page, 1);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(await_change(control.rsp, 0, control.client_sleeps, gauge, 0, Patience::sleep_at_once, 30ms));
  EXPECT_GE(std::chrono::steady_clock::now() - start, 29ms);
  EXPECT_EQ(control.client_sleeps.load(), kAwake);
}

TEST(SpinGauge, AllowsNoMoreSpinnersThanHalfTheCpus) {
  EpochPage page;
  EXPECT_FALSE(SpinGauge(page, 1).may_spin(1));
  EXPECT_TRUE(SpinGauge(page, 2).may_spin(1));
  page.in_flight.store(2);
  EXPECT_FALSE(SpinGauge(page, 2).may_spin(0));
  EXPECT_TRUE(SpinGauge(page, 4).may_spin(0));
}

}  // namespace
}  // namespace holdfast::transport
