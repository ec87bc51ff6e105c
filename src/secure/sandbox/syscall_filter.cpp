#include "secure/sandbox/syscall_filter.h"

#include <fcntl.h>
#include <linux/prctl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>

namespace holdfast::secure::sandbox {
namespace {

/// Allowed whatever the arguments are.
constexpr int kAllowed[] = {
    // descriptors that we already have
    SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(readv), SCMP_SYS(writev), SCMP_SYS(close), SCMP_SYS(lseek), SCMP_SYS(dup),
    SCMP_SYS(pipe2), SCMP_SYS(eventfd2), SCMP_SYS(fstat), SCMP_SYS(memfd_create), SCMP_SYS(ftruncate),
    // sockets that we already have, and the clients that arrive on them
    SCMP_SYS(accept4), SCMP_SYS(recvmsg), SCMP_SYS(sendmsg), SCMP_SYS(recvfrom), SCMP_SYS(getsockopt), SCMP_SYS(shutdown),
    SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait), SCMP_SYS(epoll_pwait2),
    SCMP_SYS(poll), SCMP_SYS(ppoll),
    // memory; mmap and mprotect have conditions below
    SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(mlock), SCMP_SYS(munlock), SCMP_SYS(brk),
    // threads and waiting
    SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(exit), SCMP_SYS(exit_group),
    SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(getpriority), SCMP_SYS(getcpu),
    // signals of our own
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall),
    // time, randomness, who we are
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep), SCMP_SYS(gettimeofday),
    SCMP_SYS(getrandom), SCMP_SYS(sysinfo),
    SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getppid), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid),
};

/// No library asks for these by way of trying: whoever does has taken the process over.
constexpr int kFatal[] = {
    SCMP_SYS(execve), SCMP_SYS(execveat),
    SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(kcmp), SCMP_SYS(pidfd_getfd),
    SCMP_SYS(process_madvise),
    SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(pivot_root), SCMP_SYS(chroot), SCMP_SYS(move_mount), SCMP_SYS(open_tree),
    SCMP_SYS(fsopen), SCMP_SYS(fsconfig), SCMP_SYS(fsmount), SCMP_SYS(fspick), SCMP_SYS(mount_setattr),
    SCMP_SYS(name_to_handle_at), SCMP_SYS(open_by_handle_at),
    SCMP_SYS(unshare), SCMP_SYS(setns),
    SCMP_SYS(bpf), SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd),
    SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter), SCMP_SYS(io_uring_register),
    SCMP_SYS(keyctl), SCMP_SYS(add_key), SCMP_SYS(request_key),
    SCMP_SYS(kexec_load), SCMP_SYS(kexec_file_load), SCMP_SYS(init_module), SCMP_SYS(finit_module), SCMP_SYS(delete_module),
    SCMP_SYS(reboot), SCMP_SYS(swapon), SCMP_SYS(swapoff), SCMP_SYS(acct), SCMP_SYS(quotactl), SCMP_SYS(iopl), SCMP_SYS(ioperm),
    SCMP_SYS(setuid), SCMP_SYS(setgid), SCMP_SYS(setreuid), SCMP_SYS(setregid), SCMP_SYS(setresuid), SCMP_SYS(setresgid),
    SCMP_SYS(setfsuid), SCMP_SYS(setfsgid), SCMP_SYS(setgroups), SCMP_SYS(capset),
};

/// What AddressSanitizer and LeakSanitizer need to print a report: read /proc/self, and stop the threads from a helper task.
constexpr int kAllowedForSanitizers[] = {
    SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getdents), SCMP_SYS(getdents64), SCMP_SYS(stat), SCMP_SYS(newfstatat),
    SCMP_SYS(ptrace), SCMP_SYS(wait4), SCMP_SYS(prctl), SCMP_SYS(prlimit64), SCMP_SYS(pipe), SCMP_SYS(mincore),
    SCMP_SYS(clone),
};

constexpr int kFcntlCommands[] = {F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC, F_ADD_SEALS, F_GET_SEALS};

constexpr int kPrctlOptions[] = {PR_SET_NAME,    PR_GET_NAME,         PR_GET_DUMPABLE,
                                 PR_GET_SECCOMP, PR_GET_NO_NEW_PRIVS, PR_SET_VMA};

// A clone that makes a thread has all of these, and of the others only those by which a thread library keeps its books.
constexpr std::uint64_t kThreadFlags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
constexpr std::uint64_t kThreadBookkeeping =
    CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | CLONE_DETACHED;

struct ReleaseFilter {
  void operator()(void* filter) const noexcept { ::seccomp_release(filter); }
};

/// RuleList gathers rules and remembers the first failure, so that the lists below read as lists.
class RuleList {
 public:
  RuleList() : filter_(::seccomp_init(SCMP_ACT_ERRNO(EPERM))) {
    if (!filter_) failure_ = ENOMEM;
  }

