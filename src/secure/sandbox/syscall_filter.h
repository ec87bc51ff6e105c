#pragma once

#include "base/sys_result.h"

namespace holdfast::secure::sandbox {

#ifdef HOLDFAST_SANITIZED
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

/// install_syscall_filter loads the allow-list of docs/sandbox.md for all threads. What a library may probe for is answered
/// with EPERM; what only an attacker asks for ends the process.
SysResult<void> install_syscall_filter();

}  // namespace holdfast::secure::sandbox
