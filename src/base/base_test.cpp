#include <gtest/gtest.h>

#include "base/byte_reader.h"
#include "base/byte_writer.h"
#include "base/strong_id.h"

namespace holdfast {
namespace {

TEST(ByteReader, ReadsWhatByteWriterWrote) {
  const Bytes written = std::move(ByteWriter().u8(1).u16(0x0203).u32(0x04050607).u64(8).sized(as_bytes("abc"))).take();
  ByteReader reader(written);
  EXPECT_EQ(reader.u8().value(), 1);
  EXPECT_EQ(reader.u16().value(), 0x0203);
  EXPECT_EQ(reader.u32().value(), 0x04050607u);
  EXPECT_EQ(reader.u64().value(), 8u);
  EXPECT_EQ(as_text(reader.sized(3).value()), "abc");
  EXPECT_TRUE(reader.expect_end());
}

TEST(ByteReader, RefusesShortInputAndStaysWhereItWas) {
  const Bytes three(3);
  ByteReader reader(three);
  EXPECT_EQ(reader.u32().error().rv, Rv::arguments_bad);
  EXPECT_EQ(reader.remaining(), 3u);
}

TEST(ByteReader, RefusesALengthAboveItsLimitBeforeReading) {
  const Bytes input = std::move(ByteWriter().u32(0xFFFFFFFF)).take();
  ByteReader reader(input);
  EXPECT_EQ(reader.sized(16).error().rv, Rv::arguments_bad);
  EXPECT_EQ(reader.remaining(), 4u);
}

TEST(ByteReader, RefusesTrailingBytes) {
  const Bytes input(1);
  EXPECT_EQ(ByteReader(input).expect_end().error().rv, Rv::arguments_bad);
}

Result<int> half(int n) {
  if (n % 2 != 0) return fail(Rv::data_invalid, "odd");
  return n / 2;
}
Result<int> quarter(int n) {
  HF_ASSIGN_OR_RETURN(const int h, half(n));
  return half(h);
}

TEST(Result, CarriesValueOrError) {
  EXPECT_EQ(quarter(8).value(), 2);
  EXPECT_EQ(quarter(6).error().rv, Rv::data_invalid);
}

TEST(Result, VoidHoldsOnlyTheError) {
  const auto check = [](int n) -> Result<void> {
    HF_TRY(half(n));
    return {};
  };
  EXPECT_TRUE(check(2));
  EXPECT_STREQ(check(3).error().why, "odd");
}

}  // namespace
}  // namespace holdfast
