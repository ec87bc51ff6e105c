#pragma once

#include <cstdint>
#include <source_location>

#include "base/expected.h"
#include "base/rv.h"

namespace holdfast {

/// Error carries the code the standard names and, for logs, why: a literal, never data.
struct Error {
  Rv rv = Rv::general_error;
  const char* why = "";
  std::source_location where = std::source_location::current();
};

template <class T>
using Result = Expected<T, Error>;

/// fail makes the error half of any Result. `why` must be a string literal.
inline Unexpected<Error> fail(Rv rv, const char* why = "",
                              std::source_location where = std::source_location::current()) {
  return {Error{rv, why, where}};
}

}  // namespace holdfast
