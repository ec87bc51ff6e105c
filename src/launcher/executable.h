#pragma once

#include <sys/types.h>

#include <string>

#include "base/sys_result.h"

namespace holdfast::launcher {

/// Owner is what a process must be, by its effective ids.
struct Owner {
  uid_t uid = 0;
  gid_t gid = 0;
};

/// executable_of gives the path of the file that a process runs, when that path leads to the same file for us as well: a
/// name out of a mount namespace of the process's own is nobody's. `process` is a pidfd, so that a number used anew cannot be
/// taken for it. ESRCH: it has ended. EPERM: it is somebody else by now, or we may not look. ESTALE: no such file here,
/// as after an upgrade of a running program.
SysResult<std::string> executable_of(int process, const Owner& owner);

}  // namespace holdfast::launcher
