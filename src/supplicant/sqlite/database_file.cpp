#include "supplicant/sqlite/database_file.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/unique_fd.h"

namespace holdfast::supplicant {

using wire::rpc::Status;

namespace {

constexpr std::uint64_t kApplicationId = 0x48464453;  // "HFDS"
constexpr std::uint64_t kSchemaVersion = 1;

constexpr const char* kSchema[] = {
    "PRAGMA application_id = 1212564563",
    "PRAGMA user_version = 1",
    "CREATE TABLE shelf (id INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, manifest BLOB NOT NULL)",
    "CREATE TABLE record (shelf INTEGER NOT NULL, uid BLOB NOT NULL, blob BLOB NOT NULL)",
    "CREATE UNIQUE INDEX record_by_uid ON record (shelf, uid)",
};
static_assert(kApplicationId == 1212564563);

constexpr const char* kSettings[] = {
    "PRAGMA locking_mode = EXCLUSIVE",  // one process, and no shared-memory file
    "PRAGMA journal_mode = WAL",       "PRAGMA synchronous = FULL",  "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",     "PRAGMA temp_store = MEMORY",
};

Unexpected<Status> system_fault(const char* what) {
  log::error(what, {{"errno", static_cast<std::uint64_t>(errno)}});
  return store_fail(errno == ENOSPC || errno == EDQUOT ? Status::no_space : Status::io_error);
}

bool exists(const std::string& path) {
  struct stat status{};
  return ::lstat(path.c_str(), &status) == 0;
}

StoreResult<void> sync_path(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open() || ::fsync(fd.get()) != 0) return system_fault("the store's directory cannot be synced");
  return {};
}

StoreResult<Database> connect(const std::string& path, int flags) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, nullptr);
  Database database(raw);
  if (code != SQLITE_OK) {
    log::error("the database cannot be opened", {{"sqlite_code", static_cast<std::uint64_t>(code)}});
    return store_fail(status_of(code));
  }
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  // A supplicant that was killed a moment ago may not be gone yet.
  sqlite3_busy_timeout(raw, 5000);
  return database;
}

/// create builds the database beside its place and moves it there whole: what stands at `path` is never half made.
StoreResult<void> create(const std::string& directory, const std::string& path) {
  const std::string draft = path + ".new";
  for (const char* suffix : {"", "-journal"})
    if (::unlink((draft + suffix).c_str()) != 0 && errno != ENOENT)
      return system_fault("an unfinished database cannot be removed");
  {
    const UniqueFd file(::open(draft.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file.is_open()) return system_fault("the database cannot be created");
  }
  {
    HF_ASSIGN_OR_RETURN(const Database database, connect(draft, SQLITE_OPEN_READWRITE));
    for (const char* sql : kSchema) HF_TRY(execute(database.get(), sql));
  }
  HF_TRY(sync_path(draft));
  if (::rename(draft.c_str(), path.c_str()) != 0) return system_fault("the new database cannot be put in place");
  return sync_path(directory);
}

StoreResult<std::uint64_t> read_number(sqlite3* database, const char* sql) {
  HF_ASSIGN_OR_RETURN(Statement statement, Statement::prepare(database, sql));
  HF_ASSIGN_OR_RETURN(const bool row, statement.step());
  if (!row) return store_fail(Status::corrupt);
  return statement.integer(0);
}

}  // namespace

StoreResult<Database> open_database(const std::string& directory) {
  const std::string path = directory + "/records.sqlite";
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)
    return system_fault("the store's directory cannot be made");
  if (!exists(path)) {
    // Its log holds acknowledged changes: without the database it is a loss, not a fresh start.
    if (exists(path + "-wal")) {
      log::error("the database is gone, but its write-ahead log is there");
      return store_fail(Status::corrupt);
    }
    HF_TRY(create(directory, path));
  }
  HF_ASSIGN_OR_RETURN(Database database, connect(path, SQLITE_OPEN_READWRITE));
  for (const char* sql : kSettings) HF_TRY(execute(database.get(), sql));
  HF_ASSIGN_OR_RETURN(const std::uint64_t application, read_number(database.get(), "PRAGMA application_id"));
  HF_ASSIGN_OR_RETURN(const std::uint64_t schema, read_number(database.get(), "PRAGMA user_version"));
  if (application != kApplicationId || schema != kSchemaVersion) {
    log::error("the file is not a record database of this version", {{"schema", schema}});
    return store_fail(Status::corrupt);
  }
  return database;
}

}  // namespace holdfast::supplicant
