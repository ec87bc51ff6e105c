// Shared memory of the TEE Client API: what may be offered, how it comes back, and that it goes.
#include <cstring>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "transport/test_world.h"

namespace holdfast::transport_test {
namespace {

constexpr std::uint32_t kBoth = TEEC_MEM_INPUT | TEEC_MEM_OUTPUT;

class SharedMemory : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(client_.opened, TEEC_SUCCESS); }
  void TearDown() override { TEEC_ReleaseSharedMemory(&memory_); }
  TEEC_Result register_fd(int fd, std::uint32_t flags) {
    memory_ = {};
    memory_.flags = flags;
    return TEEC_RegisterSharedMemoryFileDescriptor(&client_.context, &memory_, fd);
  }
  /// reverse_whole invokes kReverse on all of memory_.
  TEEC_Result reverse_whole() {
    operation_.paramTypes = TEEC_PARAM_TYPES(TEEC_MEMREF_WHOLE, TEEC_NONE, TEEC_NONE, TEEC_NONE);
    operation_.params[0].memref = {.parent = &memory_, .size = 77, .offset = 99};  // not looked at
    return client_.invoke(EchoApplication::kReverse, operation_, &origin_);
  }
  TestWorld world_{TestWorld::Where::thread};
  TestClient client_{world_.socket_path()};
  TEEC_SharedMemory memory_{};
  TEEC_Operation operation_{};
  std::uint32_t origin_ = 0;
};

/// file_holding makes a memfd with these bytes.
UniqueFd file_holding(const char* bytes) {
  UniqueFd fd(::memfd_create("hf-test", MFD_CLOEXEC));
  EXPECT_EQ(::write(fd.get(), bytes, std::strlen(bytes)), static_cast<ssize_t>(std::strlen(bytes)));
  return fd;
}

TEST_F(SharedMemory, NeedsADirectionAndNoOtherFlag) {
  char buffer[4];
  for (const std::uint32_t flags : {0U, 4U, 7U, 0x80000001U}) {
    memory_ = {.buffer = buffer, .size = sizeof buffer, .flags = flags, .imp = {}};
    EXPECT_EQ(TEEC_AllocateSharedMemory(&client_.context, &memory_), TEEC_ERROR_BAD_PARAMETERS);
    EXPECT_EQ(TEEC_RegisterSharedMemory(&client_.context, &memory_), TEEC_ERROR_BAD_PARAMETERS);
    EXPECT_EQ(register_fd(file_holding("abcd").get(), flags), TEEC_ERROR_BAD_PARAMETERS);
  }
}

TEST_F(SharedMemory, NeedsAContextAndAStruct) {
  memory_ = {.buffer = &memory_, .size = 1, .flags = kBoth, .imp = {}};
  TEEC_Context never_made{};
  for (TEEC_Context* context : {static_cast<TEEC_Context*>(nullptr), &never_made}) {
    EXPECT_EQ(TEEC_AllocateSharedMemory(context, &memory_), TEEC_ERROR_BAD_PARAMETERS);
    EXPECT_EQ(TEEC_RegisterSharedMemory(context, &memory_), TEEC_ERROR_BAD_PARAMETERS);
    EXPECT_EQ(TEEC_RegisterSharedMemoryFileDescriptor(context, &memory_, 0), TEEC_ERROR_BAD_PARAMETERS);
  }
  EXPECT_EQ(TEEC_AllocateSharedMemory(&client_.context, nullptr), TEEC_ERROR_BAD_PARAMETERS);
  EXPECT_EQ(TEEC_RegisterSharedMemory(&client_.context, nullptr), TEEC_ERROR_BAD_PARAMETERS);
  EXPECT_EQ(TEEC_RegisterSharedMemoryFileDescriptor(&client_.context, nullptr, 0), TEEC_ERROR_BAD_PARAMETERS);
}

