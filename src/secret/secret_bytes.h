#pragma once

#include <cstddef>
#include <utility>

#include "base/bytes.h"
#include "base/result.h"
#include "secret/locked_arena.h"

namespace holdfast {

namespace wire {
class SecretCodec;
}
namespace secure::crypto {
class SecretUse;
}
namespace secure::storage {
class SecretUse;
}
namespace launcher {
class RootKeySource;
}
namespace testing {
class SecretPeek;
}

/// SecretAccess is the right to see secret bytes. Only the friends below can make one, so a search for SecretAccess is
/// the audit list of every place that sees a key, a PIN or a seed.
class SecretAccess {
  constexpr SecretAccess() = default;
  friend class wire::SecretCodec;        // wire/codec: PINs and key values entering or leaving a frame
  friend class secure::crypto::SecretUse;   // secure/crypto: handing bytes to libcrypto
  friend class secure::storage::SecretUse;  // secure/storage: sealing
  friend class launcher::RootKeySource;  // launcher: the root key's file
  friend class testing::SecretPeek;      // tests/support only
};

/// SecretBytes owns secret bytes of a fixed size in the locked arena and wipes them on every exit. It has no comparison
/// (use equal_constant_time), no copy, no conversion and no output.
class SecretBytes {
 public:
  SecretBytes() = default;
  /// allocate gives `size` zero bytes; Rv::host_memory when there is no memory.
  static Result<SecretBytes> allocate(std::size_t size) {
    SecretBytes secret;
    if (size != 0) {
      secret.data_ = static_cast<std::byte*>(locked_arena::allocate(size));
      if (secret.data_ == nullptr) return fail(Rv::host_memory, "no memory for a secret");
      secret.size_ = size;
    }
    return secret;
  }

  SecretBytes(SecretBytes&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  SecretBytes& operator=(SecretBytes&& other) noexcept {
    if (this != &other) {
      locked_arena::release(data_, size_);
      data_ = std::exchange(other.data_, nullptr);
      size_ = std::exchange(other.size_, 0);
    }
    return *this;
  }
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes() { locked_arena::release(data_, size_); }

  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  ByteView reveal(SecretAccess) const noexcept { return {data_, size_}; }
  MutableByteView fill(SecretAccess) noexcept { return {data_, size_}; }

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace holdfast
