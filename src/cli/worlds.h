#pragma once

#include <string>
#include <sys/types.h>

namespace holdfast::cli {

/// Worlds are the processes behind a socket, as far as this user can see them; 0 for one that was not found.
struct Worlds {
  pid_t launcher = 0;
  pid_t secure_world = 0;
  pid_t supplicant = 0;
};

/// find_worlds asks the kernel who listens at `socket` and looks at that process's children. Behind a service manager's
/// socket the listener is the service manager, so then it takes the one holdfastd that runs, if there is just one.
Worlds find_worlds(const std::string& socket);

}  // namespace holdfast::cli
