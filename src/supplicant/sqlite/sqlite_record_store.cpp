#include "supplicant/sqlite/sqlite_record_store.h"

#include "base/log.h"
#include "supplicant/sqlite/database_file.h"

namespace holdfast::supplicant {

using namespace wire::rpc;

namespace {

/// uid_of takes a uid from the database, where anything may stand.
StoreResult<ObjectUid> uid_of(ByteView blob) {
  if (blob.size() != ObjectUid::kBytes) {
    log::error("a record's uid in the database is not 16 bytes long");
    return store_fail(Status::corrupt);
  }
  return ObjectUid::from(blob.first<ObjectUid::kBytes>());
}

StoreResult<Bytes> blob_of(ByteView blob, std::size_t limit) {
  if (blob.size() > limit) {
    log::error("a blob in the database is above its limit", {{"bytes", blob.size()}});
    return store_fail(Status::corrupt);
  }
  return to_bytes(blob);
}

/// Resetting releases the read transaction, on every way out.
class ResetOnExit {
 public:
  explicit ResetOnExit(Statement& statement) : statement_(statement) {}
  ResetOnExit(const ResetOnExit&) = delete;
  ResetOnExit& operator=(const ResetOnExit&) = delete;
  ~ResetOnExit() { statement_.reset(); }

