#pragma once

#include <cstdint>
#include <optional>

#include "base/sys_result.h"
#include "secure/sandbox/sandbox.h"

namespace holdfast::secure::sandbox {

/// has_capability tells whether this thread may use `capability` (CAP_…) now.
bool has_capability(unsigned capability) noexcept;

SysResult<void> forbid_new_privileges();
/// limit_resources sets no core files and at most `max_open_files` descriptors.
SysResult<void> limit_resources(std::uint64_t max_open_files);
/// drop_privileges becomes `identity` when the process is root, then gives up every capability of every set.
SysResult<void> drop_privileges(const std::optional<Identity>& identity);
/// forbid_dumps closes core dumps, ptrace and /proc/<pid>/mem to other processes of the same user.
SysResult<void> forbid_dumps();

}  // namespace holdfast::secure::sandbox
