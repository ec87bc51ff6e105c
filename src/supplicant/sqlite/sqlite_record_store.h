#pragma once

#include <memory>
#include <string>

#include "supplicant/record_store.h"
#include "supplicant/sqlite/statement.h"

namespace holdfast::supplicant {

/// SqliteRecordStore keeps its shelves in `records.sqlite` in a directory of its own. One process at a time; a commit
/// is answered after the write-ahead log is synced.
class SqliteRecordStore final : public RecordStore {
 public:
  /// open makes the directory (0700) and the database (0600) when both are absent. A file that is there but is not
  /// our database, whole, is Status::corrupt and stays as it is.
  static StoreResult<std::unique_ptr<SqliteRecordStore>> open(const std::string& directory);

  StoreResult<wire::rpc::ListShelves::Reply> list_shelves() override;
  StoreResult<wire::rpc::ReadManifest::Reply> read_manifest(wire::rpc::ShelfId shelf) override;
  StoreResult<wire::rpc::ReadPage::Reply> read_page(const wire::rpc::ReadPage& request) override;
  StoreResult<void> commit(const wire::rpc::Commit& request) override;

 private:
  struct Statements {
    Statement list, read_manifest, read_page, begin, commit, rollback;
    Statement insert_manifest, update_manifest, clear, remove, put;
  };
  SqliteRecordStore(Database database, Statements statements)
      : database_(std::move(database)), statements_(std::move(statements)) {}
  static StoreResult<Statements> prepare(sqlite3* database);
  StoreResult<void> apply(const wire::rpc::ShelfChange& change);
  StoreResult<void> swap_manifest(const wire::rpc::ShelfChange& change);

  Database database_;
  Statements statements_;  // finalised before the database closes
};

}  // namespace holdfast::supplicant
