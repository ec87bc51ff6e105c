// Two trusted applications in one world, over one context of the drop-in library: the PKCS#11 one and one that greets.
#include <gtest/gtest.h>

#include "support/ta_world.h"
#include "transport/hello_application.h"
#include "transport/test_world.h"

namespace holdfast::transport_test {
namespace {

constexpr TEEC_UUID kPkcs11{.timeLow = 0xfd02c9da,
                            .timeMid = 0x306c,
                            .timeHiAndVersion = 0x48c7,
                            .clockSeqAndNode = {0xa4, 0x9c, 0xbb, 0xd8, 0x27, 0xae, 0x86, 0xee}};
constexpr std::uint32_t kPing = 0;

class TwoApplications : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(TEEC_InitializeContext(world_.socket_path(), &context_), TEEC_SUCCESS); }
  void TearDown() override { TEEC_FinalizeContext(&context_); }
  TEEC_Session open(const TEEC_UUID& uuid) {
    TEEC_Session session{};
    EXPECT_EQ(TEEC_OpenSession(&context_, &session, &uuid, TEEC_LOGIN_PUBLIC, nullptr, nullptr, nullptr), TEEC_SUCCESS);
    return session;
  }
  /// is_greeted is whether the session's application greets.
  static bool is_greeted(TEEC_Session& session) {
    char greeting[13] = {};
    TEEC_Operation operation{};
    operation.paramTypes = TEEC_PARAM_TYPES(TEEC_MEMREF_TEMP_OUTPUT, TEEC_NONE, TEEC_NONE, TEEC_NONE);
    operation.params[0].tmpref = {.buffer = greeting, .size = sizeof greeting};
    return TEEC_InvokeCommand(&session, 0, &operation, nullptr) == TEEC_SUCCESS &&
           std::string(greeting, sizeof greeting) == "hello, client";
  }
  /// answers_ping is whether the session's application is the PKCS#11 one.
  static bool answers_ping(TEEC_Session& session) {
    std::uint32_t code = 0;
    std::uint32_t version[3] = {};
    TEEC_Operation operation{};
    operation.paramTypes =
        TEEC_PARAM_TYPES(TEEC_MEMREF_TEMP_INOUT, TEEC_NONE, TEEC_MEMREF_TEMP_OUTPUT, TEEC_NONE);
    operation.params[0].tmpref = {.buffer = &code, .size = sizeof code};
    operation.params[2].tmpref = {.buffer = version, .size = sizeof version};
    return TEEC_InvokeCommand(&session, kPing, &operation, nullptr) == TEEC_SUCCESS && code == 0 &&
           operation.params[2].tmpref.size == sizeof version && version[0] != 0;
  }
  testing::MemoryRecordLink link_;
  std::unique_ptr<secure::storage::Store> store_;
  TestWorld world_{TestWorld::Where::thread, {}, [this](secure::runtime::Runtime& runtime) {
                     store_ = secure::storage::Store::open(testing::SecretPeek::make(Bytes(32, std::byte{0x21})), link_,
                                                           {.slot_count = 1, .scrypt_log2_n = 2})
                                  .value();
                     runtime.add(std::make_unique<secure::pkcs11::Pkcs11Ta>(*store_));
                     runtime.add(std::make_unique<HelloApplication>());
                   }};
  TEEC_Context context_{};
};

TEST_F(TwoApplications, AreToldApartByUuidOverOneContext) {
  TEEC_Session token = open(kPkcs11);
  TEEC_Session hello = open(to_teec(HelloApplication::kUuid));
  TEEC_Session second_token = open(kPkcs11);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(answers_ping(token));
    EXPECT_TRUE(is_greeted(hello));
    EXPECT_TRUE(answers_ping(second_token));
  }
  EXPECT_FALSE(is_greeted(token));
  EXPECT_FALSE(answers_ping(hello));
}

TEST_F(TwoApplications, CloseEachItsOwnSessions) {
  TEEC_Session token = open(kPkcs11);
  TEEC_Session hello = open(to_teec(HelloApplication::kUuid));
  TEEC_CloseSession(&token);
  EXPECT_TRUE(is_greeted(hello));
  EXPECT_EQ(TEEC_InvokeCommand(&token, kPing, nullptr, nullptr), TEEC_ERROR_ITEM_NOT_FOUND);
  TEEC_CloseSession(&hello);
  TEEC_Session again = open(kPkcs11);
  EXPECT_TRUE(answers_ping(again));
}

TEST_F(TwoApplications, AreUsedByManyThreadsAtOnce) {
  TEEC_Session token = open(kPkcs11);
  TEEC_Session hello = open(to_teec(HelloApplication::kUuid));
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int id = 0; id < 6; ++id) {
    threads.emplace_back([&, id] {
      for (int i = 0; i < 300; ++i)
        if (!(id % 2 == 0 ? answers_ping(token) : is_greeted(hello))) ++wrong;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong.load(), 0);
}

}  // namespace
}  // namespace holdfast::transport_test
