#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include "base/expected.h"
#include "base/tee_result.h"
#include "base/unique_fd.h"
#include "transport/sealed_memory.h"

namespace holdfast::secure::runtime {

/// Window is kept mapped by whoever has a share in it: dropping one does not pull memory from under a running call.
using Window = std::shared_ptr<const transport::Mapping>;

/// WindowTable holds the extra windows of one client, within its quota. Thread-safe.
class WindowTable {
 public:
  WindowTable(std::size_t byte_limit, std::size_t count_limit) : byte_limit_(byte_limit), count_limit_(count_limit) {}

  struct Made {
    std::uint32_t id;
    UniqueFd fd;  // for the client; the table needs it no more
  };
  /// make gives a window of `bytes`: bad_parameters unless a power of two within the transport's bounds,
  /// out_of_memory beyond the quota.
  Expected<Made, TeeResult> make(std::size_t bytes);
  void drop(std::uint32_t id);
  /// find gives a share in the window, or null.
  Window find(std::uint32_t id) const;

 private:
  const std::size_t byte_limit_;
  const std::size_t count_limit_;
  mutable std::mutex lock_;  // guards the three below
  std::map<std::uint32_t, Window> windows_;
  std::size_t bytes_ = 0;
  std::uint32_t last_id_ = 0;
};

}  // namespace holdfast::secure::runtime
