#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <sys/types.h>
#include <vector>

#include "base/expected.h"
#include "base/tee_result.h"
#include "base/unique_fd.h"
#include "teec/mutex.h"
#include "teec/slot_leases.h"
#include "transport/epoch_page.h"
#include "transport/packet.h"
#include "transport/region.h"
#include "transport/sealed_memory.h"
#include "transport/wait.h"

namespace holdfast::teec {

/// Socket is the connection's own end. A program may close or replace descriptors it does not know, so each use checks
/// that the number still means the same socket.
class Socket {
 public:
  Socket() = default;
  static SysResult<Socket> connect(const char* path);
  Socket(Socket&& other) noexcept = default;
  Socket& operator=(Socket&& other) noexcept = default;
  /// The destructor closes the socket only if it is still ours.
  ~Socket();

  bool is_ours() const noexcept;
  /// peer_lives looks, without waiting, whether the other end is still open.
  bool peer_lives() const noexcept;
  bool send(ByteView message) const noexcept;
  /// receive waits up to `patience` for one packet.
  SysResult<transport::Packet> receive(MutableByteView room, std::chrono::milliseconds patience) const noexcept;

 private:
  UniqueFd fd_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

/// ExtraWindow is memory for one parameter that is larger than a slot's windows.
struct ExtraWindow {
  std::uint32_t id = 0;
  transport::Mapping mapping;
  bool busy = false;
};

/// Connection is one process's tie to the secure world. Many threads use it at once. It belongs to the process that
/// made it: in a forked child it is stale, touches neither region nor socket, and can only be destroyed.
class Connection {
 public:
  /// open connects and shakes hands. item_not_found when nobody listens at `path`.
  static Expected<std::unique_ptr<Connection>, TeeResult> open(const char* path);
  ~Connection();

  bool is_stale() const noexcept;
  /// is_dead is remembered: once the secure world was seen to be gone, no call waits again.
  bool is_dead() const noexcept { return dead_.load(std::memory_order_relaxed); }
  /// check_peer asks the socket, and remembers.
  bool check_peer() noexcept;
  const transport::EpochPage& epoch() const noexcept {
    return *reinterpret_cast<const transport::EpochPage*>(epoch_.data());
  }

 private:
  friend class Crossing;
  Connection() = default;

  Expected<void, TeeResult> shake_hands();
  Expected<void, TeeResult> map_region(const UniqueFd& fd, std::uint32_t slots);

  void ask_for_thread(std::uint32_t slot) noexcept;
  /// lease_window finds or asks for a window of at least `size` bytes.
  Expected<std::pair<std::uint32_t, MutableByteView>, TeeResult> lease_window(std::size_t size);
  void return_window(std::uint32_t id) noexcept;
  Expected<ExtraWindow, TeeResult> request_window(std::size_t size);
  void drop_idle_windows() noexcept;

  std::uint32_t stamp_ = 0;
  Socket socket_;
  transport::Mapping region_;
  transport::Mapping epoch_;
  transport::RegionLayout layout_{0};
  std::uint32_t cpus_ = 1;
  std::unique_ptr<SlotLeases> leases_;
  std::atomic<bool> dead_{false};
  /// Moving averages of service time by command, in nanoseconds: what takes long is not spun for.
  std::array<std::atomic<std::uint32_t>, 128> service_time_{};

  Mutex windows_lock_;  // guards windows_, and lets one request for a window at a time onto the socket
  std::vector<ExtraWindow> windows_;
};

}  // namespace holdfast::teec
