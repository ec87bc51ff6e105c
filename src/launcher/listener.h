#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>

#include "base/unique_fd.h"
#include "launcher/problem.h"

namespace holdfast::launcher {

/// Listener is the SOCK_SEQPACKET socket that clients connect to. The secure world inherits it and accepts; holdfastd only
/// holds it, so that connects wait instead of failing while a world is started again.
class Listener {
 public:
  /// from_service_manager takes the one socket that systemd passed (LISTEN_PID, LISTEN_FDS), when there is one.
  static Outcome<std::optional<Listener>> from_service_manager();
  /// open makes `path`. The name appears when the socket already listens; a socket file nobody listens on is replaced,
  /// one with a listener is not.
  static Outcome<Listener> open(const std::string& path, mode_t mode);

  int fd() const { return socket_.get(); }
  /// remove takes the socket's file away, if it still is ours.
  void remove() noexcept;

 private:
  explicit Listener(UniqueFd socket) : socket_(std::move(socket)) {}

  UniqueFd socket_;
  std::string path_;  // empty when it is the service manager's
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

/// Answer is what a connect to a path meets.
enum class Answer { listening, nobody, no_such_file, not_a_socket };
Answer probe(const std::string& path);

}  // namespace holdfast::launcher
