#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <poll.h>
#include <sys/socket.h>

#include "base/byte_reader.h"
#include "base/byte_writer.h"
#include "base/sys_result.h"
#include "wire/rpc/storage.h"

/// How messages of the storage protocol lie on the stream socket between the secure world and the supplicant.
namespace holdfast::wire::rpc {

inline constexpr std::uint32_t kFrameMagic = 0x31534648;  // "HFS1" in memory
inline constexpr std::size_t kFrameHeaderBytes = 16;

struct Frame {
  std::uint64_t request_id = 0;
  Bytes body;
};

/// Deadline of one exchange; none waits for ever.
class Deadline {
 public:
  static Deadline none() { return Deadline{}; }
  static Deadline after(std::chrono::milliseconds span) {
    Deadline deadline;
    deadline.at_ = std::chrono::steady_clock::now() + span;
    deadline.bounded_ = true;
    return deadline;
  }
  /// poll_timeout is what poll(2) wants: -1 for ever, 0 when it has passed.
  int poll_timeout() const {
    if (!bounded_) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(at_ - std::chrono::steady_clock::now()).count();
    return left > 0 ? static_cast<int>(left) : 0;
  }

 private:
  std::chrono::steady_clock::time_point at_{};
  bool bounded_ = false;
};

/// wait_for gives when `fd` is ready for `events`, or has failed (the next call on it then says how).
inline SysResult<void> wait_for(int fd, short events, const Deadline& deadline) {
  for (;;) {
    pollfd entry{.fd = fd, .events = events, .revents = 0};
    const int ready = ::poll(&entry, 1, deadline.poll_timeout());
    if (ready > 0) return {};
    if (ready == 0) return sys_fail(ETIMEDOUT, "the peer does not answer");
    if (errno != EINTR) return sys_fail("poll");
  }
}

inline SysResult<void> send_all(int fd, ByteView bytes, const Deadline& deadline) {
  while (!bytes.empty()) {
    HF_TRY(wait_for(fd, POLLOUT, deadline));
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno != EINTR && errno != EAGAIN) return sys_fail("send");
    if (sent > 0) bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return {};
}

inline SysResult<void> receive_all(int fd, MutableByteView bytes, const Deadline& deadline) {
  while (!bytes.empty()) {
    HF_TRY(wait_for(fd, POLLIN, deadline));
    const ssize_t received = ::recv(fd, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (received == 0) return sys_fail(ECONNRESET, "the peer has closed the link");
    if (received < 0 && errno != EINTR && errno != EAGAIN) return sys_fail("recv");
    if (received > 0) bytes = bytes.subspan(static_cast<std::size_t>(received));
  }
  return {};
}

inline SysResult<void> send_frame(int fd, std::uint64_t request_id, ByteView body, const Deadline& deadline) {
  if (body.size() > kMaxMessageBytes) return sys_fail(EMSGSIZE, "message above its limit");
  ByteWriter header;
  header.u32(kFrameMagic).u32(static_cast<std::uint32_t>(body.size())).u64(request_id);
  HF_TRY(send_all(fd, header.view(), deadline));
  return send_all(fd, body, deadline);
}

/// receive_frame fails with EPROTO on a header that is not ours: the stream cannot be used further.
inline SysResult<Frame> receive_frame(int fd, const Deadline& deadline) {
  std::array<std::byte, kFrameHeaderBytes> header;
  HF_TRY(receive_all(fd, header, deadline));
  ByteReader in(header);
  const std::uint32_t magic = in.u32().value();
  const std::uint32_t size = in.u32().value();
  if (magic != kFrameMagic || size > kMaxMessageBytes) return sys_fail(EPROTO, "not a frame of the storage protocol");
  Frame frame{.request_id = in.u64().value(), .body = {}};
  // Grown as bytes arrive: a header alone cannot make the reader allocate megabytes.
  constexpr std::size_t kStep = std::size_t{64} << 10;
  while (frame.body.size() < size) {
    const std::size_t at = frame.body.size();
    frame.body.resize(std::min<std::size_t>(size, at + std::max(kStep, at)));
    HF_TRY(receive_all(fd, MutableByteView(frame.body).subspan(at), deadline));
  }
  return frame;
}

}  // namespace holdfast::wire::rpc
