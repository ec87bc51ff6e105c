#pragma once

#include <cstdint>
#include <string>

#include "secure/ta/trusted_application.h"

namespace holdfast::optee {

/// record appends one line for an invocation to the file that HOLDFAST_STANDIN_RECORD names, if it names one:
///   cmd=<decimal> types=<hex> p0=<hex> p1=<hex|absent> p2=<in:hex|out:size|absent>
/// `types` is TEEC_Operation.paramTypes as the client gave it.
void record_invocation(std::uint32_t command, std::uint32_t types, const secure::ta::Params& params);

/// record_open appends `open login=<decimal> group=<decimal>`.
void record_open(std::uint32_t login, std::uint32_t group);
/// record_note appends a line of the quirks.
void record_note(const std::string& line);

}  // namespace holdfast::optee
