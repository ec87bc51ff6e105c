#pragma once

#include <gmock/gmock.h>
#include <ostream>

#include "base/result.h"

namespace holdfast {

inline void PrintTo(Rv rv, std::ostream* out) {
  *out << "Rv 0x" << std::hex << static_cast<std::uint32_t>(rv) << std::dec;
}

}  // namespace holdfast

namespace holdfast::testing {

template <class T>
Rv rv_of(const Result<T>& result) {
  return result.has_value() ? Rv::ok : result.error().rv;
}

/// IsRv(Rv::…) matches a Result by its code; a value has Rv::ok.
MATCHER_P(IsRv, rv, "") {
  const Rv actual = rv_of(arg);
  *result_listener << "has " << ::testing::PrintToString(actual);
  if (!arg.has_value()) *result_listener << " (" << arg.error().why << ")";
  return actual == rv;
}
MATCHER(IsOk, "") {
  if (!arg.has_value()) *result_listener << ::testing::PrintToString(rv_of(arg)) << " (" << arg.error().why << ")";
  return arg.has_value();
}

}  // namespace holdfast::testing
