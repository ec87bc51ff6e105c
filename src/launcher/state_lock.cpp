#include "launcher/state_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace holdfast::launcher {

Outcome<StateLock> StateLock::open(const std::string& path) {
  UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.is_open()) return system_problem("cannot open the lock " + path, errno);
  return StateLock(path, std::move(file));
}

Outcome<bool> StateLock::try_acquire() {
  while (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR) return system_problem("cannot lock " + path_, errno);
  }
  const std::string self = std::to_string(::getpid()) + "\n";
  // Only for the other's message: a failure here changes nothing.
  if (::ftruncate(file_.get(), 0) == 0) [[maybe_unused]] const ssize_t ignored = ::pwrite(file_.get(), self.data(), self.size(), 0);
  return true;
}

long StateLock::holder() const {
  char text[24] = {};
  return ::pread(file_.get(), text, sizeof text - 1, 0) > 0 ? std::strtol(text, nullptr, 10) : 0;
}

}  // namespace holdfast::launcher
