#include "secure/world/control.h"

#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <thread>

#include "base/byte_writer.h"
#include "base/log.h"

namespace holdfast::secure::world {
namespace {

constexpr std::byte kNewLink{'L'};
constexpr std::byte kReady{'R'};
constexpr std::byte kRefused{'F'};

enum class Heard : std::uint8_t { nothing, link, end };

/// receive waits for one packet; a descriptor that came with it is owned by `descriptor`.
Heard receive(int socket, UniqueFd& descriptor) {
  std::byte kind{};
  iovec data{&kind, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> ancillary{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = ancillary.data();
  message.msg_controllen = ancillary.size();
  const ssize_t size = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  if (size < 0) return errno == EINTR ? Heard::nothing : Heard::end;
  if (size == 0) return Heard::end;
  for (cmsghdr* head = CMSG_FIRSTHDR(&message); head != nullptr; head = CMSG_NXTHDR(&message, head)) {
    if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS || head->cmsg_len != CMSG_LEN(sizeof(int))) continue;
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(head), sizeof fd);
    descriptor.reset(fd);
  }
  return kind == kNewLink && descriptor.is_open() ? Heard::link : Heard::nothing;
}

}  // namespace

SysResult<Control> Control::create(UniqueFd socket) {
  UniqueFd stop(::eventfd(0, EFD_CLOEXEC));
  if (!stop.is_open()) return sys_fail("make an event descriptor");
  return Control(std::move(socket), std::move(stop));
}

void Control::listen(storage::SocketRecordLink& link) {
  std::thread([socket = socket_.get(), stop = stop_.get(), &link] {
    for (;;) {
      UniqueFd descriptor;
      switch (receive(socket, descriptor)) {
        case Heard::nothing:
          break;
        case Heard::link:
          link.replace(std::move(descriptor));
          break;
        case Heard::end: {
          const eventfd_t now = 1;
          ::eventfd_write(stop, now);
          return;
        }
      }
    }
  }).detach();
}

void Control::report_ready() noexcept { [[maybe_unused]] const ssize_t sent = ::send(socket_.get(), &kReady, 1, MSG_NOSIGNAL); }

void Control::report_refusal(Rv rv) noexcept {
  std::array<std::byte, 5> packet{kRefused};
  for (std::size_t i = 0; i < 4; ++i) packet[1 + i] = static_cast<std::byte>(static_cast<std::uint32_t>(rv) >> (8 * i));
  [[maybe_unused]] const ssize_t sent = ::send(socket_.get(), packet.data(), packet.size(), MSG_NOSIGNAL);
}

}  // namespace holdfast::secure::world
