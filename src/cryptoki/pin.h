#pragma once

#include "cryptoki/caller_memory.h"
#include "wire/schema.h"

namespace holdfast::cryptoki {

/// caller_pin looks at a PIN in the caller's memory; a null one of length 0 stands for the protected authentication
/// path. `too_long` is what the function at hand says of a PIN that no token has; it is not read, and not counted as a
/// try.
inline Result<ByteView> caller_pin(const CK_UTF8CHAR* pin, CK_ULONG length, Rv too_long) {
  if (length != 0) HF_TRY(require_pointer(pin));
  if (length > wire::kMaxPinField) return fail(too_long, "PIN longer than the wire carries");
  return caller_bytes(pin, length);
}

}  // namespace holdfast::cryptoki