 private:
  Statement& statement_;
};

}  // namespace

StoreResult<std::unique_ptr<SqliteRecordStore>> SqliteRecordStore::open(const std::string& directory) {
  HF_ASSIGN_OR_RETURN(Database database, open_database(directory));
  HF_ASSIGN_OR_RETURN(Statements statements, prepare(database.get()));
  return std::unique_ptr<SqliteRecordStore>(new SqliteRecordStore(std::move(database), std::move(statements)));
}

StoreResult<SqliteRecordStore::Statements> SqliteRecordStore::prepare(sqlite3* db) {
  HF_ASSIGN_OR_RETURN(Statement list, Statement::prepare(db, "SELECT id, epoch FROM shelf ORDER BY id"));
  HF_ASSIGN_OR_RETURN(Statement read_manifest,
                      Statement::prepare(db, "SELECT epoch, manifest FROM shelf WHERE id = ?1"));
  HF_ASSIGN_OR_RETURN(
      Statement read_page,
      Statement::prepare(db, "SELECT uid, blob FROM record WHERE shelf = ?1 AND uid > ?2 ORDER BY uid"));
  HF_ASSIGN_OR_RETURN(Statement begin, Statement::prepare(db, "BEGIN IMMEDIATE"));
  HF_ASSIGN_OR_RETURN(Statement commit, Statement::prepare(db, "COMMIT"));
  HF_ASSIGN_OR_RETURN(Statement rollback, Statement::prepare(db, "ROLLBACK"));
  HF_ASSIGN_OR_RETURN(Statement insert_manifest,
                      Statement::prepare(db,
                                         "INSERT INTO shelf (id, epoch, manifest) VALUES (?1, ?3, ?4) "
                                         "ON CONFLICT (id) DO NOTHING"));
  HF_ASSIGN_OR_RETURN(
      Statement update_manifest,
      Statement::prepare(db, "UPDATE shelf SET epoch = ?3, manifest = ?4 WHERE id = ?1 AND epoch = ?2"));
  HF_ASSIGN_OR_RETURN(Statement clear, Statement::prepare(db, "DELETE FROM record WHERE shelf = ?1"));
  HF_ASSIGN_OR_RETURN(Statement remove, Statement::prepare(db, "DELETE FROM record WHERE shelf = ?1 AND uid = ?2"));
  HF_ASSIGN_OR_RETURN(Statement put, Statement::prepare(db,
                                                        "INSERT INTO record (shelf, uid, blob) VALUES (?1, ?2, ?3) "
                                                        "ON CONFLICT (shelf, uid) DO UPDATE SET blob = excluded.blob"));
  return Statements{.list = std::move(list),
                    .read_manifest = std::move(read_manifest),
                    .read_page = std::move(read_page),
                    .begin = std::move(begin),
                    .commit = std::move(commit),
                    .rollback = std::move(rollback),
                    .insert_manifest = std::move(insert_manifest),
                    .update_manifest = std::move(update_manifest),
                    .clear = std::move(clear),
                    .remove = std::move(remove),
                    .put = std::move(put)};
}

StoreResult<ListShelves::Reply> SqliteRecordStore::list_shelves() {
  Statement& list = statements_.list;
  const ResetOnExit reset(list);
  ListShelves::Reply reply;
  for (;;) {
    HF_ASSIGN_OR_RETURN(const bool row, list.step());
    if (!row) return reply;
    const std::uint64_t id = list.integer(0);
    if (id > UINT32_MAX || reply.shelves.size() == kMaxShelves) return store_fail(Status::corrupt);
    reply.shelves.push_back({.shelf = ShelfId{static_cast<std::uint32_t>(id)}, .epoch = list.integer(1)});
  }
}

StoreResult<ReadManifest::Reply> SqliteRecordStore::read_manifest(ShelfId shelf) {
  Statement& read = statements_.read_manifest;
  const ResetOnExit reset(read);
  read.bind_integer(1, shelf.value);
  HF_ASSIGN_OR_RETURN(const bool row, read.step());
  if (!row) return store_fail(Status::absent);
  ReadManifest::Reply reply{.epoch = read.integer(0), .manifest = {}};
  HF_ASSIGN_OR_RETURN(reply.manifest, blob_of(read.blob(1), kMaxManifestBytes));
  return reply;
}

StoreResult<ReadPage::Reply> SqliteRecordStore::read_page(const ReadPage& request) {
  Statement& read = statements_.read_page;
  const ResetOnExit reset(read);
  read.bind_integer(1, request.shelf.value);
  // The empty blob sorts before every uid.
  read.bind_blob(2, request.after ? request.after->view() : ByteView{});
  ReadPage::Reply reply;
  std::size_t used = 0;
  for (;;) {
    HF_ASSIGN_OR_RETURN(const bool row, read.step());
    if (!row) return reply;
    Record record;
    HF_ASSIGN_OR_RETURN(record.uid, uid_of(read.blob(0)));
    const ByteView blob = read.blob(1);
    used += kMinRecordBytes + blob.size();
    if (used > request.byte_limit && !reply.records.empty()) {
      reply.more = true;
      return reply;
    }
    HF_ASSIGN_OR_RETURN(record.blob, blob_of(blob, kMaxRecordBytes));
    reply.records.push_back(std::move(record));
  }
}

StoreResult<void> SqliteRecordStore::commit(const Commit& request) {
  HF_TRY(statements_.begin.run());
  StoreResult<void> outcome;
  for (const ShelfChange& change : request.changes)
    if (outcome = apply(change); !outcome) break;
  if (outcome) outcome = statements_.commit.run();
  // After some failures SQLite has rolled back by itself.
  if (!outcome && sqlite3_get_autocommit(database_.get()) == 0) HF_TRY(statements_.rollback.run());
  return outcome;
}

StoreResult<void> SqliteRecordStore::apply(const ShelfChange& change) {
  HF_TRY(swap_manifest(change));
  if (change.clear) {
    statements_.clear.bind_integer(1, change.shelf.value);
    HF_TRY(statements_.clear.run());
  }
  for (const ObjectUid& uid : change.removed) {
    statements_.remove.bind_integer(1, change.shelf.value);
    statements_.remove.bind_blob(2, uid.view());
    HF_TRY(statements_.remove.run());
  }
  for (const RecordView& record : change.put) {
    statements_.put.bind_integer(1, change.shelf.value);
    statements_.put.bind_blob(2, record.uid.view());
    statements_.put.bind_blob(3, record.blob);
    HF_TRY(statements_.put.run());
  }
  return {};
}

StoreResult<void> SqliteRecordStore::swap_manifest(const ShelfChange& change) {
  Statement& write = change.expected_epoch == 0 ? statements_.insert_manifest : statements_.update_manifest;
  write.bind_integer(1, change.shelf.value);
  if (change.expected_epoch != 0) write.bind_integer(2, change.expected_epoch);
  write.bind_integer(3, change.new_epoch);
  write.bind_blob(4, change.manifest);
  HF_TRY(write.run());
  if (sqlite3_changes(database_.get()) != 1) return store_fail(Status::conflict);
  return {};
}

}  // namespace holdfast::supplicant
