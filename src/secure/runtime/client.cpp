#include "secure/runtime/client.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <poll.h>

#include "transport/packet.h"

namespace holdfast::secure::runtime {
namespace {

using transport::Descriptors;
using transport::message_bytes;
using transport::message_room;

/// receive_message takes one packet of exactly the message's size.
template <class Message>
SysResult<Message> receive_message(int socket) {
  Message message;
  HF_ASSIGN_OR_RETURN(const transport::Packet packet,
                      transport::receive_packet(socket, message_room(message), Descriptors::refuse));
  if (packet.size == 0) return sys_fail(ECONNRESET, "client has gone");
  if (packet.size != sizeof message) return sys_fail(EPROTO, "client sent a packet of the wrong size");
  return message;
}

/// answer sends a packet. A client that does not read its answers is an error like any other, not one to try again.
SysResult<void> answer(int socket, ByteView message, std::span<const int> fds = {}) {
  auto sent = transport::send_packet(socket, message, fds);
  if (!sent && sent.error().code == EAGAIN) return sys_fail(ENOBUFS, "client does not read its answers");
  return sent;
}

}  // namespace

Client::Client(const World& world, UniqueFd socket, UniqueFd process, const PeerCredentials& peer)
    : world_(world),
      socket_(std::move(socket)),
      process_(std::move(process)),
      peer_{.credentials = peer, .socket = socket_.get(), .process = process_.get()},
      sessions_(world.limits.sessions_per_client),
      windows_(world.limits.extra_window_bytes_per_client, world.limits.extra_windows_per_client),
      view_{.world = world_, .peer = peer_, .sessions = sessions_, .windows = windows_} {}

Client::~Client() = default;

SysResult<void> Client::take_message() { return is_welcome() ? take_request() : take_hello(); }

SysResult<void> Client::take_hello() {
  HF_ASSIGN_OR_RETURN(const transport::Hello hello, receive_message<transport::Hello>(socket_.get()));
  if (hello.magic != transport::kHelloMagic) return sys_fail(EPROTO, "client did not say hello");
  if (hello.lowest_version > transport::kProtocolVersion || hello.highest_version < transport::kProtocolVersion)
    return send_refusal(TeeResult::not_supported);
  return welcome();
}

SysResult<void> Client::send_refusal(TeeResult result) {
  const transport::Welcome refusal{.result = static_cast<std::uint32_t>(result)};
  HF_TRY(answer(socket_.get(), message_bytes(refusal)));
  return sys_fail(EPROTO, "client refused");
}

SysResult<void> Client::welcome() {
  const transport::RegionLayout layout{world_.limits.slots_per_client};
  auto memory = transport::create_sealed("holdfast-region", layout.bytes());
  if (!memory) return send_refusal(TeeResult::out_of_memory);
  region_ = std::move(memory->mapping);
  const transport::RegionHeader header = layout.header();
  std::memcpy(region_.data(), &header, sizeof header);
  slots_.reserve(layout.slots);
  for (std::uint32_t i = 0; i < layout.slots; ++i)
    slots_.push_back(std::make_unique<SlotServer>(view_, transport::slot_view(region_.data(), layout, i)));
  const transport::Welcome greeting{.slots = layout.slots};
  return answer(socket_.get(), message_bytes(greeting), std::array{memory->fd.get(), world_.epoch_fd});
}

SysResult<void> Client::take_request() {
  HF_ASSIGN_OR_RETURN(const transport::Request request, receive_message<transport::Request>(socket_.get()));
  switch (static_cast<transport::RequestKind>(request.kind)) {
    case transport::RequestKind::start_slot:
      if (request.argument >= slots_.size()) return sys_fail(EPROTO, "client named a slot that does not exist");
      slots_[request.argument]->ensure_running();
      return {};
    case transport::RequestKind::make_window:
      return make_window(request.argument);
    case transport::RequestKind::drop_window:
      windows_.drop(request.argument);
      return {};
  }
  return sys_fail(EPROTO, "client sent an unknown request");
}

SysResult<void> Client::make_window(std::uint32_t bytes) {
  auto made = windows_.make(bytes);
  if (!made) {
    const transport::WindowReply refusal{.result = static_cast<std::uint32_t>(made.error())};
    return answer(socket_.get(), message_bytes(refusal));
  }
  const transport::WindowReply reply{.id = made->id};
  return answer(socket_.get(), message_bytes(reply), std::array{made->fd.get()});
}

bool Client::stop_slots() noexcept {
  bool all_ended = true;
  for (const auto& slot : slots_) {
    slot->stop();
    all_ended = !slot->is_running() && all_ended;
  }
  return all_ended;
}

void Client::end() noexcept {
  using namespace std::chrono_literals;
  constexpr auto kLongestPause = 100ms;
  for (std::chrono::milliseconds pause = 1ms; !stop_slots();
       pause = std::min<std::chrono::milliseconds>(pause * 2, kLongestPause))
    ::poll(nullptr, 0, static_cast<int>(pause.count()));
  slots_.clear();
  sessions_.close_all();
  region_ = {};
}

void tell_busy(int socket) noexcept {
  const transport::Welcome refusal{.result = static_cast<std::uint32_t>(TeeResult::busy)};
  static_cast<void>(transport::send_packet(socket, message_bytes(refusal)));
}

}  // namespace holdfast::secure::runtime
