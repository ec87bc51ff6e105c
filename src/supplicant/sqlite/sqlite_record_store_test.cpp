#include "supplicant/sqlite/sqlite_record_store.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"

namespace holdfast::supplicant {
namespace {

using namespace wire::rpc;

class SqliteStore : public ::testing::Test {
 protected:
  SqliteStore() {
    log::set_sink(-1);
    std::string pattern = ::testing::TempDir() + "holdfast-store-XXXXXX";
    directory = std::string(::mkdtemp(pattern.data())) + "/records";
  }
  ~SqliteStore() override { std::filesystem::remove_all(std::filesystem::path(directory).parent_path()); }

  std::string database() const { return directory + "/records.sqlite"; }
  static ObjectUid numbered(std::uint32_t number) {
    ObjectUid uid;
    std::memcpy(uid.octets.data(), &number, sizeof number);
    return uid;
  }
  static StoreResult<void> write(RecordStore& store, std::uint64_t epoch, std::uint32_t records) {
    ShelfChange change{.shelf = ShelfId{1},
                       .expected_epoch = epoch,
                       .new_epoch = epoch + 1,
                       .manifest = as_bytes("manifest"),
                       .clear = false,
                       .put = {},
                       .removed = {}};
    const Bytes blob(700, std::byte{0x6B});
    for (std::uint32_t i = 0; i < records; ++i) change.put.push_back({.uid = numbered(i), .blob = blob});
    return store.commit({.changes = {change}});
  }
  /// read_all is what a secure world does at its start: any status is fine, an abort is not.
  static StoreResult<std::size_t> read_all(RecordStore& store) {
    HF_TRY(store.list_shelves());
    HF_TRY(store.read_manifest(ShelfId{1}));
    ReadPage request{.shelf = ShelfId{1}, .after = {}, .byte_limit = 10000};
    std::size_t count = 0;
    for (bool more = true; more;) {
      HF_ASSIGN_OR_RETURN(const ReadPage::Reply page, store.read_page(request));
      count += page.records.size();
      if (!page.records.empty()) request.after = page.records.back().uid;
      more = page.more && count < 100000;
    }
    return count;
  }
  void fill(std::uint32_t records) {
    auto store = SqliteRecordStore::open(directory).value();
    ASSERT_TRUE(write(*store, 0, records));
  }

  std::string directory;
};

TEST_F(SqliteStore, KeepsItsFilesToItsUser) {
  fill(3);
  auto store = SqliteRecordStore::open(directory).value();
  ASSERT_TRUE(write(*store, 1, 3));
  struct stat status{};
  ASSERT_EQ(::stat(directory.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    ASSERT_EQ(::stat(entry.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u) << entry.path();
  }
}

TEST_F(SqliteStore, KeepsRecordsAcrossReopening) {
  fill(500);
  auto store = SqliteRecordStore::open(directory).value();
  EXPECT_EQ(read_all(*store).value(), 500u);
  EXPECT_EQ(store->read_manifest(ShelfId{1}).value().epoch, 1u);
}

TEST_F(SqliteStore, KeepsACommitThatItsProcessDidNotOutlive) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto store = SqliteRecordStore::open(directory);
    ::_exit(store && write(**store, 0, 100) ? 0 : 1);  // neither closed nor checkpointed
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  auto store = SqliteRecordStore::open(directory).value();
  EXPECT_EQ(read_all(*store).value(), 100u);
}

TEST_F(SqliteStore, TakesUpAfterACreationThatWasCutOff) {
  std::filesystem::create_directory(directory);
  std::ofstream(database() + ".new") << "half a database";
  auto store = SqliteRecordStore::open(directory);
  ASSERT_TRUE(store);
  EXPECT_TRUE(write(**store, 0, 1));
}

TEST_F(SqliteStore, RefusesAFileThatIsNoDatabaseAndLeavesItAlone) {
  std::filesystem::create_directory(directory);
  const std::string text(5000, 'x');
  std::ofstream(database()) << text;
  EXPECT_EQ(SqliteRecordStore::open(directory).error(), Status::corrupt);
  std::ifstream in(database());
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), text);
}

TEST_F(SqliteStore, RefusesAnEmptyFile) {
  std::filesystem::create_directory(directory);
  std::ofstream(database()).flush();
  EXPECT_EQ(SqliteRecordStore::open(directory).error(), Status::corrupt);
}

TEST_F(SqliteStore, RefusesAnotherProgramsDatabase) {
  std::filesystem::create_directory(directory);
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(database().c_str(), &raw), SQLITE_OK);
  const Database other(raw);
  ASSERT_TRUE(execute(raw, "CREATE TABLE shelf (id INTEGER)"));
  EXPECT_EQ(SqliteRecordStore::open(directory).error(), Status::corrupt);
}

TEST_F(SqliteStore, TakesALogWithoutItsDatabaseForALoss) {
  std::filesystem::create_directory(directory);
  std::ofstream(database() + "-wal") << "log";
  EXPECT_EQ(SqliteRecordStore::open(directory).error(), Status::corrupt);
  EXPECT_FALSE(std::filesystem::exists(database()));
}

TEST_F(SqliteStore, NoticesATruncatedFile) {
  fill(2000);
  const auto size = std::filesystem::file_size(database());
  ASSERT_GT(size, 1000000u);
  for (const auto kept : {size / 2, size - 4096, std::uintmax_t{4096}, std::uintmax_t{1000}, std::uintmax_t{0}}) {
    std::filesystem::resize_file(database(), kept);
    auto store = SqliteRecordStore::open(directory);
    const auto read = store ? read_all(**store) : StoreResult<std::size_t>(store_fail(store.error()));
    ASSERT_FALSE(read) << kept;
    EXPECT_EQ(read.error(), Status::corrupt) << kept;
  }
}

TEST_F(SqliteStore, SurvivesFlippedBytesAnywhere) {
  fill(300);
  std::string image;
  {
    std::ifstream in(database(), std::ios::binary);
    image.assign(std::istreambuf_iterator<char>(in), {});
  }
  std::size_t refused = 0;
  for (std::size_t at = 0; at < image.size(); at += at < 4096 ? 61 : 2053) {
    std::string damaged = image;
    for (std::size_t i = at; i < std::min(at + 8, damaged.size()); ++i) damaged[i] = static_cast<char>(~damaged[i]);
    std::ofstream(database(), std::ios::binary | std::ios::trunc) << damaged;
    auto store = SqliteRecordStore::open(directory);
    if (!store || !read_all(**store) || !write(**store, 1, 5)) ++refused;
  }
  EXPECT_GT(refused, 10u);
}

}  // namespace
}  // namespace holdfast::supplicant
