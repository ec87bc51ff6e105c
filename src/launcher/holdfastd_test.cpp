// Runs holdfastd as a process, with stand-ins for its worlds (testing/fake_world.cpp).

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/unique_fd.h"

namespace holdfast::launcher {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
namespace fs = std::filesystem;

constexpr auto kPatience = std::chrono::seconds(20);

bool eventually(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < end) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

std::string contents(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The value of "name=value" in a fake world's answer.
std::string field(const std::string& answer, const std::string& name) {
  const std::size_t at = ("\n" + answer).find("\n" + name + "=");
  if (at == std::string::npos) return "missing in: " + answer;
  const std::size_t begin = at + name.size() + 1;
  return answer.substr(begin, answer.find('\n', begin) - begin);
}

/// Asks a world through the socket; empty when nobody answers.
std::string ask(const fs::path& socket_path, char request) {
  const UniqueFd client(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::snprintf(address.sun_path, sizeof address.sun_path, "%s", socket_path.c_str());
  if (::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return "";
  if (::send(client.get(), &request, 1, MSG_NOSIGNAL) != 1) return "";
  pollfd readable{.fd = client.get(), .events = POLLIN, .revents = 0};
  if (::poll(&readable, 1, 5000) != 1) return "";
  char answer[4096];
  const ssize_t size = ::recv(client.get(), answer, sizeof answer, 0);
  return size > 0 ? std::string(answer, static_cast<std::size_t>(size)) : "";
}

bool is_alive(const std::string& pid) { return !contents("/proc/" + pid + "/cmdline").empty(); }

/// One started holdfastd; it does not outlive the test.
class Daemon {
 public:
  explicit Daemon(const std::vector<std::string>& command, const fs::path& log) {
    int ends[2];
    if (::pipe(ends) != 0) return;
    ready_.reset(ends[0]);
    ::fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    pid_ = ::fork();
    if (pid_ == 0) {
      const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
      ::dup2(out, 1);
      ::dup2(out, 2);
      std::vector<std::string> words = command;
      for (std::string& word : words)
        if (word == "READY") word = std::to_string(ends[1]);
      std::vector<char*> argv;
      for (std::string& word : words) argv.push_back(word.data());
      argv.push_back(nullptr);
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
    ::close(ends[1]);
  }
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;
  ~Daemon() { kill(); }

  bool becomes_ready() {
    pollfd readable{.fd = ready_.get(), .events = POLLIN, .revents = 0};
    char byte = 0;
    return ::poll(&readable, 1, 20'000) == 1 && ::read(ready_.get(), &byte, 1) == 1;
  }
  int exit_code() {
    int status = 0;
    const bool ended = eventually([&] { return ::waitpid(pid_, &status, WNOHANG) == pid_; });
    if (!ended) return -1;
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  int stop() {
    ::kill(pid_, SIGTERM);
    return exit_code();
  }
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  pid_t pid() const { return pid_; }

 private:
  UniqueFd ready_;
  pid_t pid_ = -1;
};

class Holdfastd : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/holdfastd-test-XXXXXX";
    folder_ = ::mkdtemp(name);
    // The worlds' user must reach the programs, and in most tests the store.
    ::chmod(name, 0755);
    fs::create_directory(libexec());
    std::ofstream(config()) << "# The machine's own configuration must not matter.\n";
    fs::copy_file(HF_FAKE_WORLD, libexec() / "holdfast-secure-world");
    fs::copy_file(HF_FAKE_WORLD, libexec() / "holdfast-supplicant");
  }
  void TearDown() override {
    if (HasFailure()) std::fprintf(stderr, "---- holdfastd's log ----\n%s\n", log().c_str());
    fs::remove_all(folder_);
  }

  fs::path libexec() const { return folder_ / "libexec"; }
  fs::path socket() const { return folder_ / "socket"; }
  fs::path config() const { return folder_ / "config.toml"; }
  fs::path state() const { return folder_ / "state"; }
  std::string log() const { return contents(folder_ / "log"); }
  void let(const std::string& behaviour) const { std::ofstream(libexec() / "behaviour") << behaviour; }

  std::vector<std::string> command(const fs::path& state, const std::vector<std::string>& more) const {
    std::vector<std::string> words{HF_HOLDFASTD, "--config", config(), "--socket", socket(), "--state", state, "--libexec", libexec()};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  Daemon start(const std::vector<std::string>& more = {"--ready-fd", "READY"}) const {
    return Daemon(command(state(), more), folder_ / "log");
  }
  Daemon start_on(const fs::path& state) const { return Daemon(command(state, {"--ready-fd", "READY"}), folder_ / "log"); }

  fs::path folder_;
};

TEST_F(Holdfastd, ServesUntilItIsAskedToStopAndLeavesNothingRunning) {
  Daemon daemon = start();
  ASSERT_TRUE(daemon.becomes_ready());
  const std::string world = field(ask(socket(), 'i'), "pid");
  const std::string supplicant = field(ask(socket(), 's'), "pid");
  EXPECT_TRUE(is_alive(world) && is_alive(supplicant));
  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_FALSE(is_alive(world) || is_alive(supplicant));
  EXPECT_FALSE(fs::exists(socket()));
}

TEST_F(Holdfastd, MakesARootKeyOutsideTheStoreAndGivesItToTheSecureWorldAlone) {
  Daemon daemon = start();
  ASSERT_TRUE(daemon.becomes_ready());
  const std::string world = ask(socket(), 'i');
  EXPECT_EQ(field(world, "key_bytes"), "32");
  EXPECT_THAT(field(ask(socket(), 's'), "arguments"), Not(HasSubstr("key")));
  struct stat key{};
  ASSERT_EQ(::stat((state() / "root.key").c_str(), &key), 0);
  EXPECT_EQ(key.st_mode & 07777u, 0600u);
  EXPECT_EQ(key.st_size, 32);
  EXPECT_EQ(key.st_uid, ::geteuid());
}

TEST_F(Holdfastd, PassesOnlyTheNamedDescriptorsAndNoEnvironment) {
  ::setenv("HOLDFAST_TEST_SECRET", "leaks", 1);
  const UniqueFd stray(::open("/dev/null", O_RDONLY));
  ASSERT_GE(::fcntl(stray.get(), F_DUPFD, 100), 100);
  Daemon daemon = start();
  ASSERT_TRUE(daemon.becomes_ready());
  const std::string world = ask(socket(), 'i');
  const std::string descriptors = field(world, "descriptors");
  // 0, 1, 2, listener, control, link, and the client that asks; the root key's pipe was closed.
  EXPECT_EQ(std::count(descriptors.begin(), descriptors.end(), ','), 6) << descriptors;
  const std::string of_supplicant = field(ask(socket(), 's'), "descriptors");
  EXPECT_EQ(std::count(of_supplicant.begin(), of_supplicant.end(), ','), 3) << of_supplicant;
  EXPECT_THAT(field(world, "environment"), Not(HasSubstr("leaks")));
  ::unsetenv("HOLDFAST_TEST_SECRET");
  ::close(100);
}

TEST_F(Holdfastd, TellsTheSecureWorldWhichFileAClientRuns) {
  Daemon daemon = start();
  ASSERT_TRUE(daemon.becomes_ready());
  if (ask(socket(), 'e') == "no pidfd") GTEST_SKIP() << "this kernel has no SO_PEERPIDFD (Linux 6.5)";
  for (int i = 0; i < 30; ++i) EXPECT_EQ(ask(socket(), 'e'), fs::read_symlink("/proc/self/exe").string());
  EXPECT_EQ(ask(socket(), 'o'), "refused") << "another user than it says it is";
  const std::string children = "/proc/" + std::to_string(daemon.pid()) + "/task/" + std::to_string(daemon.pid()) + "/children";
  EXPECT_TRUE(eventually([&] { return std::ranges::count(contents(children), ' ') == 2; })) << "only the two worlds are left";
}

TEST_F(Holdfastd, PassesSettingsOn) {
  Daemon daemon = start({"--ready-fd", "READY", "--slots", "5", "--pin-cost", "12", "--backend", "memory", "--max-clients", "7",
                         "--refuse-legacy", "small-rsa,md5"});
  ASSERT_TRUE(daemon.becomes_ready());
  const std::string arguments = field(ask(socket(), 'i'), "arguments");
  EXPECT_THAT(arguments, HasSubstr("--refuse-legacy small-rsa,md5 --slots 5 --pin-cost 12 --max-clients 7 "));
  EXPECT_THAT(field(ask(socket(), 's'), "arguments"), HasSubstr("--backend memory"));
}

TEST_F(Holdfastd, RunsTheWorldsWithoutPrivileges) {
  Daemon daemon = start();
  ASSERT_TRUE(daemon.becomes_ready());
  const std::string world = ask(socket(), 'i');
  const std::string supplicant = ask(socket(), 's');
  const passwd* user = ::getpwnam("holdfast");
  if (user == nullptr) user = ::getpwnam("nobody");
  const std::string expected = ::geteuid() == 0 ? std::to_string(user->pw_uid) : std::to_string(::geteuid());
  for (const std::string& answer : {world, supplicant}) {
    EXPECT_EQ(field(answer, "uid"), expected);
    EXPECT_EQ(field(answer, "no_new_privs"), "1");
    EXPECT_TRUE(::geteuid() != 0 || field(answer, "groups") == "0");
  }
  EXPECT_EQ(field(supplicant, "effective"), "0000000000000000");
  EXPECT_EQ(field(supplicant, "stored"), "yes");
}

TEST_F(Holdfastd, ServesAStoreThatTheServiceUserCouldNotReach) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root runs the worlds as somebody else";
  const fs::path closed = folder_ / "closed";
  fs::create_directory(closed);
  fs::permissions(closed, fs::perms::owner_all);
  Daemon daemon = start_on(closed / "state");
  ASSERT_TRUE(daemon.becomes_ready());
  EXPECT_EQ(field(ask(socket(), 's'), "stored"), "yes");
  EXPECT_TRUE(fs::exists(closed / "state/store/record"));
}

TEST_F(Holdfastd, RefusesDirectoriesOfStrangers) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give directories away";
  fs::create_directories(state() / "store");
  ASSERT_EQ(::chown(state().c_str(), 4321, 4321), 0);
  EXPECT_EQ(start().exit_code(), 3);
  EXPECT_THAT(log(), HasSubstr("belongs to uid 4321"));
  ASSERT_EQ(::chown(state().c_str(), 0, 0), 0);
  std::ofstream(state() / "store/record") << "r";
  ASSERT_EQ(::chown((state() / "store").c_str(), 4321, 4321), 0);
  EXPECT_EQ(start().exit_code(), 3);
  EXPECT_THAT(log(), HasSubstr("belongs to uid 4321, not to"));
}

TEST_F(Holdfastd, ReplacesASupplicantThatDiedUnderARunningSecureWorld) {
  Daemon daemon = start();
  ASSERT_TRUE(daemon.becomes_ready());
  const std::string world = field(ask(socket(), 'i'), "pid");
  for (int round = 0; round < 3; ++round) {
    const std::string supplicant = field(ask(socket(), 's'), "pid");
    ASSERT_EQ(::kill(std::stoi(supplicant), SIGKILL), 0);
    EXPECT_TRUE(eventually([&] {
      const std::string next = field(ask(socket(), 's'), "pid");
      return next.find("missing") == std::string::npos && next != supplicant;
    }));
  }
  EXPECT_EQ(field(ask(socket(), 'i'), "pid"), world);
}

TEST_F(Holdfastd, StartsBothAnewWhenTheSecureWorldDies) {
  Daemon daemon = start();
  ASSERT_TRUE(daemon.becomes_ready());
  const std::string world = field(ask(socket(), 'i'), "pid");
  const std::string supplicant = field(ask(socket(), 's'), "pid");
  ask(socket(), 'x');
  // The socket never stops listening: this connects at once and is served by the next world.
  EXPECT_NE(field(ask(socket(), 'i'), "pid"), world);
  EXPECT_NE(field(ask(socket(), 's'), "pid"), supplicant);
  EXPECT_FALSE(is_alive(supplicant));
  EXPECT_EQ(daemon.stop(), 0);
}

TEST_F(Holdfastd, GivesUpOnASecureWorldThatCannotStart) {
  let("secure world dies");
  Daemon daemon = start();
  EXPECT_FALSE(daemon.becomes_ready());
  EXPECT_EQ(daemon.exit_code(), 6);
  EXPECT_THAT(log(), HasSubstr("the secure world cannot start"));
  EXPECT_FALSE(fs::exists(socket()));
}

TEST_F(Holdfastd, GivesUpOnASupplicantThatCannotStart) {
  let("supplicant dies");
  Daemon daemon = start();
  EXPECT_EQ(daemon.exit_code(), 6);
  EXPECT_THAT(log(), HasSubstr("the supplicant cannot start"));
}

TEST_F(Holdfastd, EndsWhenTheSecureWorldRefusesTheStore) {
  let("secure world refuses");
  Daemon daemon = start();
  EXPECT_FALSE(daemon.becomes_ready());
  EXPECT_EQ(daemon.exit_code(), 5);
  EXPECT_THAT(log(), HasSubstr("refuses to start (code 0x5)"));
}

TEST_F(Holdfastd, RefusesASecondOneOnTheSameState) {
  Daemon first = start();
  ASSERT_TRUE(first.becomes_ready());
  Daemon second = start({});
  EXPECT_EQ(second.exit_code(), 4);
  EXPECT_THAT(log(), HasSubstr("(pid " + std::to_string(first.pid()) + ") already serves"));
  EXPECT_NE(ask(socket(), 'i'), "");
}

TEST_F(Holdfastd, RefusesASocketWhereAnotherListens) {
  Daemon first = start();
  ASSERT_TRUE(first.becomes_ready());
  Daemon second = start_on(folder_ / "other");
  EXPECT_EQ(second.exit_code(), 4);
  EXPECT_NE(ask(socket(), 'i'), "");
}

TEST_F(Holdfastd, LetsManyStartAtOnceAndAllBecomeReady) {
  std::vector<std::unique_ptr<Daemon>> daemons;
  for (int i = 0; i < 5; ++i) daemons.push_back(std::make_unique<Daemon>(command(state(), {"--ready-fd", "READY"}), folder_ / "log"));
  for (const auto& daemon : daemons) EXPECT_TRUE(daemon->becomes_ready());
  const std::string winner = contents(state() / "store.lock");
  for (const auto& daemon : daemons) {
    if (std::to_string(daemon->pid()) + "\n" == winner) continue;
    EXPECT_EQ(daemon->exit_code(), 0);
  }
  EXPECT_NE(ask(socket(), 'i'), "");
}

TEST_F(Holdfastd, TakesItsWorldsWithItWhenKilledAndReplacesTheSocketItLeft) {
  Daemon first = start();
  ASSERT_TRUE(first.becomes_ready());
  const std::string world = field(ask(socket(), 'i'), "pid");
  const std::string supplicant = field(ask(socket(), 's'), "pid");
  first.kill();
  EXPECT_TRUE(eventually([&] { return !is_alive(world) && !is_alive(supplicant); }));
  EXPECT_TRUE(fs::exists(socket()));
  Daemon second = start();
  ASSERT_TRUE(second.becomes_ready());
  EXPECT_NE(ask(socket(), 'i'), "");
}

TEST_F(Holdfastd, RefusesAUsedStoreWithoutItsRootKey) {
  {
    Daemon daemon = start();
    ASSERT_TRUE(daemon.becomes_ready());
    EXPECT_EQ(field(ask(socket(), 's'), "stored"), "yes");
    EXPECT_EQ(daemon.stop(), 0);
  }
  fs::remove(state() / "root.key");
  Daemon daemon = start();
  EXPECT_EQ(daemon.exit_code(), 3);
  EXPECT_THAT(log(), HasSubstr("root.key is missing, and the store cannot be opened without it"));
  EXPECT_FALSE(fs::exists(state() / "root.key"));
}

TEST_F(Holdfastd, ReportsAMistakeInTheConfigurationInOneLine) {
  std::ofstream(config()) << "slots = 3\nslotz = 4\n";
  Daemon daemon = start();
  EXPECT_EQ(daemon.exit_code(), 2);
  EXPECT_THAT(log(), HasSubstr(config().string() + ":2: unknown setting 'slotz'"));
}

TEST_F(Holdfastd, TakesTheServiceManagersSocketAndNotifiesIt) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto bound = [&](const fs::path& path, int type) {
    UniqueFd fd(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
    std::snprintf(address.sun_path, sizeof address.sun_path, "%s", path.c_str());
    EXPECT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    return fd;
  };
  const UniqueFd notifications = bound(folder_ / "notify", SOCK_DGRAM);
  const UniqueFd listener = bound(socket(), SOCK_SEQPACKET);
  ASSERT_EQ(::listen(listener.get(), 5), 0);
  // The shell becomes holdfastd, so its process id is the right one.
  const std::string script = "exec 3<&" + std::to_string(listener.get()) + "; export LISTEN_PID=$$ LISTEN_FDS=1 NOTIFY_SOCKET=" +
                             (folder_ / "notify").string() + "; exec \"$@\"";
  std::vector<std::string> words{"/bin/sh", "-c", script, "sh", HF_HOLDFASTD, "--config", config(), "--state", state(),
                                 "--libexec", libexec(), "--socket", folder_ / "unused"};
  ASSERT_EQ(::fcntl(listener.get(), F_SETFD, 0), 0);
  Daemon daemon(words, folder_ / "log");
  pollfd readable{.fd = notifications.get(), .events = POLLIN, .revents = 0};
  ASSERT_EQ(::poll(&readable, 1, 20'000), 1);
  char text[64] = {};
  ASSERT_GT(::recv(notifications.get(), text, sizeof text - 1, 0), 0);
  EXPECT_STREQ(text, "READY=1");
  EXPECT_NE(ask(socket(), 'i'), "");
  EXPECT_FALSE(fs::exists(folder_ / "unused"));
  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_TRUE(fs::exists(socket())) << "the socket is the service manager's to remove";
}

TEST_F(Holdfastd, RunsWithClosedStandardDescriptors) {
  std::vector<std::string> words{"/bin/sh", "-c", "exec \"$@\" <&- >&- 2>&-", "sh"};
  const std::vector<std::string> daemon_words = command(state(), {"--ready-fd", "READY"});
  words.insert(words.end(), daemon_words.begin(), daemon_words.end());
  Daemon daemon(words, folder_ / "log");
  ASSERT_TRUE(daemon.becomes_ready());
  EXPECT_NE(ask(socket(), 'i'), "");
  EXPECT_EQ(daemon.stop(), 0);
}

}  // namespace
}  // namespace holdfast::launcher
