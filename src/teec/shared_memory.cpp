// The functions of the TEE Client API that offer memory and take it back.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "teec/edge.h"

namespace holdfast::teec {
namespace {

// TEEC_SharedMemory.imp.id: what release has to take back. Anything else was never offered, or is released already.
constexpr std::int32_t kReleased = -1;
constexpr std::int32_t kAllocated = 1;
constexpr std::int32_t kRegistered = 2;
constexpr std::int32_t kMapped = 3;

Outcome check_shared_memory(const TEEC_Context* context, const TEEC_SharedMemory* memory) {
  if (memory == nullptr) return api_failure(TeeResult::bad_parameters);
  constexpr std::uint32_t kKnown = TEEC_MEM_INPUT | TEEC_MEM_OUTPUT;
  if (memory->flags == 0 || (memory->flags & ~kKnown) != 0) return api_failure(TeeResult::bad_parameters);
  HF_TRY(usable_connection(context));
  return {};
}

/// own notes what release has to take back. The caller may change `buffer`, so it is kept apart.
void own(TEEC_SharedMemory& memory, std::int32_t id, void* bytes, std::size_t size) {
  memory.imp = {};
  memory.imp.id = id;
  memory.imp.mapping = bytes;
  memory.imp.allocated_size = size;
}

/// map_for maps what `fd` holds so that a call can do with it what the flags say, and no more.
Expected<MutableByteView, TeeResult> map_for(std::uint32_t flags, int fd) {
  struct stat status{};
  if (::fstat(fd, &status) != 0 || status.st_size <= 0) return Unexpected{TeeResult::bad_parameters};
  const auto size = static_cast<std::size_t>(status.st_size);
  // Reading it back is always possible: the kernel gives no memory that can be written only.
  const int protection = (flags & TEEC_MEM_OUTPUT) != 0 ? PROT_READ | PROT_WRITE : PROT_READ;
  void* const mapping = ::mmap(nullptr, size, protection, MAP_SHARED, fd, 0);
  if (mapping == MAP_FAILED)
    return Unexpected{errno == ENOMEM ? TeeResult::out_of_memory : TeeResult::bad_parameters};
  return MutableByteView(static_cast<std::byte*>(mapping), size);
}

}  // namespace
}  // namespace holdfast::teec

using namespace holdfast;
using namespace holdfast::teec;

extern "C" TEEC_Result TEEC_RegisterSharedMemory(TEEC_Context* context, TEEC_SharedMemory* sharedMem) {
  return teec_call(nullptr, [&]() -> Outcome {
    HF_TRY(check_shared_memory(context, sharedMem));
    if (sharedMem->buffer == nullptr) return api_failure(TeeResult::bad_parameters);
    own(*sharedMem, kRegistered, nullptr, 0);
    return {};
  });
}

extern "C" TEEC_Result TEEC_RegisterSharedMemoryFileDescriptor(TEEC_Context* context, TEEC_SharedMemory* sharedMem,
                                                               int fd) {
  return teec_call(nullptr, [&]() -> Outcome {
    HF_TRY(check_shared_memory(context, sharedMem));
    const auto mapping = map_for(sharedMem->flags, fd);
    if (!mapping) return api_failure(mapping.error());
    sharedMem->buffer = mapping->data();
    sharedMem->size = mapping->size();
    own(*sharedMem, kMapped, mapping->data(), mapping->size());
    return {};
  });
}

extern "C" TEEC_Result TEEC_AllocateSharedMemory(TEEC_Context* context, TEEC_SharedMemory* sharedMem) {
  return teec_call(nullptr, [&]() -> Outcome {
    HF_TRY(check_shared_memory(context, sharedMem));
    constexpr std::size_t kSmallest = 8;  // size 0 still needs a buffer to point to
    const std::size_t size = std::max(sharedMem->size, kSmallest);
    void* buffer = std::calloc(1, size);
    if (buffer == nullptr) return api_failure(TeeResult::out_of_memory);
    sharedMem->buffer = buffer;
    own(*sharedMem, kAllocated, buffer, size);
    return {};
  });
}

extern "C" void TEEC_ReleaseSharedMemory(TEEC_SharedMemory* sharedMemory) {
  if (sharedMemory == nullptr) return;
  const auto& kept = sharedMemory->imp;
  switch (kept.id) {
    case kAllocated:
      ::explicit_bzero(kept.mapping, kept.allocated_size);  // may have carried a PIN
      std::free(kept.mapping);
      break;
    case kMapped:
      ::munmap(kept.mapping, kept.allocated_size);
      break;
    case kRegistered:
      break;
    default:
      return;
  }
  sharedMemory->buffer = nullptr;
  sharedMemory->size = 0;
  own(*sharedMemory, kReleased, nullptr, 0);
}
