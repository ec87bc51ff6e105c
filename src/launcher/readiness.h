#pragma once

#include "base/unique_fd.h"

namespace holdfast::launcher {

/// notify_service_manager sends one state to NOTIFY_SOCKET (sd_notify(3)), when there is one.
void notify_service_manager(const char* state) noexcept;

/// announce_ready tells whoever waits that clients are served: READY=1, and one byte into `ready_fd`, which it closes.
void announce_ready(UniqueFd& ready_fd) noexcept;

}  // namespace holdfast::launcher
