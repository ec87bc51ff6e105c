#include "launcher/control_link.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/byte_reader.h"
#include "base/byte_writer.h"
#include "transport/executable_question.h"
#include "transport/packet.h"

namespace holdfast::launcher {
namespace {

ControlMessage read_question(ByteView packet, UniqueFd process) {
  transport::ExecutableQuestion question;
  if (packet.size() != sizeof question || !process.is_open()) return Nothing{};
  std::memcpy(&question, packet.data(), sizeof question);
  return WhichExecutable{
      .number = question.number, .uid = question.uid, .gid = question.gid, .process = std::move(process)};
}

}  // namespace

ControlMessage ControlLink::receive() noexcept {
  std::array<std::byte, 64> room{};
  auto packet = transport::receive_packet(socket_.get(), room, transport::Descriptors::accept);
  if (!packet) return packet.error().code == EAGAIN || packet.error().code == EMSGSIZE ? ControlMessage(Nothing{}) : ControlMessage(Gone{});
  if (packet->size == 0) return Gone{};
  const ByteView bytes = ByteView(room).first(packet->size);
  if (bytes[0] == std::byte{transport::kExecutableKind}) return read_question(bytes, std::move(packet->fds[0]));
  ByteReader reader(bytes);
  const auto kind = reader.u8();
  if (kind.has_value() && kind.value() == 'R') return Ready{};
  if (kind.has_value() && kind.value() == 'F') {
    const auto code = reader.u32();
    return Refused{code.has_value() ? code.value() : 0};
  }
  return Nothing{};
}

SysResult<void> ControlLink::send_link(const UniqueFd& link) noexcept {
  const char kind = 'L';
  if (!transport::send_packet(socket_.get(), as_bytes(&kind, sizeof kind), std::array{link.get()}))
    return sys_fail("hand the new supplicant over");
  return {};
}

void ControlLink::answer(std::uint32_t number, TeeResult result, std::string_view path) const {
  const transport::ExecutableAnswer head{.number = number, .result = static_cast<std::uint32_t>(result)};
  ByteWriter packet;
  packet.raw(transport::message_bytes(head)).raw(as_bytes(path));
  static_cast<void>(transport::send_packet(socket_.get(), packet.view()));
}

SysResult<SocketPair> make_socket_pair(int type) {
  int ends[2];
  if (::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends) != 0) return sys_fail("make a socket pair");
  return SocketPair{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

}  // namespace holdfast::launcher
