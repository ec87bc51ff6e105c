#pragma once

#include <poll.h>
#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <span>
#include <vector>

#include "base/unique_fd.h"
#include "launcher/control_link.h"

namespace holdfast::launcher {

/// ExecutableDesk answers the secure world's questions for a client's executable. Each is looked up by a short-lived process,
/// so that a file system that hangs stops neither holdfastd nor, for longer than its two seconds, that client.
class ExecutableDesk {
 public:
  // At once; beyond that the answer is "busy".
  static constexpr std::ptrdiff_t kMostOpen = 8;
  static constexpr std::ptrdiff_t kMostOpenOfOneUser = 4;  // so that none takes all
  static constexpr std::size_t kMostProcesses = 32;        // with those that have answered and are about to end

  ExecutableDesk();
  ExecutableDesk(const ExecutableDesk&) = delete;
  ExecutableDesk& operator=(const ExecutableDesk&) = delete;
  ~ExecutableDesk();

  void take(const WhichExecutable& question, const ControlLink& link);
  /// watch fills `fds` with what becomes readable when a lookup has ended; reap takes such ones back.
  void watch(std::span<pollfd, kMostProcesses> fds) const;
  void reap();

 private:
  struct Lookup {
    pid_t pid;
    uid_t client;
    UniqueFd pidfd;
    std::atomic<bool>* is_answered;  // in memory shared with the process, which sets it before its client can be back
  };
  std::atomic<bool>* free_mark() const;

  std::atomic<bool>* const marks_;  // kMostProcesses, or null
  std::vector<Lookup> lookups_;
};

}  // namespace holdfast::launcher
