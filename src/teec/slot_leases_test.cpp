#include "teec/slot_leases.h"

#include <atomic>
#include <chrono>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace holdfast::teec {
namespace {

using namespace std::chrono_literals;

constexpr auto kAlwaysIdle = [](std::uint32_t) { return true; };
constexpr auto kNever = [] { return false; };

TEST(SlotLeases, GiveAThreadTheSlotItHadBefore) {
  SlotLeases leases(4);
  EXPECT_EQ(leases.take(2, kAlwaysIdle, kNever), 2U);
  EXPECT_EQ(leases.take(2, kAlwaysIdle, kNever), 3U) << "the next one when it is taken";
  leases.give_back(2);
  EXPECT_EQ(leases.take(2, kAlwaysIdle, kNever), 2U);
}

TEST(SlotLeases, NeverGiveOneSlotToTwoThreads) {
  constexpr std::uint32_t kSlots = 3;
  SlotLeases leases(kSlots);
  std::array<std::atomic<int>, kSlots> holders{};
  std::atomic<bool> shared{false};
  std::vector<std::thread> threads;
  for (std::uint32_t id = 0; id < 12; ++id) {
    threads.emplace_back([&, id] {
      for (int i = 0; i < 500; ++i) {
        const std::uint32_t slot = *leases.take(id, kAlwaysIdle, kNever);
        if (holders[slot].fetch_add(1) != 0) shared = true;
        if (i % 50 == 0) std::this_thread::yield();
        holders[slot].fetch_sub(1);
        leases.give_back(slot);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(shared);
}

TEST(SlotLeases, ServeWaitingThreadsInTheOrderTheyCame) {
  SlotLeases leases(1);
  const std::uint32_t slot = *leases.take(0, kAlwaysIdle, kNever);
  std::vector<int> order;  // guarded by the lease
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&, i] {
      const std::uint32_t mine = *leases.take(0, kAlwaysIdle, kNever);
      order.push_back(i);
      leases.give_back(mine);
    });
    std::this_thread::sleep_for(20ms);  // long enough for it to be in the queue
  }
  leases.give_back(slot);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(order, (std::vector{0, 1, 2, 3, 4, 5}));
}

TEST(SlotLeases, LetAWaitingThreadGiveUpWithoutLosingTheQueue) {
  SlotLeases leases(1);
  const std::uint32_t slot = *leases.take(0, kAlwaysIdle, kNever);
  EXPECT_EQ(leases.take(0, kAlwaysIdle, [] { return true; }), std::nullopt);
  std::thread next([&] { leases.give_back(*leases.take(0, kAlwaysIdle, kNever)); });
  std::this_thread::sleep_for(10ms);
  leases.give_back(slot);
  next.join();
  EXPECT_TRUE(leases.take(0, kAlwaysIdle, kNever));
}

TEST(SlotLeases, TakeBackWhatAThreadLeftThatEndedInsideACall) {
  SlotLeases leases(1);
  std::thread([&] { static_cast<void>(leases.take(0, kAlwaysIdle, kNever)); }).join();
  bool idle = false;
  int asked = 0;
  const auto slot = leases.take(
      0, [&](std::uint32_t) { return idle; },
      [&] {
        idle = ++asked == 2;  // until then the server is still at the dead thread's request
        return asked > 20;
      });
  EXPECT_EQ(slot, 0U);
  EXPECT_GE(asked, 2);
}

}  // namespace
}  // namespace holdfast::teec
