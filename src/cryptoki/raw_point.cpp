#include "cryptoki/raw_point.h"

#include <algorithm>
#include <array>
#include <vector>

#include "cryptoki/read_attributes.h"

namespace holdfast::cryptoki {
namespace {

/// The octet string of a point on P-521 has 137 bytes.
using PointRoom = std::array<std::byte, 256>;
constexpr std::byte kOctetString{0x04};
constexpr std::size_t kHeadBytes = 2;
constexpr std::size_t kLongestShortForm = 127;

bool is_point(const CK_ATTRIBUTE& attribute) { return attribute.type == CKA_EC_POINT; }

/// inside takes the octet string off. The points at hand have at most 57 bytes: their length is one byte.
ByteView inside(ByteView der) {
  const bool is_string = der.size() >= kHeadBytes && der[0] == kOctetString &&
                         der.size() - kHeadBytes <= kLongestShortForm &&
                         std::to_integer<std::size_t>(der[1]) == der.size() - kHeadBytes;
  return is_string ? der.subspan(kHeadBytes) : der;
}

Result<void> give(CK_ATTRIBUTE& attribute, ByteView value) {
  if (attribute.pValue != nullptr && attribute.ulValueLen < value.size()) {
    attribute.ulValueLen = CK_UNAVAILABLE_INFORMATION;
    return fail(Rv::buffer_too_small, "no room for the point");
  }
  if (attribute.pValue != nullptr) std::ranges::copy(value, static_cast<std::byte*>(attribute.pValue));
  attribute.ulValueLen = value.size();
  return {};
}

/// tells_attributes is true of the codes after which ulValueLen of every attribute has been set (PKCS#11 3.2 §5.7.5).
bool tells_attributes(const Result<void>& outcome) {
  if (outcome) return true;
  const Rv rv = outcome.error().rv;
  return rv == Rv::attribute_sensitive || rv == Rv::attribute_type_invalid || rv == Rv::buffer_too_small;
}

}  // namespace

Result<void> read_raw_points(const Client& client, ck::SessionHandle session, ck::ObjectHandle object,
                             std::span<CK_ATTRIBUTE> attributes) {
  const auto points = static_cast<std::size_t>(std::ranges::count_if(attributes, &is_point));
  if (points == 0) return read_attributes(client, session, object, attributes);

  // The question as the caller asks it, but for the points, which come to us first, and the type of the key.
  std::vector<CK_ATTRIBUTE> asked(attributes.begin(), attributes.end());
  std::vector<PointRoom> rooms(points);
  auto room = rooms.begin();
  for (CK_ATTRIBUTE& attribute : asked) {
    if (is_point(attribute)) {
      attribute = {CKA_EC_POINT, room->data(), room->size()};
      ++room;
    }
  }
  CK_KEY_TYPE key_type = CK_UNAVAILABLE_INFORMATION;
  asked.push_back({CKA_KEY_TYPE, &key_type, sizeof key_type});
  Result<void> outcome = read_attributes(client, session, object, asked);
  if (!tells_attributes(outcome)) return outcome;

  const bool is_raw = key_type == CKK_EC_EDWARDS || key_type == CKK_EC_MONTGOMERY;
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    const CK_ATTRIBUTE& answer = asked[i];
    if (!is_point(answer) || answer.ulValueLen == CK_UNAVAILABLE_INFORMATION) {
      attributes[i].ulValueLen = answer.ulValueLen;
      continue;
    }
    const ByteView der = as_bytes(answer.pValue, answer.ulValueLen);
    const Result<void> given = give(attributes[i], is_raw ? inside(der) : der);
    if (outcome && !given) outcome = given;
  }
  return outcome;
}

}  // namespace holdfast::cryptoki
