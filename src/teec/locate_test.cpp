#include "teec/locate.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace holdfast::teec {
namespace {

class Locate : public ::testing::Test {
 protected:
  void SetUp() override {
    ::unsetenv("HOLDFAST_SOCKET");
    ::unsetenv("XDG_RUNTIME_DIR");
  }
  void TearDown() override { SetUp(); }
};

TEST_F(Locate, TakesTheEnvironmentsSocketAndNoOther) {
  ::setenv("HOLDFAST_SOCKET", "/some/where.sock", 1);
  const Candidates found = socket_candidates();
  ASSERT_EQ(found.count, 1U);
  EXPECT_EQ(found.list[0].origin, Origin::environment);
  EXPECT_STREQ(found.list[0].path.c_str(), "/some/where.sock");
}

TEST_F(Locate, LooksAtTheSystemsSocketThenTheUsers) {
  ::setenv("XDG_RUNTIME_DIR", "/run/user/7", 1);
  const Candidates found = socket_candidates();
  ASSERT_EQ(found.count, 2U);
  EXPECT_STREQ(found.list[0].path.c_str(), "/run/holdfast/holdfast.sock");
  EXPECT_STREQ(found.list[1].path.c_str(), "/run/user/7/holdfast/holdfast.sock");
}

TEST_F(Locate, FallsBackToAFolderBelowTmp) {
  const std::string expected = "/tmp/holdfast-" + std::to_string(::geteuid()) + "/holdfast.sock";
  EXPECT_EQ(user_socket().path.c_str(), expected);
  EXPECT_EQ(user_socket().origin, Origin::user_temporary);
}

TEST_F(Locate, LeavesOutAPathTooLongForASocket) {
  ::setenv("HOLDFAST_SOCKET", ("/" + std::string(200, 'x')).c_str(), 1);
  EXPECT_EQ(socket_candidates().count, 0U);
}

TEST_F(Locate, TrustsATemporaryFolderOnlyWhenItIsOursAlone) {
  char folder[] = "/tmp/hf-locate-XXXXXX";
  ASSERT_NE(::mkdtemp(folder), nullptr);
  Candidate candidate{.origin = Origin::user_temporary, .path = {}};
  const std::string path = std::string(folder) + "/holdfast.sock";
  path.copy(candidate.path.text.data(), path.size());
  EXPECT_TRUE(is_trustworthy(candidate));
  ASSERT_EQ(::chmod(folder, 0755), 0);
  EXPECT_FALSE(is_trustworthy(candidate));
  candidate.origin = Origin::user_runtime;
  EXPECT_TRUE(is_trustworthy(candidate));
  ASSERT_EQ(::chmod(folder, 0777), 0);
  EXPECT_FALSE(is_trustworthy(candidate));
  candidate.origin = Origin::system;
  EXPECT_FALSE(is_trustworthy(candidate));
  ::rmdir(folder);
  EXPECT_FALSE(is_trustworthy(candidate)) << "nor one that is not there";
}

}  // namespace
}  // namespace holdfast::teec
