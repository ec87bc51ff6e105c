#include "transport/sealed_memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif
#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x0010
#endif

namespace holdfast::transport {
namespace {

UniqueFd new_memory(const char* name) {
  constexpr unsigned kFlags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  UniqueFd fd(::memfd_create(name, kFlags | MFD_NOEXEC_SEAL));
  if (!fd.is_open() && errno == EINVAL) fd.reset(::memfd_create(name, kFlags));  // before Linux 6.3
  return fd;
}

SysResult<Mapping> map_shared(int fd, std::size_t size, int protection) {
  void* address = ::mmap(nullptr, size, protection, MAP_SHARED, fd, 0);
  if (address == MAP_FAILED) return sys_fail("map shared memory");
  return Mapping(static_cast<std::byte*>(address), size);
}

SysResult<SealedMemory> create(const char* name, std::size_t size, int more_seals) {
  SealedMemory memory{.fd = new_memory(name), .mapping = {}};
  if (!memory.fd.is_open()) return sys_fail("create shared memory");
  if (::ftruncate(memory.fd.get(), static_cast<off_t>(size)) != 0) return sys_fail("size shared memory");
  HF_ASSIGN_OR_RETURN(memory.mapping, map_shared(memory.fd.get(), size, PROT_READ | PROT_WRITE));
  if (::fcntl(memory.fd.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL | more_seals) != 0)
    return sys_fail("seal shared memory");
  return memory;
}

}  // namespace

void Mapping::unmap() noexcept {
  if (data_ != nullptr) ::munmap(data_, size_);
}

SysResult<SealedMemory> create_sealed(const char* name, std::size_t size) { return create(name, size, 0); }

SysResult<SealedMemory> create_published(const char* name, std::size_t size) {
  return create(name, size, F_SEAL_FUTURE_WRITE);
}

SysResult<Mapping> map_sealed(int fd, std::size_t size, Access access) {
  struct stat status{};
  if (::fstat(fd, &status) != 0) return sys_fail("look at shared memory");
  const int seals = ::fcntl(fd, F_GET_SEALS);
  if (seals < 0 || (seals & F_SEAL_SHRINK) == 0 || status.st_size < 0 ||
      static_cast<std::size_t>(status.st_size) != size)
    return sys_fail(EINVAL, "shared memory is not what was agreed");
  return map_shared(fd, size, access == Access::read_only ? PROT_READ : PROT_READ | PROT_WRITE);
}

}  // namespace holdfast::transport
