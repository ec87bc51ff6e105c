// The conformance suite of back ends: what every RecordStore promises, on each of them.

#include "supplicant/record_store.h"

#include <filesystem>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "supplicant/memory/memory_record_store.h"
#include "supplicant/sqlite/sqlite_record_store.h"

namespace holdfast::supplicant {
namespace {

using namespace wire::rpc;

ObjectUid uid(unsigned char last) {
  ObjectUid made;
  made.octets.front() = std::byte{0x5A};
  made.octets.back() = std::byte{last};
  return made;
}

struct MemoryFactory {
  std::unique_ptr<RecordStore> open() { return std::make_unique<MemoryRecordStore>(); }
};

struct SqliteFactory {
  SqliteFactory() {
    std::string pattern = ::testing::TempDir() + "holdfast-store-XXXXXX";
    directory = ::mkdtemp(pattern.data());
  }
  ~SqliteFactory() { std::filesystem::remove_all(directory); }
  std::unique_ptr<RecordStore> open() { return SqliteRecordStore::open(directory).value(); }
  std::string directory;
};

template <class Factory>
class RecordStoreConformance : public ::testing::Test {
 protected:
  static ShelfChange change(std::uint64_t from, std::uint64_t to, std::string_view manifest) {
    return {.shelf = kShelf,
            .expected_epoch = from,
            .new_epoch = to,
            .manifest = as_bytes(manifest),
            .clear = false,
            .put = {},
            .removed = {}};
  }
  std::vector<Record> everything(ShelfId shelf = kShelf) {
    return store->read_page({.shelf = shelf, .after = {}}).value().records;
  }

  static constexpr ShelfId kShelf{3};
  static constexpr ShelfId kOther{4};
  Factory factory;
  std::unique_ptr<RecordStore> store = factory.open();
};

using Backends = ::testing::Types<MemoryFactory, SqliteFactory>;
TYPED_TEST_SUITE(RecordStoreConformance, Backends);

TYPED_TEST(RecordStoreConformance, StartsWithoutShelves) {
  EXPECT_TRUE(this->store->list_shelves().value().shelves.empty());
  EXPECT_EQ(this->store->read_manifest(this->kShelf).error(), Status::absent);
  EXPECT_TRUE(this->everything().empty());
}

TYPED_TEST(RecordStoreConformance, GivesBackWhatWasCommitted) {
  ShelfChange first = this->change(0, 1, "manifest one");
  first.put = {{.uid = uid(2), .blob = as_bytes("two")}, {.uid = uid(1), .blob = as_bytes("")}};
  ASSERT_TRUE(this->store->commit({.changes = {first}}));

  const auto manifest = this->store->read_manifest(this->kShelf).value();
  EXPECT_EQ(manifest.epoch, 1u);
  EXPECT_EQ(as_text(manifest.manifest), "manifest one");
  const auto records = this->everything();
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].uid, uid(1));
  EXPECT_TRUE(records[0].blob.empty());
  EXPECT_EQ(as_text(records[1].blob), "two");
  const auto shelves = this->store->list_shelves().value().shelves;
  ASSERT_EQ(shelves.size(), 1u);
  EXPECT_EQ(shelves[0].shelf, this->kShelf);
  EXPECT_EQ(shelves[0].epoch, 1u);
}

TYPED_TEST(RecordStoreConformance, ReplacesAndRemovesRecords) {
  ShelfChange first = this->change(0, 1, "m");
  first.put = {{.uid = uid(1), .blob = as_bytes("old")}, {.uid = uid(2), .blob = as_bytes("goes")}};
  ASSERT_TRUE(this->store->commit({.changes = {first}}));
  ShelfChange second = this->change(1, 5, "m");
  second.put = {{.uid = uid(1), .blob = as_bytes("new")}};
  second.removed = {uid(2), uid(9)};
  ASSERT_TRUE(this->store->commit({.changes = {second}}));

  const auto records = this->everything();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(as_text(records[0].blob), "new");
  EXPECT_EQ(this->store->read_manifest(this->kShelf).value().epoch, 5u);
}

TYPED_TEST(RecordStoreConformance, ClearRemovesOldRecordsAndKeepsNewOnes) {
  ShelfChange first = this->change(0, 1, "m");
  first.put = {{.uid = uid(1), .blob = as_bytes("old")}, {.uid = uid(2), .blob = as_bytes("old")}};
  ASSERT_TRUE(this->store->commit({.changes = {first}}));
  ShelfChange second = this->change(1, 2, "m");
  second.clear = true;
  second.put = {{.uid = uid(2), .blob = as_bytes("new")}};
  ASSERT_TRUE(this->store->commit({.changes = {second}}));
  const auto records = this->everything();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(as_text(records[0].blob), "new");
}

