#pragma once

#include <memory>

#include "base/result.h"
#include "base/sys_result.h"
#include "base/unique_fd.h"
#include "secure/storage/record_link.h"
#include "secure/world/executable_desk.h"

namespace holdfast::secure::world {

/// Control is the secure world's end of the launcher's control socket. A thread of its own listens: a new supplicant's link
/// goes to the record link, answers to the desk, and the end of the socket makes stop_fd readable.
class Control {
 public:
  static SysResult<Control> create(UniqueFd socket);

  int stop_fd() const { return stop_.get(); }
  /// listen starts the thread; it lives as long as the process. `link` and this object must too.
  void listen(storage::SocketRecordLink& link);

  void report_ready() noexcept;
  void report_refusal(Rv rv) noexcept;
  /// find_executable asks the launcher which file a client runs, and waits for the answer.
  Expected<std::string, TeeResult> find_executable(const runtime::Peer& peer) { return desk_->ask(socket_.get(), peer); }

 private:
  Control(UniqueFd socket, UniqueFd stop)
      : socket_(std::move(socket)), stop_(std::move(stop)), desk_(std::make_shared<ExecutableDesk>()) {}

  UniqueFd socket_;
  UniqueFd stop_;  // an eventfd
  std::shared_ptr<ExecutableDesk> desk_;  // the listening thread's too, which may outlive this
};

}  // namespace holdfast::secure::world
