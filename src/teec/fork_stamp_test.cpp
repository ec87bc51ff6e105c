#include "teec/fork_stamp.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace holdfast::teec {
namespace {

/// in_child runs `check` in a forked process and is its verdict.
template <class Check>
bool in_child(Check&& check) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(check() ? 0 : 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(ForkStamp, StaysWhileTheProcessDoes) {
  const std::uint32_t stamp = fork_stamp::ensure();
  EXPECT_NE(stamp, 0U);
  EXPECT_EQ(fork_stamp::ensure(), stamp);
  EXPECT_EQ(fork_stamp::current(), stamp);
}

TEST(ForkStamp, IsNoneInAChildUntilItAsksAndThenAnother) {
  const std::uint32_t parent = fork_stamp::ensure();
  EXPECT_TRUE(in_child([&] {
    if (fork_stamp::current() != 0) return false;
    const std::uint32_t child = fork_stamp::ensure();
    return child != 0 && child != parent && in_child([&] {
             return fork_stamp::current() == 0 && fork_stamp::ensure() != child && fork_stamp::ensure() != parent;
           });
  }));
  EXPECT_EQ(fork_stamp::current(), parent);
}

}  // namespace
}  // namespace holdfast::teec
