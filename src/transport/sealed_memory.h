#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/bytes.h"
#include "base/sys_result.h"
#include "base/unique_fd.h"

namespace holdfast::transport {

/// Mapping owns a shared mapping of whole pages.
class Mapping {
 public:
  Mapping() = default;
  Mapping(std::byte* data, std::size_t size) : data_(data), size_(size) {}
  Mapping(Mapping&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  Mapping& operator=(Mapping&& other) noexcept {
    if (this != &other) {
      unmap();
      data_ = std::exchange(other.data_, nullptr);
      size_ = std::exchange(other.size_, 0);
    }
    return *this;
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() { unmap(); }

  std::byte* data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }
  MutableByteView bytes() const noexcept { return {data_, size_}; }

  /// forget gives up the mapping without touching it: in a forked child the addresses may belong to something else.
  void forget() noexcept {
    data_ = nullptr;
    size_ = 0;
  }

 private:
  void unmap() noexcept;

  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

struct SealedMemory {
  UniqueFd fd;
  Mapping mapping;
};

/// create_sealed makes zeroed memory whose size nobody can change any more, so no peer can take pages from under us.
SysResult<SealedMemory> create_sealed(const char* name, std::size_t size);

/// create_published makes memory that stays writable through our mapping alone: whoever gets the descriptor can read.
SysResult<SealedMemory> create_published(const char* name, std::size_t size);

enum class Access : std::uint8_t { read_only, read_write };

/// map_sealed maps what a peer made. EINVAL unless it has exactly `size` bytes and is sealed against shrinking.
SysResult<Mapping> map_sealed(int fd, std::size_t size, Access access);

}  // namespace holdfast::transport
