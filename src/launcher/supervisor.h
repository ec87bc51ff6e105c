#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "launcher/child.h"
#include "launcher/control_link.h"
#include "launcher/executable_desk.h"
#include "launcher/programs.h"
#include "launcher/restart_policy.h"
#include "launcher/root_key_source.h"
#include "launcher/settings.h"

namespace holdfast::launcher {

/// Supervisor runs the two worlds and keeps them running:
/// - a supplicant that dies is replaced, and the secure world gets the new link;
/// - when the secure world dies both are started anew, for its clients reconnect;
/// - SIGTERM, SIGINT or SIGHUP stops the secure world first, then the supplicant.
class Supervisor {
 public:
  struct Plan {
    Settings settings;
    ServiceUser user;
    Programs programs;
    RootKeySource root_key;
    int listen_fd = -1;
    /// The supplicant's user cannot walk to the store, so it is shown to it in a private mount.
    bool store_needs_private_mount = false;
  };

  Supervisor(Plan plan, UniqueFd ready_fd);

  /// run returns when a signal asked for the end, or with the problem that ended it. No world is left running.
  Outcome<void> run();

 private:
  using Clock = std::chrono::steady_clock;
  struct World {
    std::optional<Child> child;
    Clock::time_point started;
    Life life = Life::never_served;
    RestartPolicy policy;
    std::optional<Clock::time_point> due;

    int pidfd() const { return child ? child->pidfd() : -1; }
    RestartPolicy::Milliseconds lived() const;
    void has_started(Child started_child);
  };

  Outcome<void> watch(int signals);
  Outcome<void> start_due_worlds();
  Outcome<void> start_both();
  Outcome<void> start_supplicant(const UniqueFd& link);
  Outcome<void> start_secure_world(const UniqueFd& link, const UniqueFd& control);
  Outcome<void> replace_supplicant();
  Outcome<void> on_control();
  Outcome<void> on_supplicant_end();
  Outcome<void> on_secure_world_end();
  Outcome<void> schedule(World& world, const char* name);
  int milliseconds_to_next_start() const;
  void stop() noexcept;

  Plan plan_;
  UniqueFd ready_fd_;
  ControlLink control_;
  ExecutableDesk executables_;
  World secure_world_;
  World supplicant_;
};

}  // namespace holdfast::launcher
