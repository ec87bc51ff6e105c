// What a client of the TEE Client API can tell about the crossing; both ends are real.
#include <cstring>
#include <gtest/gtest.h>

#include "transport/test_world.h"

namespace holdfast::transport_test {
namespace {

class Crossing : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(client_.opened, TEEC_SUCCESS); }
  TEEC_SharedMemory shared_memory(std::size_t size, std::uint32_t flags) {
    TEEC_SharedMemory memory{};
    memory.size = size;
    memory.flags = flags;
    EXPECT_EQ(TEEC_AllocateSharedMemory(&client_.context, &memory), TEEC_SUCCESS);
    return memory;
  }
  TestWorld world_{TestWorld::Where::thread};
  TestClient client_{world_.socket_path()};
  TEEC_Operation operation_{};
  std::uint32_t origin_ = 0;
};

TEST_F(Crossing, BringsValuesAndBytesBack) {
  for (const std::uint32_t size : {0U, 1U, 16U, 1024U, 1025U, 4000U, 128U << 10, (128U << 10) + 1, 1U << 20})
    EXPECT_TRUE(client_.echo(size, size)) << size;
}

TEST_F(Crossing, CarriesEightMebibytesEachWay) { EXPECT_TRUE(client_.echo(8, std::size_t{8} << 20)); }

TEST_F(Crossing, RefusesMoreThanSixtyFourMebibytes) {
  std::vector<std::uint8_t> large(TEEC_CONFIG_SHAREDMEM_MAX_SIZE + 1);
  operation_.paramTypes = TEEC_PARAM_TYPES(TEEC_VALUE_INOUT, TEEC_MEMREF_TEMP_INPUT, TEEC_NONE, TEEC_NONE);
  operation_.params[1].tmpref = {.buffer = large.data(), .size = large.size()};
  EXPECT_EQ(client_.invoke(EchoApplication::kEcho, operation_), TEEC_ERROR_EXCESS_DATA);
  EXPECT_TRUE(client_.echo(1, 100));
}

TEST_F(Crossing, ReportsTheSizeNeededAndCopiesNothing) {
  std::uint8_t buffer[8];
  std::memset(buffer, 0x5A, sizeof buffer);
  operation_.paramTypes = TEEC_PARAM_TYPES(TEEC_MEMREF_TEMP_OUTPUT, TEEC_NONE, TEEC_NONE, TEEC_NONE);
  operation_.params[0].tmpref = {.buffer = buffer, .size = sizeof buffer};
  EXPECT_EQ(client_.invoke(EchoApplication::kNeedMore, operation_, &origin_), TEEC_ERROR_SHORT_BUFFER);
  EXPECT_EQ(origin_, static_cast<std::uint32_t>(TEEC_ORIGIN_TRUSTED_APP));
  EXPECT_EQ(operation_.params[0].tmpref.size, 26U);
  for (const std::uint8_t byte : buffer) EXPECT_EQ(byte, 0x5A);
}

TEST_F(Crossing, TellsPresentWithoutBytesFromAbsent) {
  TEEC_SharedMemory empty = shared_memory(0, TEEC_MEM_OUTPUT);
  EXPECT_NE(empty.buffer, nullptr);
  EXPECT_EQ(empty.size, 0U);
  operation_.paramTypes = TEEC_PARAM_TYPES(TEEC_VALUE_OUTPUT, TEEC_MEMREF_WHOLE, TEEC_NONE, TEEC_MEMREF_TEMP_INPUT);
  operation_.params[1].memref.parent = &empty;
  ASSERT_EQ(client_.invoke(EchoApplication::kDescribe, operation_), TEEC_SUCCESS);
  EXPECT_EQ(operation_.params[0].value.a, 0x5060U) << "output, absent, input";
  EXPECT_EQ(operation_.params[0].value.b, 0U);
  TEEC_ReleaseSharedMemory(&empty);
}

