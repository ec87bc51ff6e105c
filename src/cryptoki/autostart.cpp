#include "cryptoki/autostart.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/unique_fd.h"

#ifndef HOLDFAST_DAEMON_PATH
#error "the build says where holdfastd is installed"
#endif

extern char** environ;

namespace holdfast::cryptoki::autostart {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kPatience{5};
constexpr int kReadyFd = 3;
constexpr const char* kReadyFdText = "3";

bool is_wanted() noexcept {
  if (::geteuid() == 0 || ::getuid() != ::geteuid() || ::getgid() != ::getegid()) return false;
  if (::secure_getenv("HOLDFAST_SOCKET") != nullptr) return false;
  const char* const choice = ::secure_getenv("HOLDFAST_AUTOSTART");
  return choice == nullptr || std::strcmp(choice, "0") != 0;
}

/// daemon_path is null when there is no program to start.
const char* daemon_path() noexcept {
  const char* path = ::secure_getenv("HOLDFAST_DAEMON");
  if (path == nullptr || path[0] != '/') path = HOLDFAST_DAEMON_PATH;
  return ::access(path, X_OK) == 0 ? path : nullptr;
}

/// AllSignalsBlocked keeps the host's signal handlers from running in the child before it has become another program.
class AllSignalsBlocked {
 public:
  AllSignalsBlocked() noexcept {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~AllSignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  AllSignalsBlocked(const AllSignalsBlocked&) = delete;
  AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

/// copy_process is fork() without the host's atfork handlers, and without a SIGCHLD to the host when the child ends.
pid_t copy_process() noexcept {
  return static_cast<pid_t>(::syscall(SYS_clone, 0, nullptr, nullptr, nullptr, nullptr));
}

// ---- In the child: only system calls, for the host may have many threads and the copy has one.

void close_from(unsigned first) noexcept {
  if (::syscall(SYS_close_range, first, ~0U, 0) == 0) return;
  rlimit limit{};
  const rlim_t last = ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? std::min<rlim_t>(limit.rlim_cur, 65536) : 1024;
  for (rlim_t fd = first; fd < last; ++fd) ::close(static_cast<int>(fd));
}

void reset_signals() noexcept {
  struct sigaction by_default{};
  by_default.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &by_default, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void become_daemon(const char* path, char* const* arguments, int ready) noexcept {
  const int ready_aside =
      ::fcntl(ready, F_DUPFD, kReadyFd + 1);  // the host may have closed 0 to 2, and ready be one of them
  const int null = ::open("/dev/null", O_RDWR);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(null, fd);
  ::dup2(ready_aside, kReadyFd);
  close_from(kReadyFd + 1);
  ::umask(077);
  if (::chdir("/") == 0) {
    reset_signals();
    ::execve(path, arguments, environ);
  }
  ::_exit(127);
}

[[noreturn]] void detach(const char* path, char* const* arguments, int ready) noexcept {
  ::setsid();
  const pid_t daemon = copy_process();
  if (daemon == 0) become_daemon(path, arguments, ready);
  ::_exit(daemon < 0 ? 1 : 0);
}

// ---- In the host.

bool launch(const char* path, int ready) noexcept {
  char name[] = "holdfastd";
  char option[] = "--ready-fd";
  char fd[sizeof "3"];
  std::memcpy(fd, kReadyFdText, sizeof fd);
  char* const arguments[] = {name, option, fd, nullptr};

  const AllSignalsBlocked guard;
  const pid_t middle = copy_process();
  if (middle < 0) return false;
  if (middle == 0) detach(path, arguments, ready);
  int status = 0;
  while (::waitpid(middle, &status, __WALL) < 0)
    if (errno != EINTR) return false;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// wait_until_ready ends when the daemon says it listens, when it ends, or when patience does.
void wait_until_ready(int ready) noexcept {
  const auto deadline = Clock::now() + kPatience;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return;
    pollfd wanted{.fd = ready, .events = POLLIN, .revents = 0};
    const int count = ::poll(&wanted, 1, static_cast<int>(left));
    if (count > 0 || (count < 0 && errno != EINTR)) return;
  }
}

}  // namespace

bool start() noexcept {
  if (!is_wanted()) return false;
  const char* const path = daemon_path();
  if (path == nullptr) return false;
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return false;
  const UniqueFd readable(ends[0]);
  UniqueFd writable(ends[1]);
  if (!launch(path, writable.get())) return false;
  writable.reset();
  wait_until_ready(readable.get());
  return true;
}

}  // namespace holdfast::cryptoki::autostart
