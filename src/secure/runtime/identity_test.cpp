#include "secure/runtime/identity.h"

#include <cstdio>
#include <grp.h>
#include <gtest/gtest.h>
#include <string>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "base/unique_fd.h"
#include "support/sha1.h"

namespace holdfast::secure::runtime {
namespace {

using testing::sha1;

std::string text(const ta::Uuid& uuid) {
  std::string out;
  for (std::size_t i = 0; i < uuid.octets.size(); ++i) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x", uuid.octets[i]);
    out += digits;
    if (i == 3 || i == 5 || i == 7 || i == 9) out += '-';
  }
  return out;
}

class Identity : public ::testing::Test {
 protected:
  void SetUp() override {
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
    ours_.reset(ends[0]);
    theirs_.reset(ends[1]);
  }
  Expected<ta::ClientIdentity, TeeResult> identify_as(std::uint32_t login, std::uint32_t group,
                                                      const PeerCredentials& credentials) {
    return identify(login, group, {.credentials = credentials, .socket = ours_.get(), .process = 7}, sources_);
  }
  IdentitySources sources_{.sha1 = sha1};
  UniqueFd ours_, theirs_;
};

constexpr std::uint32_t kPublic = 0, kUser = 1, kGroup = 2, kUnassigned = 3, kApplication = 4, kUserApplication = 5,
                        kGroupApplication = 6;

TEST_F(Identity, OfPublicLoginIsNil) {
  const auto identity = identify_as(kPublic, 0, {.pid = 7, .uid = 1000, .gid = 1000});
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->uuid, ta::Uuid{});
  EXPECT_EQ(identity->pid, 7);
}

// The four values that Linux's TEE subsystem gives for these names.
TEST_F(Identity, OfUserLoginIsTheUuidOfTheUid) {
  EXPECT_EQ(text(identify_as(kUser, 0, {.uid = 0})->uuid), "ef0180a3-13f3-5d1c-b7f5-888c0e21059a");
  EXPECT_EQ(text(identify_as(kUser, 0, {.uid = 1000})->uuid), "fc34275c-d8dd-5ba7-968b-504718363b87");
}

TEST_F(Identity, OfGroupLoginIsTheUuidOfTheGid) {
  EXPECT_EQ(text(identify_as(kGroup, 0, {.gid = 0})->uuid), "d93bc168-f863-58d3-a1fe-bb2039421b99");
  EXPECT_EQ(text(identify_as(kGroup, 1000, {.gid = 1000})->uuid), "0ece43ed-001d-51bd-bab7-480c8954c3cf");
}

TEST_F(Identity, RefusesGroupThePeerIsNotIn) {
  EXPECT_EQ(identify_as(kGroup, 0xFFFFFFF0, {.gid = 1000}).error(), TeeResult::access_denied);
}

TEST_F(Identity, TakesSupplementaryGroupsFromTheKernel) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give itself a group";
  const pid_t child = ::fork();
  if (child == 0) {
    std::vector<gid_t> groups(300);
    for (std::size_t i = 0; i < groups.size(); ++i) groups[i] = static_cast<gid_t>(5000 + i);
    if (::setgroups(groups.size(), groups.data()) != 0) ::_exit(2);
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) != 0) ::_exit(3);
    const Peer peer{.credentials = {.pid = 1, .uid = 0, .gid = 0}, .socket = ends[0]};
    const bool in = identify(kGroup, 5299, peer, {.sha1 = sha1}).has_value();
    const bool out = identify(kGroup, 5300, peer, {.sha1 = sha1}).has_value();
    ::_exit(in && !out ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST_F(Identity, OfApplicationLoginsIsMadeOfTheExecutablesPath) {
  sources_.find_executable = [](const Peer& peer) -> Expected<std::string, TeeResult> {
    if (peer.process != 7 || peer.credentials.uid != 1000) return Unexpected{TeeResult::generic};
    return "/usr/bin/openssl";
  };
  const PeerCredentials peer{.uid = 1000, .gid = 100};
  // uuid.uuid5(namespace, name) of Python gives the same three.
  EXPECT_EQ(text(identify_as(kApplication, 0, peer)->uuid), "7cecc335-843c-5531-8509-cd3cc4a26f11");
  EXPECT_EQ(text(identify_as(kUserApplication, 0, peer)->uuid), "7ddd75a2-1faf-5e05-8891-9f1ab22ba49c");
  EXPECT_EQ(text(identify_as(kGroupApplication, 100, peer)->uuid), "8cb9b826-5d02-5ed9-b5aa-43fcdac94209");
}

TEST_F(Identity, TakesAPathOfAnyLength) {
  std::string path(4096, 'x');
  sources_.find_executable = [&](const Peer&) -> Expected<std::string, TeeResult> { return path; };
  const auto first = identify_as(kApplication, 0, {})->uuid;
  path.back() = 'y';
  EXPECT_NE(identify_as(kApplication, 0, {})->uuid, first);
}

TEST_F(Identity, RefusesAnApplicationThatCannotBeTold) {
  for (const std::uint32_t login : {kApplication, kUserApplication, kGroupApplication})
    EXPECT_EQ(identify_as(login, 0, {}).error(), TeeResult::not_supported) << "nobody to ask";
  sources_.find_executable = [](const Peer&) -> Expected<std::string, TeeResult> {
    return Unexpected{TeeResult::access_denied};
  };
  for (const std::uint32_t login : {kApplication, kUserApplication, kGroupApplication})
    EXPECT_EQ(identify_as(login, 0, {}).error(), TeeResult::access_denied);
  EXPECT_EQ(identify(kApplication, 0, {.credentials = {}, .socket = ours_.get(), .process = -1}, sources_).error(),
            TeeResult::not_supported)
      << "a kernel that gives no pidfd";
}

TEST_F(Identity, AsksForAGroupsMembershipBeforeForTheExecutable) {
  sources_.find_executable = [](const Peer&) -> Expected<std::string, TeeResult> {
    ADD_FAILURE() << "asked for who may not log in anyway";
    return Unexpected{TeeResult::generic};
  };
  EXPECT_EQ(identify_as(kGroupApplication, 0xFFFFFFF0, {.gid = 1000}).error(), TeeResult::access_denied);
}

// In a user namespace every foreign user and group looks like 65534: that is many people, not one.
TEST_F(Identity, RefusesIdsThatTheKernelHides) {
  const PeerCredentials hidden{.uid = 65534, .gid = 65534};
  EXPECT_TRUE(identify_as(kUser, 0, hidden));
  EXPECT_TRUE(identify_as(kGroup, 65534, hidden));
  sources_.foreign_ids = ForeignIds::hidden;
  EXPECT_EQ(identify_as(kUser, 0, hidden).error(), TeeResult::access_denied);
  EXPECT_EQ(identify_as(kGroup, 65534, hidden).error(), TeeResult::access_denied);
  EXPECT_TRUE(identify_as(kUser, 0, {.uid = 1000}));
  EXPECT_TRUE(identify_as(kPublic, 0, hidden));
}

TEST_F(Identity, RefusesLoginsThatDoNotExist) {
  EXPECT_EQ(identify_as(kUnassigned, 0, {}).error(), TeeResult::bad_parameters);
  EXPECT_EQ(identify_as(77, 0, {}).error(), TeeResult::bad_parameters);
}

}  // namespace
}  // namespace holdfast::secure::runtime