TEST_F(Crossing, WritesTheNeededSizeOfAnEmptyWholeReference) {
  TEEC_SharedMemory empty = shared_memory(0, TEEC_MEM_OUTPUT);
  operation_.paramTypes = TEEC_PARAM_TYPES(TEEC_MEMREF_WHOLE, TEEC_NONE, TEEC_NONE, TEEC_NONE);
  operation_.params[0].memref.parent = &empty;
  EXPECT_EQ(client_.invoke(EchoApplication::kNeedMore, operation_), TEEC_ERROR_SHORT_BUFFER);
  EXPECT_EQ(operation_.params[0].memref.size, 10U);
  TEEC_ReleaseSharedMemory(&empty);
}

TEST_F(Crossing, GivesWholeReferencesTheDirectionOfTheirParent) {
  TEEC_SharedMemory both = shared_memory(6, TEEC_MEM_INPUT | TEEC_MEM_OUTPUT);
  std::memcpy(both.buffer, "abcdef", 6);
  operation_.paramTypes = TEEC_PARAM_TYPES(TEEC_MEMREF_WHOLE, TEEC_NONE, TEEC_NONE, TEEC_NONE);
  operation_.params[0].memref.parent = &both;
  ASSERT_EQ(client_.invoke(EchoApplication::kReverse, operation_), TEEC_SUCCESS);
  EXPECT_EQ(operation_.params[0].memref.size, 3U);
  EXPECT_EQ(std::memcmp(both.buffer, "feddef", 6), 0) << "only the reported bytes were copied back";
  TEEC_ReleaseSharedMemory(&both);
}

TEST_F(Crossing, TakesPartOfARegisteredBlock) {
  char buffer[] = "....abcd....";
  TEEC_SharedMemory block{};
  block.buffer = buffer;
  block.size = 12;
  block.flags = TEEC_MEM_INPUT | TEEC_MEM_OUTPUT;
  ASSERT_EQ(TEEC_RegisterSharedMemory(&client_.context, &block), TEEC_SUCCESS);
  operation_.paramTypes = TEEC_PARAM_TYPES(TEEC_MEMREF_PARTIAL_INOUT, TEEC_NONE, TEEC_NONE, TEEC_NONE);
  operation_.params[0].memref = {.parent = &block, .size = 4, .offset = 4};
  ASSERT_EQ(client_.invoke(EchoApplication::kReverse, operation_), TEEC_SUCCESS);
  EXPECT_STREQ(buffer, "....dccd....");
  EXPECT_EQ(operation_.params[0].memref.size, 2U);

  operation_.params[0].memref = {.parent = &block, .size = 9, .offset = 4};
  EXPECT_EQ(client_.invoke(EchoApplication::kReverse, operation_, &origin_), TEEC_ERROR_BAD_PARAMETERS);
  EXPECT_EQ(origin_, static_cast<std::uint32_t>(TEEC_ORIGIN_API));
  operation_.params[0].memref = {.parent = &block, .size = ~std::size_t{0}, .offset = 4};
  EXPECT_EQ(client_.invoke(EchoApplication::kReverse, operation_), TEEC_ERROR_BAD_PARAMETERS);
  TEEC_ReleaseSharedMemory(&block);
  TEEC_ReleaseSharedMemory(&block);  // once more is harmless
}

TEST_F(Crossing, RefusesADirectionTheParentDoesNotAllow) {
  TEEC_SharedMemory input_only = shared_memory(4, TEEC_MEM_INPUT);
  operation_.paramTypes = TEEC_PARAM_TYPES(TEEC_MEMREF_PARTIAL_OUTPUT, TEEC_NONE, TEEC_NONE, TEEC_NONE);
  operation_.params[0].memref = {.parent = &input_only, .size = 4, .offset = 0};
  EXPECT_EQ(client_.invoke(EchoApplication::kNeedMore, operation_), TEEC_ERROR_BAD_PARAMETERS);
  TEEC_ReleaseSharedMemory(&input_only);
}

