#pragma once

#include <cstdint>
#include <vector>

#include "secure/pkcs11/handlers/call.h"
#include "wire/codec.h"

namespace holdfast::secure::pkcs11 {

/// write_u32_list puts a list of numbers into parameter 2, whole or not at all.
inline Result<void> write_u32_list(const Call& call, const std::vector<std::uint32_t>& list) {
  HF_ASSIGN_OR_RETURN(const MutableByteView out, call.require_output(list.size() * 4));
  wire::FieldWriter writer(out);
  for (const std::uint32_t number : list) writer.u32(number);
  call.set_output_size(out.size());
  return {};
}

}  // namespace holdfast::secure::pkcs11
