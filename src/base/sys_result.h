#pragma once

#include <cerrno>

#include "base/expected.h"

namespace holdfast {

/// SysError is a fault of the operating system: errno and what was being done (a string literal).
struct SysError {
  int code = 0;
  const char* what = "";
};

template <class T>
using SysResult = Expected<T, SysError>;

inline Unexpected<SysError> sys_fail(const char* what) { return {SysError{errno, what}}; }
inline Unexpected<SysError> sys_fail(int code, const char* what) { return {SysError{code, what}}; }

}  // namespace holdfast