  void allow(int call) { add(SCMP_ACT_ALLOW, call, {}); }
  void allow_if(int call, std::initializer_list<scmp_arg_cmp> conditions) { add(SCMP_ACT_ALLOW, call, conditions); }
  void kill(int call) { add(SCMP_ACT_KILL_PROCESS, call, {}); }
  void answer(int call, std::uint16_t error) { add(SCMP_ACT_ERRNO(error), call, {}); }
  void set(scmp_filter_attr attribute, std::uint32_t value) {
    if (failure_ == 0) note(::seccomp_attr_set(filter_.get(), attribute, value));
  }
  int load() {
    if (failure_ == 0) note(::seccomp_load(filter_.get()));
    return failure_;
  }

 private:
  void add(std::uint32_t action, int call, std::initializer_list<scmp_arg_cmp> conditions) {
    if (failure_ != 0) return;
    note(::seccomp_rule_add_array(filter_.get(), action, call, static_cast<unsigned>(conditions.size()), conditions.begin()));
  }
  void note(int outcome) {
    if (outcome < 0) failure_ = -outcome;
  }

  std::unique_ptr<void, ReleaseFilter> filter_;
  int failure_ = 0;
};

scmp_arg_cmp argument_is(unsigned index, std::uint64_t value) { return {index, SCMP_CMP_EQ, value, 0}; }
scmp_arg_cmp bits_are(unsigned index, std::uint64_t mask, std::uint64_t value) { return {index, SCMP_CMP_MASKED_EQ, mask, value}; }

void allow_conditionally(RuleList& rules) {
  rules.allow_if(SCMP_SYS(mmap), {bits_are(2, PROT_EXEC, 0)});
  rules.allow_if(SCMP_SYS(mprotect), {bits_are(2, PROT_EXEC, 0)});
  rules.allow_if(SCMP_SYS(sendto), {argument_is(4, 0)});  // no address: a connected socket
  for (const int command : kFcntlCommands) rules.allow_if(SCMP_SYS(fcntl), {argument_is(1, static_cast<std::uint64_t>(command))});
  // On the calling thread only. SCHED_BATCH and a lower priority are for long computations.
  rules.allow_if(SCMP_SYS(sched_setaffinity), {argument_is(0, 0)});
  rules.allow_if(SCMP_SYS(sched_setscheduler), {argument_is(0, 0), argument_is(1, SCHED_BATCH)});
  rules.allow_if(SCMP_SYS(setpriority), {argument_is(0, PRIO_PROCESS), argument_is(1, 0)});
  // abort() and raise().
  rules.allow_if(SCMP_SYS(tgkill), {argument_is(0, static_cast<std::uint64_t>(::getpid()))});
  if constexpr (kSanitized) return;
  rules.allow_if(SCMP_SYS(clone), {bits_are(0, ~kThreadBookkeeping, kThreadFlags)});
  for (const int option : kPrctlOptions) rules.allow_if(SCMP_SYS(prctl), {argument_is(0, static_cast<std::uint64_t>(option))});
  rules.allow_if(SCMP_SYS(prlimit64), {argument_is(0, 0), argument_is(2, 0)});  // read our own
  // fstat() of glibc before 2.39: newfstatat(fd, "", AT_EMPTY_PATH). A path would be looked up in the empty root.
  rules.allow_if(SCMP_SYS(newfstatat), {argument_is(3, AT_EMPTY_PATH)});
}

[[maybe_unused]] void allow_for_sanitizers(RuleList& rules) {
  for (const int call : kAllowedForSanitizers) rules.allow(call);
  rules.allow_if(SCMP_SYS(open), {bits_are(1, O_ACCMODE | O_CREAT, O_RDONLY)});
  rules.allow_if(SCMP_SYS(openat), {bits_are(2, O_ACCMODE | O_CREAT, O_RDONLY)});
}

}  // namespace

SysResult<void> install_syscall_filter() {
  RuleList rules;
  rules.set(SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);  // 32-bit and x32 entries
  rules.set(SCMP_FLTATR_CTL_TSYNC, 1);
  rules.set(SCMP_FLTATR_CTL_OPTIMIZE, 2);  // a binary tree instead of a chain
  for (const int call : kAllowed) rules.allow(call);
  for (const int call : kFatal)
    if (!kSanitized || call != SCMP_SYS(ptrace)) rules.kill(call);
  // glibc takes ENOSYS as "use clone", whose flags a filter can see.
  rules.answer(SCMP_SYS(clone3), ENOSYS);
  allow_conditionally(rules);
  if constexpr (kSanitized) allow_for_sanitizers(rules);
  if (const int failure = rules.load(); failure != 0) return sys_fail(failure, "load the system call filter");
  return {};
}

}  // namespace holdfast::secure::sandbox
