#pragma once

#include <sys/types.h>

#include <string>

#include "launcher/problem.h"
#include "launcher/service_user.h"
#include "launcher/settings.h"

namespace holdfast::launcher {

/// make_directory makes `path` with exactly `mode` when it does not exist, and its missing parents with 0755 (root) or
/// 0700. Something else of that name is a problem; an existing directory is left as it is.
Outcome<void> make_directory(const std::string& path, mode_t mode);

/// prepare_state makes the state directory and the store in it. The store is its user's alone; the directory around it,
/// with the lock and perhaps the root key, stays ours, and the service user may only pass through.
Outcome<void> prepare_state(const Settings& settings, const ServiceUser& user);

/// has_entries tells whether a directory holds anything: a store that was used before does.
Outcome<bool> has_entries(const std::string& directory);

}  // namespace holdfast::launcher
