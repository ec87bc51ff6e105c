#include "secure/sandbox/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>

#include "base/unique_fd.h"
#include "secure/sandbox/syscall_filter.h"

namespace holdfast::secure::sandbox {
namespace {

constexpr unsigned kNobody = 65534;

/// How the process that enters the sandbox was started.
enum class Start {
  as_is,             // the user who runs the tests
  root_to_nobody,    // root, told to become somebody else
  as_nobody,         // an unprivileged user: the way through a user namespace
};

struct Outcome {
  bool entered = false;
  int signal = 0;
  int value = -1;  // what the probe returned
  Report report;
};

int error_of(long outcome) { return outcome < 0 ? errno : 0; }

bool become_nobody() {
  return ::setresgid(kNobody, kNobody, kNobody) == 0 && ::setresuid(kNobody, kNobody, kNobody) == 0 &&
         ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0;
}

/// A probe runs inside a sandboxed process of its own; the outcome comes back over a pipe that was open before.
template <class Probe>
Outcome inside(Start start, Probe probe) {
  int ends[2];
  EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  UniqueFd from_child(ends[0]);
  UniqueFd to_parent(ends[1]);
  const pid_t child = ::fork();
  if (child == 0) {
    Outcome outcome;
    if (start == Start::as_nobody && !become_nobody()) ::_exit(1);
    Options options;
    if (start == Start::root_to_nobody) options.identity = Identity{kNobody, kNobody};
    const SysResult<Report> entered = enter_sandbox(options);
    outcome.entered = entered.has_value();
    if (outcome.entered) {
      outcome.report = entered.value();
      // Twice: a probe that ends the process must not hide that the sandbox was entered.
      if (::write(to_parent.get(), &outcome, sizeof outcome) < 0) ::_exit(1);
      outcome.value = probe();
    }
    ::_exit(::write(to_parent.get(), &outcome, sizeof outcome) < 0 ? 1 : 0);
  }
  to_parent.reset();
  Outcome outcome;
  while (::read(from_child.get(), &outcome, sizeof outcome) > 0) {
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  if (WIFSIGNALED(status)) outcome.signal = WTERMSIG(status);
  return outcome;
}

class Sandbox : public ::testing::TestWithParam<Start> {
 protected:
  void SetUp() override {
    if (GetParam() != Start::as_is && ::geteuid() != 0) GTEST_SKIP() << "only root can start as somebody else";
  }

  template <class Probe>
  void expect_value(int value, Probe probe) {
    const Outcome outcome = inside(GetParam(), probe);
    ASSERT_TRUE(outcome.entered);
    EXPECT_EQ(outcome.signal, 0);
    EXPECT_EQ(outcome.value, value) << std::strerror(outcome.value);
  }
  template <class Probe>
  void expect_refused(Probe probe) {
    expect_value(EPERM, probe);
  }
  template <class Probe>
  void expect_works(Probe probe) {
    expect_value(0, probe);
  }
  template <class Probe>
  void expect_fatal(Probe probe) {
    const Outcome outcome = inside(GetParam(), probe);
    ASSERT_TRUE(outcome.entered);
    EXPECT_EQ(outcome.signal, SIGSYS) << "value " << outcome.value;
  }
};

void skip_with_sanitizers() {
  if (kSanitized) GTEST_SKIP() << "the sanitizers' runtime needs this (docs/sandbox.md)";
}

// What is refused with EPERM.

TEST_P(Sandbox, RefusesToOpenFiles) {
  if (kSanitized) return skip_with_sanitizers();
  for (const char* path : {"/etc/passwd", "/proc/self/mem", "/proc/self/maps", "/", ".", "/dev/null"})
    expect_refused([path] { return error_of(::open(path, O_RDONLY)); });
}

TEST_P(Sandbox, RefusesToCreateFiles) {
  expect_refused([] { return error_of(::open("/tmp/holdfast-sandbox-test", O_WRONLY | O_CREAT, 0600)); });
  expect_refused([] { return error_of(::mkdir("/tmp/holdfast-sandbox-test", 0700)); });
  expect_refused([] { return error_of(::unlink("/tmp/holdfast-sandbox-test")); });
}

TEST_P(Sandbox, RefusesNewSockets) {
  for (const int family : {AF_UNIX, AF_INET, AF_NETLINK})
    expect_refused([family] { return error_of(::socket(family, SOCK_STREAM, 0)); });
  expect_refused([] {
    int ends[2];
    return error_of(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
  });
}

TEST_P(Sandbox, RefusesToConnectASocketItWasGiven) {
  const UniqueFd inherited(::socket(AF_UNIX, SOCK_STREAM, 0));
  expect_refused([&] {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = "/run/dbus/system_bus_socket"};
    return error_of(::connect(inherited.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address));
  });
}

TEST_P(Sandbox, RefusesToSignalOtherProcesses) {
  const pid_t parent = ::getpid();
  expect_refused([parent] { return error_of(::kill(parent, 0)); });
  expect_refused([parent] { return error_of(::syscall(SYS_tgkill, parent, parent, 0)); });
}

TEST_P(Sandbox, RefusesToMakeAProcess) {
  if (kSanitized) return skip_with_sanitizers();
  expect_refused([] { return error_of(::syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, 0)); });
  expect_refused([] { return error_of(::syscall(SYS_clone, CLONE_VM | SIGCHLD, nullptr, nullptr, nullptr, 0)); });
#ifdef SYS_fork
  expect_refused([] { return error_of(::syscall(SYS_fork)); });
#endif
}

TEST_P(Sandbox, AnswersClone3AsAnOldKernelWould) {
  expect_value(ENOSYS, [] { return error_of(::syscall(SYS_clone3, nullptr, 0)); });
}

TEST_P(Sandbox, RefusesExecutableMemory) {
  expect_refused([] {
    return ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? errno : 0;
  });
  expect_refused([] {
    void* const page = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return error_of(::mprotect(page, 4096, PROT_READ | PROT_EXEC));
  });
}

TEST_P(Sandbox, RefusesToBecomeDumpableAgain) {
  if (kSanitized) return skip_with_sanitizers();
  expect_refused([] { return error_of(::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)); });
}

TEST_P(Sandbox, RefusesFcntlOnOwnersAndLocks) {
  expect_refused([] { return error_of(::fcntl(1, F_SETOWN, ::getpid())); });
}

// What ends the process.

TEST_P(Sandbox, DiesOfExec) {
  expect_fatal([] { return error_of(::execl("/bin/true", "true", nullptr)); });
}

TEST_P(Sandbox, DiesOfLookingIntoOtherProcesses) {
  const pid_t parent = ::getpid();
  if (!kSanitized) expect_fatal([parent] { return error_of(::ptrace(PTRACE_ATTACH, parent, nullptr, nullptr)); });
  expect_fatal([parent] {
    char here = 0;
    iovec local{.iov_base = &here, .iov_len = 1};
    iovec remote = local;
    return error_of(::process_vm_readv(parent, &local, 1, &remote, 1, 0));
  });
}

TEST_P(Sandbox, DiesOfChangingNamespacesOrMounts) {
  expect_fatal([] { return error_of(::unshare(CLONE_NEWUSER)); });
  expect_fatal([] { return error_of(::mount("none", "/", "tmpfs", 0, nullptr)); });
  expect_fatal([] { return error_of(::chroot("/")); });
}

TEST_P(Sandbox, DiesOfReachingForTheKernel) {
  expect_fatal([] { return error_of(::syscall(SYS_bpf, 0, nullptr, 0)); });
  expect_fatal([] { return error_of(::syscall(SYS_keyctl, 0, 0, 0, 0, 0)); });
  expect_fatal([] { return error_of(::syscall(SYS_init_module, nullptr, 0, "")); });
  expect_fatal([] { return error_of(::syscall(SYS_io_uring_setup, 1, nullptr)); });
}

TEST_P(Sandbox, DiesOfAskingForAnotherUser) {
  expect_fatal([] { return error_of(::setresuid(0, 0, 0)); });
}

// What is gone.

TEST_P(Sandbox, LeavesNoNamesOfFiles) {
  if (kSanitized) return skip_with_sanitizers();
  const Outcome outcome = inside(GetParam(), [] {
    struct stat found{};
    return error_of(::syscall(SYS_newfstatat, AT_FDCWD, "/etc/passwd", &found, AT_EMPTY_PATH));
  });
  ASSERT_TRUE(outcome.entered);
  if (outcome.report.root == RootView::inherited) GTEST_SKIP() << "this kernel or container refuses mount namespaces";
  EXPECT_EQ(outcome.value, ENOENT);
}

TEST_P(Sandbox, KeepsNoCapabilityAndNoOtherUser) {
  const Outcome outcome = inside(GetParam(), [] { return static_cast<int>(::getuid()); });
  ASSERT_TRUE(outcome.entered);
  EXPECT_EQ(outcome.value, static_cast<int>(GetParam() == Start::as_is ? ::getuid() : kNobody));
}

TEST_P(Sandbox, LeavesNoCoreAndIsNotDumpable) {
  expect_works([] {
    rlimit core{.rlim_cur = 1, .rlim_max = 1};
    if (::getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_cur != 0 || core.rlim_max != 0) return 1;
    return ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
  });
}

/// Runs `watch` in the parent while a sandboxed child waits.
template <class Watch>
void with_waiting_child(Start start, Watch watch) {
  int entered[2];
  int done[2];
  ASSERT_EQ(::pipe(entered), 0);
  ASSERT_EQ(::pipe(done), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(done[1]);
    if (start == Start::as_nobody && !become_nobody()) ::_exit(1);
    Options options;
    if (start == Start::root_to_nobody) options.identity = Identity{kNobody, kNobody};
    char byte = enter_sandbox(options).has_value() ? 'y' : 'n';
    [[maybe_unused]] ssize_t ignored = ::write(entered[1], &byte, 1);
    ignored = ::read(done[0], &byte, 1);
    ::_exit(0);
  }
  char byte = 0;
  ASSERT_EQ(::read(entered[0], &byte, 1), 1);
  EXPECT_EQ(byte, 'y');
  watch(child);
  for (const int fd : {entered[0], entered[1], done[0], done[1]}) ::close(fd);
  ::waitpid(child, nullptr, 0);
}

std::string status_field(pid_t process, const char* name) {
  const UniqueFd file(::open(("/proc/" + std::to_string(process) + "/status").c_str(), O_RDONLY));
  char text[8192] = {};
  if (::read(file.get(), text, sizeof text - 1) <= 0) return "unreadable";
  const char* found = std::strstr(text, name);
  if (found == nullptr) return "missing";
  found += std::strlen(name);
  return {found, std::strcspn(found, "\n")};
}

TEST_P(Sandbox, ShowsTheKernelNoPrivilegeAndAFilter) {
  with_waiting_child(GetParam(), [](pid_t child) {
    for (const char* set : {"CapInh:\t", "CapPrm:\t", "CapEff:\t", "CapAmb:\t"})
      EXPECT_EQ(status_field(child, set), "0000000000000000") << set;
    EXPECT_EQ(status_field(child, "NoNewPrivs:\t"), "1");
    EXPECT_EQ(status_field(child, "Seccomp:\t"), "2");
  });
}

TEST_P(Sandbox, CannotBeReadByAnotherProcessOfItsUser) {
  if (GetParam() == Start::as_is && ::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  with_waiting_child(GetParam(), [](pid_t child) {
    const pid_t other = ::fork();
    if (other == 0) {
      if (::geteuid() == 0 && !become_nobody()) ::_exit(1);
      const std::string memory = "/proc/" + std::to_string(child) + "/mem";
      const bool closed = ::open(memory.c_str(), O_RDONLY) < 0 && errno == EACCES;
      const bool untraceable = ::ptrace(PTRACE_ATTACH, child, nullptr, nullptr) != 0;
      ::_exit(closed && untraceable ? 0 : 1);
    }
    int status = 0;
    ::waitpid(other, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  });
}

// What a secure world needs.

TEST_P(Sandbox, AllowsThreadsThatWaitForEachOther) {
  expect_works([] {
    std::atomic<int> turn{0};
    std::thread other([&] {
      turn.wait(0);
      ::prctl(PR_SET_NAME, "worker");
      turn.store(2);
      turn.notify_one();
    });
    turn.store(1);
    turn.notify_one();
    turn.wait(1);
    other.join();
    return turn.load() == 2 ? 0 : 1;
  });
}

TEST_P(Sandbox, AllowsSharedFutexes) {
  expect_value(EAGAIN, [] {
    std::uint32_t word = 7;
    return error_of(::syscall(SYS_futex, &word, FUTEX_WAIT, 8, nullptr, nullptr, 0));
  });
}

TEST_P(Sandbox, AllowsSealedSharedMemory) {
  expect_works([] {
    const UniqueFd memory(::memfd_create("window", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (::ftruncate(memory.get(), 8192) != 0) return errno;
    void* const mapped = ::mmap(nullptr, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, memory.get(), 0);
    if (mapped == MAP_FAILED) return errno;
    std::memset(mapped, 1, 8192);
    if (::mlock(mapped, 4096) != 0 && errno != ENOMEM) return errno;
    if (::fcntl(memory.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) return errno;
    struct stat size{};
    if (::fstat(memory.get(), &size) != 0) return errno;
    return size.st_size == 8192 ? 0 : 1;
  });
}

TEST_P(Sandbox, AllowsItsThreadsToYieldToQuickWork) {
  expect_works([] {
    const sched_param none{};
    if (::sched_setscheduler(0, SCHED_BATCH, &none) != 0) return errno;
    if (::setpriority(PRIO_PROCESS, 0, 10) != 0) return errno;
    cpu_set_t cpus;
    if (::sched_getaffinity(0, sizeof cpus, &cpus) != 0) return errno;
    return error_of(::sched_setaffinity(0, sizeof cpus, &cpus));
  });
}

TEST_P(Sandbox, AllowsAbortToEndTheProcess) {
  const Outcome outcome = inside(GetParam(), [] { return error_of(::raise(SIGABRT)); });
  EXPECT_EQ(outcome.signal, SIGABRT);
}

TEST_P(Sandbox, AcceptsClientsOnAnInheritedListener) {
  sockaddr_un address{.sun_family = AF_UNIX};
  std::snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "holdfast-sandbox-test-%d", ::getpid());
  const UniqueFd listener(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  const auto* const name = reinterpret_cast<const sockaddr*>(&address);
  ASSERT_EQ(::bind(listener.get(), name, sizeof address), 0);
  ASSERT_EQ(::listen(listener.get(), 1), 0);
  const UniqueFd client(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::connect(client.get(), name, sizeof address), 0);
  expect_works([&] {
    const UniqueFd peer(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!peer.is_open()) return errno;
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(peer.get(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return errno;
    if (credentials.pid != ::getppid()) return 1;
    return ::send(peer.get(), "k", 1, MSG_NOSIGNAL) == 1 ? 0 : errno;
  });
  char byte = 0;
  EXPECT_EQ(::recv(client.get(), &byte, 1, 0), 1);
  EXPECT_EQ(byte, 'k');
}

INSTANTIATE_TEST_SUITE_P(Starts, Sandbox, ::testing::Values(Start::as_is, Start::root_to_nobody, Start::as_nobody),
                         [](const auto& tested) {
                           switch (tested.param) {
                             case Start::as_is: return "AsIs";
                             case Start::root_to_nobody: return "RootToNobody";
                             case Start::as_nobody: return "AsNobody";
                           }
                           return "?";
                         });

}  // namespace
}  // namespace holdfast::secure::sandbox
