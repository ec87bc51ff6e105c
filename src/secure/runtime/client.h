#pragma once

#include <memory>
#include <vector>

#include "base/sys_result.h"
#include "base/unique_fd.h"
#include "secure/runtime/slot_server.h"
#include "transport/handshake.h"
#include "transport/sealed_memory.h"

namespace holdfast::secure::runtime {

/// Client is one connected process and everything it holds: region, slots, sessions, windows. The runtime's own thread
/// calls it; slot threads reach only what is thread-safe.
class Client {
 public:
  Client(const World& world, UniqueFd socket, UniqueFd process, const PeerCredentials& peer);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  /// The destructor needs end to have been called.
  ~Client();

  int socket() const noexcept { return socket_.get(); }
  /// process is a descriptor that becomes readable when the peer's process ends, or -1 on kernels without.
  int process() const noexcept { return process_.get(); }
  const PeerCredentials& peer() const noexcept { return peer_.credentials; }
  bool is_welcome() const noexcept { return region_.data() != nullptr; }

  /// take_message reads one packet and does what it asks. An error means that the client has to go: it closed its end,
  /// spoke out of turn, or does not read its answers.
  SysResult<void> take_message();

  /// stop_slots asks all slot threads to end after their present calls; true when none runs any more.
  bool stop_slots() noexcept;
  /// end waits for running calls, then closes the sessions and frees everything but the object.
  void end() noexcept;

 private:
  SysResult<void> take_hello();
  SysResult<void> take_request();
  SysResult<void> welcome();
  SysResult<void> send_refusal(TeeResult result);
  SysResult<void> make_window(std::uint32_t bytes);

  const World& world_;
  UniqueFd socket_;
  UniqueFd process_;
  const Peer peer_;
  transport::Mapping region_;
  SessionTable sessions_;
  WindowTable windows_;
  const ClientView view_;
  std::vector<std::unique_ptr<SlotServer>> slots_;
};

/// tell_busy answers a connection that there is no room for.
void tell_busy(int socket) noexcept;

}  // namespace holdfast::secure::runtime
