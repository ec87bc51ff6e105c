// A client that speaks the protocol itself and lies in it. The world must answer or dismiss it, and serve the others.
#include <atomic>
#include <cstring>
#include <gtest/gtest.h>
#include <poll.h>
#include <random>
#include <sys/socket.h>
#include <sys/un.h>

#include "transport/futex.h"
#include "transport/handshake.h"
#include "transport/packet.h"
#include "transport/test_world.h"

namespace holdfast::transport_test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using transport::FrameHeader;
using transport::FrameKind;
using transport::Place;

/// Liar is a raw client.
class Liar {
 public:
  explicit Liar(const char* path) : socket_(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, path);
    EXPECT_EQ(::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }

  bool send(ByteView bytes) const { return transport::send_packet(socket_.get(), bytes).has_value(); }
  bool request(transport::RequestKind kind, std::uint32_t argument) const {
    const transport::Request request{.kind = static_cast<std::uint32_t>(kind), .argument = argument};
    return send(transport::message_bytes(request));
  }
  template <class Message>
  Message receive() {
    Message message;
    pollfd look{.fd = socket_.get(), .events = POLLIN, .revents = 0};
    ::poll(&look, 1, 2000);
    auto packet =
        transport::receive_packet(socket_.get(), transport::message_room(message), transport::Descriptors::accept);
    EXPECT_TRUE(packet && packet->size == sizeof message);
    if (packet) fds_ = std::move(packet->fds);
    return message;
  }
  bool is_dismissed_within(std::chrono::milliseconds limit) const {
    pollfd look{.fd = socket_.get(), .events = POLLRDHUP, .revents = 0};
    return ::poll(&look, 1, static_cast<int>(limit.count())) == 1;
  }

  void join() {
    ASSERT_TRUE(send(transport::message_bytes(transport::Hello{})));
    const auto welcome = receive<transport::Welcome>();
    ASSERT_EQ(welcome.result, 0U);
    layout_ = {welcome.slots};
    auto region = transport::map_sealed(fds_[0].get(), layout_.bytes(), transport::Access::read_write);
    ASSERT_TRUE(region);
    region_ = std::move(region).value();
  }
  MutableByteView region() const { return region_.bytes(); }
  transport::SlotView slot(std::uint32_t index) const { return transport::slot_view(region_.data(), layout_, index); }

  /// cross hands the header over as it is and gives the reply, or nothing when none came within two seconds.
  std::optional<FrameHeader> cross(const FrameHeader& header, std::uint32_t index = 0) {
    const transport::SlotView view = slot(index);
    view.frame->header = header;
    const std::uint32_t old = view.control->rsp.load();
    view.control->req.store(old + 1);
    if (view.control->server_sleeps.load() == transport::kServerAbsent)
      request(transport::RequestKind::start_slot, index);
    else
      transport::futex_wake(view.control->req);
    for (const auto deadline = Clock::now() + 2s; view.control->rsp.load() == old;) {
      if (Clock::now() > deadline) return std::nullopt;
      std::this_thread::yield();
    }
    return view.frame->header;
  }
  std::uint32_t open_session() {
    FrameHeader header{.kind = static_cast<std::uint32_t>(FrameKind::open_session)};
    header.trusted_application = EchoApplication::kUuid.octets;
    const auto reply = cross(header);
    EXPECT_TRUE(reply && reply->result == 0);
    return reply ? reply->session : 0;
  }

 private:
  UniqueFd socket_;
  std::array<UniqueFd, 2> fds_;
  transport::RegionLayout layout_{0};
  transport::Mapping region_;
};

class Hostile : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(honest_.opened, TEEC_SUCCESS); }
  void TearDown() override { EXPECT_TRUE(honest_.echo(1, 3000)) << "the others are served on"; }
  static secure::runtime::Limits limits() {
    secure::runtime::Limits limits;
    limits.hello = 150ms;
    limits.extra_window_bytes_per_client = std::size_t{1} << 20;
    return limits;
  }
  TestWorld world_{TestWorld::Where::thread, limits()};
  TestClient honest_{world_.socket_path()};
};

