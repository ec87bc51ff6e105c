#include "secure/runtime/identity.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>
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

constexpr std::uint32_t kHiddenId = 65534;  // what a user namespace shows for the ids it does not map

/// name_uuid is RFC 4122, section 4.3, version 5.
ta::Uuid name_uuid(const std::string& name, const Sha1& sha1) {
  Bytes input(kClientNamespace.size() + name.size());
  std::memcpy(input.data(), kClientNamespace.data(), kClientNamespace.size());
  std::memcpy(input.data() + kClientNamespace.size(), name.data(), name.size());
  const auto digest = sha1(input);
  ta::Uuid uuid;
  std::copy_n(digest.begin(), uuid.octets.size(), uuid.octets.begin());
  uuid.octets[6] = static_cast<std::uint8_t>((uuid.octets[6] & 0x0F) | 0x50);
  uuid.octets[8] = static_cast<std::uint8_t>((uuid.octets[8] & 0x3F) | 0x80);
  return uuid;
}

std::string id_name(const char* kind, std::uint32_t id) {
  char name[24];
  std::snprintf(name, sizeof name, "%s=%x", kind, id);
  return name;
}

bool is_member(gid_t group, const Peer& peer) {
  if (group == peer.credentials.gid) return true;
  std::vector<gid_t> groups(64);
  auto bytes = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
  if (::getsockopt(peer.socket, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &bytes) != 0) {
    if (errno != ERANGE || bytes > kMostGroups * sizeof(gid_t)) return false;
    groups.resize(bytes / sizeof(gid_t));
    if (::getsockopt(peer.socket, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &bytes) != 0) return false;
  }
  groups.resize(bytes / sizeof(gid_t));
  return std::find(groups.begin(), groups.end(), group) != groups.end();
}

bool is_nobodys(std::uint32_t id, ForeignIds foreign_ids) {
  return foreign_ids == ForeignIds::hidden && id == kHiddenId;
}

/// The names of docs/formats/transport.md, "Logins". They say who; the order in which they are asked for is that of cost.
Expected<std::string, TeeResult> user_name(const Peer& peer, const IdentitySources& sources) {
  if (is_nobodys(peer.credentials.uid, sources.foreign_ids)) return Unexpected{TeeResult::access_denied};
  return id_name("uid", peer.credentials.uid);
}

Expected<std::string, TeeResult> group_name(std::uint32_t group, const Peer& peer, const IdentitySources& sources) {
  if (is_nobodys(group, sources.foreign_ids) || !is_member(group, peer)) return Unexpected{TeeResult::access_denied};
  return id_name("gid", group);
}

Expected<std::string, TeeResult> application_name(const Peer& peer, const IdentitySources& sources) {
  if (!sources.find_executable || peer.process < 0) return Unexpected{TeeResult::not_supported};
  HF_ASSIGN_OR_RETURN(const std::string path, sources.find_executable(peer));
  return "app=" + path;
}

/// login_name is what the client's UUID is made of; empty for a public login.
Expected<std::string, TeeResult> login_name(ta::Login login, std::uint32_t group, const Peer& peer,
                                            const IdentitySources& sources) {
  switch (login) {
    case ta::Login::public_login:
      return std::string();
    case ta::Login::user:
      return user_name(peer, sources);
    case ta::Login::group:
      return group_name(group, peer, sources);
    case ta::Login::application:
      return application_name(peer, sources);
    case ta::Login::user_application: {
      HF_ASSIGN_OR_RETURN(const std::string user, user_name(peer, sources));
      HF_ASSIGN_OR_RETURN(const std::string application, application_name(peer, sources));
      return user + "," + application;
    }
    case ta::Login::group_application: {
      HF_ASSIGN_OR_RETURN(const std::string members, group_name(group, peer, sources));
      HF_ASSIGN_OR_RETURN(const std::string application, application_name(peer, sources));
      return members + "," + application;
    }
  }
  return Unexpected{TeeResult::bad_parameters};
}

bool names_a_group(ta::Login login) { return login == ta::Login::group || login == ta::Login::group_application; }

}  // namespace

SysResult<PeerCredentials> peer_credentials(int socket) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return sys_fail("ask who connected");
  return PeerCredentials{.pid = credentials.pid, .uid = credentials.uid, .gid = credentials.gid};
}

Expected<ta::ClientIdentity, TeeResult> identify(std::uint32_t login, std::uint32_t group, const Peer& peer,
                                                 const IdentitySources& sources) {
  ta::ClientIdentity identity{.login = static_cast<ta::Login>(login),
                              .uuid = {},
                              .pid = peer.credentials.pid,
                              .uid = peer.credentials.uid,
                              .gid = peer.credentials.gid};
  HF_ASSIGN_OR_RETURN(const std::string name, login_name(identity.login, group, peer, sources));
  if (!name.empty()) identity.uuid = name_uuid(name, sources.sha1);
  if (names_a_group(identity.login)) identity.gid = group;
  return identity;
}

}  // namespace holdfast::secure::runtime
