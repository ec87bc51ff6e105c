#include "launcher/executable_desk.h"

#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "launcher/executable.h"

namespace holdfast::launcher {
namespace {

constexpr unsigned kSecondsOfALookup = 2;

/// close_others closes every descriptor but two: a lookup that hangs must hold neither holdfastd's lock nor a world's link.
void close_others(int a, int b) {
  const auto low = static_cast<unsigned>(std::min(a, b));
  const auto high = static_cast<unsigned>(std::max(a, b));
  const auto close_range = [](unsigned first, unsigned last) {
    if (first <= last) ::syscall(SYS_close_range, first, last, 0u);
  };
  close_range(3, low - 1);
  close_range(low + 1, high - 1);
  close_range(high + 1, ~0u);
}

/// look_up is the whole life of a lookup's process.
[[noreturn]] void look_up(const WhichExecutable& question, const ControlLink& link) {
  ::signal(SIGALRM, SIG_DFL);
  ::alarm(kSecondsOfALookup);
  close_others(question.process.get(), link.fd());
  const auto path = executable_of(question.process.get(), {.uid = question.uid, .gid = question.gid});
  if (path)
    link.answer(question.number, TeeResult::success, *path);
  else
    link.answer(question.number, TeeResult::access_denied);
  ::_exit(0);
}

}  // namespace

ExecutableDesk::~ExecutableDesk() {
  // Not waited for: a client's file system may keep one of them from dying.
  for (const Lookup& lookup : lookups_) {
    ::kill(lookup.pid, SIGKILL);
    ::waitpid(lookup.pid, nullptr, WNOHANG);
  }
}

void ExecutableDesk::take(const WhichExecutable& question, const ControlLink& link) {
  const auto is_same_users = [&](const Lookup& lookup) { return lookup.client == question.uid; };
  if (lookups_.size() >= kMost || std::ranges::count_if(lookups_, is_same_users) >= kMostOfOneUser)
    return link.answer(question.number, TeeResult::busy);
  const pid_t pid = ::fork();
  if (pid < 0) return link.answer(question.number, TeeResult::busy);
  if (pid == 0) look_up(question, link);
  lookups_.push_back({.pid = pid, .client = question.uid, .pidfd = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)))});
}

void ExecutableDesk::watch(std::span<pollfd, kMost> fds) const {
  for (std::size_t i = 0; i < fds.size(); ++i)
    fds[i] = {.fd = i < lookups_.size() ? lookups_[i].pidfd.get() : -1, .events = POLLIN, .revents = 0};
}

void ExecutableDesk::reap() {
  std::erase_if(lookups_, [](const Lookup& lookup) { return ::waitpid(lookup.pid, nullptr, WNOHANG) != 0; });
}

}  // namespace holdfast::launcher
