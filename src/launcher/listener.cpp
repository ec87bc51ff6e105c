#include "launcher/listener.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "launcher/directories.h"

namespace holdfast::launcher {
namespace {

constexpr int kBacklog = 1024;
constexpr int kFirstPassedFd = 3;  // sd_listen_fds(3)

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  return address;
}

int socket_option(int fd, int option) {
  int value = -1;
  socklen_t size = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

long number_in_environment(const char* name) {
  const char* const text = std::getenv(name);
  return text == nullptr ? 0 : std::strtol(text, nullptr, 10);
}

/// Whoever owns the directory of the socket can put another one in its place.
Outcome<void> check_owner(const std::string& directory) {
  struct stat status{};
  if (::lstat(directory.c_str(), &status) != 0) return system_problem("cannot look at " + directory, errno);
  if (status.st_uid != ::geteuid() && status.st_uid != 0)
    return problem("the directory " + directory + " of the socket belongs to uid " + std::to_string(status.st_uid),
                   "remove it, or choose another --socket");
  return {};
}

Outcome<void> make_way(const std::string& path) {
  switch (probe(path)) {
    case Answer::no_such_file: return {};
    case Answer::nobody: return {};  // left by one that was killed; rename replaces it
    case Answer::listening:
      return problem(ExitCode::already_running, "somebody already listens at " + path, "stop it, or choose another --socket");
    case Answer::not_a_socket: return problem(path + " exists and is not a socket", "move it away, or choose another --socket");
  }
  return {};
}

}  // namespace

Answer probe(const std::string& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) return Answer::no_such_file;
  if (!S_ISSOCK(status.st_mode)) return Answer::not_a_socket;
  const UniqueFd client(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const sockaddr_un address = address_of(path);
  if (::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return Answer::listening;
  // Only these two mean that there is no listener; a full backlog (EAGAIN) or another kind of socket is one.
  if (errno == ENOENT) return Answer::no_such_file;
  return errno == ECONNREFUSED ? Answer::nobody : Answer::listening;
}

Outcome<std::optional<Listener>> Listener::from_service_manager() {
  const bool for_us = number_in_environment("LISTEN_PID") == ::getpid();
  const long count = number_in_environment("LISTEN_FDS");
  for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) ::unsetenv(name);
  if (!for_us || count == 0) return std::optional<Listener>{};
  if (count != 1)
    return problem("the service manager passed " + std::to_string(count) + " sockets instead of one", "give holdfast.socket one ListenSequentialPacket");
  UniqueFd socket(kFirstPassedFd);
  if (socket_option(socket.get(), SO_DOMAIN) != AF_UNIX || socket_option(socket.get(), SO_TYPE) != SOCK_SEQPACKET ||
      socket_option(socket.get(), SO_ACCEPTCONN) != 1)
    return problem("the service manager's socket is not a listening Unix SOCK_SEQPACKET socket", "use ListenSequentialPacket in holdfast.socket");
  if (::fcntl(socket.get(), F_SETFD, FD_CLOEXEC) != 0) return system_problem("cannot use the service manager's socket", errno);
  return std::optional<Listener>(Listener(std::move(socket)));
}

Outcome<Listener> Listener::open(const std::string& path, mode_t mode) {
  const std::string directory = std::filesystem::path(path).parent_path().string();
  HF_TRY(make_directory(directory, ::geteuid() == 0 ? mode_t{0755} : mode_t{0700}));
  HF_TRY(check_owner(directory));
  HF_TRY(make_way(path));
  Listener listener(UniqueFd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)));
  const std::string unfinished = path + ".new";
  ::unlink(unfinished.c_str());
  const sockaddr_un address = address_of(unfinished);
  if (::bind(listener.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return system_problem("cannot make the socket " + path, errno, "check the directory's permissions, or choose another --socket");
  struct stat status{};
  if (::chmod(unfinished.c_str(), mode) != 0 || ::listen(listener.fd(), kBacklog) != 0 ||
      ::lstat(unfinished.c_str(), &status) != 0 || ::rename(unfinished.c_str(), path.c_str()) != 0)
    return system_problem("cannot listen at " + path, errno);
  listener.path_ = path;
  listener.device_ = status.st_dev;
  listener.inode_ = status.st_ino;
  return listener;
}

void Listener::remove() noexcept {
  if (path_.empty()) return;
  struct stat status{};
  if (::lstat(path_.c_str(), &status) == 0 && status.st_dev == device_ && status.st_ino == inode_) ::unlink(path_.c_str());
  path_.clear();
}

}  // namespace holdfast::launcher
