#include "cryptoki/process_state.h"

#include <atomic>
#include <sys/mman.h>
#include <type_traits>
#include <unistd.h>

namespace holdfast::cryptoki {
namespace {

// Nothing runs at exit or when the module is unloaded.
static_assert(std::is_trivially_destructible_v<ProcessState>);

constinit std::atomic<ProcessState*> the_state{nullptr};

}  // namespace

ProcessState* ProcessState::existing() noexcept { return the_state.load(std::memory_order_acquire); }

Result<ProcessState*> ProcessState::make() noexcept {
  if (ProcessState* const state = existing()) return state;
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  void* const memory = ::mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return fail(Rv::host_memory, "no page for the library's state");
  if (::madvise(memory, page, MADV_WIPEONFORK) != 0) {
    ::munmap(memory, page);
    return fail(Rv::function_failed, "the kernel cannot tell a forked child apart (before Linux 4.14)");
  }
  auto* const fresh = new (memory) ProcessState{};
  ProcessState* winner = nullptr;
  if (the_state.compare_exchange_strong(winner, fresh, std::memory_order_acq_rel)) return fresh;
  ::munmap(memory, page);
  return winner;
}

}  // namespace holdfast::cryptoki
