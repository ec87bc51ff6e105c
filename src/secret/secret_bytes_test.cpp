#include "secret/secret_bytes.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "secret/constant_time.h"
#include "support/secret_peek.h"

namespace holdfast {
namespace {

using testing::SecretPeek;

TEST(SecretBytes, StartsAsZeroesAndKeepsItsSize) {
  const SecretBytes secret = SecretBytes::allocate(100).value();
  EXPECT_EQ(secret.size(), 100u);
  EXPECT_TRUE(std::ranges::all_of(SecretPeek::see(secret), [](std::byte b) { return b == std::byte{0}; }));
}

TEST(SecretBytes, IsWipedBeforeItsMemoryIsUsedAgain) {
  const std::byte* where = nullptr;
  {
    const SecretBytes secret = SecretPeek::make(as_bytes("a secret of some length that fills its block"));
    where = SecretPeek::see(secret).data();
  }
  const SecretBytes next = SecretBytes::allocate(44).value();
  ASSERT_EQ(SecretPeek::see(next).data(), where);
  EXPECT_TRUE(std::ranges::all_of(SecretPeek::see(next), [](std::byte b) { return b == std::byte{0}; }));
}

TEST(SecretBytes, MovesWithoutCopying) {
  SecretBytes first = SecretPeek::make(as_bytes("moved"));
  const std::byte* const where = SecretPeek::see(first).data();
  const SecretBytes second = std::move(first);
  EXPECT_EQ(SecretPeek::see(second).data(), where);
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move)
}

TEST(SecretBytes, HoldsMoreThanTheLargestBlock) {
  const SecretBytes secret = SecretBytes::allocate(1 << 20).value();
  EXPECT_EQ(secret.size(), std::size_t{1} << 20);
}

TEST(SecretBytes, IsGoneInAForkedChildWhichCanStillAllocate) {
  const SecretBytes secret = SecretPeek::make(as_bytes("only the parent knows"));
  const pid_t child = ::fork();
  if (child == 0) {
    const bool zero = std::ranges::all_of(SecretPeek::see(secret), [](std::byte b) { return b == std::byte{0}; });
    std::vector<SecretBytes> more;
    for (int i = 0; i < 1000; ++i) more.push_back(SecretBytes::allocate(64).value());
    ::_exit(zero ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST(ConstantTime, ComparesContentAndLength) {
  EXPECT_TRUE(equal_constant_time(as_bytes("abc"), as_bytes("abc")));
  EXPECT_FALSE(equal_constant_time(as_bytes("abc"), as_bytes("abd")));
  EXPECT_FALSE(equal_constant_time(as_bytes("abc"), as_bytes("ab")));
}

}  // namespace
}  // namespace holdfast
