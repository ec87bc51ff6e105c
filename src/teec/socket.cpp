#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "teec/connection.h"

namespace holdfast::teec {
namespace {

constexpr auto kConnectLimit = std::chrono::seconds(5);
constexpr auto kBacklogPause = std::chrono::milliseconds(5);

/// above_standard_streams moves a descriptor out of 0 to 2: a program that has closed those may open them anew.
UniqueFd above_standard_streams(UniqueFd fd) {
  if (fd.get() > STDERR_FILENO || !fd.is_open()) return fd;
  return UniqueFd(::fcntl(fd.get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
}

SysResult<void> connect_to(int fd, const sockaddr_un& address) {
  const auto deadline = std::chrono::steady_clock::now() + kConnectLimit;
  while (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    // EAGAIN: the listener's backlog is full.
    if (errno != EINTR && errno != EAGAIN) return sys_fail("connect");
    if (std::chrono::steady_clock::now() > deadline) return sys_fail(ETIMEDOUT, "connect");
    if (errno == EAGAIN) ::poll(nullptr, 0, static_cast<int>(kBacklogPause.count()));
  }
  return {};
}

}  // namespace

SysResult<Socket> Socket::connect(const char* path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path == nullptr || std::strlen(path) >= sizeof address.sun_path) return sys_fail(ENAMETOOLONG, "socket path");
  std::strcpy(address.sun_path, path);
  Socket socket;
  socket.fd_ = above_standard_streams(UniqueFd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)));
  if (!socket.fd_.is_open()) return sys_fail("make a socket");
  HF_TRY(connect_to(socket.fd_.get(), address));
  struct stat status{};
  if (::fstat(socket.fd_.get(), &status) != 0) return sys_fail("look at the socket");
  socket.device_ = status.st_dev;
  socket.inode_ = status.st_ino;
  return socket;
}

Socket::~Socket() {
  if (fd_.is_open() && !is_ours()) static_cast<void>(fd_.release());
}

bool Socket::is_ours() const noexcept {
  struct stat status{};
  return fd_.is_open() && ::fstat(fd_.get(), &status) == 0 && status.st_dev == device_ && status.st_ino == inode_;
}

bool Socket::peer_lives() const noexcept {
  if (!is_ours()) return false;
  pollfd look{.fd = fd_.get(), .events = POLLRDHUP, .revents = 0};
  return ::poll(&look, 1, 0) <= 0 || look.revents == 0;
}

bool Socket::send(ByteView message) const noexcept {
  return is_ours() && transport::send_packet(fd_.get(), message).has_value();
}

SysResult<transport::Packet> Socket::receive(MutableByteView room, std::chrono::milliseconds patience) const noexcept {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    if (!is_ours()) return sys_fail(ENOTCONN, "socket closed by the program");
    auto packet = transport::receive_packet(fd_.get(), room, transport::Descriptors::accept);
    // A peer that answered and closed before it read all we sent: the reset comes first, its answer behind it.
    if (!packet && packet.error().code == ECONNRESET)
      packet = transport::receive_packet(fd_.get(), room, transport::Descriptors::accept);
    if (packet || packet.error().code != EAGAIN) return packet;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return sys_fail(ETIMEDOUT, "wait for the secure world");
    pollfd look{.fd = fd_.get(), .events = POLLIN, .revents = 0};
    ::poll(&look, 1, static_cast<int>(left.count()));
  }
}

}  // namespace holdfast::teec
