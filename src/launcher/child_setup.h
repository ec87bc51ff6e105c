#pragma once

#include <string>
#include <vector>

#include "base/sys_result.h"
#include "launcher/child.h"

namespace holdfast::launcher {

/// set_up_child turns a freshly forked copy of holdfastd into what `spec` says, up to the exec.
SysResult<void> set_up_child(const ChildSpec& spec, pid_t parent);

/// inherited_environment is all of our environment that a child gets: options of sanitizers and coverage, nothing else.
std::vector<std::string> inherited_environment();

/// first_unreachable names the first directory on the way to `path` that `user` may not enter, `path` itself included;
/// empty when there is none.
std::string first_unreachable(const std::string& path, const ServiceUser& user);

/// can_mount tells whether this process may make mounts.
bool can_mount();

}  // namespace holdfast::launcher
