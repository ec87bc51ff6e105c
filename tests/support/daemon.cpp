#include "support/daemon.h"

#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace holdfast::testing {
namespace {

constexpr std::chrono::seconds kPatience{30};

[[noreturn]] void become(const std::vector<std::string>& command, const std::string& log) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // a test that crashes leaves no daemon behind
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(out, STDERR_FILENO);
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

/// has_said_ready is false when the daemon ends, or stays silent, instead.
bool has_said_ready(int fd) {
  pollfd wanted{.fd = fd, .events = POLLIN, .revents = 0};
  char byte = 0;
  return ::poll(&wanted, 1, static_cast<int>(std::chrono::milliseconds(kPatience).count())) > 0 &&
         ::read(fd, &byte, 1) == 1;
}

}  // namespace

std::unique_ptr<Daemon> Daemon::start(const std::vector<std::string>& more_options) {
  std::unique_ptr<Daemon> daemon(new Daemon);
  std::string pattern = (std::filesystem::temp_directory_path() / "holdfast-test.XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  daemon->folder_ = pattern;
  daemon->more_options_ = more_options;
  daemon->run();
  return daemon;
}

void Daemon::run() {
  const char* const program = std::getenv("HF_DAEMON");
  if (program == nullptr) throw std::runtime_error("HF_DAEMON does not name holdfastd");
  int ready[2];
  if (::pipe(ready) != 0) throw std::runtime_error("no pipe");
  ::fcntl(ready[0], F_SETFD, FD_CLOEXEC);
  std::vector<std::string> command{program,
                                   "--socket",
                                   socket(),
                                   "--state",
                                   (folder_ / "state").string(),
                                   "--root-key",
                                   (folder_ / "root.key").string(),
                                   "--pin-cost",
                                   "10",
                                   "--ready-fd",
                                   std::to_string(ready[1])};
  command.insert(command.end(), more_options_.begin(), more_options_.end());
  process_ = ::fork();
  if (process_ == 0) become(command, (folder_ / "log").string());
  ::close(ready[1]);
  const bool is_ready = has_said_ready(ready[0]);
  ::close(ready[0]);
  if (!is_ready) throw std::runtime_error("holdfastd did not come up:\n" + log());
}

void Daemon::stop() {
  if (process_ < 0) return;
  ::kill(process_, SIGTERM);
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (::waitpid(process_, nullptr, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > deadline) ::kill(process_, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  process_ = -1;
}

Daemon::~Daemon() {
  stop();
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

std::string Daemon::log() const {
  std::ifstream file(folder_ / "log");
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace holdfast::testing
