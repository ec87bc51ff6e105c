#include "secure/runtime/identity.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <sys/socket.h>
#include <vector>

#ifndef SO_PEERGROUPS
#define SO_PEERGROUPS 59
#endif

namespace holdfast::secure::runtime {
namespace {

// The namespace of client UUIDs that the TEE subsystem of Linux uses: 58ac9ca0-2086-4683-a1b8-ec4bc08e01b6.
constexpr std::array<std::uint8_t, 16> kClientNamespace{0x58, 0xac, 0x9c, 0xa0, 0x20, 0x86, 0x46, 0x83,
                                                        0xa1, 0xb8, 0xec, 0x4b, 0xc0, 0x8e, 0x01, 0xb6};
constexpr std::size_t kMostGroups = 65536;  // NGROUPS_MAX

/// name_uuid is RFC 4122, section 4.3, version 5.
ta::Uuid name_uuid(const char* kind, std::uint32_t id, const Sha1& sha1) {
  std::array<std::byte, 16 + 16> input{};
  std::memcpy(input.data(), kClientNamespace.data(), kClientNamespace.size());
  char name[16];
  const int length = std::snprintf(name, sizeof name, "%s=%x", kind, id);
  std::memcpy(input.data() + 16, name, static_cast<std::size_t>(length));
  const auto digest = sha1(ByteView(input).first(16 + static_cast<std::size_t>(length)));
  ta::Uuid uuid;
  std::copy_n(digest.begin(), uuid.octets.size(), uuid.octets.begin());
  uuid.octets[6] = static_cast<std::uint8_t>((uuid.octets[6] & 0x0F) | 0x50);
  uuid.octets[8] = static_cast<std::uint8_t>((uuid.octets[8] & 0x3F) | 0x80);
  return uuid;
}

bool is_member(gid_t group, const PeerCredentials& peer, int socket) {
  if (group == peer.gid) return true;
  std::vector<gid_t> groups(64);
  auto bytes = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &bytes) != 0) {
    if (errno != ERANGE || bytes > kMostGroups * sizeof(gid_t)) return false;
    groups.resize(bytes / sizeof(gid_t));
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &bytes) != 0) return false;
  }
  groups.resize(bytes / sizeof(gid_t));
  return std::find(groups.begin(), groups.end(), group) != groups.end();
}

}  // namespace

SysResult<PeerCredentials> peer_credentials(int socket) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return sys_fail("ask who connected");
  return PeerCredentials{.pid = credentials.pid, .uid = credentials.uid, .gid = credentials.gid};
}

Expected<ta::ClientIdentity, TeeResult> identify(std::uint32_t login, std::uint32_t group, const PeerCredentials& peer,
                                                 int socket, const Sha1& sha1) {
  ta::ClientIdentity identity{
      .login = static_cast<ta::Login>(login), .uuid = {}, .pid = peer.pid, .uid = peer.uid, .gid = peer.gid};
  switch (identity.login) {
    case ta::Login::public_login:
      return identity;
    case ta::Login::user:
      identity.uuid = name_uuid("uid", peer.uid, sha1);
      return identity;
    case ta::Login::group:
      if (!is_member(group, peer, socket)) return Unexpected{TeeResult::access_denied};
      identity.gid = group;
      identity.uuid = name_uuid("gid", group, sha1);
      return identity;
    case ta::Login::application:
    case ta::Login::user_application:
    case ta::Login::group_application:
      return Unexpected{TeeResult::not_supported};
  }
  return Unexpected{TeeResult::bad_parameters};
}

}  // namespace holdfast::secure::runtime
