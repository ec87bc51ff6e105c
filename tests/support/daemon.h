#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <sys/types.h>
#include <vector>

namespace holdfast::testing {

/// Daemon is a real holdfastd with a store, a root key and a socket of its own in a temporary folder. It ends, and the
/// folder goes, with the object.
class Daemon {
 public:
  /// start waits until clients are served; throws std::runtime_error, with the daemon's log, when that does not happen.
  /// HF_DAEMON names the program, HOLDFAST_LIBEXEC its two worlds.
  static std::unique_ptr<Daemon> start(const std::vector<std::string>& more_options = {});
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  std::string socket() const { return (folder_ / "socket").string(); }
  /// stop asks it to end and waits; run starts it again on the same store.
  void stop();
  void run();
  std::string log() const;

 private:
  Daemon() = default;
  std::filesystem::path folder_;
  std::vector<std::string> more_options_;
  pid_t process_ = -1;
};

}  // namespace holdfast::testing
