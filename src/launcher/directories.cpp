#include "launcher/directories.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/unique_fd.h"

namespace holdfast::launcher {
namespace {

std::string parent_of(const std::string& path) { return std::filesystem::path(path).parent_path().string(); }

Outcome<void> require_directory(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return system_problem("cannot look at " + path, errno);
  if (!S_ISDIR(status.st_mode)) return problem(path + " is not a directory", "move it away or choose another path");
  return {};
}

/// Whoever owns the state directory can exchange what lies in it.
Outcome<void> refuse_strangers(const std::string& state, const ServiceUser& user) {
  struct stat status{};
  if (::stat(state.c_str(), &status) != 0) return system_problem("cannot look at " + state, errno);
  if (status.st_uid == 0 || status.st_uid == ::geteuid() || status.st_uid == user.uid) return {};
  return problem("the state directory " + state + " belongs to uid " + std::to_string(status.st_uid),
                 "chown it to the user who starts holdfastd, or choose another --state");
}

/// Works on an open directory, so that no name can be exchanged between the checks and the change.
Outcome<void> give_store_to(const std::string& store, const ServiceUser& user) {
  const UniqueFd directory(::open(store.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!directory.is_open()) return system_problem("cannot open the store " + store, errno);
  struct stat status{};
  if (::fstat(directory.get(), &status) != 0) return system_problem("cannot look at the store " + store, errno);
  if (status.st_uid != user.uid) {
    HF_ASSIGN_OR_RETURN(const bool used, has_entries(store));
    if (used || ::geteuid() != 0)
      return problem("the store " + store + " belongs to uid " + std::to_string(status.st_uid) + ", not to " + user.name,
                     "run it as that user (--user), or: chown -R " + user.name + ": " + store);
    if (::fchown(directory.get(), user.uid, user.gid) != 0) return system_problem("cannot give the store to " + user.name, errno);
  }
  if ((status.st_mode & 077) != 0 && ::fchmod(directory.get(), 0700) != 0)
    return system_problem("cannot close the store " + store + " to others", errno);
  return {};
}

}  // namespace

Outcome<void> make_directory(const std::string& path, mode_t mode) {
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0) return require_directory(path);
  const std::string parent = parent_of(path);
  if (!parent.empty() && parent != path) HF_TRY(make_directory(parent, ::geteuid() == 0 ? mode_t{0755} : mode_t{0700}));
  if (::mkdir(path.c_str(), mode) != 0) {
    if (errno == EEXIST) return require_directory(path);
    return system_problem("cannot make the directory " + path, errno, "make it, or choose another path");
  }
  // The umask may have taken bits away.
  if (::chmod(path.c_str(), mode) != 0) return system_problem("cannot set the mode of " + path, errno);
  return {};
}

Outcome<void> prepare_state(const Settings& settings, const ServiceUser& user) {
  HF_TRY(make_directory(settings.state, user.is_somebody_else() ? mode_t{0711} : mode_t{0700}));
  HF_TRY(refuse_strangers(settings.state, user));
  HF_TRY(make_directory(settings.store(), 0700));
  return give_store_to(settings.store(), user);
}

Outcome<bool> has_entries(const std::string& directory) {
  std::error_code error;
  const std::filesystem::directory_iterator entries(directory, error);
  if (error) return system_problem("cannot look into " + directory, error.value());
  return entries != std::filesystem::directory_iterator{};
}

}  // namespace holdfast::launcher
