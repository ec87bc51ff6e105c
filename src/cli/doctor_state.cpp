#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "cli/doctor_checks.h"

namespace holdfast::cli {
namespace {

constexpr off_t kRootKeyBytes = 32;

std::string octal(mode_t mode) {
  char text[8];
  std::snprintf(text, sizeof text, "%04o", mode & 07777u);
  return text;
}

bool is_set(const SettingsInForce& settings, const char* key) { return settings.contains(key); }

std::string store_of(const SettingsInForce& settings) { return settings.at("state") + "/store"; }

enum class Store { unused, used, hidden };

Store look_into(const std::string& store) {
  std::error_code error;
  const std::filesystem::directory_iterator entries(store, error);
  if (error) return error.value() == ENOENT ? Store::unused : Store::hidden;
  return entries == std::filesystem::directory_iterator{} ? Store::unused : Store::used;
}

Finding judge_key(const std::string& path, const struct stat& status) {
  if (!S_ISREG(status.st_mode)) return {Grade::problem, "root key", path + " is not a regular file", "give the path of the key's file"};
  if (status.st_uid != ::geteuid() && status.st_uid != 0)
    return {Grade::problem, "root key", path + " belongs to uid " + std::to_string(status.st_uid), "chown it to the user who starts holdfastd"};
  if ((status.st_mode & 07777 & ~mode_t{0600}) != 0)
    return {Grade::problem, "root key", path + " has mode " + octal(status.st_mode) + ", wider than 0600", "chmod 600 " + path};
  if (status.st_size != kRootKeyBytes)
    return {Grade::problem, "root key", path + " has " + std::to_string(status.st_size) + " bytes instead of 32", "restore it from its backup"};
  return {Grade::ok, "root key", path + ", mode " + octal(status.st_mode), ""};
}

}  // namespace

Findings check_state(const SettingsInForce& settings) {
  if (!is_set(settings, "state")) return {};
  const std::string store = store_of(settings);
  struct stat status{};
  if (::stat(store.c_str(), &status) != 0) {
    if (errno == ENOENT) return {{Grade::note, "state", store + " does not exist yet", "it is made on the first start"}};
    return {{Grade::note, "state", "this user may not look at " + store, "ask again as its owner or root"}};
  }
  if (!S_ISDIR(status.st_mode)) return {{Grade::problem, "state", store + " is not a directory", "move it away"}};
  if ((status.st_mode & 077) != 0)
    return {{Grade::problem, "state", store + " has mode " + octal(status.st_mode) + ", open to others", "chmod 700 " + store}};
  if (::geteuid() != 0 && status.st_uid != ::geteuid())
    return {{Grade::problem, "state", store + " belongs to uid " + std::to_string(status.st_uid), "chown it to the user who starts holdfastd"}};
  return {{Grade::ok, "state", store, ""}};
}

Findings check_root_key(const SettingsInForce& settings) {
  if (!is_set(settings, "root_key") || !is_set(settings, "state")) return {};
  const std::string path = settings.at("root_key");
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0) return {judge_key(path, status)};
  if (errno != ENOENT) return {{Grade::note, "root key", "this user may not look at " + path, "ask again as its owner or root"}};
  if (look_into(store_of(settings)) == Store::used)
    return {{Grade::problem, "root key", path + " is missing, and the store cannot be opened without it",
             "restore it from its backup, or set root_key to its place"}};
  return {{Grade::note, "root key", path + " does not exist yet", "it is made on the first start"}};
}

}  // namespace holdfast::cli
