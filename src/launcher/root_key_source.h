#pragma once

#include <string>

#include "base/unique_fd.h"
#include "launcher/problem.h"
#include "secret/secret_bytes.h"

namespace holdfast::launcher {

/// StoreState is whether records sealed under some root key may exist already.
enum class StoreState { fresh, used };

/// RootKeySource is the file that holds the root key: 32 random bytes, mode 0600 or narrower, of the caller or root.
/// The key leaves it only into a pipe that the secure world inherits.
class RootKeySource {
 public:
  static constexpr std::size_t kKeyBytes = 32;

  explicit RootKeySource(std::string path) : path_(std::move(path)) {}

  /// prepare checks the file, or makes it for a fresh store. A used store without its key is a problem: a new key would
  /// open nothing.
  Outcome<void> prepare(StoreState store) const;

  /// open_pipe gives the read end of a pipe with the 32 bytes and then end of file.
  Outcome<UniqueFd> open_pipe() const;

 private:
  Outcome<SecretBytes> load() const;
  Outcome<void> create() const;

  std::string path_;
};

}  // namespace holdfast::launcher
