#include "launcher/child_setup.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace holdfast::launcher {
namespace {

using CapabilitySets = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>;

/// What secure/sandbox uses: mount namespaces, chroot, and giving up the bounding set. All lie in the first 32.
constexpr std::array<unsigned, 3> kSandboxCapabilities{CAP_SYS_ADMIN, CAP_SYS_CHROOT, CAP_SETPCAP};

__user_cap_header_struct capability_header() { return {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0}; }

std::uint32_t permitted_capabilities() {
  auto header = capability_header();
  CapabilitySets sets{};
  return ::syscall(SYS_capget, &header, sets.data()) == 0 ? sets[0].permitted : 0;
}

/// Ambient capabilities are the ones that survive the exec of an ordinary program by an ordinary user.
SysResult<void> keep_for_exec(std::uint32_t kept) {
  auto header = capability_header();
  CapabilitySets sets{};
  sets[0] = {.effective = kept, .permitted = kept, .inheritable = kept};
  if (::syscall(SYS_capset, &header, sets.data()) != 0) return sys_fail("reduce the capabilities");
  for (const unsigned capability : kSandboxCapabilities)
    if ((kept & CAP_TO_MASK(capability)) != 0 && ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) != 0)
      return sys_fail("keep a capability for the sandbox");
  return {};
}

SysResult<void> become(const ServiceUser& user, Powers powers) {
  std::uint32_t kept = 0;
  if (powers == Powers::to_build_a_sandbox)
    for (const unsigned capability : kSandboxCapabilities) kept |= permitted_capabilities() & CAP_TO_MASK(capability);
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  if (::prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0) return sys_fail("keep capabilities");
  if (::setgroups(0, nullptr) != 0) return sys_fail("give up the supplementary groups");
  if (::setresgid(user.gid, user.gid, user.gid) != 0) return sys_fail("change the group");
  if (::setresuid(user.uid, user.uid, user.uid) != 0) return sys_fail("change the user");
  return keep_for_exec(kept);
}

SysResult<void> reset_signals() {
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);  // SIGKILL, SIGSTOP: refused, and need nothing
  sigset_t none;
  ::sigemptyset(&none);
  if (::sigprocmask(SIG_SETMASK, &none, nullptr) != 0) return sys_fail("unblock the signals");
  return {};
}

SysResult<void> set_limits() {
  const rlimit no_core{.rlim_cur = 0, .rlim_max = 0};
  if (::setrlimit(RLIMIT_CORE, &no_core) != 0) return sys_fail("forbid core files");
  // Secrets are locked into memory as far as this goes; root may give all, others what they have.
  const rlimit unlimited{.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
  if (::setrlimit(RLIMIT_MEMLOCK, &unlimited) == 0) return {};
  rlimit present{};
  if (::getrlimit(RLIMIT_MEMLOCK, &present) != 0) return sys_fail("read the limit of locked memory");
  present.rlim_cur = present.rlim_max;
  if (::setrlimit(RLIMIT_MEMLOCK, &present) != 0) return sys_fail("raise the limit of locked memory");
  return {};
}

/// The directory is held by descriptor, because the new /run may hide its path.
SysResult<void> show_privately(const std::string& directory) {
  if (::unshare(CLONE_NEWNS) != 0) return sys_fail("make a mount namespace");
  const UniqueFd opened(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!opened.is_open()) return sys_fail("open the store");
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return sys_fail("make the mounts private");
  if (::mount("holdfast", "/run", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0755,size=64k") != 0)
    return sys_fail("mount a private /run");
  if (::mkdir(kPrivateStore, 0755) != 0) return sys_fail("make the private place of the store");
  char source[64];
  std::snprintf(source, sizeof source, "/proc/self/fd/%d", opened.get());
  if (::mount(source, kPrivateStore, nullptr, MS_BIND, nullptr) != 0) return sys_fail("show the store privately");
  return {};
}

SysResult<void> leave_open_only(const std::vector<int>& descriptors) {
  const UniqueFd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!nothing.is_open() || ::dup2(nothing.get(), STDIN_FILENO) < 0) return sys_fail("open /dev/null");
  if (::syscall(SYS_close_range, 3u, ~0u, CLOSE_RANGE_CLOEXEC) != 0) {
    // Before Linux 5.11.
    const long last = ::sysconf(_SC_OPEN_MAX);
    for (int fd = 3; fd < last; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  }
  for (const int fd : descriptors)
    if (::fcntl(fd, F_SETFD, 0) != 0) return sys_fail("pass a descriptor on");
  return {};
}

}  // namespace

SysResult<void> set_up_child(const ChildSpec& spec, pid_t parent) {
  HF_TRY(reset_signals());
  // A session of its own: a terminal's Ctrl-C asks holdfastd, which stops the worlds in order.
  if (::setsid() < 0) return sys_fail("make a session");
  if (!spec.show_at_private_store.empty()) HF_TRY(show_privately(spec.show_at_private_store));
  HF_TRY(set_limits());
  if (spec.user.is_somebody_else()) HF_TRY(become(spec.user, spec.powers));
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return sys_fail("set no_new_privs");
  // After the change of user, which clears it. A parent that is gone already would never send it.
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return sys_fail("ask for the death signal");
  if (::getppid() != parent) return sys_fail(ESRCH, "find holdfastd alive");
  return leave_open_only(spec.descriptors);
}

std::vector<std::string> inherited_environment() {
  std::vector<std::string> kept;
  for (const char* name : {"ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "GCOV_PREFIX"})
    if (const char* const value = std::getenv(name)) kept.push_back(std::string(name) + "=" + value);
  return kept;
}

std::string first_unreachable(const std::string& path, const ServiceUser& user) {
  if (!user.is_somebody_else()) return {};
  // Only the kernel knows all the rules, so a process of that user tries; its exit code counts the directories it may enter.
  std::vector<std::string> prefixes;
  for (std::size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1))
    prefixes.push_back(path.substr(0, slash));
  prefixes.push_back(path);
  const pid_t child = ::fork();
  if (child == 0) {
    if (!become(user, Powers::none)) ::_exit(255);
    const auto refused = std::ranges::find_if(prefixes, [](const std::string& prefix) { return ::access(prefix.c_str(), X_OK) != 0; });
    ::_exit(static_cast<int>(refused - prefixes.begin()));
  }
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status)) return path;
  const auto entered = static_cast<std::size_t>(WEXITSTATUS(status));
  if (entered == prefixes.size()) return {};
  return entered < prefixes.size() ? prefixes[entered] : path;
}

bool can_mount() { return (permitted_capabilities() & CAP_TO_MASK(CAP_SYS_ADMIN)) != 0; }

}  // namespace holdfast::launcher
