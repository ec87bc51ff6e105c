#include "secure/runtime/runtime.h"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <new>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "transport/wait.h"

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

namespace holdfast::secure::runtime {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// Keys of watched descriptors. A client's two share its id: the lowest bit tells them apart.
constexpr std::uint64_t kListener = 0;
constexpr std::uint64_t kStop = 1;
constexpr std::uint64_t kEnded = 2;
constexpr std::uint64_t kFirstClient = 16;
constexpr auto kPauseWithoutDescriptors = milliseconds(100);

constexpr std::uint64_t socket_key(std::uint64_t id) { return id * 2; }
constexpr std::uint64_t process_key(std::uint64_t id) { return id * 2 + 1; }

/// peer_process gives a descriptor that tells the end of the process that connected, where the kernel has them. Its
/// socket alone would not: a child it forked holds a copy.
UniqueFd peer_process(int socket) {
  int fd = -1;
  socklen_t size = sizeof fd;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERPIDFD, &fd, &size) != 0) return {};
  return UniqueFd(fd);
}

}  // namespace

SysResult<std::unique_ptr<Runtime>> Runtime::create(Options options) {
  std::unique_ptr<Runtime> runtime(new Runtime(std::move(options)));
  HF_ASSIGN_OR_RETURN(runtime->epoch_memory_, transport::create_published("holdfast-epoch", transport::kPageBytes));
  runtime->world_.epoch = new (runtime->epoch_memory_.mapping.data()) transport::EpochPage;
  runtime->world_.epoch_fd = runtime->epoch_memory_.fd.get();
  runtime->world_.cpus = transport::usable_cpus();
  runtime->world_.epoch->spin_cpus.store(runtime->world_.cpus);
  runtime->epoll_.reset(::epoll_create1(EPOLL_CLOEXEC));
  if (!runtime->epoll_.is_open()) return sys_fail("make an epoll");
  runtime->ended_.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!runtime->ended_.is_open()) return sys_fail("make an eventfd");
  // A client that is gone before it is accepted must not leave us waiting for the next one.
  const int listener_flags = ::fcntl(runtime->options_.listener.get(), F_GETFL);
  if (listener_flags < 0 || ::fcntl(runtime->options_.listener.get(), F_SETFL, listener_flags | O_NONBLOCK) != 0)
    return sys_fail("prepare the listener");
  HF_TRY(runtime->watch(runtime->options_.listener.get(), kListener, EPOLLIN));
  HF_TRY(runtime->watch(runtime->ended_.get(), kEnded, EPOLLIN));
  if (runtime->options_.stop_fd >= 0) HF_TRY(runtime->watch(runtime->options_.stop_fd, kStop, EPOLLIN | EPOLLRDHUP));
  return runtime;
}

Runtime::Runtime(Options options) : options_(std::move(options)), last_id_(kFirstClient) {
  world_.limits = options_.limits;
  world_.limits.slots_per_client = std::clamp(world_.limits.slots_per_client, 1U, transport::kMaxSlots);
  world_.identity = options_.identity;
}

Runtime::~Runtime() { end_everything(); }

void Runtime::add(std::unique_ptr<ta::TrustedApplication> application) {
  world_.applications.push_back(std::move(application));
}

SysResult<void> Runtime::watch(int fd, std::uint64_t key, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = key;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) return sys_fail("watch a descriptor");
  return {};
}

void Runtime::unwatch(int fd) noexcept {
  if (fd >= 0) ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

SysResult<void> Runtime::run() {
  SysResult<bool> go_on = true;
  while (go_on && *go_on) {
    dismiss_silent_clients();
    if (!accepting_ && Clock::now() >= accept_again_)
      accepting_ = watch(options_.listener.get(), kListener, EPOLLIN).has_value();
    go_on = handle_events();
  }
  epoch().draining.store(1);
  end_everything();
  if (!go_on) return Unexpected{go_on.error()};
  return {};
}

/// handle_events waits for something to happen and deals with it; false when it was the stop.
SysResult<bool> Runtime::handle_events() {
  std::array<epoll_event, 64> events{};
  const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), next_timeout());
  if (count < 0 && errno != EINTR) return sys_fail("wait for clients");
  for (int i = 0; i < count; ++i) {
    const std::uint64_t key = events[static_cast<std::size_t>(i)].data.u64;
    if (key == kStop) return false;
    try {
      handle_event(key);
    } catch (const std::bad_alloc&) {
      log::warning("no memory to deal with a client");  // the kernel reports the event again
    }
  }
  return true;
}

