#include "cryptoki/autostart.h"

#include <array>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace holdfast::cryptoki {
namespace {

/// A program in holdfastd's place: a shell script that notes what it sees and says that it is ready.
class Autostart : public ::testing::Test {
 protected:
  Autostart() {
    std::string pattern = ::testing::TempDir() + "autostart.XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    ::chmod(folder_.c_str(), 0777);
    program_ = folder_ + "/daemon";
    notes_ = folder_ + "/notes";
  }
  ~Autostart() override { std::filesystem::remove_all(folder_); }

  void write_program(const std::string& body) const {
    std::ofstream(program_) << "#!/bin/sh\n" << body;
    ::chmod(program_.c_str(), 0755);
  }

  /// start_as_user runs autostart::start in a child that is an ordinary user; true when it said that it started
  /// something.
  template <class Prepare>
  bool start_as_user(Prepare&& prepare) const {
    const pid_t child = ::fork();
    if (child == 0) {
      if (::getuid() == 0 && ::setresuid(65534, 65534, 65534) != 0) ::_exit(2);
      ::unsetenv("HOLDFAST_SOCKET");
      ::unsetenv("HOLDFAST_AUTOSTART");
      ::setenv("HOLDFAST_DAEMON", program_.c_str(), 1);
      prepare();
      const bool started = autostart::start();
      // No child may be left to wait for, of any kind.
      const bool is_alone = ::waitpid(-1, nullptr, WNOHANG | __WALL) < 0 && errno == ECHILD;
      ::_exit(!is_alone ? 3 : started ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) < 2) << status;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
  bool start_as_user() const {
    return start_as_user([] {});
  }
  std::string notes() const {
    std::ifstream file(notes_);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::string folder_, program_, notes_;
};

TEST_F(Autostart, RunsTheDaemonAndWaitsUntilItIsReady) {
  write_program("echo \"$@\" >" + notes_ + "\nsleep 0.2\necho ready >>" + notes_ + "\necho x >&3\n");
  EXPECT_TRUE(start_as_user());
  EXPECT_EQ(notes(), "--ready-fd 3\nready\n");
}

TEST_F(Autostart, DaemonInheritsNothingOfTheHost) {
  write_program(
      "{ ls /proc/self/fd | wc -l; pwd; umask; ps -o sid= -p $$ | tr -d ' '; echo $$; "
      "grep SigBlk /proc/self/status; readlink /proc/self/fd/0; } >" +
      notes_ + " 2>/dev/null\necho x >&3\n");
  const int extra = ::open("/dev/null", O_RDONLY);  // not close-on-exec: a careless host
  EXPECT_TRUE(start_as_user([] {
    sigset_t all;
    ::sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
  }));
  ::close(extra);
  const std::string seen = notes();
  // 0, 1, 2, 3 and the one that ls itself opens.
  EXPECT_EQ(seen.substr(0, 2), "5\n") << seen;
  EXPECT_NE(seen.find("\n/\n0077\n"), std::string::npos) << seen;
  EXPECT_NE(seen.find("SigBlk:\t0000000000000000"), std::string::npos) << seen;
  EXPECT_NE(seen.find("/dev/null"), std::string::npos) << seen;
}

TEST_F(Autostart, ReturnsWhenTheDaemonEndsAtOnce) {
  write_program("exit 1\n");
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(start_as_user());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30));  // bounded, not a hang
}

TEST_F(Autostart, GivesUpOnADaemonThatNeverGetsReady) {
  write_program("sleep 40\n");
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(start_as_user());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(30));  // bounded, not a hang
}

TEST_F(Autostart, IsNotWantedWhenTheUserSaysSo) {
  write_program("echo x >&3\n");
  EXPECT_FALSE(start_as_user([] { ::setenv("HOLDFAST_AUTOSTART", "0", 1); }));
  EXPECT_FALSE(start_as_user([] { ::setenv("HOLDFAST_SOCKET", "/nowhere/holdfast.sock", 1); }));
  EXPECT_FALSE(start_as_user([] { ::setenv("HOLDFAST_DAEMON", "/nowhere/holdfastd", 1); }));
}

TEST_F(Autostart, IsNotForRoot) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can tell";
  write_program("touch " + notes_ + "\necho x >&3\n");
  ::unsetenv("HOLDFAST_SOCKET");
  ::setenv("HOLDFAST_DAEMON", program_.c_str(), 1);
  EXPECT_FALSE(autostart::start());
  EXPECT_FALSE(std::filesystem::exists(notes_));
}

TEST_F(Autostart, SendsTheHostNoSigchld) {
  write_program("echo x >&3\n");
  EXPECT_TRUE(start_as_user([] { ::signal(SIGCHLD, [](int) { ::_exit(9); }); }));
}

}  // namespace
}  // namespace holdfast::cryptoki
