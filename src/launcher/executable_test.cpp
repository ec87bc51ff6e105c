#include "launcher/executable.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/unique_fd.h"

namespace holdfast::launcher {
namespace {

namespace fs = std::filesystem;

UniqueFd pidfd_of(pid_t pid) { return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))); }
Owner ourselves() { return {.uid = ::geteuid(), .gid = ::getegid()}; }

/// Program is a running copy of sleep(1) in a folder of its own.
class Program {
 public:
  explicit Program(const char* hidden_under = nullptr) {
    char name[] = "/tmp/hf-executable-XXXXXX";
    folder_ = ::mkdtemp(name);
    fs::copy_file(fs::canonical("/bin/sleep"), path());
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      if (hidden_under != nullptr) hide(hidden_under);
      ::execl(hidden_under != nullptr ? hidden_under : path().c_str(), "sleep", "60", nullptr);
      ::_exit(127);
    }
    ::close(ends[1]);
    char byte = 0;
    EXPECT_EQ(::read(ends[0], &byte, 1), 0);  // its end is closed by the exec
    ::close(ends[0]);
  }
  ~Program() {
    end();
    fs::remove_all(folder_);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  fs::path path() const { return folder_ / "program"; }
  pid_t pid() const { return pid_; }
  void end() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

 private:
  /// hide lets the copy appear under another file's name, for this process alone.
  void hide(const char* name) const {
    if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount(path().c_str(), name, nullptr, MS_BIND, nullptr) != 0)
      ::_exit(126);
  }
  fs::path folder_;
  pid_t pid_ = -1;
};

TEST(ExecutableOf, NamesTheFileThatRuns) {
  const auto path = executable_of(pidfd_of(::getpid()).get(), ourselves());
  ASSERT_TRUE(path) << path.error().what;
  EXPECT_EQ(*path, fs::read_symlink("/proc/self/exe").string());
  const Program program;
  EXPECT_EQ(executable_of(pidfd_of(program.pid()).get(), ourselves()).value(), program.path().string());
}

TEST(ExecutableOf, RefusesWhoHasEnded) {
  Program program;
  const UniqueFd process = pidfd_of(program.pid());
  program.end();
  EXPECT_EQ(executable_of(process.get(), ourselves()).error().code, ESRCH);
}

TEST(ExecutableOf, RefusesWhatIsNoProcess) {
  const UniqueFd file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_FALSE(executable_of(file.get(), ourselves()));
  EXPECT_FALSE(executable_of(-1, ourselves()));
}

TEST(ExecutableOf, RefusesWhoIsNotWhomItWasWhenItConnected) {
  const Program program;
  const UniqueFd process = pidfd_of(program.pid());
  EXPECT_EQ(executable_of(process.get(), {.uid = ::geteuid() + 1, .gid = ::getegid()}).error().code, EPERM);
  EXPECT_EQ(executable_of(process.get(), {.uid = ::geteuid(), .gid = ::getegid() + 1}).error().code, EPERM);
}

TEST(ExecutableOf, RefusesAFileThatIsGoneOrReplaced) {
  const Program program;
  const UniqueFd process = pidfd_of(program.pid());
  fs::remove(program.path());
  EXPECT_EQ(executable_of(process.get(), ourselves()).error().code, ESTALE);
  fs::copy_file(fs::canonical("/bin/sleep"), program.path());
  EXPECT_EQ(executable_of(process.get(), ourselves()).error().code, ESTALE) << "another file of that name";
}

TEST(ExecutableOf, RefusesANameOutOfAPrivateMountNamespace) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can mount";
  const std::string borrowed = fs::canonical("/bin/true").string();
  const Program program(borrowed.c_str());
  ASSERT_EQ(::kill(program.pid(), 0), 0);
  EXPECT_EQ(fs::read_symlink("/proc/" + std::to_string(program.pid()) + "/exe").string(), borrowed)
      << "what a plain look would say";
  EXPECT_EQ(executable_of(pidfd_of(program.pid()).get(), ourselves()).error().code, ESTALE);
}

TEST(ExecutableOf, RefusesWhomWeMayNotLookAt) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  const pid_t other = ::fork();
  if (other == 0) {
    const UniqueFd root = pidfd_of(::getppid());
    if (::setresgid(65534, 65534, 65534) != 0 || ::setresuid(65534, 65534, 65534) != 0) ::_exit(2);
    const auto path = executable_of(root.get(), {.uid = 0, .gid = 0});
    ::_exit(!path && path.error().code == EPERM ? 0 : 1);
  }
  int status = 0;
  ::waitpid(other, &status, 0);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace holdfast::launcher
