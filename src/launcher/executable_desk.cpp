#include "launcher/executable_desk.h"

#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "launcher/executable.h"

namespace holdfast::launcher {
namespace {

constexpr unsigned kSecondsOfALookup = 2;

/// look_up is the whole life of a lookup's process.
[[noreturn]] void look_up(const WhichExecutable& question, const ControlLink& link) {
  ::signal(SIGALRM, SIG_DFL);
  ::alarm(kSecondsOfALookup);
  const auto path = executable_of(question.process.get(), {.uid = question.uid, .gid = question.gid});
  if (path)
    link.answer(question.number, TeeResult::success, *path);
  else
    link.answer(question.number, TeeResult::access_denied);
  ::_exit(0);
}

}  // namespace

ExecutableDesk::~ExecutableDesk() {
  for (const Lookup& lookup : lookups_) {
    ::kill(lookup.pid, SIGKILL);
    while (::waitpid(lookup.pid, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
}

void ExecutableDesk::take(const WhichExecutable& question, const ControlLink& link) {
  if (lookups_.size() >= kMost) return link.answer(question.number, TeeResult::busy);
  const pid_t pid = ::fork();
  if (pid < 0) return link.answer(question.number, TeeResult::busy);
  if (pid == 0) look_up(question, link);
  lookups_.push_back({.pid = pid, .pidfd = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)))});
}

void ExecutableDesk::watch(std::span<pollfd, kMost> fds) const {
  for (std::size_t i = 0; i < fds.size(); ++i)
    fds[i] = {.fd = i < lookups_.size() ? lookups_[i].pidfd.get() : -1, .events = POLLIN, .revents = 0};
}

void ExecutableDesk::reap() {
  std::erase_if(lookups_, [](const Lookup& lookup) { return ::waitpid(lookup.pid, nullptr, WNOHANG) != 0; });
}

}  // namespace holdfast::launcher
