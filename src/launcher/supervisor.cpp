#include "launcher/supervisor.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <limits>

#include "base/log.h"
#include "launcher/readiness.h"

namespace holdfast::launcher {
namespace {

// The supplicant does not say when it serves. One that cannot open its store ends long before this.
constexpr RestartPolicy::Milliseconds kSupplicantServesAfter{250};
// What the secure world may take to finish its requests, and the supplicant to see the end of its link.
constexpr int kSecureWorldGrace = 10'000;
constexpr int kSupplicantGrace = 5'000;

Outcome<UniqueFd> open_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&set, signal);
  UniqueFd fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd.is_open() || ::sigprocmask(SIG_BLOCK, &set, nullptr) != 0) return system_problem("cannot watch for signals", errno);
  return fd;
}

Outcome<SocketPair> socket_pair(int type) {
  auto pair = make_socket_pair(type);
  if (!pair) return system_problem(pair.error().what, pair.error().code);
  return std::move(pair).value();
}

void log_end(const char* message, int status) {
  if (WIFSIGNALED(status))
    log::warning(message, {{"signal", static_cast<std::uint64_t>(WTERMSIG(status))}});
  else
    log::warning(message, {{"exit", static_cast<std::uint64_t>(WEXITSTATUS(status))}});
}

std::string hexadecimal(std::uint32_t number) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%x", number);
  return text;
}

}  // namespace

Supervisor::Supervisor(Plan plan, UniqueFd ready_fd) : plan_(std::move(plan)), ready_fd_(std::move(ready_fd)) {}

RestartPolicy::Milliseconds Supervisor::World::lived() const {
  return std::chrono::duration_cast<RestartPolicy::Milliseconds>(Clock::now() - started);
}

void Supervisor::World::has_started(Child started_child) {
  child = std::move(started_child);
  started = Clock::now();
  life = Life::never_served;
  due.reset();
}

Outcome<void> Supervisor::run() {
  HF_ASSIGN_OR_RETURN(const UniqueFd signals, open_signals());
  const Outcome<void> ended = [&]() -> Outcome<void> {
    HF_TRY(start_both());
    return watch(signals.get());
  }();
  stop();
  return ended;
}

Outcome<void> Supervisor::watch(int signals) {
  for (;;) {
    std::array<pollfd, 4 + ExecutableDesk::kMostProcesses> fds{{{signals, POLLIN, 0},
                                                                {control_.fd(), POLLIN, 0},
                                                                {supplicant_.pidfd(), POLLIN, 0},
                                                                {secure_world_.pidfd(), POLLIN, 0}}};
    executables_.watch(std::span(fds).last<ExecutableDesk::kMostProcesses>());
    if (::poll(fds.data(), fds.size(), milliseconds_to_next_start()) < 0 && errno != EINTR)
      return system_problem("cannot wait for the worlds", errno);
    if (fds[0].revents != 0) return {};
    executables_.reap();
    // Words before deaths: a refusal explains the end that follows it.
    if (fds[1].revents != 0) HF_TRY(on_control());
    if (fds[2].revents != 0) HF_TRY(on_supplicant_end());
    if (fds[3].revents != 0) HF_TRY(on_secure_world_end());
    HF_TRY(start_due_worlds());
  }
}

int Supervisor::milliseconds_to_next_start() const {
  Clock::time_point next = Clock::time_point::max();
  for (const World* world : {&secure_world_, &supplicant_})
    if (world->due) next = std::min(next, *world->due);
  if (next == Clock::time_point::max()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now()).count();
  return static_cast<int>(std::max<std::int64_t>(left, 0));
}

Outcome<void> Supervisor::start_due_worlds() {
  const auto is_due = [](const World& world) { return world.due && *world.due <= Clock::now(); };
  if (is_due(secure_world_)) return start_both();
  if (is_due(supplicant_)) return replace_supplicant();
  return {};
}

Outcome<void> Supervisor::start_both() {
  HF_ASSIGN_OR_RETURN(const SocketPair link, socket_pair(SOCK_STREAM));
  HF_ASSIGN_OR_RETURN(SocketPair control, socket_pair(SOCK_SEQPACKET));
  HF_TRY(start_supplicant(link.theirs));
  HF_TRY(start_secure_world(link.ours, control.theirs));
  control_ = ControlLink(std::move(control.ours));
  return {};
}

Outcome<void> Supervisor::start_supplicant(const UniqueFd& link) {
  const bool private_mount = plan_.store_needs_private_mount;
  ChildSpec spec{.program = plan_.programs.supplicant,
                 .arguments = {"--link-fd", std::to_string(link.get()), "--store",
                               private_mount ? kPrivateStore : plan_.settings.store()},
                 .descriptors = {link.get()},
                 .user = plan_.user,
                 .powers = Powers::none,
                 .show_at_private_store = private_mount ? plan_.settings.store() : ""};
  if (!plan_.settings.backend.empty()) spec.arguments.insert(spec.arguments.end(), {"--backend", plan_.settings.backend});
  HF_ASSIGN_OR_RETURN(Child child, Child::start(spec));
  supplicant_.has_started(std::move(child));
  return {};
}

