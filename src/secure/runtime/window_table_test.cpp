#include "secure/runtime/window_table.h"

#include <gtest/gtest.h>

#include "transport/region.h"

namespace holdfast::secure::runtime {
namespace {

constexpr std::size_t kSmall = transport::kSmallestExtraBytes;

TEST(WindowTable, MakesPowersOfTwoWithinTheTransportsBounds) {
  WindowTable table(kSmall * 1024, 8);
  for (const std::size_t bad : {std::size_t{0}, kSmall / 2, kSmall + 1, transport::kLargestExtraBytes * 2})
    EXPECT_EQ(table.make(bad).error(), TeeResult::bad_parameters) << bad;
  EXPECT_TRUE(table.make(kSmall));
  EXPECT_TRUE(table.make(transport::kLargestExtraBytes));
}

TEST(WindowTable, CountsBytesAndWindows) {
  WindowTable by_bytes(kSmall * 3, 8);
  EXPECT_TRUE(by_bytes.make(kSmall * 2));
  EXPECT_EQ(by_bytes.make(kSmall * 2).error(), TeeResult::out_of_memory);
  EXPECT_TRUE(by_bytes.make(kSmall));
  WindowTable by_count(kSmall * 100, 2);
  const auto first = by_count.make(kSmall);
  EXPECT_TRUE(first && by_count.make(kSmall));
  EXPECT_EQ(by_count.make(kSmall).error(), TeeResult::out_of_memory);
  by_count.drop(first->id);
  EXPECT_TRUE(by_count.make(kSmall));
}

TEST(WindowTable, KeepsADroppedWindowMappedForWhoUsesIt) {
  WindowTable table(kSmall, 1);
  const auto made = table.make(kSmall);
  ASSERT_TRUE(made);
  const Window used = table.find(made->id);
  ASSERT_NE(used, nullptr);
  table.drop(made->id);
  table.drop(made->id);
  EXPECT_EQ(table.find(made->id), nullptr);
  used->data()[kSmall - 1] = std::byte{1};
}

}  // namespace
}  // namespace holdfast::secure::runtime
