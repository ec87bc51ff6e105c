#include "transport/packet.h"

#include <cstring>
#include <sys/socket.h>

namespace holdfast::transport {
namespace {

template <class Call>
ssize_t restarted(Call&& call) {
  ssize_t outcome;
  do {
    outcome = call();
  } while (outcome < 0 && errno == EINTR);
  return outcome;
}

void take_descriptors(msghdr& message, Packet& packet) {
  std::size_t taken = 0;
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(part) + i * sizeof(int), sizeof fd);
      UniqueFd owned(fd);
      if (taken < packet.fds.size()) packet.fds[taken++] = std::move(owned);
    }
  }
}

}  // namespace

SysResult<void> send_packet(int socket, ByteView bytes, std::span<const int> fds) {
  alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(kMaxPacketFds * sizeof(int))> control{};
  iovec part{.iov_base = const_cast<std::byte*>(bytes.data()), .iov_len = bytes.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (fds.size() > kMaxPacketFds) return sys_fail(EINVAL, "send descriptors");
  if (!fds.empty()) {
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(fds.size_bytes());
    cmsghdr* rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(fds.size_bytes());
    std::memcpy(CMSG_DATA(rights), fds.data(), fds.size_bytes());
  }
  if (restarted([&] { return ::sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL); }) < 0)
    return sys_fail("send a packet");
  return {};
}

SysResult<Packet> receive_packet(int socket, MutableByteView buffer, Descriptors descriptors) {
  alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(kMaxPacketFds * sizeof(int))> control{};
  iovec part{.iov_base = buffer.data(), .iov_len = buffer.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (descriptors == Descriptors::accept) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
  }
  const ssize_t size = restarted([&] { return ::recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC); });
  if (size < 0) return sys_fail("receive a packet");
  Packet packet;
  packet.size = static_cast<std::size_t>(size);
  take_descriptors(message, packet);
  if ((message.msg_flags & MSG_TRUNC) != 0) return sys_fail(EMSGSIZE, "packet longer than any message");
  return packet;
}

}  // namespace holdfast::transport
