// The library's life: PKCS#11 3.0 sections 5.4 and 2.3, and what hosts do that the standard does not foresee.
#include "cryptoki/library.h"

#include <atomic>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "cryptoki/testing/module_test.h"

namespace holdfast::cryptoki::testing {
namespace {

class Initialize : public ModuleTest {};

TEST_F(Initialize, TwiceIsAlreadyInitialized) {
  EXPECT_EQ(C_Initialize(nullptr), CKR_OK);
  EXPECT_EQ(C_Initialize(nullptr), CKR_CRYPTOKI_ALREADY_INITIALIZED);
  EXPECT_EQ(C_Finalize(nullptr), CKR_OK);
  EXPECT_EQ(C_Finalize(nullptr), CKR_CRYPTOKI_NOT_INITIALIZED);
  EXPECT_EQ(C_Initialize(nullptr), CKR_OK);
}

CK_RV no_mutex(CK_VOID_PTR) { return CKR_OK; }
CK_RV no_new_mutex(CK_VOID_PTR_PTR) { return CKR_OK; }

TEST_F(Initialize, TakesEveryPairOfLockingFlags) {
  for (const CK_FLAGS flags : {CK_FLAGS{0}, CK_FLAGS{CKF_OS_LOCKING_OK}, CK_FLAGS{CKF_LIBRARY_CANT_CREATE_OS_THREADS},
                               CK_FLAGS{CKF_OS_LOCKING_OK | CKF_LIBRARY_CANT_CREATE_OS_THREADS}}) {
    CK_C_INITIALIZE_ARGS arguments{};
    arguments.flags = flags;
    EXPECT_EQ(C_Initialize(&arguments), CKR_OK) << flags;
    EXPECT_EQ(C_Finalize(nullptr), CKR_OK);
    arguments = {no_new_mutex, no_mutex, no_mutex, no_mutex, flags, nullptr};
    EXPECT_EQ(C_Initialize(&arguments), CKR_OK) << "callbacks and " << flags;
    EXPECT_EQ(C_Finalize(nullptr), CKR_OK);
  }
}

TEST_F(Initialize, RefusesReservedPointerAndSomeCallbacks) {
  CK_C_INITIALIZE_ARGS arguments{};
  arguments.pReserved = &arguments;
  EXPECT_EQ(C_Initialize(&arguments), CKR_ARGUMENTS_BAD);
  arguments = {};
  arguments.LockMutex = no_mutex;
  arguments.UnlockMutex = no_mutex;
  EXPECT_EQ(C_Initialize(&arguments), CKR_ARGUMENTS_BAD);
  EXPECT_EQ(C_Finalize(nullptr), CKR_CRYPTOKI_NOT_INITIALIZED);
  EXPECT_EQ(FakeWorld::sessions_ever(), 0);
}

TEST_F(Initialize, FinalizeRefusesReservedPointer) {
  ASSERT_EQ(C_Initialize(nullptr), CKR_OK);
  int anything = 0;
  EXPECT_EQ(C_Finalize(&anything), CKR_ARGUMENTS_BAD);
  CK_INFO info;
  EXPECT_EQ(C_GetInfo(&info), CKR_OK) << "still alive";
}

CK_ULONG count_slots() {
  CK_ULONG count = 0;
  EXPECT_EQ(C_GetSlotList(CK_FALSE, nullptr, &count), CKR_OK);
  return count;
}

TEST_F(Initialize, IsAnybodyToAWorldThatCannotTellWhoItIs) {
  FakeWorld::deny_login(TEEC_LOGIN_USER);
  ASSERT_EQ(C_Initialize(nullptr), CKR_OK);
  EXPECT_EQ(count_slots(), 1u);
}

TEST_F(Initialize, TakesAWorldThatIsShortOfMemoryForNoOptee) {
  bool is_short = true;
  FakeWorld::on_command([&](const testing::Call& call) -> std::optional<testing::Answer> {
    if (call.command != wire::Hello::kId || !std::exchange(is_short, false)) return std::nullopt;
    return testing::Answer{.result = TeeResult::out_of_memory};
  });
  ASSERT_EQ(C_Initialize(nullptr), CKR_OK);
  EXPECT_EQ(count_slots(), 1u);
  EXPECT_EQ(FakeWorld::sessions_ever(), 2) << "asked again";
}

TEST_F(Initialize, IsNobodyElseThanItWasToldToBe) {
  FakeWorld::deny_login(TEEC_LOGIN_USER);
  ::setenv("CKTEEC_LOGIN_TYPE", "user", 1);
  EXPECT_EQ(C_Initialize(nullptr), CKR_OK);
  ::unsetenv("CKTEEC_LOGIN_TYPE");
  EXPECT_EQ(count_slots(), 0u);
}

TEST_F(Initialize, WithoutASecureWorldThereAreNoSlots) {
  FakeWorld::listen(false);
  ASSERT_EQ(C_Initialize(nullptr), CKR_OK);
  CK_ULONG count = 99;
  EXPECT_EQ(C_GetSlotList(CK_TRUE, nullptr, &count), CKR_OK);
  EXPECT_EQ(count, 0u);
  CK_SLOT_INFO slot;
  EXPECT_EQ(C_GetSlotInfo(0, &slot), CKR_SLOT_ID_INVALID);
  CK_SESSION_HANDLE session = 0;
  EXPECT_EQ(C_OpenSession(0, CKF_SERIAL_SESSION, nullptr, nullptr, &session), CKR_SLOT_ID_INVALID);
  EXPECT_EQ(C_CloseSession(1), CKR_SESSION_HANDLE_INVALID);
}

TEST_F(Initialize, ConnectsLaterWhenSlotsAreListed) {
  FakeWorld::listen(false);
  ASSERT_EQ(C_Initialize(nullptr), CKR_OK);
  FakeWorld::listen(true);
  CK_SLOT_ID slots[4];
  CK_ULONG count = 4;
  EXPECT_EQ(C_GetSlotList(CK_FALSE, slots, &count), CKR_OK);
  EXPECT_EQ(count, 0u) << "the set of slots changes only when asked for its size";
  EXPECT_EQ(C_GetSlotList(CK_FALSE, nullptr, &count), CKR_OK);
  EXPECT_EQ(count, 1u);
  CK_SESSION_HANDLE session = 0;
  answer_with<wire::OpenSession>({.output = words({1})});
  EXPECT_EQ(C_OpenSession(0, CKF_SERIAL_SESSION, nullptr, nullptr, &session), CKR_OK);
  EXPECT_EQ(session, 1u);
}

TEST_F(Initialize, HandlesFromBeforeAReconnectionAreInvalidAfterIt) {
  ASSERT_EQ(C_Initialize(nullptr), CKR_OK);
  answer_with<wire::OpenSession>({.output = words({1})});
  CK_SESSION_HANDLE before = 0;
  ASSERT_EQ(C_OpenSession(0, CKF_SERIAL_SESSION, nullptr, nullptr, &before), CKR_OK);
  answer_with<wire::CloseSession>({.result = TeeResult::target_dead});
  EXPECT_EQ(C_CloseSession(before), CKR_DEVICE_REMOVED);
  EXPECT_EQ(FakeWorld::open_sessions(), 1);
  answer_with<wire::OpenSession>({.output = words({1})});
  CK_ULONG count = 0;
  ASSERT_EQ(C_GetSlotList(CK_TRUE, nullptr, &count), CKR_OK);
  EXPECT_EQ(FakeWorld::sessions_ever(), 2);
  EXPECT_EQ(FakeWorld::open_sessions(), 1) << "the old session was closed";
  CK_SESSION_HANDLE after = 0;
  ASSERT_EQ(C_OpenSession(0, CKF_SERIAL_SESSION, nullptr, nullptr, &after), CKR_OK);
  EXPECT_NE(before, after) << "the world's handle is the same";
  EXPECT_EQ(C_CloseSession(before), CKR_SESSION_HANDLE_INVALID);
  CK_MECHANISM mechanism{CKM_ECDSA, nullptr, 0};
  EXPECT_EQ(C_SignInit(after, &mechanism, 2), CKR_KEY_HANDLE_INVALID) << "an object of before";
  EXPECT_EQ(C_CloseSession(after), CKR_OK);
}

TEST_F(Initialize, DeadWorldHasNoSlotsUntilAnotherListens) {
  ASSERT_EQ(C_Initialize(nullptr), CKR_OK);
  FakeWorld::listen(false);
  answer_with<wire::CloseSession>({.result = TeeResult::target_dead});
  EXPECT_EQ(C_CloseSession(1), CKR_DEVICE_REMOVED);
  CK_ULONG count = 9;
  EXPECT_EQ(C_GetSlotList(CK_TRUE, nullptr, &count), CKR_OK);
  EXPECT_EQ(count, 0u);
}

// A host that finalises while its threads still work must not crash, and must not wait for them.
TEST_F(Initialize, FinalizeDuringACallLeavesTheCallToEndByItself) {
  ASSERT_EQ(C_Initialize(nullptr), CKR_OK);
  std::atomic<bool> is_inside{false};
  std::atomic<bool> may_leave{false};
  FakeWorld::on_command([&](const Call&) -> std::optional<Answer> {
    is_inside = true;
    while (!may_leave) std::this_thread::yield();
    return std::nullopt;
  });
  CK_RV outcome = CKR_GENERAL_ERROR;
  std::thread worker([&] { outcome = C_CloseSession(1); });
  while (!is_inside) std::this_thread::yield();
  EXPECT_EQ(C_Finalize(nullptr), CKR_OK);
  EXPECT_EQ(FakeWorld::open_sessions(), 1) << "in use";
  EXPECT_EQ(C_CloseSession(1), CKR_CRYPTOKI_NOT_INITIALIZED);
  may_leave = true;
  worker.join();
  EXPECT_EQ(outcome, CKR_OK);
  EXPECT_EQ(FakeWorld::open_sessions(), 0) << "closed by the last one out";
}

TEST_F(Initialize, CallsOfManyThreadsRunSideBySide) {
  ASSERT_EQ(C_Initialize(nullptr), CKR_OK);
  constexpr int kThreads = 4;
  std::atomic<int> inside{0};
  FakeWorld::on_command([&](const Call&) -> std::optional<Answer> {
    ++inside;
    while (inside < kThreads) std::this_thread::yield();  // ends only when all are inside at once
    return std::nullopt;
  });
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back([] { EXPECT_EQ(C_CloseSession(1), CKR_OK); });
  for (std::thread& thread : threads) thread.join();
}

TEST_F(Initialize, RacingThreadsInitialiseOnce) {
  for (int round = 0; round < 50; ++round) {
    std::atomic<int> successes{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        const CK_RV rv = C_Initialize(nullptr);
        if (rv == CKR_OK)
          ++successes;
        else
          EXPECT_EQ(rv, CKR_CRYPTOKI_ALREADY_INITIALIZED);
      });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(successes, 1);
    EXPECT_EQ(C_Finalize(nullptr), CKR_OK);
    EXPECT_EQ(FakeWorld::open_sessions(), 0);
  }
}

/// in_child runs a check in a forked child and returns its verdict.
template <class Check>
bool in_child(Check&& check) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(check() ? 0 : 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST_F(Initialize, ForkedChildBeginsUninitialisedAndMayInitialise) {
  ASSERT_EQ(C_Initialize(nullptr), CKR_OK);
  EXPECT_TRUE(in_child([] {
    CK_INFO info;
    return C_GetInfo(&info) == CKR_CRYPTOKI_NOT_INITIALIZED && C_Finalize(nullptr) == CKR_CRYPTOKI_NOT_INITIALIZED &&
           C_Initialize(nullptr) == CKR_OK && C_GetInfo(&info) == CKR_OK &&
           C_Initialize(nullptr) == CKR_CRYPTOKI_ALREADY_INITIALIZED && C_Finalize(nullptr) == CKR_OK;
  }));
  EXPECT_TRUE(in_child([] {
    return in_child([] { return C_Initialize(nullptr) == CKR_OK; }) && C_Initialize(nullptr) == CKR_OK;
  })) << "a grandchild too";
  CK_INFO info;
  EXPECT_EQ(C_GetInfo(&info), CKR_OK) << "the parent is as it was";
}

TEST_F(Initialize, ForkedChildClosesWhatItInherited) {
  ASSERT_EQ(C_Initialize(nullptr), CKR_OK);
  EXPECT_TRUE(in_child([] {
    // One session inherited; initialising ends that copy and opens the child's own.
    return C_Initialize(nullptr) == CKR_OK && FakeWorld::open_sessions() == 1 && C_Finalize(nullptr) == CKR_OK &&
           FakeWorld::open_sessions() == 0;
  }));
}

// Another thread of the parent may hold the library's lock at the very moment of the fork.
TEST_F(Initialize, ForkWhileOtherThreadsCallDoesNotHangTheChild) {
  ASSERT_EQ(C_Initialize(nullptr), CKR_OK);
  std::atomic<bool> is_over{false};
  std::thread worker([&] {
    CK_INFO info;
    while (!is_over) C_GetInfo(&info);
  });
  for (int i = 0; i < 50; ++i) {
    EXPECT_TRUE(in_child([] {
      ::alarm(10);
      CK_INFO info;
      return C_GetInfo(&info) == CKR_CRYPTOKI_NOT_INITIALIZED;
    }));
  }
  is_over = true;
  worker.join();
}

}  // namespace
}  // namespace holdfast::cryptoki::testing
