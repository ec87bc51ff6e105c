// Many threads on one connection; every reply is matched with its request.
#include <atomic>
#include <gtest/gtest.h>
#include <random>

#include "transport/test_world.h"

namespace holdfast::transport_test {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

struct Load {
  int threads;
  int crossings_per_thread;
};

/// run_load is the number of crossings that came back right before the deadline; a wrong one fails the test.
int run_load(TestClient& client, const Load& load, Clock::time_point deadline) {
  std::atomic<int> done{0};
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int id = 0; id < load.threads; ++id) {
    threads.emplace_back([&, id] {
      std::minstd_rand random(static_cast<unsigned>(id) + 1);
      for (int i = 0; i < load.crossings_per_thread && Clock::now() < deadline; ++i) {
        const auto dice = random() % 1000;
        const std::size_t size = dice == 0 ? random() % 300'000 : random() % 600;
        if (dice < 5) std::this_thread::sleep_for(std::chrono::microseconds(random() % 300));
        if (!client.echo(static_cast<std::uint32_t>(random()), size)) ++wrong;
        ++done;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong.load(), 0);
  return done.load();
}

TEST(Stress, MatchesEveryReplyOfEightThreads) {
  TestWorld world(TestWorld::Where::process);
  TestClient client(world.socket_path());
  ASSERT_EQ(client.opened, TEEC_SUCCESS);
  EXPECT_EQ(run_load(client, {.threads = 8, .crossings_per_thread = 2000}, Clock::now() + 100s), 16'000);
}

TEST(Stress, LetsEveryThreadThroughWhenThereAreMoreThanSlots) {
  secure::runtime::Limits limits;
  limits.slots_per_client = 3;
  TestWorld world(TestWorld::Where::process, limits);
  TestClient client(world.socket_path());
  ASSERT_EQ(client.opened, TEEC_SUCCESS);
  EXPECT_EQ(run_load(client, {.threads = 100, .crossings_per_thread = 30}, Clock::now() + 60s), 3000);
}

TEST(Stress, WorksWithBothEndsInOneProcess) {
  TestWorld world(TestWorld::Where::thread);
  TestClient client(world.socket_path());
  ASSERT_EQ(client.opened, TEEC_SUCCESS);
  EXPECT_EQ(run_load(client, {.threads = 6, .crossings_per_thread = 1000}, Clock::now() + 100s), 6000);
}

}  // namespace
}  // namespace holdfast::transport_test
