#include "launcher/control_link.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/byte_reader.h"

namespace holdfast::launcher {

ControlMessage ControlLink::receive() noexcept {
  std::array<std::byte, 64> packet{};
  const ssize_t size = ::recv(socket_.get(), packet.data(), packet.size(), MSG_DONTWAIT);
  if (size == 0) return Gone{};
  if (size < 0) return errno == EAGAIN || errno == EINTR ? ControlMessage(Nothing{}) : ControlMessage(Gone{});
  ByteReader reader(ByteView(packet).first(static_cast<std::size_t>(size)));
  const auto kind = reader.u8();
  if (kind.has_value() && kind.value() == 'R') return Ready{};
  if (kind.has_value() && kind.value() == 'F') {
    const auto code = reader.u32();
    return Refused{code.has_value() ? code.value() : 0};
  }
  return Nothing{};
}

SysResult<void> ControlLink::send_link(const UniqueFd& link) noexcept {
  char kind = 'L';
  iovec body{.iov_base = &kind, .iov_len = 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> space{};
  msghdr message{};
  message.msg_iov = &body;
  message.msg_iovlen = 1;
  message.msg_control = space.data();
  message.msg_controllen = space.size();
  cmsghdr* const header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  const int fd = link.get();
  std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
  if (::sendmsg(socket_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT) != 1) return sys_fail("hand the new supplicant over");
  return {};
}

SysResult<SocketPair> make_socket_pair(int type) {
  int ends[2];
  if (::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends) != 0) return sys_fail("make a socket pair");
  return SocketPair{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

}  // namespace holdfast::launcher