void Runtime::handle_event(std::uint64_t key) {
  if (key == kListener)
    accept_client();
  else if (key == kEnded)
    collect_ended();
  else if (key % 2 == 0)
    hear_client(key / 2);
  else
    dismiss(key / 2);
}

int Runtime::next_timeout() const {
  if (!accepting_) return static_cast<int>(kPauseWithoutDescriptors.count());
  if (awaiting_hello_.empty()) return -1;
  const auto left = std::chrono::ceil<milliseconds>(awaiting_hello_.front().deadline - Clock::now());
  return static_cast<int>(std::max(left, milliseconds(0)).count());
}

void Runtime::accept_client() {
  UniqueFd socket(::accept4(options_.listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!socket.is_open()) {
    if (errno != EMFILE && errno != ENFILE && errno != ENOMEM && errno != ENOBUFS) return;
    log::warning("no descriptors for another client");
    unwatch(options_.listener.get());
    accepting_ = false;
    accept_again_ = Clock::now() + kPauseWithoutDescriptors;
    return;
  }
  const auto peer = peer_credentials(socket.get());
  if (!peer) return;
  if (!has_room_for(peer->uid)) {
    tell_busy(socket.get());
    return;
  }
  UniqueFd process = peer_process(socket.get());
  const std::uint64_t id = ++last_id_;
  auto client = std::make_unique<Client>(world_, std::move(socket), std::move(process), *peer);
  if (!watch(client->socket(), socket_key(id), EPOLLIN | EPOLLRDHUP)) return;
  if (client->process() >= 0 && !watch(client->process(), process_key(id), EPOLLIN)) return;
  std::size_t& of_uid = clients_of_uid_[peer->uid];
  awaiting_hello_.push_back({.id = id, .deadline = Clock::now() + options_.limits.hello});
  guests_[id].client = std::move(client);
  ++of_uid;
}

bool Runtime::has_room_for(uid_t uid) const {
  const auto of_uid = clients_of_uid_.find(uid);
  return guests_.size() + leaving_.size() < options_.limits.clients &&
         (of_uid == clients_of_uid_.end() || of_uid->second < options_.limits.clients_per_uid);
}

void Runtime::hear_client(std::uint64_t id) {
  const auto guest = guests_.find(id);
  if (guest == guests_.end()) return;
  auto heard = SysResult<void>(sys_fail(ENOMEM, "no memory for what a client asks"));
  try {
    heard = guest->second.client->take_message();
  } catch (const std::bad_alloc&) {
    log::warning(heard.error().what);
  }
  if (!heard && heard.error().code != EAGAIN) dismiss(id);
}

void Runtime::dismiss_silent_clients() noexcept {
  const auto has_spoken = [&](std::uint64_t id) {
    const auto guest = guests_.find(id);
    return guest == guests_.end() || guest->second.client->is_welcome();
  };
  while (!awaiting_hello_.empty()) {
    const Expectation first = awaiting_hello_.front();
    if (!has_spoken(first.id)) {
      if (Clock::now() < first.deadline) return;
      dismiss(first.id);
    }
    awaiting_hello_.pop_front();
  }
}

void Runtime::dismiss(std::uint64_t id) noexcept {
  auto node = guests_.extract(id);
  if (node.empty()) return;
  Guest& guest = leaving_.insert(std::move(node)).position->second;
  unwatch(guest.client->socket());
  unwatch(guest.client->process());
  const bool may_have_calls = guest.client->is_welcome();
  const bool started = may_have_calls && guest.farewell.start([this, &guest] {
    guest.client->end();
    guest.ended.store(true);
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(ended_.get(), &one, sizeof one);
  });
  if (started) return;
  guest.client->end();
  guest.ended.store(true);
  collect_ended();
}

void Runtime::collect_ended() noexcept {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t taken = ::read(ended_.get(), &count, sizeof count);
  std::erase_if(leaving_, [&](const Guests::value_type& entry) {
    if (!entry.second.ended.load()) return false;
    const auto of_uid = clients_of_uid_.find(entry.second.client->peer().uid);
    if (--of_uid->second == 0) clients_of_uid_.erase(of_uid);
    return true;
  });
}

void Runtime::end_everything() noexcept {
  while (!guests_.empty()) dismiss(guests_.begin()->first);
  for (auto& [id, guest] : leaving_) guest.farewell.join();
  collect_ended();
}

}  // namespace holdfast::secure::runtime
