#include "secret/locked_arena.h"

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>

#include "secret/wipe.h"

namespace holdfast::locked_arena {
namespace {

constexpr std::size_t kSmallestBlock = 32;
constexpr std::size_t kLargestBlock = 16 * 1024;
constexpr std::size_t kClasses = 10;  // 32, 64, … 16384
constexpr std::size_t kChunkBytes = 256 * 1024;
static_assert(kSmallestBlock << (kClasses - 1) == kLargestBlock);

// A freed block's links stay inside the arena only while it is free, and the arena reads as zero in a forked child. So
// the child may not use the parent's lists: the stamp, itself wiped on fork, tells it to begin with empty ones.
struct FreeBlock {
  FreeBlock* next;
};

struct State {
  std::array<FreeBlock*, kClasses> free{};
  std::byte* fresh = nullptr;
  std::size_t fresh_left = 0;
  std::size_t reserved = 0;
  std::size_t unlocked = 0;
  int* stamp = nullptr;
};

constinit State state;
constinit std::atomic_flag busy;

class Guard {
 public:
  Guard() noexcept {
    while (busy.test_and_set(std::memory_order_acquire)) ::usleep(0);
  }
  ~Guard() { busy.clear(std::memory_order_release); }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
};

std::size_t class_of(std::size_t size) {
  const std::size_t rounded = std::bit_ceil(size < kSmallestBlock ? kSmallestBlock : size);
  return static_cast<std::size_t>(std::countr_zero(rounded) - std::countr_zero(kSmallestBlock));
}

std::size_t whole_pages(std::size_t size) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return (size + page - 1) / page * page;
}

std::byte* map_pages(std::size_t size) {
  void* const memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
  ::madvise(memory, size, MADV_DONTDUMP);
  ::madvise(memory, size, MADV_WIPEONFORK);
  if (::mlock(memory, size) != 0) state.unlocked += size;
  state.reserved += size;
  return static_cast<std::byte*>(memory);
}

void forget_after_fork() {
  if (state.stamp != nullptr && *state.stamp == 1) return;
  if (state.stamp == nullptr) {
    void* const page = ::mmap(nullptr, whole_pages(1), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) return;
    ::madvise(page, whole_pages(1), MADV_WIPEONFORK);
    state.stamp = static_cast<int*>(page);
  }
  state.free = {};
  state.fresh = nullptr;
  state.fresh_left = 0;
  *state.stamp = 1;
}

}  // namespace

void* allocate(std::size_t size) noexcept {
  if (size > SIZE_MAX / 2) return nullptr;
  const Guard guard;
  if (size > kLargestBlock) return map_pages(whole_pages(size));
  forget_after_fork();
  const std::size_t cls = class_of(size);
  if (FreeBlock* const block = state.free[cls]) {
    state.free[cls] = block->next;
    block->next = nullptr;
    return block;
  }
  const std::size_t block_bytes = kSmallestBlock << cls;
  if (state.fresh_left < block_bytes) {
    state.fresh = map_pages(kChunkBytes);
    if (state.fresh == nullptr) {
      state.fresh_left = 0;
      return nullptr;
    }
    state.fresh_left = kChunkBytes;
  }
  void* const memory = state.fresh;
  state.fresh += block_bytes;
  state.fresh_left -= block_bytes;
  return memory;
}

void release(void* memory, std::size_t size) noexcept {
  if (memory == nullptr) return;
  if (size > kLargestBlock) {
    wipe(memory, size);
    const Guard guard;
    state.reserved -= whole_pages(size);
    ::munmap(memory, whole_pages(size));
    return;
  }
  wipe(memory, size);
  const Guard guard;
  forget_after_fork();
  auto* const block = static_cast<FreeBlock*>(memory);
  block->next = state.free[class_of(size)];
  state.free[class_of(size)] = block;
}

Usage usage() noexcept {
  const Guard guard;
  return {.reserved_bytes = state.reserved, .unlocked_bytes = state.unlocked};
}

}  // namespace holdfast::locked_arena