Outcome<void> Supervisor::start_secure_world(const UniqueFd& link, const UniqueFd& control) {
  HF_ASSIGN_OR_RETURN(const UniqueFd root_key, plan_.root_key.open_pipe());
  ChildSpec spec{.program = plan_.programs.secure_world,
                 .arguments = {"--listen-fd", std::to_string(plan_.listen_fd), "--control-fd", std::to_string(control.get()),
                               "--link-fd", std::to_string(link.get()), "--root-key-fd", std::to_string(root_key.get()),
                               "--log-level", plan_.settings.log_level},
                 .descriptors = {plan_.listen_fd, control.get(), link.get(), root_key.get()},
                 .user = plan_.user,
                 .powers = Powers::to_build_a_sandbox};
  const auto pass_on = [&](const char* option, const std::optional<std::uint32_t>& value) {
    if (value) spec.arguments.insert(spec.arguments.end(), {option, std::to_string(*value)});
  };
  if (!plan_.settings.refuse_legacy.empty())
    spec.arguments.insert(spec.arguments.end(), {"--refuse-legacy", plan_.settings.refuse_legacy});
  pass_on("--slots", plan_.settings.slots);
  pass_on("--pin-cost", plan_.settings.pin_cost);
  pass_on("--max-clients", plan_.settings.max_clients);
  pass_on("--max-clients-per-uid", plan_.settings.max_clients_per_uid);
  HF_ASSIGN_OR_RETURN(Child child, Child::start(spec));
  secure_world_.has_started(std::move(child));
  return {};
}

Outcome<void> Supervisor::replace_supplicant() {
  HF_ASSIGN_OR_RETURN(const SocketPair link, socket_pair(SOCK_STREAM));
  HF_TRY(start_supplicant(link.theirs));
  // If the secure world cannot take it, it is ending, and both will be started anew.
  if (const auto sent = control_.send_link(link.ours); !sent)
    log::warning(sent.error().what, {{"errno", static_cast<std::uint64_t>(sent.error().code)}});
  return {};
}

Outcome<void> Supervisor::on_control() {
  const ControlMessage message = control_.receive();
  if (std::holds_alternative<Ready>(message)) {
    log::info("serving", {{"secure_world", static_cast<std::uint64_t>(secure_world_.child ? secure_world_.child->pid() : 0)}});
    secure_world_.life = Life::served;
    announce_ready(ready_fd_);
  } else if (const auto* const question = std::get_if<WhichExecutable>(&message)) {
    executables_.take(*question, control_);
  } else if (const auto* const refused = std::get_if<Refused>(&message)) {
    return problem(ExitCode::refused, "the secure world refuses to start (code " + hexadecimal(refused->code) + ")",
                   "its own lines above say why");
  } else if (std::holds_alternative<Gone>(message)) {
    control_.close();  // its end follows
  }
  return {};
}

Outcome<void> Supervisor::on_supplicant_end() {
  log_end("the supplicant ended", supplicant_.child->reap());
  supplicant_.child.reset();
  // Without a secure world both are due together.
  if (!secure_world_.child) return {};
  if (supplicant_.lived() >= kSupplicantServesAfter) supplicant_.life = Life::served;
  return schedule(supplicant_, "supplicant");
}

Outcome<void> Supervisor::on_secure_world_end() {
  log_end("the secure world ended", secure_world_.child->reap());
  secure_world_.child.reset();
  control_.close();
  supplicant_.due.reset();
  if (supplicant_.child) supplicant_.child->reap_within(kSupplicantGrace);  // it saw the end of its link
  supplicant_.child.reset();
  return schedule(secure_world_, "secure world");
}

Outcome<void> Supervisor::schedule(World& world, const char* name) {
  const auto pause = world.policy.on_death(world.life, world.lived());
  if (!pause)
    return problem(ExitCode::gave_up, std::string("the ") + name + " cannot start", "its own lines above say why");
  world.due = Clock::now() + *pause;
  return {};
}

void Supervisor::stop() noexcept {
  notify_service_manager("STOPPING=1");
  control_.close();
  if (secure_world_.child) secure_world_.child->reap_within(kSecureWorldGrace);
  secure_world_.child.reset();
  if (supplicant_.child) supplicant_.child->reap_within(kSupplicantGrace);
  supplicant_.child.reset();
}

}  // namespace holdfast::launcher
