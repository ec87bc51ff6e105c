#pragma once

namespace holdfast::cryptoki {

/// Starting a per-user secure world when nothing listens, as gpg-agent is started. Not for root, not for a program that
/// runs with more rights than its user, not when HOLDFAST_SOCKET names a place or HOLDFAST_AUTOSTART is 0.
namespace autostart {

/// start runs `holdfastd` and waits until it listens, at most 5 seconds; false when none was started at all. The daemon
/// is nobody's child in this process: no zombie, no SIGCHLD, no descriptor of the host in it.
bool start() noexcept;

}  // namespace autostart
}  // namespace holdfast::cryptoki
