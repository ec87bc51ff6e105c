#pragma once

#include <array>
#include <span>

#include "base/bytes.h"
#include "base/sys_result.h"
#include "base/unique_fd.h"

namespace holdfast::transport {

inline constexpr std::size_t kMaxPacketFds = 2;

/// Packet is what one receive got: its size, and the descriptors that came with it.
struct Packet {
  std::size_t size = 0;
  std::array<UniqueFd, kMaxPacketFds> fds;
};

/// send_packet sends one packet without ever blocking or raising SIGPIPE; EAGAIN when the peer does not read.
SysResult<void> send_packet(int socket, ByteView bytes, std::span<const int> fds = {});

enum class Descriptors : bool { refuse, accept };

/// receive_packet takes one packet without blocking: EAGAIN when there is none, size 0 at the peer's end. A packet
/// longer than `buffer` is EMSGSIZE. Refused descriptors never become ours: the kernel drops them.
SysResult<Packet> receive_packet(int socket, MutableByteView buffer, Descriptors descriptors);

/// message_bytes views a fixed-size message. For types without padding only.
template <class Message>
ByteView message_bytes(const Message& message) {
  return as_bytes(&message, sizeof message);
}
template <class Message>
MutableByteView message_room(Message& message) {
  return std::as_writable_bytes(std::span(&message, 1));
}

}  // namespace holdfast::transport
