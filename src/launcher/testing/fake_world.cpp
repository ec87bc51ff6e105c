// Stands in for holdfast-secure-world or holdfast-supplicant, by the name it is run under, in the tests of the launcher.
// It keeps the launcher's contract and tells a client what it was given. A file "behaviour" beside it makes it misbehave.

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "transport/executable_question.h"
#include "transport/packet.h"

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

namespace {

std::string option(int argc, char** argv, const char* name) {
  for (int i = 1; i + 1 < argc; ++i)
    if (std::strcmp(argv[i], name) == 0) return argv[i + 1];
  return "-1";
}

std::string contents(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string status_field(const char* name) {
  const std::string status = contents("/proc/self/status");
  const std::size_t at = status.find(name);
  return at == std::string::npos ? "?" : status.substr(at + std::strlen(name), status.find('\n', at) - at - std::strlen(name));
}

std::string open_descriptors() {
  std::string list;
  for (int fd = 0; fd < 256; ++fd)
    if (::fcntl(fd, F_GETFD) >= 0) list += (list.empty() ? "" : ",") + std::to_string(fd);
  return list;
}

std::string about_us(int argc, char** argv) {
  std::string text = "pid=" + std::to_string(::getpid()) + "\nuid=" + std::to_string(::getuid()) + "\ngid=" + std::to_string(::getgid());
  text += "\ngroups=" + std::to_string(::getgroups(0, nullptr)) + "\neffective=" + status_field("CapEff:\t");
  text += "\nno_new_privs=" + status_field("NoNewPrivs:\t") + "\ndescriptors=" + open_descriptors() + "\nenvironment=";
  for (char** variable = environ; *variable != nullptr; ++variable) text += std::string(*variable) + " ";
  text += "\narguments=";
  for (int i = 1; i < argc; ++i) text += std::string(argv[i]) + " ";
  return text + "\n";
}

void reply(int fd, const std::string& text) { ::send(fd, text.data(), text.size(), MSG_NOSIGNAL); }

int run_supplicant(int argc, char** argv) {
  const int link = std::atoi(option(argc, argv, "--link-fd").c_str());
  const std::string store = option(argc, argv, "--store");
  char request[16];
  while (::recv(link, request, sizeof request, 0) > 0) {
    const bool stored = std::ofstream(store + "/record").put('r').good();
    reply(link, about_us(argc, argv) + "stored=" + (stored ? "yes" : "no") + "\n");
  }
  return 0;
}

std::size_t read_root_key(int fd) {
  char bytes[64];
  std::size_t size = 0;
  for (ssize_t got = 0; (got = ::read(fd, bytes, sizeof bytes)) > 0;) size += static_cast<std::size_t>(got);
  ::close(fd);
  return size;
}

std::string ask_supplicant(int link) {
  std::array<char, 4096> answer{};
  reply(link, "?");
  pollfd readable{.fd = link, .events = POLLIN, .revents = 0};
  if (::poll(&readable, 1, 2000) != 1) return "silent";
  const ssize_t size = ::recv(link, answer.data(), answer.size(), 0);
  return size > 0 ? std::string(answer.data(), static_cast<std::size_t>(size)) : "gone";
}

/// Asks the launcher which file the client runs, with its uid off by `offset`, and gives the answer's path.
std::string ask_for_executable(int control, int client, uid_t offset) {
  using namespace holdfast::transport;
  int process = -1;
  socklen_t size = sizeof process;
  if (::getsockopt(client, SOL_SOCKET, SO_PEERPIDFD, &process, &size) != 0) return "no pidfd";
  ucred peer{};
  size = sizeof peer;
  ::getsockopt(client, SOL_SOCKET, SO_PEERCRED, &peer, &size);
  const ExecutableQuestion question{.number = 77, .uid = peer.uid + offset, .gid = peer.gid};
  static_cast<void>(send_packet(control, message_bytes(question), std::array{process}));
  ::close(process);
  pollfd readable{.fd = control, .events = POLLIN, .revents = 0};
  if (::poll(&readable, 1, 5000) != 1) return "silent";
  std::array<char, 8192> packet{};
  const ssize_t got = ::recv(control, packet.data(), packet.size(), 0);
  ExecutableAnswer answer;
  if (got < static_cast<ssize_t>(sizeof answer)) return "gone";
  std::memcpy(&answer, packet.data(), sizeof answer);
  if (answer.number != question.number) return "another's";
  if (answer.result != 0) return "refused";
  return std::string(packet.data() + sizeof answer, static_cast<std::size_t>(got) - sizeof answer);
}

/// Takes 'L' with a new link; false at the end of the launcher.
bool take_control(int control, int& link) {
  char kind = 0;
  iovec body{.iov_base = &kind, .iov_len = 1};
  alignas(cmsghdr) char space[CMSG_SPACE(sizeof(int))];
  msghdr message{};
  message.msg_iov = &body;
  message.msg_iovlen = 1;
  message.msg_control = space;
  message.msg_controllen = sizeof space;
  if (::recvmsg(control, &message, MSG_CMSG_CLOEXEC) <= 0) return false;
  const cmsghdr* const header = CMSG_FIRSTHDR(&message);
  if (kind != 'L' || header == nullptr || header->cmsg_type != SCM_RIGHTS) return true;
  ::close(link);
  std::memcpy(&link, CMSG_DATA(header), sizeof link);
  return true;
}

int run_secure_world(int argc, char** argv, bool refuse) {
  const int listener = std::atoi(option(argc, argv, "--listen-fd").c_str());
  const int control = std::atoi(option(argc, argv, "--control-fd").c_str());
  int link = std::atoi(option(argc, argv, "--link-fd").c_str());
  const std::size_t key_bytes = read_root_key(std::atoi(option(argc, argv, "--root-key-fd").c_str()));
  if (refuse) {
    ::send(control, "F\x05\0\0\0", 5, MSG_NOSIGNAL);
    return 1;
  }
  reply(control, "R");
  for (;;) {
    pollfd fds[2] = {{control, POLLIN, 0}, {listener, POLLIN, 0}};
    ::poll(fds, 2, -1);
    if (fds[0].revents != 0 && !take_control(control, link)) return 0;
    if (fds[1].revents == 0) continue;
    const int client = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    char request = 0;
    if (::recv(client, &request, 1, 0) == 1) {
      if (request == 'x') return 3;
      if (request == 'i') reply(client, about_us(argc, argv) + "key_bytes=" + std::to_string(key_bytes) + "\n");
      if (request == 'e') reply(client, ask_for_executable(control, client, 0));
      if (request == 'o') reply(client, ask_for_executable(control, client, 1));
      if (request == 's') reply(client, ask_supplicant(link));
    }
    ::close(client);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::filesystem::path self = argv[0];
  const std::string behaviour = contents((self.parent_path() / "behaviour").string());
  const bool supplicant = self.filename() == "holdfast-supplicant";
  if (behaviour == (supplicant ? "supplicant dies" : "secure world dies")) return 9;
  return supplicant ? run_supplicant(argc, argv) : run_secure_world(argc, argv, behaviour == "secure world refuses");
}
