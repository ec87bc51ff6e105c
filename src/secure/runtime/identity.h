#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>

#include "base/bytes.h"
#include "base/expected.h"
#include "base/sys_result.h"
#include "base/tee_result.h"
#include "secure/ta/trusted_application.h"

namespace holdfast::secure::runtime {

/// PeerCredentials is the kernel's word about who connected.
struct PeerCredentials {
  pid_t pid = 0;
  uid_t uid = 0;
  gid_t gid = 0;
};
SysResult<PeerCredentials> peer_credentials(int socket);

/// Peer is who connected, with what the kernel can be asked more about it.
struct Peer {
  PeerCredentials credentials;
  int socket = -1;
  int process = -1;  // a pidfd, or -1 on kernels without SO_PEERPIDFD
};

/// Sha1 is what version-5 UUIDs are made with. It is passed in, so that the runtime needs no libcrypto.
using Sha1 = std::function<std::array<std::uint8_t, 20>(ByteView)>;

/// FindExecutable gives the path of the file that a peer runs, or why nobody can tell. It may wait: it is called on the
/// thread of the client's slot, and on many at once.
using FindExecutable = std::function<Expected<std::string, TeeResult>(const Peer&)>;

/// ForeignIds says what the kernel shows of users and groups that are not this process's own: inside a user namespace
/// all of them look like 65534.
enum class ForeignIds : bool { shown, hidden };

/// IdentitySources is where identities come from, beside the peer.
struct IdentitySources {
  Sha1 sha1;
  FindExecutable find_executable = {};  // none: nobody can tell
  ForeignIds foreign_ids = ForeignIds::shown;
};

/// identify makes the identity a trusted application sees; the names it hashes are in docs/formats/transport.md, "Logins".
/// access_denied for a group the peer is not in, for a user or group the kernel hides, and for an executable that cannot be
/// told for sure; not_supported for application logins where nobody can tell; bad_parameters for a login that does not exist.
Expected<ta::ClientIdentity, TeeResult> identify(std::uint32_t login, std::uint32_t group, const Peer& peer,
                                                 const IdentitySources& sources);

}  // namespace holdfast::secure::runtime
