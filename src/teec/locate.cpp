#include "teec/locate.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/stat.h>
#include <unistd.h>

namespace holdfast::teec {
namespace {

constexpr const char* kSystemSocket = "/run/holdfast/holdfast.sock";

const char* non_empty_environment(const char* name) noexcept {
  const char* value = ::secure_getenv(name);
  return value != nullptr && *value != '\0' ? value : nullptr;
}

template <class... Arguments>
SocketPath format_path(const char* format, Arguments... arguments) noexcept {
  SocketPath path;
  const int length = std::snprintf(path.text.data(), path.text.size(), format, arguments...);
  if (length < 0 || static_cast<std::size_t>(length) >= path.text.size()) path.text[0] = '\0';
  return path;
}

}  // namespace

Candidate user_socket() noexcept {
  const char* runtime_folder = non_empty_environment("XDG_RUNTIME_DIR");
  if (runtime_folder != nullptr && runtime_folder[0] == '/')
    return {Origin::user_runtime, format_path("%s/holdfast/holdfast.sock", runtime_folder)};
  return {Origin::user_temporary, format_path("/tmp/holdfast-%u/holdfast.sock", static_cast<unsigned>(::geteuid()))};
}

Candidates socket_candidates() noexcept {
  Candidates candidates;
  const auto add = [&](const Candidate& candidate) {
    if (!candidate.path.is_empty()) candidates.list[candidates.count++] = candidate;
  };
  if (const char* chosen = non_empty_environment("HOLDFAST_SOCKET")) {
    add({Origin::environment, format_path("%s", chosen)});
    return candidates;
  }
  add({Origin::system, format_path("%s", kSystemSocket)});
  add(user_socket());
  return candidates;
}

bool is_trustworthy(const Candidate& candidate) noexcept {
  if (candidate.origin == Origin::environment) return true;
  SocketPath folder = candidate.path;
  char* last = std::strrchr(folder.text.data(), '/');
  if (last == nullptr || last == folder.text.data()) return false;
  *last = '\0';
  struct stat status{};
  if (::lstat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) return false;
  switch (candidate.origin) {
    case Origin::environment:
      return true;
    // A service manager may have made it for the service's own user; others must not write into it.
    case Origin::system:
      return (status.st_mode & S_IWOTH) == 0;
    case Origin::user_runtime:
      return status.st_uid == ::geteuid() && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
    case Origin::user_temporary:
      return status.st_uid == ::geteuid() && (status.st_mode & 07777) == 0700;
  }
  return false;
}

}  // namespace holdfast::teec
