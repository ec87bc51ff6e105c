#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <map>
#include <memory>

#include "base/sys_result.h"
#include "base/unique_fd.h"
#include "secure/runtime/client.h"
#include "secure/runtime/world.h"
#include "transport/sealed_memory.h"

namespace holdfast::secure::runtime {

struct Options {
  UniqueFd listener;  // a listening SOCK_SEQPACKET Unix socket
  int stop_fd = -1;   // readable, or closed at its other end: stop in good order. Not owned.
  Limits limits;
  IdentitySources identity;
};

/// Runtime is the secure world's side of the TEE Client API: it takes clients, gives each a region, runs their requests
/// on trusted applications, and frees what a dead client held. It opens no file and needs only descriptors it was
/// given.
class Runtime {
 public:
  static SysResult<std::unique_ptr<Runtime>> create(Options options);
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;
  ~Runtime();

  /// add registers an application. Before run only.
  void add(std::unique_ptr<ta::TrustedApplication> application);
  /// epoch is the page every client can read; valid as long as the runtime.
  transport::EpochPage& epoch() noexcept { return *world_.epoch; }

  /// run serves until the stop descriptor says so; then it refuses new clients, lets running calls end, closes all
  /// sessions and returns.
  SysResult<void> run();

 private:
  explicit Runtime(Options options);

  SysResult<void> watch(int fd, std::uint64_t key, std::uint32_t events);
  void unwatch(int fd) noexcept;
  SysResult<bool> handle_events();
  void handle_event(std::uint64_t key);
  void accept_client();
  bool has_room_for(uid_t uid) const;
  void hear_client(std::uint64_t id);
  void dismiss(std::uint64_t id) noexcept;
  void dismiss_silent_clients() noexcept;
  void collect_ended() noexcept;
  void end_everything() noexcept;
  int next_timeout() const;

  /// Guest is a client, and the thread that waits for its running calls once it has gone.
  struct Guest {
    std::unique_ptr<Client> client;
    std::atomic<bool> ended{false};
    Thread farewell;
  };
  struct Expectation {
    std::uint64_t id;
    std::chrono::steady_clock::time_point deadline;
  };

  Options options_;
  World world_;
  transport::SealedMemory epoch_memory_;
  UniqueFd epoll_;
  UniqueFd ended_;  // an eventfd: some client's last call has ended
  using Guests = std::map<std::uint64_t, Guest>;
  Guests guests_;
  Guests leaving_;                          // a node moves here from guests_, which cannot fail
  std::deque<Expectation> awaiting_hello_;  // in the order they came
  std::map<uid_t, std::size_t> clients_of_uid_;
  std::uint64_t last_id_ = 0;
  std::chrono::steady_clock::time_point accept_again_{};  // when descriptors ran out: not before
  bool accepting_ = true;
};

}  // namespace holdfast::secure::runtime
