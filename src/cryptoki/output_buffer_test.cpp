#include "cryptoki/output_buffer.h"

#include <array>
#include <gtest/gtest.h>

namespace holdfast::cryptoki {
namespace {

struct Caller {
  std::array<CK_BYTE, 8> data{};
  CK_ULONG length = 8;
};

TEST(OutputBuffer, RefusesNullLength) {
  CK_BYTE byte = 0;
  EXPECT_EQ(OutputBuffer::at(&byte, nullptr, 8).error().rv, Rv::arguments_bad);
}

TEST(OutputBuffer, TellsTheSizeWritten) {
  Caller caller;
  OutputBuffer out = OutputBuffer::at(caller.data.data(), &caller.length, 64).value();
  EXPECT_EQ(out.room().size(), 8u);
  EXPECT_TRUE(out.settle({Rv::ok, 5}));
  EXPECT_EQ(caller.length, 5u);
}

TEST(OutputBuffer, LengthQuerySucceedsWhicheverWayTheWorldPutsIt) {
  for (const Rv rv : {Rv::ok, Rv::buffer_too_small}) {
    CK_ULONG length = 0;
    OutputBuffer out = OutputBuffer::at(nullptr, &length, 64).value();
    EXPECT_TRUE(out.room().empty());
    EXPECT_TRUE(out.settle({rv, 12}));
    EXPECT_EQ(length, 12u);
  }
}

TEST(OutputBuffer, ShortBufferIsTooSmallWithTheSizeNeeded) {
  Caller caller;
  OutputBuffer out = OutputBuffer::at(caller.data.data(), &caller.length, 64).value();
  EXPECT_EQ(out.settle({Rv::buffer_too_small, 12}).error().rv, Rv::buffer_too_small);
  EXPECT_EQ(caller.length, 12u);
}

TEST(OutputBuffer, OtherErrorsTouchNothing) {
  Caller caller;
  OutputBuffer out = OutputBuffer::at(caller.data.data(), &caller.length, 64).value();
  EXPECT_EQ(out.settle({Rv::device_error, 3}).error().rv, Rv::device_error);
  EXPECT_EQ(caller.length, 8u);
}

TEST(OutputBuffer, RefusesSizesThatCannotBe) {
  Caller caller;
  OutputBuffer out = OutputBuffer::at(caller.data.data(), &caller.length, 64).value();
  EXPECT_EQ(out.settle({Rv::ok, 9}).error().rv, Rv::general_error);
  EXPECT_EQ(out.settle({Rv::buffer_too_small, 8}).error().rv, Rv::general_error);
  EXPECT_EQ(caller.length, 8u);
}

TEST(OutputBuffer, OffersAtMostTheLimitAndSaysWhenThatIsTheReason) {
  Caller caller{.length = ~0UL};
  OutputBuffer out = OutputBuffer::at(caller.data.data(), &caller.length, 8).value();
  EXPECT_EQ(out.room().size(), 8u);
  EXPECT_EQ(out.settle({Rv::buffer_too_small, 100}).error().rv, Rv::data_len_range);
}

TEST(FillList, FollowsTheSameRules) {
  const std::array<CK_ULONG, 3> items{1, 2, 3};
  CK_ULONG list[3] = {};
  CK_ULONG count = 0;
  EXPECT_TRUE(fill_list<CK_ULONG>(items, nullptr, &count));
  EXPECT_EQ(count, 3u);
  count = 2;
  EXPECT_EQ(fill_list<CK_ULONG>(items, list, &count).error().rv, Rv::buffer_too_small);
  EXPECT_EQ(count, 3u);
  EXPECT_EQ(list[0], 0u);
  EXPECT_TRUE(fill_list<CK_ULONG>(items, list, &count));
  EXPECT_EQ(list[2], 3u);
}

}  // namespace
}  // namespace holdfast::cryptoki
