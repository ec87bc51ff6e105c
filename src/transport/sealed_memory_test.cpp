#include "transport/sealed_memory.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

namespace holdfast::transport {
namespace {

constexpr std::size_t kBytes = 8192;

TEST(SealedMemory, CannotBeResizedByItsReceiver) {
  const auto memory = create_sealed("test", kBytes);
  ASSERT_TRUE(memory);
  EXPECT_NE(::ftruncate(memory->fd.get(), 0), 0);
  EXPECT_NE(::ftruncate(memory->fd.get(), kBytes * 2), 0);
  EXPECT_NE(::fcntl(memory->fd.get(), F_ADD_SEALS, F_SEAL_WRITE), 0) << "nor sealed further";
}

TEST(SealedMemory, IsSharedByBothMappings) {
  const auto memory = create_sealed("test", kBytes);
  ASSERT_TRUE(memory);
  const auto other = map_sealed(memory->fd.get(), kBytes, Access::read_write);
  ASSERT_TRUE(other);
  other->data()[kBytes - 1] = std::byte{42};
  EXPECT_EQ(memory->mapping.data()[kBytes - 1], std::byte{42});
}

TEST(PublishedMemory, CanOnlyBeReadThroughItsDescriptor) {
  const auto memory = create_published("test", kBytes);
  ASSERT_TRUE(memory);
  EXPECT_FALSE(map_sealed(memory->fd.get(), kBytes, Access::read_write));
  EXPECT_NE(::write(memory->fd.get(), "x", 1), 1);
  EXPECT_NE(::fallocate(memory->fd.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, kBytes), 0);
  const auto reader = map_sealed(memory->fd.get(), kBytes, Access::read_only);
  ASSERT_TRUE(reader);
  EXPECT_NE(::mprotect(reader->data(), kBytes, PROT_READ | PROT_WRITE), 0);
  memory->mapping.data()[0] = std::byte{7};
  EXPECT_EQ(reader->data()[0], std::byte{7});
}

TEST(MapSealed, RefusesMemoryThatCouldShrinkOrHasAnotherSize) {
  const UniqueFd open_memory(::memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  ASSERT_EQ(::ftruncate(open_memory.get(), kBytes), 0);
  EXPECT_FALSE(map_sealed(open_memory.get(), kBytes, Access::read_write));
  const auto memory = create_sealed("test", kBytes);
  EXPECT_FALSE(map_sealed(memory->fd.get(), kBytes * 2, Access::read_write));
  EXPECT_FALSE(map_sealed(-1, kBytes, Access::read_write));
}

}  // namespace
}  // namespace holdfast::transport
