#pragma once

#include <cstdint>
#include <span>

#include "ck/handles.h"

namespace holdfast::secure::pkcs11 {

/// OpteeRow is what OP-TEE's trusted application says of one of its mechanisms (OP-TEE ABI section 9.1). In its dialect
/// these are the mechanisms there are; the work is done by the rows of row.h.
struct OpteeRow {
  std::uint32_t id = 0;
  std::uint32_t flags = 0;
  std::uint32_t min_size = 0;
  std::uint32_t max_size = 0;
};

/// optee_rows are in OP-TEE's own order. A row without flags is in its catalogue and not on offer.
std::span<const OpteeRow> optee_rows();

/// find_optee_row gives null for what OP-TEE does not know.
const OpteeRow* find_optee_row(ck::MechanismType type);

}  // namespace holdfast::secure::pkcs11
