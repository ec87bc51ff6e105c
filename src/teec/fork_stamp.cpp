#include "teec/fork_stamp.h"

#include <atomic>
#include <sys/mman.h>
#include <unistd.h>

namespace holdfast::teec::fork_stamp {
namespace {

using Stamp = std::atomic<std::uint32_t>;

constinit std::atomic<Stamp*> page{nullptr};
// Inherited by a child, so that its stamp differs from every one an ancestor used.
constinit std::atomic<std::uint32_t> last_issued{0};

Stamp* make_page() noexcept {
  const auto size = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  void* memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
  Stamp* existing = nullptr;
  auto* fresh = static_cast<Stamp*>(memory);
  if (::madvise(memory, size, MADV_WIPEONFORK) == 0 && page.compare_exchange_strong(existing, fresh)) return fresh;
  ::munmap(memory, size);
  return existing;
}

}  // namespace

std::uint32_t ensure() noexcept {
  Stamp* stamp = page.load(std::memory_order_acquire);
  if (stamp == nullptr) stamp = make_page();
  if (stamp == nullptr) return 0;
  std::uint32_t value = stamp->load(std::memory_order_acquire);
  if (value != 0) return value;
  std::uint32_t fresh = last_issued.fetch_add(1) + 1;
  if (fresh == 0) fresh = last_issued.fetch_add(1) + 1;
  return stamp->compare_exchange_strong(value, fresh) ? fresh : value;
}

std::uint32_t current() noexcept {
  const Stamp* stamp = page.load(std::memory_order_acquire);
  return stamp == nullptr ? 0 : stamp->load(std::memory_order_relaxed);
}

}  // namespace holdfast::teec::fork_stamp
