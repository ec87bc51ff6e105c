// Clients that die, worlds that die, processes that fork: nothing hangs and nothing is left behind.
#include <atomic>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <random>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "transport/test_world.h"

namespace holdfast::transport_test {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

template <class Body>
pid_t fork_child(Body&& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body() ? 0 : 1);
  return child;
}

bool succeeded(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

std::uint32_t open_sessions(TestClient& client) {
  TEEC_Operation operation{};
  operation.paramTypes = TEEC_PARAM_TYPES(TEEC_VALUE_OUTPUT, TEEC_NONE, TEEC_NONE, TEEC_NONE);
  return client.invoke(EchoApplication::kCountOpen, operation) == TEEC_SUCCESS ? operation.params[0].value.a : ~0U;
}

bool soon_alone(TestClient& client) {
  const auto deadline = Clock::now() + 3s;
  while (open_sessions(client) != 1) {
    if (Clock::now() > deadline) return false;
    std::this_thread::sleep_for(2ms);
  }
  return true;
}

TEEC_Result sleep_in_world(TestClient& client, std::uint32_t milliseconds, std::uint32_t* origin = nullptr) {
  TEEC_Operation operation{};
  operation.paramTypes = TEEC_PARAM_TYPES(TEEC_VALUE_INPUT, TEEC_NONE, TEEC_NONE, TEEC_NONE);
  operation.params[0].value.a = milliseconds;
  return client.invoke(EchoApplication::kSleep, operation, origin);
}

TEST(ClientDeath, FreesItsSessionsWhereverItStruck) {
  TestWorld world(TestWorld::Where::process);
  std::minstd_rand random(11);
  for (int round = 0; round < 50; ++round) {
    const pid_t victim = fork_child([&] {
      TestClient client(world.socket_path());
      for (std::uint32_t i = 0; client.echo(i, i % 7 == 0 ? 300'000 : i % 2000); ++i) {
      }
      return false;
    });
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 12'000));
    ::kill(victim, SIGKILL);
    ::waitpid(victim, nullptr, 0);
  }
  TestClient survivor(world.socket_path());
  ASSERT_EQ(survivor.opened, TEEC_SUCCESS);
  EXPECT_TRUE(soon_alone(survivor));
  EXPECT_TRUE(survivor.echo(1, 5000));
}

TEST(ClientDeath, WaitsForTheRunningCallBeforeItClosesTheSession) {
  TestWorld world(TestWorld::Where::process);
  const pid_t victim = fork_child([&] {
    TestClient client(world.socket_path());
    return sleep_in_world(client, 400) == TEEC_SUCCESS;
  });
  TestClient survivor(world.socket_path());
  while (open_sessions(survivor) != 2) std::this_thread::sleep_for(1ms);
  std::this_thread::sleep_for(50ms);
  ::kill(victim, SIGKILL);
  ::waitpid(victim, nullptr, 0);
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(open_sessions(survivor), 2U);
  EXPECT_TRUE(soon_alone(survivor));
}

// The child holds a copy of the socket, so only the process descriptor tells the parent's end.
TEST(ClientDeath, IsSeenThoughAForkedChildLivesOn) {
  TestWorld world(TestWorld::Where::process);
  int to_us[2], to_child[2];
  ASSERT_EQ(::pipe(to_us), 0);
  ASSERT_EQ(::pipe(to_child), 0);
  const pid_t parent = fork_child([&] {
    ::close(to_child[1]);
    TestClient client(world.socket_path());
    if (::fork() == 0) {
      char byte;
      static_cast<void>(!::read(to_child[0], &byte, 1));  // until the test closes its end
      ::_exit(0);
    }
    static_cast<void>(!::write(to_us[1], "x", 1));
    ::pause();
    return true;
  });
  char byte;
  ASSERT_EQ(::read(to_us[0], &byte, 1), 1);
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  TestClient survivor(world.socket_path());
  EXPECT_TRUE(soon_alone(survivor)) << "needs SO_PEERPIDFD (Linux 6.5)";
  ::close(to_child[1]);
}

TEST(WorldDeath, EndsAWaitingCallWithTargetDead) {
  TestWorld world(TestWorld::Where::process);
  TestClient client(world.socket_path());
  ASSERT_EQ(client.opened, TEEC_SUCCESS);
  std::atomic<TEEC_Result> result{TEEC_SUCCESS};
  std::uint32_t origin = 0;
  Clock::time_point ended;
  std::thread waiting([&] {
    result = sleep_in_world(client, 60'000, &origin);
    ended = Clock::now();
  });
  std::this_thread::sleep_for(100ms);
  const auto killed = Clock::now();
  world.kill();
  waiting.join();
  EXPECT_EQ(result.load(), TEEC_ERROR_TARGET_DEAD);
  EXPECT_EQ(origin, static_cast<std::uint32_t>(TEEC_ORIGIN_COMMS));
  EXPECT_LT(ended - killed, 1s);
  EXPECT_FALSE(client.echo(1, 10)) << "and stays so";
}

TEST(WorldDeath, EndsEveryThreadsCallUnderLoad) {
  for (int round = 0; round < 5; ++round) {
    TestWorld world(TestWorld::Where::process);
    TestClient client(world.socket_path());
    ASSERT_EQ(client.opened, TEEC_SUCCESS);
    std::vector<std::thread> threads;
    for (std::uint32_t id = 0; id < 6; ++id) {
      threads.emplace_back([&, id] {
        for (std::uint32_t i = 0; client.echo(id + i, i % 100 == 0 ? 400'000 : 64); ++i) {
        }
      });
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10 + 7 * round));
    const auto killed = Clock::now();
    world.kill();
    for (std::thread& thread : threads) thread.join();
    EXPECT_LT(Clock::now() - killed, 30s);  // an answer, not a hang
  }
}

TEST(WorldStop, LetsRunningCallsEndAndAnswersThem) {
  TestWorld world(TestWorld::Where::process);
  TestClient client(world.socket_path());
  std::atomic<TEEC_Result> result{TEEC_ERROR_GENERIC};
  std::thread waiting([&] { result = sleep_in_world(client, 200); });
  std::this_thread::sleep_for(100ms);
  world.stop();
  waiting.join();
  EXPECT_EQ(result.load(), TEEC_SUCCESS);
  EXPECT_FALSE(client.echo(1, 1));
}

TEST(Fork, LeavesTheChildWithADeadContextAndTheParentUntouched) {
  TestWorld world(TestWorld::Where::process);
  TestClient client(world.socket_path());
  ASSERT_TRUE(client.echo(1, 100));
  const pid_t child = fork_child([&] {
    TEEC_Operation operation{};
    operation.paramTypes = TEEC_PARAM_TYPES(TEEC_VALUE_INOUT, TEEC_NONE, TEEC_NONE, TEEC_NONE);
    std::uint32_t origin = 0;
    if (client.invoke(EchoApplication::kEcho, operation, &origin) != TEEC_ERROR_TARGET_DEAD) return false;
    if (origin != TEEC_ORIGIN_COMMS) return false;
    TestClient own(world.socket_path());
    if (!own.echo(2, 100) || !own.echo(3, 400'000)) return false;
    TEEC_CloseSession(&client.session);
    TEEC_FinalizeContext(&client.context);
    return own.echo(4, 100);
  });
  for (std::uint32_t i = 0; i < 200; ++i) EXPECT_TRUE(client.echo(i, 1000));
  EXPECT_TRUE(succeeded(child));
  EXPECT_TRUE(client.echo(5, 100));
  EXPECT_TRUE(soon_alone(client));
}

TEST(Fork, WhileOtherThreadsCallHurtsNeither) {
  TestWorld world(TestWorld::Where::process);
  TestClient client(world.socket_path());
  std::atomic<bool> stop{false};
  std::atomic<bool> all_right{true};
  std::vector<std::thread> threads;
  for (std::uint32_t id = 0; id < 3; ++id) {
    threads.emplace_back([&, id] {
      for (std::uint32_t i = id; !stop; ++i) all_right = client.echo(i, i % 50 == 0 ? 200'000 : 50) && all_right;
    });
  }
  for (int round = 0; round < 20; ++round) {
    EXPECT_TRUE(succeeded(fork_child([&] {
      TestClient own(world.socket_path());
      return own.echo(9, 2000);
    })));
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(all_right);
}

TEST(Descriptors, ThatTheProgramClosedAndReusedAreNotTouched) {
  TestWorld world(TestWorld::Where::process);
  EXPECT_TRUE(succeeded(fork_child([&] {
    TestClient client(world.socket_path());
    if (!client.echo(1, 10)) return false;
    std::vector<UniqueFd> reused;
    for (int fd = 3; fd < 64; ++fd) {  // as a daemon does that does not know its libraries
      if (::close(fd) == 0) reused.emplace_back(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    }
    if (client.echo(2, 400'000)) return false;  // the world took the close for our end
    TEEC_FinalizeContext(&client.context);
    client.opened = TEEC_ERROR_GENERIC;
    for (const UniqueFd& fd : reused) {
      if (::write(fd.get(), "x", 1) != 1) return false;
    }
    return !reused.empty();
  })));
}

}  // namespace
}  // namespace holdfast::transport_test
