#include "transport/packet.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "transport/handshake.h"

namespace holdfast::transport {
namespace {

class PacketTest : public ::testing::Test {
 protected:
  void SetUp() override {
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
    ours_.reset(ends[0]);
    theirs_.reset(ends[1]);
  }
  UniqueFd ours_, theirs_;
  Request request_{.kind = 1, .argument = 2};
};

TEST_F(PacketTest, ArrivesWholeWithItsDescriptors) {
  int pipe_ends[2];
  ASSERT_EQ(::pipe(pipe_ends), 0);
  const UniqueFd reader(pipe_ends[0]), writer(pipe_ends[1]);
  ASSERT_TRUE(send_packet(ours_.get(), message_bytes(request_), std::array{writer.get()}));
  Request got;
  const auto packet = receive_packet(theirs_.get(), message_room(got), Descriptors::accept);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->size, sizeof got);
  EXPECT_EQ(got.argument, 2U);
  ASSERT_TRUE(packet->fds[0].is_open());
  EXPECT_FALSE(packet->fds[1].is_open());
  EXPECT_NE(::fcntl(packet->fds[0].get(), F_GETFD) & FD_CLOEXEC, 0);
  EXPECT_EQ(::write(packet->fds[0].get(), "x", 1), 1);
}

TEST_F(PacketTest, LeavesRefusedDescriptorsToTheKernel) {
  ASSERT_TRUE(send_packet(ours_.get(), message_bytes(request_), std::array{ours_.get(), ours_.get()}));
  const UniqueFd next_before(::dup(0));
  Request got;
  const auto packet = receive_packet(theirs_.get(), message_room(got), Descriptors::refuse);
  ASSERT_TRUE(packet);
  EXPECT_FALSE(packet->fds[0].is_open());
  const UniqueFd next_after(::dup(0));
  EXPECT_EQ(next_after.get(), next_before.get() + 1) << "no descriptor was made";
}

TEST_F(PacketTest, TellsNothingYetFromTheEnd) {
  Request got;
  EXPECT_EQ(receive_packet(theirs_.get(), message_room(got), Descriptors::refuse).error().code, EAGAIN);
  ours_.reset();
  EXPECT_EQ(receive_packet(theirs_.get(), message_room(got), Descriptors::refuse)->size, 0U);
  EXPECT_EQ(send_packet(theirs_.get(), message_bytes(request_)).error().code, EPIPE);
}

TEST_F(PacketTest, RefusesOneLongerThanTheMessage) {
  ASSERT_TRUE(send_packet(ours_.get(), as_bytes("longer than eight bytes")));
  Request got;
  EXPECT_EQ(receive_packet(theirs_.get(), message_room(got), Descriptors::refuse).error().code, EMSGSIZE);
}

}  // namespace
}  // namespace holdfast::transport
