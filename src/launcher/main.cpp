#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <new>

#include "base/log.h"
#include "launcher/child_setup.h"
#include "launcher/command_line.h"
#include "launcher/config_file.h"
#include "launcher/directories.h"
#include "launcher/listener.h"
#include "launcher/readiness.h"
#include "launcher/state_lock.h"
#include "launcher/supervisor.h"

namespace holdfast::launcher {
namespace {

/// Descriptors 0 to 2 must be taken, or a socket of ours would become somebody's standard error.
void fill_standard_descriptors() {
  int fd = 0;
  do fd = ::open("/dev/null", O_RDWR);
  while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd > STDERR_FILENO) ::close(fd);
}

void harden() {
  const rlimit no_core{.rlim_cur = 0, .rlim_max = 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  ::signal(SIGPIPE, SIG_IGN);
}

log::Level level_named(const std::string& name) {
  if (name == "debug") return log::Level::debug;
  if (name == "warning") return log::Level::warning;
  if (name == "error") return log::Level::error;
  return log::Level::info;
}

Outcome<Settings> settings_for(const CommandLine& line) {
  const Surroundings around = Surroundings::of_this_process();
  HF_ASSIGN_OR_RETURN(const Choices file, read_config(line.config.value_or(default_config_file(around)),
                                                      line.config ? MissingFile::is_a_problem : MissingFile::is_empty));
  return resolve(line.choices, file, around);
}

enum class Turn { ours, served_by_another };

/// Two that are started at once by two programs must not both fail: the one without the lock waits until the other
/// listens, and takes over when that one ends before. Only who gave a ready descriptor can wait.
Outcome<Turn> take_turn(StateLock& lock, const Settings& settings, bool may_wait) {
  constexpr int kTries = 1500;
  constexpr useconds_t kPause = 20'000;
  for (int tried = 0; tried < kTries; ++tried) {
    HF_ASSIGN_OR_RETURN(const bool acquired, lock.try_acquire());
    if (acquired) return Turn::ours;
    if (!may_wait) break;
    if (probe(settings.socket) == Answer::listening) return Turn::served_by_another;
    ::usleep(kPause);
  }
  return problem(ExitCode::already_running,
                 "another holdfastd (pid " + std::to_string(lock.holder()) + ") already serves " + settings.state,
                 "stop it, or choose another --state");
}

Outcome<bool> needs_private_mount(const Settings& settings, const ServiceUser& user) {
  const std::string unreachable = first_unreachable(settings.store(), user);
  if (unreachable.empty()) return false;
  if (can_mount()) return true;
  return problem("the user " + user.name + " may not enter " + unreachable + " on the way to the store",
                 "chmod o+x " + unreachable + ", or choose another --state");
}

Outcome<Listener> open_listener(const Settings& settings) {
  HF_ASSIGN_OR_RETURN(std::optional<Listener> passed, Listener::from_service_manager());
  if (passed) return std::move(*passed);
  return Listener::open(settings.socket, settings.socket_mode);
}

Outcome<void> serve(const Settings& settings, UniqueFd ready_fd) {
  HF_ASSIGN_OR_RETURN(const Programs programs, find_programs(settings.libexec));
  HF_ASSIGN_OR_RETURN(const ServiceUser user, find_service_user(settings.user));
  HF_TRY(prepare_state(settings, user));
  HF_ASSIGN_OR_RETURN(StateLock lock, StateLock::open(settings.lock_file()));
  HF_ASSIGN_OR_RETURN(const Turn turn, take_turn(lock, settings, ready_fd.is_open()));
  if (turn == Turn::served_by_another) {
    announce_ready(ready_fd);
    return {};
  }
  HF_ASSIGN_OR_RETURN(const bool used, has_entries(settings.store()));
  const RootKeySource root_key(settings.root_key);
  HF_TRY(root_key.prepare(used ? StoreState::used : StoreState::fresh));
  HF_ASSIGN_OR_RETURN(const bool private_mount, needs_private_mount(settings, user));
  HF_ASSIGN_OR_RETURN(Listener listener, open_listener(settings));
  Supervisor supervisor({.settings = settings,
                         .user = user,
                         .programs = programs,
                         .root_key = root_key,
                         .listen_fd = listener.fd(),
                         .store_needs_private_mount = private_mount},
                        std::move(ready_fd));
  const Outcome<void> ended = supervisor.run();
  listener.remove();
  return ended;
}

Outcome<void> run(const CommandLine& line) {
  UniqueFd ready_fd;
  if (line.ready_fd >= 0) {
    if (::fcntl(line.ready_fd, F_SETFD, FD_CLOEXEC) != 0)
      return problem(ExitCode::usage, "--ready-fd " + std::to_string(line.ready_fd) + " is not an open descriptor");
    ready_fd.reset(line.ready_fd);
  }
  HF_ASSIGN_OR_RETURN(const Settings settings, settings_for(line));
  if (line.show_config) {
    std::fputs(as_toml(settings).c_str(), stdout);
    return {};
  }
  log::set_level(level_named(settings.log_level));
  harden();
  return serve(settings, std::move(ready_fd));
}

}  // namespace
}  // namespace holdfast::launcher

int main(int argc, char** argv) {
  using namespace holdfast::launcher;
  holdfast::log::set_process("holdfastd");
  fill_standard_descriptors();
  try {
    const auto line = parse_command_line(argc, argv);
    if (!line) return line.error().exit_code;
    const Outcome<void> ended = run(*line);
    if (ended) return static_cast<int>(ExitCode::ok);
    say("error", ended.error().line());
    return static_cast<int>(ended.error().code);
  } catch (const std::bad_alloc&) {
    holdfast::log::error("out of memory");
    return static_cast<int>(ExitCode::setup);
  }
}
