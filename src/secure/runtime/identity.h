#pragma once

#include <array>
#include <cstdint>
#include <functional>

#include "base/bytes.h"
#include "base/expected.h"
#include "base/sys_result.h"
#include "base/tee_result.h"
#include "secure/ta/trusted_application.h"

namespace holdfast::secure::runtime {

/// Sha1 is what version-5 UUIDs are made with. It is passed in, so that the runtime needs no libcrypto.
using Sha1 = std::function<std::array<std::uint8_t, 20>(ByteView)>;

/// PeerCredentials is the kernel's word about who connected.
struct PeerCredentials {
  pid_t pid = 0;
  uid_t uid = 0;
  gid_t gid = 0;
};
SysResult<PeerCredentials> peer_credentials(int socket);

/// identify makes the identity a trusted application sees. access_denied for a group the peer is not in;
/// not_supported for the application logins: without a file system nothing here can tell an executable;
/// bad_parameters for a login that does not exist. `socket` must be the peer's.
Expected<ta::ClientIdentity, TeeResult> identify(std::uint32_t login, std::uint32_t group, const PeerCredentials& peer,
                                                 int socket, const Sha1& sha1);

}  // namespace holdfast::secure::runtime
