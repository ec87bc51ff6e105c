#include "launcher/executable.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <climits>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "base/unique_fd.h"

namespace holdfast::launcher {
namespace {

/// read_small reads a file of /proc as far as it is of use here.
SysResult<std::string> read_small(int directory, const char* name) {
  const UniqueFd file(::openat(directory, name, O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return sys_fail("open a file of /proc");
  std::string text(4096, '\0');
  const ssize_t size = ::read(file.get(), text.data(), text.size());
  if (size < 0) return sys_fail("read a file of /proc");
  text.resize(static_cast<std::size_t>(size));
  return text;
}

/// number_in gives the `index`-th number of the line that begins with `label`.
std::optional<std::uint32_t> number_in(std::string_view text, std::string_view label, std::size_t index) {
  std::size_t at = text.substr(0, label.size()) == label ? 0 : text.find("\n" + std::string(label));
  if (at == std::string_view::npos) return std::nullopt;
  text.remove_prefix(text.find(label, at) + label.size());
  for (std::size_t i = 0;; ++i) {
    const std::size_t digits = text.find_first_not_of(" \t");
    if (digits == std::string_view::npos) return std::nullopt;
    text.remove_prefix(digits);
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{}) return std::nullopt;
    if (i == index) return value;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  }
}

bool has_ended(int process) {
  pollfd end{.fd = process, .events = POLLIN, .revents = 0};
  return ::poll(&end, 1, 0) != 0;
}

/// open_directory gives the process's directory in /proc. It stays that process's, whatever happens to the number.
SysResult<UniqueFd> open_directory(int process) {
  const UniqueFd proc(::open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC));
  HF_ASSIGN_OR_RETURN(const std::string about,
                      read_small(proc.get(), ("self/fdinfo/" + std::to_string(process)).c_str()));
  const auto pid = number_in(about, "Pid:", 0);  // -1 of one that has ended is no number here
  if (!pid || *pid == 0) return sys_fail(ESRCH, "find the process");
  UniqueFd directory(::openat(proc.get(), std::to_string(*pid).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory.is_open()) return sys_fail(ESRCH, "open the process's directory");
  // Alive after the directory was opened: so the number was not anybody else's then.
  if (has_ended(process)) return sys_fail(ESRCH, "find the process alive");
  return directory;
}

SysResult<std::string> read_link(int directory) {
  std::array<char, PATH_MAX> path{};
  const ssize_t size = ::readlinkat(directory, "exe", path.data(), path.size());
  if (size < 0) return sys_fail(EPERM, "read the name of the executable");
  if (size == 0 || static_cast<std::size_t>(size) == path.size() || path[0] != '/')
    return sys_fail(ESTALE, "name the executable");
  return std::string(path.data(), static_cast<std::size_t>(size));
}

SysResult<void> check_owner(int directory, const Owner& owner) {
  HF_ASSIGN_OR_RETURN(const std::string status, read_small(directory, "status"));
  constexpr std::size_t kEffective = 1;  // of real, effective, saved, file system
  if (number_in(status, "Uid:", kEffective) != owner.uid || number_in(status, "Gid:", kEffective) != owner.gid)
    return sys_fail(EPERM, "find the process as it was");
  return {};
}

}  // namespace

SysResult<std::string> executable_of(int process, const Owner& owner) {
  HF_ASSIGN_OR_RETURN(const UniqueFd directory, open_directory(process));
  const UniqueFd file(::openat(directory.get(), "exe", O_PATH | O_CLOEXEC));
  struct stat runs{};
  if (!file.is_open() || ::fstat(file.get(), &runs) != 0) return sys_fail(EPERM, "look at the executable");
  HF_ASSIGN_OR_RETURN(std::string path, read_link(directory.get()));
  struct stat ours{};
  if (::lstat(path.c_str(), &ours) != 0 || !S_ISREG(ours.st_mode) || ours.st_dev != runs.st_dev ||
      ours.st_ino != runs.st_ino)
    return sys_fail(ESTALE, "find the executable by its name");
  // Last: who runs a set-user-ID program after it connected was looked at as that program, and is refused for it.
  HF_TRY(check_owner(directory.get(), owner));
  return path;
}

}  // namespace holdfast::launcher
