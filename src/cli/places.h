#pragma once

#include <string>
#include <vector>

namespace holdfast::cli {

std::string directory_of_this_program();

/// socket_places are where the module looks for a secure world, in its order: HOLDFAST_SOCKET alone, or the system's
/// socket and then the user's.
std::vector<std::string> socket_places();

/// SocketState is what a client meets at a path.
enum class SocketState { listening, stale, missing, not_a_socket, forbidden };
SocketState look_at_socket(const std::string& path);

/// listening_socket is the first place where somebody listens; empty when there is none.
std::string listening_socket();

/// find_daemon names the holdfastd of this installation or build tree; empty when there is none.
std::string find_daemon();

}  // namespace holdfast::cli
