#include "launcher/child.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "launcher/child_setup.h"

namespace holdfast::launcher {
namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

}  // namespace

Outcome<Child> Child::start(const ChildSpec& spec) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_problem("cannot make a pipe", errno);
  const UniqueFd from_child(ends[0]);
  UniqueFd to_parent(ends[1]);

  std::vector<std::string> arguments{spec.program};
  arguments.insert(arguments.end(), spec.arguments.begin(), spec.arguments.end());
  std::vector<std::string> environment = inherited_environment();
  const std::vector<char*> argv = pointers(arguments);
  const std::vector<char*> envp = pointers(environment);

  // Opened before the change of user: the worlds' user need not be able to reach the programs, as in root's home.
  const UniqueFd program(::open(spec.program.c_str(), O_PATH | O_CLOEXEC));
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return system_problem("cannot start a process", errno);
  if (pid == 0) {
    SysError failure{};
    if (const SysResult<void> ready = set_up_child(spec, parent); !ready) {
      failure = ready.error();
    } else {
      ::execve(spec.program.c_str(), argv.data(), envp.data());
      if (errno == EACCES) ::execveat(program.get(), "", argv.data(), envp.data(), AT_EMPTY_PATH);
      failure = {errno, "run it"};
    }
    // `what` is a literal: its address means the same in the parent. Success closes the pipe with nothing in it.
    [[maybe_unused]] const ssize_t ignored = ::write(to_parent.get(), &failure, sizeof failure);
    ::_exit(127);
  }
  to_parent.reset();
  Child child(pid, UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))));
  if (!child.pidfd_.is_open()) {
    const int error = errno;
    child.kill(SIGKILL);
    child.reap();
    return system_problem("cannot watch a process", error, "Linux 5.3 or newer is needed");
  }
  SysError failure{};
  if (::read(from_child.get(), &failure, sizeof failure) == static_cast<ssize_t>(sizeof failure)) {
    child.reap();
    return system_problem("cannot start " + spec.program + " as " + spec.user.name + ": " + failure.what, failure.code,
                          failure.code == EACCES ? "that user must be able to reach the program" : "");
  }
  return child;
}

void Child::kill(int signal) const noexcept {
  if (pid_ > 0) ::kill(pid_, signal);
}

int Child::reap() noexcept {
  int status = 0;
  while (pid_ > 0 && ::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  pidfd_.reset();
  return status;
}

int Child::reap_within(int milliseconds) noexcept {
  pollfd end{.fd = pidfd(), .events = POLLIN, .revents = 0};
  if (::poll(&end, 1, milliseconds) != 1) kill(SIGKILL);
  return reap();
}

}  // namespace holdfast::launcher
