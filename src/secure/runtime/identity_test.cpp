#include "secure/runtime/identity.h"

#include <bit>
#include <cstdio>
#include <grp.h>
#include <gtest/gtest.h>
#include <string>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "base/unique_fd.h"

namespace holdfast::secure::runtime {
namespace {

/// FIPS 180-4, section 6.1. The runtime gets its SHA-1 from outside, so its test brings one too.
std::array<std::uint8_t, 20> sha1(ByteView message) {
  std::vector<std::uint8_t> padded(u8(message), u8(message) + message.size());
  padded.push_back(0x80);
  while (padded.size() % 64 != 56) padded.push_back(0);
  for (int shift = 56; shift >= 0; shift -= 8)
    padded.push_back(static_cast<std::uint8_t>((std::uint64_t{message.size()} * 8) >> shift));
  std::array<std::uint32_t, 5> h{0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  for (std::size_t block = 0; block < padded.size(); block += 64) {
    std::array<std::uint32_t, 80> w{};
    for (std::size_t t = 0; t < 16; ++t) {
      for (std::size_t i = 0; i < 4; ++i) w[t] = (w[t] << 8) | padded[block + 4 * t + i];
    }
    for (std::size_t t = 16; t < 80; ++t) w[t] = std::rotl(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
    auto [a, b, c, d, e] = h;
    for (std::size_t t = 0; t < 80; ++t) {
      const std::uint32_t f = t < 20   ? (b & c) | (~b & d)
                              : t < 40 ? b ^ c ^ d
                              : t < 60 ? (b & c) | (b & d) | (c & d)
                                       : b ^ c ^ d;
      const std::uint32_t k = t < 20 ? 0x5A827999 : t < 40 ? 0x6ED9EBA1 : t < 60 ? 0x8F1BBCDC : 0xCA62C1D6;
      const std::uint32_t next = std::rotl(a, 5) + f + e + k + w[t];
      e = d, d = c, c = std::rotl(b, 30), b = a, a = next;
    }
    h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e;
  }
  std::array<std::uint8_t, 20> digest{};
  for (std::size_t i = 0; i < 20; ++i) digest[i] = static_cast<std::uint8_t>(h[i / 4] >> (24 - 8 * (i % 4)));
  return digest;
}

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
                                                      const PeerCredentials& peer) {
    return identify(login, group, peer, ours_.get(), sha1);
  }
  UniqueFd ours_, theirs_;
};

constexpr std::uint32_t kPublic = 0, kUser = 1, kGroup = 2, kUnassigned = 3, kApplication = 4;

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
    const PeerCredentials peer{.pid = 1, .uid = 0, .gid = 0};
    const bool in = identify(kGroup, 5299, peer, ends[0], sha1).has_value();
    const bool out = identify(kGroup, 5300, peer, ends[0], sha1).has_value();
    ::_exit(in && !out ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST_F(Identity, RefusesLoginsThatCannotBeProvenOrDoNotExist) {
  EXPECT_EQ(identify_as(kApplication, 0, {}).error(), TeeResult::not_supported);
  EXPECT_EQ(identify_as(kUnassigned, 0, {}).error(), TeeResult::bad_parameters);
  EXPECT_EQ(identify_as(77, 0, {}).error(), TeeResult::bad_parameters);
}

}  // namespace
}  // namespace holdfast::secure::runtime
