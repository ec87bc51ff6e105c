#include "secure/crypto/der.h"

#include "secure/crypto/der_writer.h"

namespace holdfast::secure::crypto {
namespace {

constexpr const char* kBadDer = "bytes that are not the DER expected here";
constexpr std::size_t kMaxLengthBytes = 4;

Unexpected<Error> bad_der() { return fail(Rv::attribute_value_invalid, kBadDer); }

struct Header {
  std::size_t header_bytes;
  std::size_t content_bytes;
};

Result<Header> parse_header(ByteView input) {
  if (input.size() < 2) return bad_der();
  const auto first = std::to_integer<std::size_t>(input[1]);
  if (first < 0x80) return Header{.header_bytes = 2, .content_bytes = first};
  const std::size_t count = first & 0x7F;
  if (count == 0 || count > kMaxLengthBytes || input.size() < 2 + count) return bad_der();
  std::size_t length = 0;
  for (std::size_t i = 0; i < count; ++i) length = length << 8 | std::to_integer<std::size_t>(input[2 + i]);
  // X.690, 10.1: the length is in the shortest form.
  if (length < 0x80 || length >> (8 * (count - 1)) == 0) return bad_der();
  return Header{.header_bytes = 2 + count, .content_bytes = length};
}

}  // namespace

Result<ByteView> DerReader::take_any() {
  HF_ASSIGN_OR_RETURN(const Header header, parse_header(rest_));
  if (header.content_bytes > rest_.size() - header.header_bytes) return bad_der();
  const ByteView whole = rest_.first(header.header_bytes + header.content_bytes);
  rest_ = rest_.subspan(whole.size());
  return whole;
}

Result<ByteView> DerReader::take(DerTag tag) {
  if (!next_is(tag)) return bad_der();
  HF_ASSIGN_OR_RETURN(const Header header, parse_header(rest_));
  HF_ASSIGN_OR_RETURN(const ByteView whole, take_any());
  return whole.subspan(header.header_bytes);
}

Result<ByteView> DerReader::take_unsigned() {
  DerReader ahead = *this;
  HF_ASSIGN_OR_RETURN(ByteView number, ahead.take(DerTag::integer));
  const auto at = [&](std::size_t i) { return std::to_integer<unsigned>(number[i]); };
  if (number.empty() || at(0) >= 0x80) return bad_der();
  if (number.size() > 1 && at(0) == 0) {
    if (at(1) < 0x80) return bad_der();
    number = number.subspan(1);
  }
  *this = ahead;
  return number;
}

Result<ByteView> DerReader::take_bit_string() {
  DerReader ahead = *this;
  HF_ASSIGN_OR_RETURN(const ByteView content, ahead.take(DerTag::bit_string));
  if (content.empty() || content[0] != std::byte{0}) return bad_der();
  *this = ahead;
  return content.subspan(1);
}

Result<DerReader> DerReader::enter(DerTag tag) {
  HF_ASSIGN_OR_RETURN(const ByteView content, take(tag));
  return DerReader(content);
}

Result<void> DerReader::expect_end() const {
  if (!rest_.empty()) return bad_der();
  return {};
}

Bytes octet_string(ByteView content) {
  Bytes room(content.size() + DerWriter::kMaxHeaderBytes);
  DerWriter writer(room);
  writer.element(DerTag::octet_string, content);
  return to_bytes(writer.view());
}

Result<ByteView> parse_octet_string(ByteView der) {
  DerReader reader(der);
  HF_ASSIGN_OR_RETURN(const ByteView content, reader.take(DerTag::octet_string));
  HF_TRY(reader.expect_end());
  return content;
}

}  // namespace holdfast::secure::crypto
