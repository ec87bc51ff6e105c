#include "transport/frame.h"

#include <gtest/gtest.h>
#include <vector>

namespace holdfast::transport {
namespace {

constexpr std::uint32_t kInput = 5, kOutput = 6, kInout = 7;

constexpr std::uint32_t place(Place p) { return static_cast<std::uint32_t>(p); }

FrameHeader invoke(std::uint32_t types) {
  return {.kind = static_cast<std::uint32_t>(FrameKind::invoke_command), .param_types = types};
}

TEST(FrameShape, RefusesUnknownKindsAndTypes) {
  EXPECT_TRUE(check_shape(invoke(0)));
  EXPECT_TRUE(check_shape(invoke(0x7653)));
  for (const std::uint32_t bad : {0x4U, 0x80U, 0xC00U, 0xF000U, 0x10000U, 0x80000000U})
    EXPECT_FALSE(check_shape(invoke(bad))) << bad;
  for (const std::uint32_t kind : {0U, 4U, 0xFFFFFFFFU}) EXPECT_FALSE(check_shape({.kind = kind})) << kind;
}

TEST(FrameShape, RefusesOutputOverAnotherReference) {
  FrameHeader header = invoke(kInput | kOutput << 4);
  header.params[0] = {.a = place(Place::inline_data), .b = 0, .offset = 0, .size = 16};
  header.params[1] = {.a = place(Place::inline_data), .b = 0, .offset = 15, .size = 1};
  EXPECT_FALSE(check_shape(header));
  header.params[1].offset = 16;
  EXPECT_TRUE(check_shape(header));
  header.params[1] = {.a = place(Place::output_window), .b = 0, .offset = 0, .size = 16};
  EXPECT_TRUE(check_shape(header));
  header.param_types = kInput | kInput << 4;
  header.params[1] = header.params[0];
  EXPECT_TRUE(check_shape(header)) << "two inputs may be the same bytes";
  header.param_types = kInout | kInput << 4;
  EXPECT_FALSE(check_shape(header));
  header.params[1].size = 0;
  EXPECT_TRUE(check_shape(header)) << "no bytes overlap nothing";
}

TEST(FrameShape, TellsExtraWindowsApart) {
  FrameHeader header = invoke(kOutput | kOutput << 4);
  header.params[0] = {.a = place(Place::extra_window), .b = 1, .offset = 0xFFFFFFF0, .size = 0xFFFFFFFF};
  header.params[1] = {.a = place(Place::extra_window), .b = 2, .offset = 0xFFFFFFF0, .size = 0xFFFFFFFF};
  EXPECT_TRUE(check_shape(header));
  header.params[1].b = 1;
  EXPECT_FALSE(check_shape(header)) << "sums that do not fit 32 bits overlap too";
}

class Memref : public ::testing::Test {
 protected:
  std::vector<std::byte> inline_ = std::vector<std::byte>(100), in_ = std::vector<std::byte>(200),
                         out_ = std::vector<std::byte>(300), extra_ = std::vector<std::byte>(400);
  FrameMemory memory_{.inline_data = inline_, .input_window = in_, .output_window = out_};
  auto locate(Place p, std::uint32_t offset, std::uint32_t size) {
    return locate_memref({.a = place(p), .b = 0, .offset = offset, .size = size}, memory_, extra_);
  }
};

TEST_F(Memref, LiesInTheWindowItNames) {
  EXPECT_EQ(locate(Place::inline_data, 1, 99)->data(), inline_.data() + 1);
  EXPECT_EQ(locate(Place::input_window, 0, 200)->size(), 200U);
  EXPECT_EQ(locate(Place::output_window, 299, 1)->data(), out_.data() + 299);
  EXPECT_EQ(locate(Place::extra_window, 0, 400)->data(), extra_.data());
}

TEST_F(Memref, MayBePresentWithoutBytes) {
  const auto at_end = locate(Place::inline_data, 100, 0);
  ASSERT_TRUE(at_end);
  EXPECT_NE(at_end->data(), nullptr);
  EXPECT_TRUE(at_end->empty());
}

TEST_F(Memref, IsRefusedWhenOneByteLiesOutside) {
  EXPECT_FALSE(locate(Place::inline_data, 1, 100));
  EXPECT_FALSE(locate(Place::input_window, 201, 0));
  EXPECT_FALSE(locate(Place::output_window, 0xFFFFFFFF, 2));
  EXPECT_FALSE(locate(Place::extra_window, 2, 0xFFFFFFFF));
  EXPECT_FALSE(locate(static_cast<Place>(0), 0, 0));
  EXPECT_FALSE(locate(static_cast<Place>(5), 0, 0));
}

TEST_F(Memref, IsRefusedInAnExtraWindowThatDoesNotExist) {
  extra_.clear();
  extra_.shrink_to_fit();
  EXPECT_FALSE(locate_memref({.a = place(Place::extra_window), .b = 9, .offset = 0, .size = 0}, memory_, {}));
}

}  // namespace
}  // namespace holdfast::transport
