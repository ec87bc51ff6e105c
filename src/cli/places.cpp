#include "cli/places.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace holdfast::cli {

std::string directory_of_this_program() {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path().string();
}

std::vector<std::string> socket_places() {
  if (const char* const chosen = std::getenv("HOLDFAST_SOCKET"); chosen != nullptr && *chosen != '\0') return {chosen};
  const char* const runtime = std::getenv("XDG_RUNTIME_DIR");
  const std::string folder = runtime != nullptr && *runtime == '/' ? std::string(runtime) + "/holdfast"
                                                                   : "/tmp/holdfast-" + std::to_string(::geteuid());
  return {"/run/holdfast/holdfast.sock", folder + "/holdfast.sock"};
}

SocketState look_at_socket(const std::string& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) return errno == EACCES ? SocketState::forbidden : SocketState::missing;
  if (!S_ISSOCK(status.st_mode)) return SocketState::not_a_socket;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::snprintf(address.sun_path, sizeof address.sun_path, "%s", path.c_str());
  const int client = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int outcome = ::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  const int error = errno;
  ::close(client);
  if (outcome == 0) return SocketState::listening;
  switch (error) {
    case EACCES: return SocketState::forbidden;
    case ECONNREFUSED: return SocketState::stale;
    case ENOENT: return SocketState::missing;
    case EPROTOTYPE: return SocketState::not_a_socket;  // a socket, but not one of ours
    default: return SocketState::listening;             // for example EAGAIN: so many wait already
  }
}

std::string listening_socket() {
  for (const std::string& path : socket_places())
    if (look_at_socket(path) == SocketState::listening) return path;
  return {};
}

std::string find_daemon() {
  for (const std::string& path : {directory_of_this_program() + "/holdfastd", std::string(HOLDFAST_DAEMON_PATH)})
    if (::access(path.c_str(), X_OK) == 0) return path;
  return {};
}

}  // namespace holdfast::cli
