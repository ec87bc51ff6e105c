#pragma once

#include "base/result.h"
#include "base/sys_result.h"
#include "base/unique_fd.h"
#include "secure/storage/record_link.h"

namespace holdfast::secure::world {

/// Control is the secure world's end of the launcher's control socket. A thread of its own listens: a new supplicant's link
/// goes to the record link, and the end of the socket makes stop_fd readable.
class Control {
 public:
  static SysResult<Control> create(UniqueFd socket);

  int stop_fd() const { return stop_.get(); }
  /// listen starts the thread; it lives as long as the process. `link` must too.
  void listen(storage::SocketRecordLink& link);

  void report_ready() noexcept;
  void report_refusal(Rv rv) noexcept;

 private:
  Control(UniqueFd socket, UniqueFd stop) : socket_(std::move(socket)), stop_(std::move(stop)) {}

  UniqueFd socket_;
  UniqueFd stop_;  // an eventfd
};

}  // namespace holdfast::secure::world