TYPED_TEST(RecordStoreConformance, RefusesAnotherEpochAndChangesNothing) {
  ASSERT_TRUE(this->store->commit({.changes = {this->change(0, 3, "kept")}}));
  for (const std::uint64_t wrong : {0u, 2u, 4u}) {
    ShelfChange stale = this->change(wrong, 9, "lost");
    stale.put = {{.uid = uid(1), .blob = as_bytes("lost")}};
    const auto outcome = this->store->commit({.changes = {stale}});
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error(), Status::conflict);
  }
  EXPECT_EQ(as_text(this->store->read_manifest(this->kShelf).value().manifest), "kept");
  EXPECT_TRUE(this->everything().empty());
}

TYPED_TEST(RecordStoreConformance, RefusesAnEpochOfAnAbsentShelf) {
  EXPECT_EQ(this->store->commit({.changes = {this->change(1, 2, "m")}}).error(), Status::conflict);
  EXPECT_TRUE(this->store->list_shelves().value().shelves.empty());
}

TYPED_TEST(RecordStoreConformance, ChangesAllShelvesOrNone) {
  ShelfChange good = this->change(0, 1, "m");
  good.put = {{.uid = uid(1), .blob = as_bytes("x")}};
  ShelfChange stale = this->change(7, 8, "m");
  stale.shelf = this->kOther;
  EXPECT_EQ(this->store->commit({.changes = {good, stale}}).error(), Status::conflict);
  EXPECT_EQ(this->store->read_manifest(this->kShelf).error(), Status::absent);
  EXPECT_TRUE(this->everything().empty());

  stale.expected_epoch = 0;
  EXPECT_TRUE(this->store->commit({.changes = {good, stale}}));
  EXPECT_EQ(this->store->list_shelves().value().shelves.size(), 2u);
}

TYPED_TEST(RecordStoreConformance, KeepsShelvesApart) {
  ShelfChange one = this->change(0, 1, "m");
  one.put = {{.uid = uid(1), .blob = as_bytes("one")}};
  ShelfChange other = one;
  other.shelf = this->kOther;
  other.put = {{.uid = uid(1), .blob = as_bytes("other")}};
  ASSERT_TRUE(this->store->commit({.changes = {one, other}}));
  ShelfChange clear = this->change(1, 2, "m");
  clear.clear = true;
  ASSERT_TRUE(this->store->commit({.changes = {clear}}));
  EXPECT_TRUE(this->everything().empty());
  ASSERT_EQ(this->everything(this->kOther).size(), 1u);
  EXPECT_EQ(as_text(this->everything(this->kOther)[0].blob), "other");
}

TYPED_TEST(RecordStoreConformance, PagesInOrderAndWithinTheLimit) {
  ShelfChange all = this->change(0, 1, "m");
  const Bytes blob(80, std::byte{1});
  for (unsigned char i = 200; i > 0; --i) all.put.push_back({.uid = uid(i), .blob = blob});
  ASSERT_TRUE(this->store->commit({.changes = {all}}));

  std::vector<ObjectUid> seen;
  ReadPage request{.shelf = this->kShelf, .after = {}, .byte_limit = 1000};
  for (bool more = true; more;) {
    const auto page = this->store->read_page(request).value();
    EXPECT_LE(page.records.size(), 10u);
    ASSERT_FALSE(page.records.empty());
    for (const Record& record : page.records) seen.push_back(record.uid);
    request.after = seen.back();
    more = page.more;
  }
  ASSERT_EQ(seen.size(), 200u);
  for (unsigned char i = 0; i < 200; ++i) EXPECT_EQ(seen[i], uid(static_cast<unsigned char>(i + 1)));
}

TYPED_TEST(RecordStoreConformance, GivesOneRecordThatIsLargerThanThePage) {
  ShelfChange all = this->change(0, 1, "m");
  const Bytes large(kMaxRecordBytes, std::byte{7});
  all.put = {{.uid = uid(1), .blob = large}, {.uid = uid(2), .blob = as_bytes("small")}};
  ASSERT_TRUE(this->store->commit({.changes = {all}}));
  const auto page = this->store->read_page({.shelf = this->kShelf, .after = {}, .byte_limit = 100}).value();
  ASSERT_EQ(page.records.size(), 1u);
  EXPECT_EQ(page.records[0].blob, large);
  EXPECT_TRUE(page.more);
}

}  // namespace
}  // namespace holdfast::supplicant
