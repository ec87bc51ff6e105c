#include "supplicant/storage_service.h"

#include <gtest/gtest.h>
#include <random>
#include <thread>

#include "base/unique_fd.h"
#include "supplicant/memory/memory_record_store.h"
#include "wire/rpc/frame.h"

namespace holdfast::supplicant {
namespace {

using namespace wire::rpc;

Commit sample_commit() {
  ShelfChange change{.shelf = ShelfId{2},
                     .expected_epoch = 0,
                     .new_epoch = 1,
                     .manifest = as_bytes("manifest"),
                     .clear = true,
                     .put = {{.uid = {}, .blob = as_bytes("record")}},
                     .removed = {ObjectUid{}}};
  return {.changes = {change}};
}

class Service : public ::testing::Test {
 protected:
  Status status_of(ByteView message) {
    const Bytes reply = service.answer(message);
    return static_cast<Status>(ByteReader(reply).u16().value());
  }
  MemoryRecordStore store;
  StorageService service{store};
};

TEST_F(Service, CarriesOutACommitAndReadsItBack) {
  ASSERT_EQ(status_of(encode_request(sample_commit())), Status::ok);
  const auto manifest =
      decode_reply<ReadManifest>(service.answer(encode_request(ReadManifest{.shelf = ShelfId{2}}))).value();
  EXPECT_EQ(manifest.reply.epoch, 1u);
  EXPECT_EQ(as_text(manifest.reply.manifest), "manifest");
  const auto page =
      decode_reply<ReadPage>(service.answer(encode_request(ReadPage{.shelf = ShelfId{2}, .after = {}}))).value();
  ASSERT_EQ(page.reply.records.size(), 1u);
  EXPECT_EQ(as_text(page.reply.records[0].blob), "record");
  EXPECT_EQ(decode_reply<ListShelves>(service.answer(encode_request(ListShelves{}))).value().reply.shelves.size(), 1u);
}

TEST_F(Service, AnswersConflictAndAbsence) {
  ASSERT_EQ(status_of(encode_request(sample_commit())), Status::ok);
  EXPECT_EQ(status_of(encode_request(sample_commit())), Status::conflict);
  EXPECT_EQ(status_of(encode_request(ReadManifest{.shelf = ShelfId{9}})), Status::absent);
}

TEST_F(Service, RefusesEveryCutOfARequestAndEveryExtension) {
  const Bytes whole = encode_request(sample_commit());
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(status_of(ByteView(whole).first(size)), Status::bad_request) << size;
  Bytes longer = whole;
  longer.push_back(std::byte{0});
  EXPECT_EQ(status_of(longer), Status::bad_request);
  EXPECT_TRUE(store.shelves().empty());
}

TEST_F(Service, RefusesWhatTheProtocolForbids) {
  Commit twice = sample_commit();
  twice.changes.push_back(twice.changes[0]);
  EXPECT_EQ(status_of(encode_request(twice)), Status::bad_request);
  EXPECT_EQ(status_of(encode_request(Commit{})), Status::bad_request);
  Commit backwards = sample_commit();
  backwards.changes[0].expected_epoch = 5;
  EXPECT_EQ(status_of(encode_request(backwards)), Status::bad_request);
  Commit large = sample_commit();
  const Bytes manifest(kMaxManifestBytes + 1);
  large.changes[0].manifest = manifest;
  EXPECT_EQ(status_of(encode_request(large)), Status::bad_request);
  EXPECT_EQ(status_of(encode_request(ReadPage{.shelf = {}, .after = {}, .byte_limit = kMaxPageBytes + 1})),
            Status::bad_request);
  EXPECT_TRUE(store.shelves().empty());
}

TEST_F(Service, RefusesCountsThatTheMessageCannotHold) {
  ByteWriter out;
  out.u16(static_cast<std::uint16_t>(Operation::commit)).u32(1).u32(1).u64(0).u64(1).u8(0).u32(0).u32(0xFFFFFFFF);
  EXPECT_EQ(status_of(out.view()), Status::bad_request);
}

TEST_F(Service, AnswersAnyBytes) {
  std::mt19937 random(1);
  for (int round = 0; round < 20000; ++round) {
    Bytes message = round % 2 == 0 ? encode_request(sample_commit()) : Bytes(random() % 100);
    for (std::size_t i = 0; i < message.size(); ++i)
      if (round % 2 == 1 || random() % 16 == 0) message[i] = static_cast<std::byte>(random());
    if (message.size() > 1) message[0] = static_cast<std::byte>(random() % 6), message[1] = std::byte{0};
    EXPECT_GE(service.answer(message).size(), 2u);
  }
}

class ServeLoop : public Service {
 protected:
  ServeLoop() {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    ours.reset(ends[0]);
    theirs.reset(ends[1]);
  }
  UniqueFd ours, theirs;
};

TEST_F(ServeLoop, EndsWhenTheSecureWorldLeaves) {
  std::thread server([this] { EXPECT_TRUE(serve(theirs.get(), service)); });
  ASSERT_TRUE(send_frame(ours.get(), 77, encode_request(ListShelves{}), Deadline::none()));
  const auto reply = receive_frame(ours.get(), Deadline::after(std::chrono::seconds(10)));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->request_id, 77u);
  EXPECT_TRUE(decode_reply<ListShelves>(reply->body));
  ours.reset();
  server.join();
}

TEST_F(ServeLoop, EndsOnAFrameThatIsNone) {
  ASSERT_TRUE(send_all(ours.get(), as_bytes("GET / HTTP/1.0\r\n\r\n"), Deadline::none()));
  const auto served = serve(theirs.get(), service);
  ASSERT_FALSE(served);
  EXPECT_EQ(served.error().code, EPROTO);
}

TEST_F(ServeLoop, EndsOnAnAnnouncedLengthAboveTheLimit) {
  ByteWriter header;
  header.u32(kFrameMagic).u32(kMaxMessageBytes + 1).u64(1);
  ASSERT_TRUE(send_all(ours.get(), header.view(), Deadline::none()));
  EXPECT_EQ(serve(theirs.get(), service).error().code, EPROTO);
}

TEST(Frame, CarriesTheLargestMessage) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  const UniqueFd a(ends[0]), b(ends[1]);
  const Bytes body(kMaxMessageBytes, std::byte{0x42});
  std::thread sender([&] { EXPECT_TRUE(send_frame(a.get(), 1, body, Deadline::none())); });
  const auto frame = receive_frame(b.get(), Deadline::after(std::chrono::seconds(20)));
  sender.join();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->body, body);
  EXPECT_EQ(send_frame(a.get(), 1, Bytes(kMaxMessageBytes + 1), Deadline::none()).error().code, EMSGSIZE);
}

}  // namespace
}  // namespace holdfast::supplicant
