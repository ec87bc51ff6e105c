#include "secure/sandbox/sandbox.h"

#include "secure/sandbox/landlock.h"
#include "secure/sandbox/namespaces.h"
#include "secure/sandbox/privileges.h"
#include "secure/sandbox/syscall_filter.h"

namespace holdfast::secure::sandbox {

SysResult<Report> enter_sandbox(const Options& options) {
  Report report;
  // First, because Landlock and seccomp ask for it when there is no CAP_SYS_ADMIN.
  HF_TRY(forbid_new_privileges());
  // Mounts before Landlock: a Landlock domain may not change mounts. Both before the capabilities go.
  // The sanitizers' runtimes read /proc/self when they report, so their builds keep the names (docs/sandbox.md).
  const NamespaceReport namespaces = isolate_namespaces(kSanitized ? Names::keep : Names::remove);
  report.root = namespaces.root;
  report.user_namespace = namespaces.user_namespace;
  report.own_network = namespaces.own_network;
  if constexpr (!kSanitized) report.landlock_abi = deny_by_landlock();
  HF_TRY(limit_resources(options.max_open_files));
  HF_TRY(drop_privileges(options.identity));
  HF_TRY(forbid_dumps());
  HF_TRY(install_syscall_filter());
  return report;
}

}  // namespace holdfast::secure::sandbox