TEST_F(SharedMemory, OfSizeZeroIsAllocatedAndRegistered) {
  memory_ = {.buffer = nullptr, .size = 0, .flags = TEEC_MEM_OUTPUT, .imp = {}};
  ASSERT_EQ(TEEC_AllocateSharedMemory(&client_.context, &memory_), TEEC_SUCCESS);
  EXPECT_NE(memory_.buffer, nullptr);
  EXPECT_EQ(memory_.size, 0U);
  TEEC_ReleaseSharedMemory(&memory_);

  char buffer = 'x';
  memory_ = {.buffer = nullptr, .size = 0, .flags = kBoth, .imp = {}};
  EXPECT_EQ(TEEC_RegisterSharedMemory(&client_.context, &memory_), TEEC_ERROR_BAD_PARAMETERS) << "not without a buffer";
  memory_.buffer = &buffer;
  ASSERT_EQ(TEEC_RegisterSharedMemory(&client_.context, &memory_), TEEC_SUCCESS);
  EXPECT_EQ(reverse_whole(), TEEC_SUCCESS);
  EXPECT_EQ(operation_.params[0].memref.size, 0U);
  EXPECT_EQ(buffer, 'x');
}

TEST_F(SharedMemory, IsReleasedOnceHoweverOftenAsked) {
  memory_ = {.buffer = nullptr, .size = 100, .flags = kBoth, .imp = {}};
  TEEC_ReleaseSharedMemory(&memory_);  // never offered
  ASSERT_EQ(TEEC_AllocateSharedMemory(&client_.context, &memory_), TEEC_SUCCESS);
  memory_.buffer = &memory_;  // the caller's to change; what is freed is what was allocated
  for (int i = 0; i < 3; ++i) TEEC_ReleaseSharedMemory(&memory_);
  EXPECT_EQ(memory_.buffer, nullptr);
}

TEST_F(SharedMemory, ThatWasRegisteredStaysTheCallers) {
  char buffer[] = "abcd";
  memory_ = {.buffer = buffer, .size = 4, .flags = kBoth, .imp = {}};
  ASSERT_EQ(TEEC_RegisterSharedMemory(&client_.context, &memory_), TEEC_SUCCESS);
  TEEC_ReleaseSharedMemory(&memory_);
  EXPECT_STREQ(buffer, "abcd");
}

TEST_F(SharedMemory, IsReleasedAfterItsContextAndItsWorldHaveEnded) {
  memory_ = {.buffer = nullptr, .size = 100, .flags = kBoth, .imp = {}};
  ASSERT_EQ(TEEC_AllocateSharedMemory(&client_.context, &memory_), TEEC_SUCCESS);
  world_.stop();
  TEEC_CloseSession(&client_.session);
  TEEC_FinalizeContext(&client_.context);
  client_.opened = TEEC_ERROR_GENERIC;
  TEEC_ReleaseSharedMemory(&memory_);
  EXPECT_EQ(memory_.buffer, nullptr);
}

TEST_F(SharedMemory, ThatIsReleasedOrNoneIsRefusedInACall) {
  EXPECT_EQ(reverse_whole(), TEEC_ERROR_BAD_PARAMETERS);
  EXPECT_EQ(origin_, static_cast<std::uint32_t>(TEEC_ORIGIN_API));
  operation_.params[0].memref.parent = nullptr;
  EXPECT_EQ(client_.invoke(EchoApplication::kReverse, operation_), TEEC_ERROR_BAD_PARAMETERS);
}

TEST_F(SharedMemory, BehindADescriptorIsReadAndWritten) {
  UniqueFd file = file_holding("abcdef");
  ASSERT_EQ(register_fd(file.get(), kBoth), TEEC_SUCCESS);
  EXPECT_EQ(memory_.size, 6U);
  const int copy = ::dup(file.get());
  file.reset();  // the block lives without it
  ASSERT_EQ(reverse_whole(), TEEC_SUCCESS);
  EXPECT_EQ(operation_.params[0].memref.size, 3U);
  char now[7] = {};
  EXPECT_EQ(::pread(copy, now, 6, 0), 6);
  EXPECT_STREQ(now, "feddef") << "whoever else holds the file sees it";
  void* const was = memory_.buffer;
  TEEC_ReleaseSharedMemory(&memory_);
  EXPECT_NE(::msync(was, 6, MS_ASYNC), 0) << "unmapped";
  ::close(copy);
}

