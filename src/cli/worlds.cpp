#include "cli/worlds.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

namespace holdfast::cli {
namespace {

constexpr std::size_t kCommMax = 15;  // what the kernel keeps of a program's name

std::string name_of(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/comm");
  std::string name;
  std::getline(file, name);
  return name;
}

bool is_named(pid_t process, const std::string& program) { return name_of(process) == program.substr(0, kCommMax); }

pid_t listener_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::snprintf(address.sun_path, sizeof address.sun_path, "%s", path.c_str());
  const int client = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  ucred credentials{};
  socklen_t size = sizeof credentials;
  const bool known = ::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                     ::getsockopt(client, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0;
  ::close(client);
  return known ? credentials.pid : 0;
}

pid_t only_daemon() {
  std::vector<pid_t> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const auto process = static_cast<pid_t>(std::strtol(entry.path().filename().c_str(), nullptr, 10));
    if (process > 0 && is_named(process, "holdfastd")) found.push_back(process);
  }
  return found.size() == 1 ? found[0] : 0;
}

}  // namespace

Worlds find_worlds(const std::string& socket) {
  Worlds worlds;
  worlds.launcher = listener_of(socket);
  if (!is_named(worlds.launcher, "holdfastd")) worlds.launcher = only_daemon();
  if (worlds.launcher == 0) return worlds;
  const std::string id = std::to_string(worlds.launcher);
  std::ifstream children("/proc/" + id + "/task/" + id + "/children");
  for (pid_t child = 0; children >> child;) {
    if (is_named(child, "holdfast-secure-world")) worlds.secure_world = child;
    if (is_named(child, "holdfast-supplicant")) worlds.supplicant = child;
  }
  return worlds;
}

}  // namespace holdfast::cli
