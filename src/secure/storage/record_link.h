#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>

#include "base/bytes.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace holdfast::secure::storage {

/// RecordLink carries one request to the supplicant and its reply back. The reply is hostile: the link bounds its size
/// and nothing else.
class RecordLink {
 public:
  RecordLink() = default;
  RecordLink(const RecordLink&) = delete;
  RecordLink& operator=(const RecordLink&) = delete;
  virtual ~RecordLink() = default;

  /// call fails with Rv::device_removed when the request surely reached nobody, and with Rv::device_error when nobody
  /// can say whether it was carried out. Thread-safe.
  virtual Result<Bytes> call(ByteView request) = 0;
};

/// SocketRecordLink speaks over a stream socket (wire/rpc/frame.h), one exchange at a time. When the supplicant dies,
/// the launcher starts another and the runtime hands its socket to replace(); calls wait for that, but not for ever.
class SocketRecordLink final : public RecordLink {
 public:
  struct Waits {
    std::chrono::milliseconds for_link{5000};    // for a new socket while there is none
    std::chrono::milliseconds for_reply{30000};  // for one exchange, disk included
  };

  explicit SocketRecordLink(UniqueFd socket, Waits waits);
  explicit SocketRecordLink(UniqueFd socket) : SocketRecordLink(std::move(socket), Waits{}) {}

  Result<Bytes> call(ByteView request) override;
  /// replace drops the old socket, and with it an exchange that still hangs on it. Thread-safe.
  void replace(UniqueFd socket);

 private:
  using SharedFd = std::shared_ptr<const UniqueFd>;
  SharedFd await_socket(std::chrono::steady_clock::time_point until);
  void drop(const SharedFd& socket);

  const Waits waits_;
  std::mutex call_mutex_;           // one exchange at a time; taken before state_mutex_
  std::uint64_t last_request_ = 0;  // call_mutex_
  std::mutex state_mutex_;
  std::condition_variable replaced_;
  SharedFd socket_;  // state_mutex_; null while the supplicant is gone
};

}  // namespace holdfast::secure::storage
