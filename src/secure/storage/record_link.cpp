#include "secure/storage/record_link.h"

#include "base/log.h"
#include "wire/rpc/frame.h"

namespace holdfast::secure::storage {

namespace rpc = wire::rpc;

SocketRecordLink::SocketRecordLink(UniqueFd socket, Waits waits) : waits_(waits) {
  if (socket.is_open()) socket_ = std::make_shared<const UniqueFd>(std::move(socket));
}

Result<Bytes> SocketRecordLink::call(ByteView request) {
  if (request.size() > rpc::kMaxMessageBytes) return fail(Rv::device_removed, "request above the message limit");
  const std::scoped_lock lock(call_mutex_);
  const auto give_up = std::chrono::steady_clock::now() + waits_.for_link;
  for (;;) {
    const SharedFd socket = await_socket(give_up);
    if (!socket) return fail(Rv::device_removed, "there is no supplicant");
    const auto deadline = rpc::Deadline::after(waits_.for_reply);
    const std::uint64_t id = ++last_request_;
    if (!rpc::send_frame(socket->get(), id, request, deadline)) {
      // A frame that did not leave whole is never carried out, so the next supplicant may be asked.
      drop(socket);
      continue;
    }
    SysResult<rpc::Frame> reply = rpc::receive_frame(socket->get(), deadline);
    if (reply && reply->request_id == id) return std::move(reply->body);
    log::warning(reply ? "the supplicant answered another request" : reply.error().what,
                 {{"errno", reply ? 0 : static_cast<std::uint64_t>(reply.error().code)}});
    drop(socket);
    return fail(Rv::device_error, "the supplicant left a request unanswered");
  }
}

void SocketRecordLink::replace(UniqueFd socket) {
  auto next = socket.is_open() ? std::make_shared<const UniqueFd>(std::move(socket)) : nullptr;
  {
    const std::scoped_lock lock(state_mutex_);
    if (socket_) ::shutdown(socket_->get(), SHUT_RDWR);
    socket_ = std::move(next);
  }
  replaced_.notify_all();
}

SocketRecordLink::SharedFd SocketRecordLink::await_socket(std::chrono::steady_clock::time_point until) {
  std::unique_lock lock(state_mutex_);
  replaced_.wait_until(lock, until, [this] { return socket_ != nullptr; });
  return socket_;
}

void SocketRecordLink::drop(const SharedFd& socket) {
  ::shutdown(socket->get(), SHUT_RDWR);
  const std::scoped_lock lock(state_mutex_);
  if (socket_ == socket) socket_.reset();
}

}  // namespace holdfast::secure::storage
