#include "secure/world/control.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <new>
#include <thread>

#include "base/log.h"
#include "transport/executable_question.h"
#include "transport/packet.h"

namespace holdfast::secure::world {
namespace {

constexpr std::byte kNewLink{'L'};
constexpr std::byte kExecutable{transport::kExecutableKind};
constexpr std::byte kReady{'R'};
constexpr std::byte kRefused{'F'};

constexpr std::size_t kLongestMessage = sizeof(transport::ExecutableAnswer) + transport::kLongestExecutablePath;

enum class Heard : bool { message, end };

/// hear waits for one packet of the launcher's and hands it on. One that means nothing is passed over.
Heard hear(int socket, storage::SocketRecordLink& link, ExecutableDesk& desk) {
  pollfd readable{.fd = socket, .events = POLLIN, .revents = 0};
  ::poll(&readable, 1, -1);
  std::array<std::byte, kLongestMessage> room;
  auto packet = transport::receive_packet(socket, room, transport::Descriptors::accept);
  if (!packet) return packet.error().code == EAGAIN || packet.error().code == EMSGSIZE ? Heard::message : Heard::end;
  if (packet->size == 0) return Heard::end;
  if (room[0] == kNewLink && packet->fds[0].is_open()) link.replace(std::move(packet->fds[0]));
  if (room[0] == kExecutable) desk.deliver(ByteView(room).first(packet->size));
  return Heard::message;
}

}  // namespace

SysResult<Control> Control::create(UniqueFd socket) {
  UniqueFd stop(::eventfd(0, EFD_CLOEXEC));
  if (!stop.is_open()) return sys_fail("make an event descriptor");
  return Control(std::move(socket), std::move(stop));
}

void Control::listen(storage::SocketRecordLink& link) {
  std::thread([socket = socket_.get(), stop = stop_.get(), &link, desk = desk_] {
    for (Heard heard = Heard::message; heard == Heard::message;) {
      try {
        heard = hear(socket, link, *desk);
      } catch (const std::bad_alloc&) {
        log::warning("no memory for what the launcher says");
      }
    }
    const eventfd_t now = 1;
    ::eventfd_write(stop, now);
  }).detach();
}

void Control::report_ready() noexcept { [[maybe_unused]] const ssize_t sent = ::send(socket_.get(), &kReady, 1, MSG_NOSIGNAL); }

void Control::report_refusal(Rv rv) noexcept {
  std::array<std::byte, 5> packet{kRefused};
  for (std::size_t i = 0; i < 4; ++i) packet[1 + i] = static_cast<std::byte>(static_cast<std::uint32_t>(rv) >> (8 * i));
  [[maybe_unused]] const ssize_t sent = ::send(socket_.get(), packet.data(), packet.size(), MSG_NOSIGNAL);
}

}  // namespace holdfast::secure::world
