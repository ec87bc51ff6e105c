#pragma once

#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "launcher/problem.h"
#include "launcher/service_user.h"

namespace holdfast::launcher {

/// What a child keeps of root's power across its change of user. The secure world needs to make its own prison
/// (secure/sandbox) and drops the rest there; a child of an unprivileged holdfastd has nothing to keep.
enum class Powers { none, to_build_a_sandbox };

/// ChildSpec is a program with everything it inherits; whatever is not named here is closed or reset.
struct ChildSpec {
  std::string program;
  std::vector<std::string> arguments;
  std::vector<int> descriptors;  // keep their numbers
  ServiceUser user;
  Powers powers = Powers::none;
  /// When set, this directory is shown to the child at kPrivateStore in a mount namespace of its own.
  std::string show_at_private_store;
};

/// Where a store appears to a supplicant whose user could not reach its real path.
inline constexpr const char* kPrivateStore = "/run/holdfast-store";

/// Child is a running process of ours. Its death makes pidfd() readable.
class Child {
 public:
  /// start returns when the program runs, or with what stopped it on the way there.
  static Outcome<Child> start(const ChildSpec& spec);

  pid_t pid() const { return pid_; }
  int pidfd() const { return pidfd_.get(); }
  void kill(int signal) const noexcept;
  /// reap waits for the end and returns the status of waitpid(2).
  int reap() noexcept;
  /// reap_within waits so long; then it kills and reaps.
  int reap_within(int milliseconds) noexcept;

 private:
  Child(pid_t pid, UniqueFd pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}

  pid_t pid_ = -1;
  UniqueFd pidfd_;
};

}  // namespace holdfast::launcher
