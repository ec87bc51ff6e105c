#pragma once

#include <string>

#include "base/unique_fd.h"
#include "launcher/problem.h"

namespace holdfast::launcher {

/// StateLock keeps a second holdfastd away from a state directory. The kernel releases it with the process.
class StateLock {
 public:
  static Outcome<StateLock> open(const std::string& path);

  /// try_acquire: false means that another process holds the lock.
  Outcome<bool> try_acquire();
  /// holder is the other's process id as it wrote it; 0 when it cannot be read.
  long holder() const;

 private:
  StateLock(std::string path, UniqueFd file) : path_(std::move(path)), file_(std::move(file)) {}

  std::string path_;
  UniqueFd file_;
};

}  // namespace holdfast::launcher
