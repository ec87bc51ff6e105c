#pragma once

#include <cstdint>

#include <pkcs11/pkcs11.h>

#include "base/bytes.h"
#include "base/result.h"

namespace holdfast::cryptoki {

/// No buffer of a real program is longer than this; a longer one is a length that was never set.
inline constexpr std::uint64_t kLongestBuffer = std::uint64_t{1} << 40;

/// caller_bytes looks at memory the caller described. Null with a length, and a length that no memory has, are
/// Rv::arguments_bad; the bytes themselves are not read here.
inline Result<ByteView> caller_bytes(const void* data, CK_ULONG length) {
  if (length == 0) return ByteView{};
  if (data == nullptr) return fail(Rv::arguments_bad, "null pointer with a length");
  if (length > kLongestBuffer || reinterpret_cast<std::uintptr_t>(data) + length < length)
    return fail(Rv::arguments_bad, "length beyond any memory");
  return as_bytes(data, length);
}

/// at_most refuses data above a limit with the code that the step at hand has for it.
inline Result<void> at_most(std::size_t limit, ByteView data, Rv too_long) {
  if (data.size() > limit) return fail(too_long, "more data than one call takes");
  return {};
}

/// require_pointer refuses a null pointer where the standard asks for one.
inline Result<void> require_pointer(const void* pointer) {
  if (pointer == nullptr) return fail(Rv::arguments_bad, "null pointer");
  return {};
}

}  // namespace holdfast::cryptoki
