// What hosts do: many threads, forks, finalising in the middle, unloading, cancelled threads.
#include <atomic>
#include <cstdlib>
#include <dlfcn.h>
#include <pthread.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "conformance/keys.h"
#include "conformance/reference.h"

namespace holdfast::conformance {
namespace {

class Host : public TokenTest {
 protected:
  void SetUp() override {
    TokenTest::SetUp();
    key_ = create(secret_key(CKK_GENERIC_SECRET, kValue));
  }
  const Bytes kValue = pattern(32);
  CK_OBJECT_HANDLE key_ = CK_INVALID_HANDLE;
};

TEST_F(Host, ManyThreadsWorkAtOnceWithoutMixingAnything) {
  constexpr int kThreads = 8;
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      const CK_SESSION_HANDLE session = open();
      CK_MECHANISM hmac = mechanism(CKM_SHA256_HMAC);
      for (int round = 0; round < 50; ++round) {
        const Bytes data = pattern(static_cast<std::size_t>(1000 * i + round));
        Bytes mac(32);
        CK_ULONG length = mac.size();
        if (module().C_SignInit(session, &hmac, key_) == CKR_OK &&
            module().C_Sign(session, raw(data), data.size(), raw(mac), &length) == CKR_OK &&
            mac == reference::hmac("SHA256", kValue, data))
          ++good;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, kThreads * 50);
}

TEST_F(Host, OneSessionSharedByThreadsStaysOneSession) {
  std::atomic<int> odd{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 50; ++round) {
        CK_MECHANISM sha = mechanism(CKM_SHA256);
        CK_BYTE out[32];
        CK_ULONG length = sizeof out;
        // The threads disturb each other's operations, as the standard warns; every outcome must be one of its codes.
        for (const CK_RV rv : {module().C_DigestInit(session_, &sha), module().C_DigestUpdate(session_, out, 3),
                               module().C_DigestFinal(session_, out, &length)})
          if (rv != CKR_OK && rv != CKR_OPERATION_ACTIVE && rv != CKR_OPERATION_NOT_INITIALIZED) ++odd;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(odd, 0);
}

TEST_F(Host, FinalizeInTheMiddleEndsTheOthersCallsWithACode) {
  std::atomic<bool> is_over{false};
  std::atomic<int> odd{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      while (!is_over) {
        CK_BYTE random[16];
        const CK_RV rv = module().C_GenerateRandom(session_, random, sizeof random);
        if (rv != CKR_OK && rv != CKR_CRYPTOKI_NOT_INITIALIZED && rv != CKR_SESSION_HANDLE_INVALID) ++odd;
      }
    });
  }
  for (int round = 0; round < 20; ++round) {
    EXPECT_RV(module().C_Finalize(nullptr), CKR_OK);
    EXPECT_RV(module().C_Initialize(nullptr), CKR_OK);
  }
  is_over = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(odd, 0);
}

template <class Check>
bool in_child(Check&& check) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(30);
    ::_exit(check() ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST_F(Host, ForkedChildIsAProgramOfItsOwn) {
  const CK_SESSION_HANDLE parents = session_;
  EXPECT_TRUE(in_child([&] {
    CK_SESSION_INFO info{};
    if (module().C_GetSessionInfo(parents, &info) != CKR_CRYPTOKI_NOT_INITIALIZED) return false;
    if (module().C_Initialize(nullptr) != CKR_OK) return false;
    if (module().C_GetSessionInfo(parents, &info) != CKR_SESSION_HANDLE_INVALID) return false;
    const CK_SESSION_HANDLE session = open();
    if (module().C_GetSessionInfo(session, &info) != CKR_OK || info.state != CKS_RW_PUBLIC_SESSION) return false;
    return login(session, CKU_USER, kUserPin) == CKR_OK && module().C_Finalize(nullptr) == CKR_OK;
  }));
  EXPECT_EQ(sign(mechanism(CKM_SHA256_HMAC), key_, text("x")), reference::hmac("SHA256", kValue, text("x")))
      << "the parent goes on";
}

TEST_F(Host, ChildThatNeverTouchesTheModuleLeavesTheParentAlone) {
  EXPECT_TRUE(in_child([] { return true; }));
  EXPECT_EQ(sign(mechanism(CKM_SHA256_HMAC), key_, text("x")).size(), 32u);
}

TEST_F(Host, UnloadingDuringLifeAndAfterIsHarmless) {
  for (int round = 0; round < 20; ++round) {
    void* const again = ::dlopen(std::getenv("HF_MODULE"), RTLD_NOW);
    ASSERT_NE(again, nullptr);
    EXPECT_EQ(::dlclose(again), 0);
  }
  EXPECT_EQ(sign(mechanism(CKM_SHA256_HMAC), key_, text("x")).size(), 32u);
}

TEST_F(Host, CancelledThreadFinishesItsCall) {
  for (int round = 0; round < 20; ++round) {
    std::atomic<bool> is_running{false};
    std::thread worker([&] {
      is_running = true;
      CK_BYTE random[4096];
      for (;;) {
        module().C_GenerateRandom(session_, random, sizeof random);
        ::pthread_testcancel();
      }
    });
    while (!is_running) std::this_thread::yield();
    ::pthread_cancel(worker.native_handle());
    worker.join();
  }
  EXPECT_EQ(sign(mechanism(CKM_SHA256_HMAC), key_, text("x")).size(), 32u);
}

TEST_F(Host, InterfacesLeadToTheSameFunctions) {
  const auto get = reinterpret_cast<CK_C_GetInterface>(testing::module_symbol("C_GetInterface"));
  ASSERT_NE(get, nullptr);
  CK_INTERFACE_PTR interface = nullptr;
  ASSERT_RV(get(nullptr, nullptr, &interface, 0), CKR_OK);
  const auto* const table = static_cast<const CK_FUNCTION_LIST_3_0*>(interface->pFunctionList);
  EXPECT_EQ(table->version.major, 3);
  CK_SESSION_INFO info{};
  EXPECT_RV(table->C_GetSessionInfo(session_, &info), CKR_OK);
  CK_MECHANISM sha = mechanism(CKM_SHA256);
  ASSERT_RV(table->C_DigestInit(session_, &sha), CKR_OK);
  EXPECT_RV(table->C_SessionCancel(session_, CKF_DIGEST), CKR_OK);
  CK_BYTE byte = 0;
  EXPECT_RV(table->C_DigestUpdate(session_, &byte, 1), CKR_OPERATION_NOT_INITIALIZED);
  EXPECT_RV(table->C_MessageSignInit(session_, &sha, key_), CKR_MECHANISM_INVALID) << "a digest signs nothing";
  EXPECT_EQ(testing::module_symbol("C_SessionCancel"), nullptr) << "reached through the table alone";
}

}  // namespace
}  // namespace holdfast::conformance
