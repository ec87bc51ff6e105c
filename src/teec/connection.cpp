#include "teec/connection.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <sys/mman.h>

#include "teec/fork_stamp.h"
#include "transport/handshake.h"

namespace holdfast::teec {
namespace {

using transport::message_bytes;
using transport::message_room;

constexpr auto kAnswerLimit = std::chrono::seconds(10);
constexpr Unexpected<TeeResult> kBroken{TeeResult::communication};

TeeResult result_of_connect(int code) {
  switch (code) {
    case ENOENT:
    case ENOTDIR:
    case ECONNREFUSED:
    case ENAMETOOLONG:
      return TeeResult::item_not_found;
    case EACCES:
    case EPERM:
      return TeeResult::access_denied;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case ENOBUFS:
      return TeeResult::out_of_memory;
    default:
      return TeeResult::communication;
  }
}

/// keep_from_children leaves the mapping out of forked processes, which must not reach their parent's region.
bool keep_from_children(const transport::Mapping& mapping) {
  return ::madvise(mapping.data(), mapping.size(), MADV_DONTFORK) == 0;
}

}  // namespace

Expected<std::unique_ptr<Connection>, TeeResult> Connection::open(const char* path) {
  std::unique_ptr<Connection> connection(new Connection);
  connection->stamp_ = fork_stamp::ensure();
  if (connection->stamp_ == 0) return Unexpected{TeeResult::not_supported};
  auto socket = Socket::connect(path);
  if (!socket) return Unexpected{result_of_connect(socket.error().code)};
  connection->socket_ = std::move(socket).value();
  connection->cpus_ = transport::usable_cpus();
  HF_TRY(connection->shake_hands());
  return connection;
}

Connection::~Connection() {
  if (!is_stale()) return;
  region_.forget();
  epoch_.forget();
  for (ExtraWindow& window : windows_) window.mapping.forget();
}

bool Connection::is_stale() const noexcept { return fork_stamp::current() != stamp_; }

bool Connection::check_peer() noexcept {
  if (is_dead()) return false;
  if (socket_.peer_lives()) return true;
  dead_.store(true);
  return false;
}

Expected<void, TeeResult> Connection::shake_hands() {
  // A world without room for us answers, and closes, before it hears anything: only the answer counts.
  static_cast<void>(socket_.send(message_bytes(transport::Hello{})));
  transport::Welcome welcome;
  auto packet = socket_.receive(message_room(welcome), kAnswerLimit);
  if (!packet || packet->size != sizeof welcome || welcome.magic != transport::kHelloMagic) return kBroken;
  if (welcome.result != 0) return Unexpected{static_cast<TeeResult>(welcome.result)};
  if (welcome.version != transport::kProtocolVersion) return kBroken;
  HF_TRY(map_region(packet->fds[0], welcome.slots));
  auto epoch = transport::map_sealed(packet->fds[1].get(), transport::kPageBytes, transport::Access::read_only);
  if (!epoch || !keep_from_children(*epoch)) return kBroken;
  epoch_ = std::move(epoch).value();
  if (this->epoch().magic != transport::kEpochMagic) return kBroken;
  return {};
}

Expected<void, TeeResult> Connection::map_region(const UniqueFd& fd, std::uint32_t slots) {
  if (slots == 0 || slots > transport::kMaxSlots) return kBroken;
  layout_ = {slots};
  auto region = transport::map_sealed(fd.get(), layout_.bytes(), transport::Access::read_write);
  if (!region || !keep_from_children(*region)) return kBroken;
  region_ = std::move(region).value();
  const auto* header = reinterpret_cast<const transport::RegionHeader*>(region_.data());
  if (header->magic != transport::kRegionMagic || header->layout_version != transport::kLayoutVersion ||
      header->slots != slots || header->region_bytes != layout_.bytes())
    return kBroken;
  leases_ = std::make_unique<SlotLeases>(slots);
  return {};
}

void Connection::ask_for_thread(std::uint32_t slot) noexcept {
  const transport::Request request{.kind = static_cast<std::uint32_t>(transport::RequestKind::start_slot),
                                   .argument = slot};
  // What does not get through is asked again after the next 50 ms of waiting.
  static_cast<void>(socket_.send(message_bytes(request)));
}

Expected<std::pair<std::uint32_t, MutableByteView>, TeeResult> Connection::lease_window(std::size_t size) {
  if (size > transport::kLargestExtraBytes) return Unexpected{TeeResult::excess_data};
  const std::lock_guard lock(windows_lock_);
  ExtraWindow* best = nullptr;
  for (ExtraWindow& window : windows_) {
    if (!window.busy && window.mapping.size() >= size &&
        (best == nullptr || window.mapping.size() < best->mapping.size()))
      best = &window;
  }
  if (best == nullptr) {
    auto fresh = request_window(size);
    if (!fresh && fresh.error() == TeeResult::out_of_memory) {
      drop_idle_windows();
      fresh = request_window(size);
    }
    if (!fresh) return Unexpected{fresh.error()};
    best = &windows_.emplace_back(std::move(fresh).value());
  }
  best->busy = true;
  return std::pair{best->id, best->mapping.bytes()};
}

void Connection::return_window(std::uint32_t id) noexcept {
  const std::lock_guard lock(windows_lock_);
  for (ExtraWindow& window : windows_) {
    if (window.id == id) window.busy = false;
  }
}

Expected<ExtraWindow, TeeResult> Connection::request_window(std::size_t size) {
  const std::size_t bytes = std::max(std::bit_ceil(size), transport::kSmallestExtraBytes);
  const transport::Request request{.kind = static_cast<std::uint32_t>(transport::RequestKind::make_window),
                                   .argument = static_cast<std::uint32_t>(bytes)};
  if (!socket_.send(message_bytes(request))) return Unexpected{TeeResult::target_dead};
  transport::WindowReply reply;
  auto packet = socket_.receive(message_room(reply), kAnswerLimit);
  if (!packet || packet->size != sizeof reply) {
    dead_.store(true);  // an answer that came late would be taken for the next one's
    return Unexpected{TeeResult::target_dead};
  }
  if (reply.result != 0) return Unexpected{static_cast<TeeResult>(reply.result)};
  auto mapping = transport::map_sealed(packet->fds[0].get(), bytes, transport::Access::read_write);
  if (!mapping || !keep_from_children(*mapping)) return Unexpected{TeeResult::out_of_memory};
  return ExtraWindow{.id = reply.id, .mapping = std::move(mapping).value(), .busy = false};
}

void Connection::drop_idle_windows() noexcept {
  std::erase_if(windows_, [&](const ExtraWindow& window) {
    if (window.busy) return false;
    const transport::Request request{.kind = static_cast<std::uint32_t>(transport::RequestKind::drop_window),
                                     .argument = window.id};
    return socket_.send(message_bytes(request));
  });
}

}  // namespace holdfast::teec