TEST_F(Crossing, RefusesSharedMemoryWithoutDirectionOrBuffer) {
  TEEC_SharedMemory memory{};
  memory.size = 4;
  EXPECT_EQ(TEEC_AllocateSharedMemory(&client_.context, &memory), TEEC_ERROR_BAD_PARAMETERS);
  memory.flags = 4;
  EXPECT_EQ(TEEC_AllocateSharedMemory(&client_.context, &memory), TEEC_ERROR_BAD_PARAMETERS);
  memory.flags = TEEC_MEM_INPUT;
  EXPECT_EQ(TEEC_RegisterSharedMemory(&client_.context, &memory), TEEC_ERROR_BAD_PARAMETERS);
}

TEST_F(Crossing, PassesAnApplicationsResultOnWithItsOrigin) {
  operation_.paramTypes = TEEC_PARAM_TYPES(TEEC_VALUE_INPUT, TEEC_NONE, TEEC_NONE, TEEC_NONE);
  operation_.params[0].value.a = TEEC_ERROR_SECURITY;
  EXPECT_EQ(client_.invoke(EchoApplication::kFail, operation_, &origin_), TEEC_ERROR_SECURITY);
  EXPECT_EQ(origin_, static_cast<std::uint32_t>(TEEC_ORIGIN_TRUSTED_APP));
  EXPECT_EQ(client_.invoke(EchoApplication::kRefuse, operation_), TEEC_ERROR_NOT_SUPPORTED);
}

TEST_F(Crossing, FindsNoApplicationOfAnUnknownUuid) {
  TEEC_Session session{};
  const TEEC_UUID unknown{.timeLow = 1, .timeMid = 2, .timeHiAndVersion = 3, .clockSeqAndNode = {}};
  EXPECT_EQ(TEEC_OpenSession(&client_.context, &session, &unknown, TEEC_LOGIN_PUBLIC, nullptr, nullptr, &origin_),
            TEEC_ERROR_ITEM_NOT_FOUND);
  EXPECT_EQ(origin_, static_cast<std::uint32_t>(TEEC_ORIGIN_TEE));
}

TEST_F(Crossing, HoldsClientsToTheirNumberOfSessions) {
  const TEEC_UUID uuid = to_teec(EchoApplication::kUuid);
  std::vector<TEEC_Session> sessions(63);
  for (TEEC_Session& session : sessions)
    ASSERT_EQ(TEEC_OpenSession(&client_.context, &session, &uuid, TEEC_LOGIN_USER, nullptr, nullptr, nullptr),
              TEEC_SUCCESS);
  TEEC_Session one_more{};
  EXPECT_EQ(TEEC_OpenSession(&client_.context, &one_more, &uuid, TEEC_LOGIN_USER, nullptr, nullptr, nullptr),
            TEEC_ERROR_BUSY);
  TEEC_CloseSession(&sessions[0]);
  EXPECT_EQ(TEEC_OpenSession(&client_.context, &one_more, &uuid, TEEC_LOGIN_USER, nullptr, nullptr, nullptr),
            TEEC_SUCCESS);
}

TEST_F(Crossing, RefusesASessionThatWasClosedOrIsAnothers) {
  TEEC_Session copy = client_.session;
  TestClient other(world_.socket_path());
  copy.imp.context = &other.context;
  copy.imp.session_id += 7;
  EXPECT_EQ(TEEC_InvokeCommand(&copy, EchoApplication::kEcho, nullptr, &origin_), TEEC_ERROR_ITEM_NOT_FOUND);
  EXPECT_EQ(origin_, static_cast<std::uint32_t>(TEEC_ORIGIN_TEE));
}

TEST_F(Crossing, RefusesParameterTypesThatDoNotExist) {
  for (const std::uint32_t type : {4U, 8U, 9U, 10U, 11U}) {
    for (std::size_t index = 0; index < 4; ++index) {
      operation_.paramTypes = type << (4 * index);
      EXPECT_EQ(client_.invoke(EchoApplication::kDescribe, operation_, &origin_), TEEC_ERROR_BAD_PARAMETERS) << type;
      EXPECT_EQ(origin_, static_cast<std::uint32_t>(TEEC_ORIGIN_API));
    }
  }
}

