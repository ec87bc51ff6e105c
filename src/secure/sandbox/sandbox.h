#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

#include "base/sys_result.h"

namespace holdfast::secure::sandbox {

/// Identity is the user a process that was started as root becomes.
struct Identity {
  uid_t uid = 0;
  gid_t gid = 0;
};

struct Options {
  /// Upper bound for descriptors; the process's hard limit may lower it.
  std::uint64_t max_open_files = 65536;
  /// Used only while the process still is root. holdfastd drops to its user before it starts the secure world.
  std::optional<Identity> identity;
};

/// RootView is what is left of the file system's names.
enum class RootView : std::uint8_t {
  empty,        // an empty read-only tmpfs, entered by pivot_root; the old tree is unmounted
  empty_chroot, // the same, entered by chroot where pivot_root is refused
  inherited,    // the kernel gave no mount namespace: Landlock and the filter stand alone
};

/// Report says which of the layers that depend on the kernel took hold. The others are never missing: enter_sandbox fails.
struct Report {
  RootView root = RootView::inherited;
  bool user_namespace = false;
  bool own_network = false;
  /// 0: this kernel has no Landlock.
  int landlock_abi = 0;
};

/// enter_sandbox shuts the calling process in for good: no names of files, no network, no privileges, no dumps, no
/// executable memory and only the system calls of docs/sandbox.md. Call it once, before the first thread is started and
/// after everything that needs a file was opened. An error means that the process must not go on to hold keys.
///
/// What callers must know afterwards:
/// - sched_setaffinity, sched_setscheduler and setpriority work on the calling thread only, given as 0.
/// - Inside a user namespace (Report::user_namespace) SO_PEERCRED shows every uid but our own as 65534.
SysResult<Report> enter_sandbox(const Options& options);

}  // namespace holdfast::secure::sandbox
