#pragma once

#include <array>
#include <cstdint>
#include <sys/un.h>

namespace holdfast::teec {

/// SocketPath is a path that fits a Unix socket address; empty when there is none.
struct SocketPath {
  std::array<char, sizeof(sockaddr_un::sun_path)> text{};
  bool is_empty() const noexcept { return text[0] == '\0'; }
  const char* c_str() const noexcept { return text.data(); }
};

enum class Origin : std::uint8_t { environment, system, user_runtime, user_temporary };

/// Candidate is one place where a secure world may listen.
struct Candidate {
  Origin origin;
  SocketPath path;
};

/// Candidates are the places TEEC_InitializeContext(NULL) tries, in order. With HOLDFAST_SOCKET set it is the only one.
/// Otherwise the system's socket, then the user's: below XDG_RUNTIME_DIR, or below /tmp when that is not set.
struct Candidates {
  std::array<Candidate, 2> list{};
  std::size_t count = 0;
};
Candidates socket_candidates() noexcept;

/// user_socket is where a per-user secure world listens.
Candidate user_socket() noexcept;

/// is_trustworthy refuses a socket in a folder where another user could have put it: a user's own folder must belong to
/// that user, and below /tmp have mode 0700. The environment's choice is the caller's own and is not asked about.
bool is_trustworthy(const Candidate& candidate) noexcept;

}  // namespace holdfast::teec
