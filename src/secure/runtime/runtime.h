#pragma once

#include <atomic>
#include <chrono>
#include <list>
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
  Sha1 sha1;
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
  struct Ending;

  SysResult<void> watch(int fd, std::uint64_t key, std::uint32_t events);
  void unwatch(int fd) noexcept;
  SysResult<bool> handle_events();
  void accept_client();
  bool has_room_for(uid_t uid) const;
  void hear_client(std::uint64_t id);
  void dismiss(std::uint64_t id);
  void dismiss_silent_clients();
  void collect_ended();
  void end_everything();
  int next_timeout() const;

  struct Guest {
    std::unique_ptr<Client> client;
    std::chrono::steady_clock::time_point arrived;
  };

  Options options_;
  World world_;
  transport::SealedMemory epoch_memory_;
  UniqueFd epoll_;
  UniqueFd ended_;  // an eventfd: some client's last call has ended
  std::map<std::uint64_t, Guest> guests_;
  std::map<uid_t, std::size_t> clients_of_uid_;
  std::list<Ending> endings_;
  std::uint64_t last_id_ = 0;
  std::chrono::steady_clock::time_point accept_again_{};  // when descriptors ran out: not before
  bool accepting_ = true;
};

}  // namespace holdfast::secure::runtime
