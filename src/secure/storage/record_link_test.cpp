#include "secure/storage/record_link.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <thread>

#include "base/log.h"
#include "wire/rpc/frame.h"

namespace holdfast::secure::storage {
namespace {

using namespace std::chrono_literals;
namespace rpc = wire::rpc;

std::pair<UniqueFd, UniqueFd> socket_pair() {
  int ends[2];
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

/// answer_one plays a supplicant for one request.
void answer_one(int fd, std::string_view text) {
  const auto frame = rpc::receive_frame(fd, rpc::Deadline::after(10s));
  ASSERT_TRUE(frame);
  ASSERT_TRUE(rpc::send_frame(fd, frame->request_id, as_bytes(text), rpc::Deadline::after(10s)));
}

class Link : public ::testing::Test {
 protected:
  Link() { log::set_sink(-1); }
  static constexpr SocketRecordLink::Waits kShort{.for_link = 50ms, .for_reply = 200ms};
  static constexpr SocketRecordLink::Waits kLong{.for_link = 10s, .for_reply = 10s};
};

TEST_F(Link, CarriesRequestAndReply) {
  auto [ours, theirs] = socket_pair();
  SocketRecordLink link(std::move(ours), kLong);
  std::thread supplicant([fd = theirs.get()] { answer_one(fd, "reply"); });
  EXPECT_EQ(as_text(link.call(as_bytes("request")).value()), "reply");
  supplicant.join();
}

TEST_F(Link, FailsWithinItsTimeWhileThereIsNoSupplicant) {
  SocketRecordLink link(UniqueFd{}, kShort);
  EXPECT_EQ(link.call(as_bytes("x")).error().rv, Rv::device_removed);
}

TEST_F(Link, WaitsForANewSupplicant) {
  SocketRecordLink link(UniqueFd{}, kLong);
  auto [ours, theirs] = socket_pair();
  std::thread launcher([&link, fd = theirs.get(), socket = std::move(ours)]() mutable {
    std::this_thread::sleep_for(50ms);
    link.replace(std::move(socket));
    answer_one(fd, "late");
  });
  EXPECT_EQ(as_text(link.call(as_bytes("x")).value()), "late");
  launcher.join();
}

TEST_F(Link, AsksTheNextSupplicantWhenTheFirstHadDied) {
  auto [ours, theirs] = socket_pair();
  SocketRecordLink link(std::move(ours), kLong);
  theirs.reset();
  auto [ours_again, theirs_again] = socket_pair();
  std::thread launcher([&link, fd = theirs_again.get(), socket = std::move(ours_again)]() mutable {
    std::this_thread::sleep_for(20ms);
    link.replace(std::move(socket));
    answer_one(fd, "second");
  });
  EXPECT_EQ(as_text(link.call(as_bytes("x")).value()), "second");
  launcher.join();
}

TEST_F(Link, CannotSayWhatHappenedWhenTheReplyIsMissing) {
  auto [ours, theirs] = socket_pair();
  SocketRecordLink link(std::move(ours), kLong);
  std::thread supplicant([socket = std::move(theirs)]() mutable {
    EXPECT_TRUE(rpc::receive_frame(socket.get(), rpc::Deadline::after(10s)));
    socket.reset();
  });
  EXPECT_EQ(link.call(as_bytes("x")).error().rv, Rv::device_error);
  supplicant.join();
}

TEST_F(Link, DropsASupplicantThatAnswersGarbage) {
  auto [ours, theirs] = socket_pair();
  SocketRecordLink link(std::move(ours), kShort);
  const std::string garbage(64, 'g');
  ASSERT_TRUE(rpc::send_all(theirs.get(), as_bytes(garbage), rpc::Deadline::none()));
  EXPECT_EQ(link.call(as_bytes("x")).error().rv, Rv::device_error);
  EXPECT_EQ(link.call(as_bytes("x")).error().rv, Rv::device_removed);
}

TEST_F(Link, DropsASupplicantThatAnswersAnotherRequest) {
  auto [ours, theirs] = socket_pair();
  SocketRecordLink link(std::move(ours), kShort);
  ASSERT_TRUE(rpc::send_frame(theirs.get(), 4711, as_bytes("x"), rpc::Deadline::none()));
  EXPECT_EQ(link.call(as_bytes("x")).error().rv, Rv::device_error);
}

TEST_F(Link, DropsASupplicantThatDoesNotAnswer) {
  auto [ours, theirs] = socket_pair();
  SocketRecordLink link(std::move(ours), kShort);
  EXPECT_EQ(link.call(as_bytes("x")).error().rv, Rv::device_error);
}

TEST_F(Link, ReplacementEndsAnExchangeThatHangs) {
  auto [ours, theirs] = socket_pair();
  auto [ours_again, theirs_again] = socket_pair();
  SocketRecordLink link(std::move(ours), {.for_link = 10s, .for_reply = 60s});
  const auto start = std::chrono::steady_clock::now();
  std::thread launcher([&link, socket = std::move(ours_again)]() mutable {
    std::this_thread::sleep_for(50ms);
    link.replace(std::move(socket));
  });
  EXPECT_EQ(link.call(as_bytes("x")).error().rv, Rv::device_error);
  launcher.join();
  EXPECT_LT(std::chrono::steady_clock::now() - start, 30s);
  std::thread supplicant([fd = theirs_again.get()] { answer_one(fd, "fine"); });
  EXPECT_EQ(as_text(link.call(as_bytes("x")).value()), "fine");
  supplicant.join();
}

TEST_F(Link, CarriesCallsOfManyThreads) {
  auto [ours, theirs] = socket_pair();
  SocketRecordLink link(std::move(ours), kLong);
  constexpr int kThreads = 4, kCalls = 200;
  std::thread supplicant([fd = theirs.get()] {
    for (int i = 0; i < kThreads * kCalls; ++i) {
      const auto frame = rpc::receive_frame(fd, rpc::Deadline::after(10s));
      ASSERT_TRUE(frame);
      ASSERT_TRUE(rpc::send_frame(fd, frame->request_id, frame->body, rpc::Deadline::after(10s)));
    }
  });
  std::vector<std::thread> callers;
  for (int t = 0; t < kThreads; ++t)
    callers.emplace_back([&link, t] {
      for (int i = 0; i < kCalls; ++i) {
        const std::string text = std::to_string(t * 1000 + i);
        EXPECT_EQ(as_text(link.call(as_bytes(text)).value()), text);
      }
    });
  for (std::thread& caller : callers) caller.join();
  supplicant.join();
}

}  // namespace
}  // namespace holdfast::secure::storage
