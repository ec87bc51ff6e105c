#include "launcher/executable_desk.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <new>

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
[[noreturn]] void look_up(const WhichExecutable& question, const ControlLink& link, std::atomic<bool>& is_answered) {
  ::signal(SIGALRM, SIG_DFL);
  ::alarm(kSecondsOfALookup);
  close_others(question.process.get(), link.fd());
  const auto path = executable_of(question.process.get(), {.uid = question.uid, .gid = question.gid});
  is_answered = true;
  if (path)
    link.answer(question.number, TeeResult::success, *path);
  else
    link.answer(question.number, TeeResult::access_denied);
  ::_exit(0);
}

constexpr std::size_t kMarkBytes = ExecutableDesk::kMostProcesses * sizeof(std::atomic<bool>);

std::atomic<bool>* map_marks() {
  void* const memory = ::mmap(nullptr, kMarkBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : new (memory) std::atomic<bool>[ExecutableDesk::kMostProcesses]{};
}

}  // namespace

ExecutableDesk::ExecutableDesk() : marks_(map_marks()) {}

ExecutableDesk::~ExecutableDesk() {
  // Not waited for: a client's file system may keep one of them from dying.
  for (const Lookup& lookup : lookups_) {
    ::kill(lookup.pid, SIGKILL);
    ::waitpid(lookup.pid, nullptr, WNOHANG);
  }
  if (marks_ != nullptr) ::munmap(marks_, kMarkBytes);
}

void ExecutableDesk::take(const WhichExecutable& question, const ControlLink& link) {
  reap();
  // A client that has its answer may be back before the lookup's process has ended.
  const auto is_open = [](const Lookup& lookup) { return !*lookup.is_answered; };
  const auto is_same_users = [&](const Lookup& lookup) { return is_open(lookup) && lookup.client == question.uid; };
  std::atomic<bool>* const mark = free_mark();
  if (mark == nullptr || std::ranges::count_if(lookups_, is_open) >= kMostOpen ||
      std::ranges::count_if(lookups_, is_same_users) >= kMostOpenOfOneUser)
    return link.answer(question.number, TeeResult::busy);
  *mark = false;
  const pid_t pid = ::fork();
  if (pid < 0) return link.answer(question.number, TeeResult::busy);
  if (pid == 0) look_up(question, link, *mark);
  lookups_.push_back({.pid = pid,
                      .client = question.uid,
                      .pidfd = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))),
                      .is_answered = mark});
}

/// free_mark is one that no process may still write; null when there is none.
std::atomic<bool>* ExecutableDesk::free_mark() const {
  for (std::size_t i = 0; marks_ != nullptr && i < kMostProcesses; ++i)
    if (std::ranges::none_of(lookups_, [&](const Lookup& lookup) { return lookup.is_answered == &marks_[i]; }))
      return &marks_[i];
  return nullptr;
}

void ExecutableDesk::watch(std::span<pollfd, kMostProcesses> fds) const {
  for (std::size_t i = 0; i < fds.size(); ++i)
    fds[i] = {.fd = i < lookups_.size() ? lookups_[i].pidfd.get() : -1, .events = POLLIN, .revents = 0};
}

void ExecutableDesk::reap() {
  std::erase_if(lookups_, [](const Lookup& lookup) { return ::waitpid(lookup.pid, nullptr, WNOHANG) != 0; });
}

}  // namespace holdfast::launcher