TEST_F(Crossing, BringsOnlyOutputValuesBack) {
  operation_.paramTypes = TEEC_PARAM_TYPES(TEEC_VALUE_INPUT, TEEC_NONE, TEEC_NONE, TEEC_NONE);
  operation_.params[0].value = {.a = 5, .b = 6};
  ASSERT_EQ(client_.invoke(EchoApplication::kEcho, operation_), TEEC_SUCCESS);
  EXPECT_EQ(operation_.params[0].value.b, 6U);
  operation_.paramTypes = TEEC_PARAM_TYPES(TEEC_VALUE_OUTPUT, TEEC_NONE, TEEC_NONE, TEEC_NONE);
  ASSERT_EQ(client_.invoke(EchoApplication::kEcho, operation_), TEEC_SUCCESS);
  EXPECT_EQ(operation_.params[0].value.a, 0U) << "what an output held before is not the application's to see";
  EXPECT_EQ(operation_.params[0].value.b, ~0U);
}

TEST_F(Crossing, BringsSizesBackWhateverTheResult) {
  char buffer[8] = {};
  operation_.paramTypes =
      TEEC_PARAM_TYPES(TEEC_MEMREF_TEMP_OUTPUT, TEEC_MEMREF_TEMP_INPUT, TEEC_MEMREF_TEMP_INOUT, TEEC_NONE);
  for (std::size_t i = 0; i < 3; ++i) operation_.params[i].tmpref = {.buffer = buffer, .size = sizeof buffer};
  EXPECT_EQ(client_.invoke(EchoApplication::kNeedMore, operation_), TEEC_ERROR_SHORT_BUFFER);
  EXPECT_EQ(operation_.params[0].tmpref.size, 26U);
  EXPECT_EQ(operation_.params[1].tmpref.size, 8U) << "an input's size is the caller's";
  EXPECT_EQ(operation_.params[2].tmpref.size, 8U);
}

TEST_F(Crossing, RefusesNullSessionsAndBuffers) {
  EXPECT_EQ(TEEC_InvokeCommand(nullptr, 0, nullptr, &origin_), TEEC_ERROR_BAD_PARAMETERS);
  EXPECT_EQ(origin_, static_cast<std::uint32_t>(TEEC_ORIGIN_API));
  EXPECT_EQ(TEEC_InvokeCommand(nullptr, 0, nullptr, nullptr), TEEC_ERROR_BAD_PARAMETERS);
  const TEEC_UUID uuid = to_teec(EchoApplication::kUuid);
  EXPECT_EQ(TEEC_OpenSession(&client_.context, nullptr, &uuid, TEEC_LOGIN_PUBLIC, nullptr, nullptr, nullptr),
            TEEC_ERROR_BAD_PARAMETERS);
  TEEC_Session session{};
  EXPECT_EQ(TEEC_OpenSession(&client_.context, &session, nullptr, TEEC_LOGIN_PUBLIC, nullptr, nullptr, nullptr),
            TEEC_ERROR_BAD_PARAMETERS);
  EXPECT_EQ(TEEC_OpenSession(&client_.context, &session, &uuid, TEEC_LOGIN_GROUP, nullptr, nullptr, nullptr),
            TEEC_ERROR_BAD_PARAMETERS)
      << "a group login needs a group";
  operation_.paramTypes = TEEC_PARAM_TYPES(TEEC_MEMREF_TEMP_INPUT, TEEC_NONE, TEEC_NONE, TEEC_NONE);
  operation_.params[0].tmpref = {.buffer = nullptr, .size = 1};
  EXPECT_EQ(client_.invoke(EchoApplication::kDescribe, operation_), TEEC_ERROR_BAD_PARAMETERS);
}

TEST_F(Crossing, IsServedAgainAfterItsThreadRetired) {
  secure::runtime::Limits limits;
  limits.idle_thread = std::chrono::milliseconds(20);
  TestWorld world(TestWorld::Where::thread, limits);
  TestClient client(world.socket_path());
  for (int i = 0; i < 6; ++i) {
    EXPECT_TRUE(client.echo(static_cast<std::uint32_t>(i), 10));
    std::this_thread::sleep_for(std::chrono::milliseconds(5 + 7 * i));  // around the limit
  }
}

}  // namespace
}  // namespace holdfast::transport_test
