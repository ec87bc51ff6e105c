#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "base/sys_result.h"
#include "base/tee_result.h"
#include "base/unique_fd.h"

namespace holdfast::launcher {

/// What the secure world says to its launcher. Each is one packet.
struct Ready {};                                // 'R': it serves clients
struct Refused { std::uint32_t code = 0; };     // 'F', u32: it will not serve this store and ends; an Rv
struct WhichExecutable {                        // 'A' (transport/executable_question.h): which file does a client run?
  std::uint32_t number = 0;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  UniqueFd process;
};
struct Gone {};                                 // it closed its end
struct Nothing {};                              // no packet, or one that means nothing
using ControlMessage = std::variant<Nothing, Ready, Refused, WhichExecutable, Gone>;

/// ControlLink is the launcher's end of the control socket. Closing it tells the secure world to stop.
class ControlLink {
 public:
  ControlLink() = default;
  explicit ControlLink(UniqueFd socket) : socket_(std::move(socket)) {}

  int fd() const { return socket_.get(); }
  void close() noexcept { socket_.reset(); }

  ControlMessage receive() noexcept;
  /// send_link hands over the way to a supplicant that was started anew: 'L' with one descriptor.
  SysResult<void> send_link(const UniqueFd& link) noexcept;
  /// answer says which file it is: 'A'. An answer that cannot be sent is one the secure world does without.
  void answer(std::uint32_t number, TeeResult result, std::string_view path = {}) const;

 private:
  UniqueFd socket_;
};

/// Both ends of a connected pair of Unix sockets, closed on exec.
struct SocketPair {
  UniqueFd ours;
  UniqueFd theirs;
};
/// `type` is SOCK_SEQPACKET for the control socket, SOCK_STREAM for the supplicant's link (wire/rpc/frame.h).
SysResult<SocketPair> make_socket_pair(int type);

}  // namespace holdfast::launcher
