#include "secure/pkcs11/operations/key_types/parts.h"

#include <algorithm>
#include <bit>

namespace holdfast::secure::pkcs11 {

const Bytes* present(const AttributeSet& attributes, CK_ATTRIBUTE_TYPE type) {
  const Bytes* const value = attributes.find(attribute(type));
  return value == nullptr || value->empty() ? nullptr : value;
}

Result<ByteView> required(const AttributeSet& attributes, CK_ATTRIBUTE_TYPE type) {
  const Bytes* const value = present(attributes, type);
  if (value == nullptr) return fail(Rv::template_incomplete, "key object lacks a part of its material");
  return ByteView(*value);
}

Result<const SecretBytes*> required_secret(const SecretSet& secrets, CK_ATTRIBUTE_TYPE type) {
  const SecretBytes* const value = secrets.find(attribute(type));
  if (value == nullptr || value->empty()) return fail(Rv::template_incomplete, "key object lacks its value");
  return value;
}

std::uint32_t bits_of_number(const Bytes* big_endian) {
  if (big_endian == nullptr) return 0;
  const auto head = std::ranges::find_if(*big_endian, [](std::byte octet) { return octet != std::byte{0}; });
  if (head == big_endian->end()) return 0;
  const auto rest = static_cast<std::uint32_t>(big_endian->end() - head - 1);
  return rest * 8 + static_cast<std::uint32_t>(std::bit_width(std::to_integer<unsigned>(*head)));
}

}  // namespace holdfast::secure::pkcs11
