#include "launcher/root_key_source.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "launcher/directories.h"

namespace holdfast::launcher {
namespace {

std::string octal(mode_t mode) {
  char text[8];
  std::snprintf(text, sizeof text, "%04o", mode & 07777u);
  return text;
}

Outcome<void> check_file(const std::string& path, const struct stat& status) {
  if (!S_ISREG(status.st_mode)) return problem("the root key " + path + " is not a regular file", "give the path of the key's file");
  if (status.st_uid != ::geteuid() && status.st_uid != 0)
    return problem("the root key " + path + " belongs to uid " + std::to_string(status.st_uid),
                   "chown it to the user who starts holdfastd, once you know that nobody else has read or made it");
  if ((status.st_mode & 07777 & ~mode_t{0600}) != 0)
    return problem("the root key " + path + " has mode " + octal(status.st_mode) + ", wider than 0600", "chmod 600 " + path);
  if (status.st_size != static_cast<off_t>(RootKeySource::kKeyBytes))
    return problem("the root key " + path + " has " + std::to_string(status.st_size) + " bytes instead of " +
                       std::to_string(RootKeySource::kKeyBytes),
                   "restore it from its backup");
  return {};
}

/// A file system operation that stops half way is an error like any other.
bool read_all(int fd, MutableByteView out) {
  while (!out.empty()) {
    const ssize_t got = ::read(fd, out.data(), out.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    out = out.subspan(static_cast<std::size_t>(got));
  }
  return true;
}

bool write_all(int fd, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(put));
  }
  return true;
}

Outcome<SecretBytes> new_secret() {
  auto secret = SecretBytes::allocate(RootKeySource::kKeyBytes);
  if (!secret) return problem("no memory for the root key");
  return std::move(secret).value();
}

bool sync_directory(const std::string& directory) {
  const UniqueFd opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return opened.is_open() && ::fsync(opened.get()) == 0;
}

}  // namespace

Outcome<void> RootKeySource::prepare(StoreState store) const {
  struct stat status{};
  if (::stat(path_.c_str(), &status) == 0) {
    HF_TRY(load());
    return {};
  }
  if (errno != ENOENT) return system_problem("cannot look at the root key " + path_, errno);
  if (store == StoreState::used)
    return problem("the root key " + path_ + " is missing, and the store cannot be opened without it",
                   "restore it from its backup or give its place with --root-key");
  return create();
}

Outcome<SecretBytes> RootKeySource::load() const {
  const UniqueFd file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) return system_problem("cannot open the root key " + path_, errno);
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return system_problem("cannot look at the root key " + path_, errno);
  HF_TRY(check_file(path_, status));
  HF_ASSIGN_OR_RETURN(SecretBytes key, new_secret());
  if (!read_all(file.get(), key.fill(SecretAccess{}))) return system_problem("cannot read the root key " + path_, errno);
  return key;
}

/// The key appears under its name only when it is whole and on the disk.
Outcome<void> RootKeySource::create() const {
  const std::string directory = std::filesystem::path(path_).parent_path().string();
  HF_TRY(make_directory(directory, 0700));
  const std::string unfinished = path_ + ".new";
  ::unlink(unfinished.c_str());
  const UniqueFd file(::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.is_open()) return system_problem("cannot make the root key " + path_, errno, "choose another place with --root-key");
  HF_ASSIGN_OR_RETURN(SecretBytes key, new_secret());
  const MutableByteView bytes = key.fill(SecretAccess{});
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    return system_problem("cannot get random bytes for the root key", errno);
  const bool durable = write_all(file.get(), bytes) && ::fsync(file.get()) == 0 &&
                       ::rename(unfinished.c_str(), path_.c_str()) == 0 && sync_directory(directory);
  if (!durable) return system_problem("cannot write the root key " + path_, errno);
  say("info", "made a new root key in " + path_ + "; keep a backup of it apart from the store's");
  return {};
}

Outcome<UniqueFd> RootKeySource::open_pipe() const {
  HF_ASSIGN_OR_RETURN(const SecretBytes key, load());
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_problem("cannot make a pipe", errno);
  UniqueFd read_end(ends[0]);
  const UniqueFd write_end(ends[1]);
  if (!write_all(write_end.get(), key.reveal(SecretAccess{}))) return system_problem("cannot hand the root key over", errno);
  return read_end;
}

}  // namespace holdfast::launcher
