#include "secure/sandbox/privileges.h"

#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace holdfast::secure::sandbox {
namespace {

using CapabilitySets = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>;

__user_cap_header_struct header() { return {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0}; }

void drop_bounding_set() {
  for (unsigned long capability = 0; ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability)
    ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);  // needs CAP_SETPCAP; without it no exec could gain any, either
}

SysResult<void> become(const Identity& identity) {
  int death_signal = 0;
  ::prctl(PR_GET_PDEATHSIG, &death_signal);
  if (::setgroups(0, nullptr) != 0) return sys_fail("give up the supplementary groups");
  if (::setresgid(identity.gid, identity.gid, identity.gid) != 0) return sys_fail("change the group");
  if (::setresuid(identity.uid, identity.uid, identity.uid) != 0) return sys_fail("change the user");
  // The kernel forgets this one when the user changes.
  if (::prctl(PR_SET_PDEATHSIG, static_cast<unsigned long>(death_signal)) != 0) return sys_fail("keep the death signal");
  return {};
}

}  // namespace

bool has_capability(unsigned capability) noexcept {
  auto head = header();
  CapabilitySets sets{};
  if (::syscall(SYS_capget, &head, sets.data()) != 0) return false;
  return (sets[CAP_TO_INDEX(capability)].effective & CAP_TO_MASK(capability)) != 0;
}

SysResult<void> forbid_new_privileges() {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return sys_fail("set no_new_privs");
  return {};
}

SysResult<void> limit_resources(std::uint64_t max_open_files) {
  const rlimit no_core{.rlim_cur = 0, .rlim_max = 0};
  if (::setrlimit(RLIMIT_CORE, &no_core) != 0) return sys_fail("forbid core files");
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return sys_fail("read the limit of descriptors");
  const rlim_t bound = std::min<rlim_t>(files.rlim_max, max_open_files);
  const rlimit bounded{.rlim_cur = bound, .rlim_max = bound};
  if (::setrlimit(RLIMIT_NOFILE, &bounded) != 0) return sys_fail("bound the number of descriptors");
  return {};
}

SysResult<void> drop_privileges(const std::optional<Identity>& identity) {
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  drop_bounding_set();
  if (identity.has_value() && ::geteuid() == 0) HF_TRY(become(*identity));
  auto head = header();
  const CapabilitySets none{};
  if (::syscall(SYS_capset, &head, none.data()) != 0) return sys_fail("give up the capabilities");
  return {};
}

SysResult<void> forbid_dumps() {
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return sys_fail("make the process undumpable");
  return {};
}

}  // namespace holdfast::secure::sandbox
