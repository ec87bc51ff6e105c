#include "secure/crypto/der.h"

#include "secure/crypto/der_writer.h"
#include "secure/crypto/test_support.h"

namespace holdfast::secure::crypto {
namespace {

TEST(DerReader, TakesLengthsOnlyInTheirShortestForm) {
  const auto takes = [](const Bytes& der) { return DerReader(der).take(DerTag::octet_string).has_value(); };
  Bytes of_127 = hex("047f");
  of_127.resize(2 + 127);
  EXPECT_TRUE(takes(of_127));
  Bytes of_128 = hex("048180");
  of_128.resize(3 + 128);
  EXPECT_TRUE(takes(of_128));
  Bytes long_127 = hex("04817f");
  long_127.resize(3 + 127);
  EXPECT_FALSE(takes(long_127));
  Bytes padded_128 = hex("04820080");
  padded_128.resize(4 + 128);
  EXPECT_FALSE(takes(padded_128));
}

TEST(DerReader, RefusesIndefiniteHugeAndMissingLengths) {
  for (const std::string_view bad :
       {"", "04", "0480", "04800000", "048500000000010000", "04ffffffff", "04847fffffff00", "0401", "0282"})
    EXPECT_EQ(rv_of(DerReader(hex(bad)).take_any()), Rv::attribute_value_invalid) << bad;
}

TEST(DerReader, LeavesItsPlaceOnAFault) {
  const Bytes der = hex("020180");
  DerReader reader(der);
  EXPECT_EQ(rv_of(reader.take_unsigned()), Rv::attribute_value_invalid);
  EXPECT_EQ(rv_of(reader.take(DerTag::octet_string)), Rv::attribute_value_invalid);
  EXPECT_EQ(reader.take(DerTag::integer).value().size(), 1u);
  EXPECT_TRUE(reader.at_end());
}

TEST(DerReader, TakesUnsignedNumbersInTheirShortestForm) {
  const auto number = [](std::string_view der) -> std::string {
    const Bytes bytes = hex(der);
    const Result<ByteView> taken = DerReader(bytes).take_unsigned();
    return taken ? to_hex(*taken) : "refused";
  };
  EXPECT_EQ(number("020100"), "00");
  EXPECT_EQ(number("02017f"), "7f");
  EXPECT_EQ(number("02020080"), "80");
  EXPECT_EQ(number("0200"), "refused");
  EXPECT_EQ(number("0202007f"), "refused");
  EXPECT_EQ(number("0201ff"), "refused");
}

TEST(OctetString, GoesThereAndBack) {
  for (const std::size_t size : {0u, 1u, 127u, 128u, 255u, 256u, 65535u, 65536u}) {
    const Bytes content(size, std::byte{0x11});
    const Bytes der = octet_string(content);
    EXPECT_EQ(parse_octet_string(der).value().size(), size);
    Bytes longer = der;
    longer.push_back(std::byte{0});
    EXPECT_EQ(rv_of(parse_octet_string(longer)), Rv::attribute_value_invalid);
  }
  EXPECT_EQ(to_hex(octet_string(hex("aabb"))), "0402aabb");
}

TEST(DerWriter, SaysWhenItsRoomIsTooSmall) {
  Bytes room(4);
  DerWriter fits(room);
  fits.element(DerTag::octet_string, hex("aabb"));
  EXPECT_TRUE(fits.fits());
  DerWriter overflows(room);
  overflows.element(DerTag::octet_string, hex("aabbcc"));
  EXPECT_FALSE(overflows.fits());
}

TEST(DerWriter, WritesIntegersInTheirShortestForm) {
  const auto integer = [](std::string_view digits) {
    Bytes room(32);
    DerWriter writer(room);
    writer.unsigned_integer(hex(digits));
    return to_hex(writer.view());
  };
  EXPECT_EQ(integer(""), "020100");
  EXPECT_EQ(integer("0000"), "020100");
  EXPECT_EQ(integer("007f"), "02017f");
  EXPECT_EQ(integer("80"), "02020080");
}

}  // namespace
}  // namespace holdfast::secure::crypto
