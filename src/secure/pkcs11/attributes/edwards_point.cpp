#include "secure/pkcs11/attributes/edwards_point.h"

#include <pkcs11/pkcs11.h>

namespace holdfast::secure::pkcs11 {
namespace {

constexpr std::size_t kPointBytes = 32;
constexpr std::byte kOctetString[] = {std::byte{0x04}, std::byte{kPointBytes}};
constexpr std::byte kBitString[] = {std::byte{0x03}, std::byte{kPointBytes + 1}, std::byte{0}};

bool is_wrapped_by(ByteView point, ByteView head) {
  return point.size() == head.size() + kPointBytes && equal(point.first(head.size()), head);
}

}  // namespace

bool is_edwards_point(const AttributeSet& object, ck::AttributeType type) {
  return type.value == CKA_EC_POINT && object.key_type().value == CKK_EC_EDWARDS;
}

ByteView plain_edwards_point(ByteView point) {
  for (const ByteView head : {ByteView(kOctetString), ByteView(kBitString)})
    if (is_wrapped_by(point, head)) return point.subspan(head.size());
  return point;
}

}  // namespace holdfast::secure::pkcs11