TEST_F(Hostile, FramesThatLieAreRefused) {
  Liar liar(world_.socket_path());
  liar.join();
  const std::uint32_t session = liar.open_session();
  const FrameHeader good{.kind = static_cast<std::uint32_t>(FrameKind::invoke_command),
                         .session = session,
                         .command = EchoApplication::kEcho,
                         .param_types = 0x3};
  ASSERT_EQ(liar.cross(good)->result, 0U);

  const auto refused = [&](FrameHeader header) {
    const auto reply = liar.cross(header);
    return reply && reply->result == TEEC_ERROR_BAD_PARAMETERS && reply->origin == TEEC_ORIGIN_TEE;
  };
  FrameHeader bad = good;
  bad.kind = 99;
  EXPECT_TRUE(refused(bad));
  bad = good;
  bad.param_types = 0x4;
  EXPECT_TRUE(refused(bad));
  bad.param_types = 0xC;  // whole references exist only in the API
  EXPECT_TRUE(refused(bad));
  bad.param_types = 0x10003;
  EXPECT_TRUE(refused(bad));
  for (const auto place : {Place::inline_data, Place::input_window, Place::output_window, Place::extra_window}) {
    for (const auto& [offset, size] : {std::pair{0U, 0xFFFFFFFFU}, {0xFFFFFFFFU, 2U}, {0x80000000U, 0x80000000U}}) {
      bad = good;
      bad.param_types = 0x53;
      bad.params[1] = {.a = static_cast<std::uint32_t>(place), .b = 0, .offset = offset, .size = size};
      EXPECT_TRUE(refused(bad));
    }
  }
  bad.params[1] = {.a = 77, .b = 0, .offset = 0, .size = 0};
  EXPECT_TRUE(refused(bad));
  bad = good;
  bad.session = 0;
  EXPECT_EQ(liar.cross(bad)->result, TEEC_ERROR_ITEM_NOT_FOUND);
}

TEST_F(Hostile, LoginsThatLieAreRefused) {
  Liar liar(world_.socket_path());
  liar.join();
  FrameHeader header{.kind = static_cast<std::uint32_t>(FrameKind::open_session)};
  header.trusted_application = EchoApplication::kUuid.octets;
  header.login = TEEC_LOGIN_GROUP;
  header.group = 0xFFFFFFF0;
  EXPECT_EQ(liar.cross(header)->result, TEEC_ERROR_ACCESS_DENIED);
  header.login = 3;
  EXPECT_EQ(liar.cross(header)->result, TEEC_ERROR_BAD_PARAMETERS);
}

TEST_F(Hostile, MemoryThatChangesDuringCallsHurtsNobody) {
  Liar liar(world_.socket_path());
  liar.join();
  liar.open_session();
  for (std::uint32_t index = 0; index < 4; ++index) ASSERT_TRUE(liar.cross({}, index));
  std::atomic<bool> stop{false};
  const auto scribble = [&](std::uint32_t first_slot) {
    std::minstd_rand random(first_slot + 1);
    constexpr std::uint32_t kWords[] = {0,   1,    2,    3,     5,          6,          7,         16,
                                        128, 4096, 0x53, 0x653, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF};
    while (!stop) {
      const transport::SlotView view = liar.slot(first_slot + random() % 2);
      const std::uint32_t word =
          random() % 3 == 0 ? static_cast<std::uint32_t>(random()) : kWords[random() % std::size(kWords)];
      switch (random() % 8) {
        case 0:
          view.control->req.store(word);
          break;
        case 1:
          view.control->rsp.store(word);
          break;
        case 2:
          view.control->server_sleeps.store(word % 4);
          break;
        case 3:
          view.control->client_sleeps.store(word % 4);
          break;
        default: {
          const std::size_t at = random() % (sizeof(FrameHeader) / 4) * 4;
          std::memcpy(reinterpret_cast<std::byte*>(view.frame) + at, &word, sizeof word);
        }
      }
      if (random() % 16 == 0) transport::futex_wake(view.control->req);
    }
  };
  std::thread one(scribble, 0), other(scribble, 2);
  int echoes = 0;
  for (const auto deadline = Clock::now() + 1500ms; Clock::now() < deadline; ++echoes)
    ASSERT_TRUE(honest_.echo(static_cast<std::uint32_t>(echoes), 500));
  stop = true;
  one.join();
  other.join();
  EXPECT_GT(echoes, 50);
}

TEST_F(Hostile, LeavingInTheMiddleOfNonsenseFreesEverything) {
  for (int round = 0; round < 20; ++round) {
    Liar liar(world_.socket_path());
    liar.join();
    for (std::uint32_t index = 0; index < 64; ++index) {
      liar.slot(index).control->req.store(12345);
      liar.request(transport::RequestKind::start_slot, index);
      liar.slot(index).control->server_sleeps.store(transport::kAsleep);
    }
    std::memset(liar.region().data(), 0xA5, liar.region().size() / 40);
  }
}

