#pragma once

#include <poll.h>
#include <sys/types.h>

#include <array>
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
  static constexpr std::size_t kMost = 8;  // at once; beyond that the answer is "busy"
  static constexpr std::ptrdiff_t kMostOfOneUser = 4;  // so that none takes all

  ExecutableDesk() = default;
  ExecutableDesk(const ExecutableDesk&) = delete;
  ExecutableDesk& operator=(const ExecutableDesk&) = delete;
  ~ExecutableDesk();

  void take(const WhichExecutable& question, const ControlLink& link);
  /// watch fills `fds` with what becomes readable when a lookup has ended; reap takes such ones back.
  void watch(std::span<pollfd, kMost> fds) const;
  void reap();

 private:
  struct Lookup {
    pid_t pid;
    uid_t client;
    UniqueFd pidfd;
  };
  std::vector<Lookup> lookups_;
};

}  // namespace holdfast::launcher
