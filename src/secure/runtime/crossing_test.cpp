// The crossing from a client to a trusted application and back, both ends real.
#include <gtest/gtest.h>
#include <random>

#include "secure/runtime/test_world.h"

namespace holdfast::secure::runtime {
namespace {

class Crossing : public ::testing::Test {
 protected:
  TestWorld world_{TestWorld::Where::thread};
  TestClient client_{world_.socket_path()};
  void SetUp() override { ASSERT_EQ(client_.opened, TEEC_SUCCESS); }
};

TEST_F(Crossing, BringsValuesAndBytesBack) {
  for (const std::size_t size : {0, 1, 16, 1024, 1025, 4000, 128 * 1024, 128 * 1024 + 1, 1 << 20})
    EXPECT_TRUE(client_.echo(static_cast<std::uint32_t>(size), size)) << size;
}

TEST_F(Crossing, CarriesEightMebibytesEachWay) { EXPECT_TRUE(client_.echo(8, std::size_t{8} << 20)); }

TEST_F(Crossing, RefusesMoreThanSixtyFourMebibytes) {
  std::vector<std::uint8_t> large((std::size_t{64} << 20) + 1);
  TEEC_Operation operation{};
  operation.paramTypes = TEEC_PARAM_TYPES(TEEC_VALUE_INOUT, TEEC_MEMREF_TEMP_INPUT, TEEC_NONE, TEEC_NONE);
  operation.params[1].tmpref = {.buffer = large.data(), .size = large.size()};
  EXPECT_EQ(client_.invoke(EchoApplication::kEcho, operation), TEEC_ERROR_EXCESS_DATA);
  EXPECT_TRUE(client_.echo(1, 100));
}

}  // namespace
}  // namespace holdfast::secure::runtime
