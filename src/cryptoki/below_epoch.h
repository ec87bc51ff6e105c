#pragma once

#include <cstdint>

#include <pkcs11/pkcs11.h>

#include "base/result.h"

namespace holdfast::cryptoki {

/// below_epoch takes the wire's number out of a handle that carries the epoch of its connection above it (client.h).
template <class Id>
Result<Id> below_epoch(CK_ULONG handle, std::uint32_t epoch, Rv invalid) {
  if (std::uint64_t{handle} >> 32 != epoch) return fail(invalid, "handle of another connection, or none at all");
  return Id{static_cast<std::uint32_t>(handle)};
}

}  // namespace holdfast::cryptoki