TEST_F(Hostile, PacketsOutOfTurnEndTheConnection) {
  const auto dismissed_after = [&](ByteView first) {
    Liar liar(world_.socket_path());
    return liar.send(first) && liar.is_dismissed_within(2s);
  };
  EXPECT_TRUE(dismissed_after(as_bytes("x")));
  EXPECT_TRUE(dismissed_after(as_bytes("exactly 16 bytes")));
  EXPECT_TRUE(dismissed_after(as_bytes("much more than the sixteen bytes of a hello")));
  const auto dismissed_after_joining = [&](transport::RequestKind kind, std::uint32_t argument) {
    Liar liar(world_.socket_path());
    liar.join();
    return liar.request(kind, argument) && liar.is_dismissed_within(2s);
  };
  EXPECT_TRUE(dismissed_after_joining(static_cast<transport::RequestKind>(9), 0));
  EXPECT_TRUE(dismissed_after_joining(transport::RequestKind::start_slot, 64));
  EXPECT_FALSE(dismissed_after_joining(transport::RequestKind::drop_window, 5)) << "what is not there cannot hurt";
}

TEST_F(Hostile, VersionsOfTheFutureGetAnAnswer) {
  Liar liar(world_.socket_path());
  liar.send(transport::message_bytes(transport::Hello{.lowest_version = 2, .highest_version = 9}));
  EXPECT_EQ(liar.receive<transport::Welcome>().result, TEEC_ERROR_NOT_SUPPORTED);
  EXPECT_TRUE(liar.is_dismissed_within(2s));
}

TEST_F(Hostile, SilenceInsteadOfHelloIsNotWaitedFor) {
  Liar liar(world_.socket_path());
  EXPECT_TRUE(liar.is_dismissed_within(2s));
}

TEST_F(Hostile, WindowsAreGrantedWithinBoundsAndQuota) {
  Liar liar(world_.socket_path());
  liar.join();
  const auto ask = [&](std::uint32_t bytes) {
    liar.request(transport::RequestKind::make_window, bytes);
    return liar.receive<transport::WindowReply>();
  };
  EXPECT_EQ(ask(0).result, TEEC_ERROR_BAD_PARAMETERS);
  EXPECT_EQ(ask(4096).result, TEEC_ERROR_BAD_PARAMETERS);
  EXPECT_EQ(ask((1U << 20) + 1).result, TEEC_ERROR_BAD_PARAMETERS);
  EXPECT_EQ(ask(1U << 27).result, TEEC_ERROR_BAD_PARAMETERS);
  const auto half = ask(1U << 19);
  EXPECT_EQ(half.result, 0U);
  EXPECT_EQ(ask(1U << 19).result, 0U);
  EXPECT_EQ(ask(1U << 18).result, TEEC_ERROR_OUT_OF_MEMORY);
  liar.request(transport::RequestKind::drop_window, half.id);
  EXPECT_EQ(ask(1U << 18).result, 0U);
}

TEST_F(Hostile, RequestsWithoutReadingTheAnswersEndTheConnection) {
  Liar liar(world_.socket_path());
  liar.join();
  const auto deadline = Clock::now() + 5s;
  while (Clock::now() < deadline && !liar.is_dismissed_within(0ms)) {
    if (!liar.request(transport::RequestKind::make_window, 0)) std::this_thread::yield();  // the world is behind
  }
  EXPECT_LT(Clock::now(), deadline);
}

TEST(Quota, RefusesOneUsersClientsBeyondTheirNumber) {
  secure::runtime::Limits limits;
  limits.clients_per_uid = 3;
  TestWorld world(TestWorld::Where::thread, limits);
  {
    TestClient one(world.socket_path()), two(world.socket_path()), three(world.socket_path());
    EXPECT_EQ(three.opened, TEEC_SUCCESS);
    TEEC_Context context;
    EXPECT_EQ(TEEC_InitializeContext(world.socket_path(), &context), TEEC_ERROR_BUSY);
  }
  TEEC_Result again = TEEC_ERROR_BUSY;
  for (int attempt = 0; attempt < 100 && again == TEEC_ERROR_BUSY; ++attempt) {
    again = TestClient(world.socket_path()).opened;
    std::this_thread::sleep_for(5ms);
  }
  EXPECT_EQ(again, TEEC_SUCCESS) << "there is room once they have gone";
}

}  // namespace
}  // namespace holdfast::transport_test