TEST_F(SharedMemory, BehindAReadOnlyDescriptorIsInputAlone) {
  const UniqueFd file = file_holding("abcdef");
  const UniqueFd reader(::open(("/proc/self/fd/" + std::to_string(file.get())).c_str(), O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(register_fd(reader.get(), kBoth), TEEC_ERROR_BAD_PARAMETERS);
  EXPECT_EQ(register_fd(reader.get(), TEEC_MEM_OUTPUT), TEEC_ERROR_BAD_PARAMETERS);
  ASSERT_EQ(register_fd(reader.get(), TEEC_MEM_INPUT), TEEC_SUCCESS);
  char back[6] = {};
  operation_.paramTypes =
      TEEC_PARAM_TYPES(TEEC_VALUE_INOUT, TEEC_MEMREF_WHOLE, TEEC_MEMREF_TEMP_OUTPUT, TEEC_NONE);
  operation_.params[1].memref.parent = &memory_;
  operation_.params[2].tmpref = {.buffer = back, .size = sizeof back};
  ASSERT_EQ(client_.invoke(EchoApplication::kEcho, operation_), TEEC_SUCCESS);
  EXPECT_EQ(std::memcmp(back, "abcdef", 6), 0);
}

TEST_F(SharedMemory, BehindNoMemoryIsRefused) {
  int pipe_ends[2];
  ASSERT_EQ(::pipe(pipe_ends), 0);
  const UniqueFd reader(pipe_ends[0]), writer(pipe_ends[1]);
  const UniqueFd empty(::memfd_create("hf-empty", MFD_CLOEXEC));
  for (const int fd : {-1, 9999, reader.get(), empty.get()})
    EXPECT_EQ(register_fd(fd, kBoth), TEEC_ERROR_BAD_PARAMETERS) << fd;
}

// A program takes memory of one context into sessions of several, and many threads use all of them at once.
TEST_F(SharedMemory, ServesManyContextsSessionsAndThreads) {
  constexpr std::size_t kContexts = 4, kThreads = 3;
  std::vector<std::unique_ptr<TestClient>> clients;
  for (std::size_t i = 0; i < kContexts; ++i) clients.push_back(std::make_unique<TestClient>(world_.socket_path()));
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < kContexts * kThreads; ++i) {
    threads.emplace_back([&, i] {
      TestClient& client = *clients[i % kContexts];
      for (std::uint32_t round = 0; round < 200; ++round) {
        char text[9];
        std::snprintf(text, sizeof text, "%08x", static_cast<unsigned>(i << 16 | round));
        TEEC_SharedMemory block{.buffer = nullptr, .size = 8, .flags = kBoth, .imp = {}};
        if (TEEC_AllocateSharedMemory(&client.context, &block) != TEEC_SUCCESS) ++wrong;
        std::memcpy(block.buffer, text, 8);
        TEEC_Operation operation{};
        operation.paramTypes = TEEC_PARAM_TYPES(TEEC_MEMREF_WHOLE, TEEC_NONE, TEEC_NONE, TEEC_NONE);
        operation.params[0].memref.parent = &block;
        const char expected[4] = {text[7], text[6], text[5], text[4]};
        if (client.invoke(EchoApplication::kReverse, operation) != TEEC_SUCCESS ||
            std::memcmp(block.buffer, expected, 4) != 0)
          ++wrong;
        TEEC_ReleaseSharedMemory(&block);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong.load(), 0);
}

}  // namespace
}  // namespace holdfast::transport_test
