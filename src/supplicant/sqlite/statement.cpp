#include "supplicant/sqlite/statement.h"

#include "base/log.h"

namespace holdfast::supplicant {

using wire::rpc::Status;

namespace {

Unexpected<Status> report(sqlite3* database, const char* what) {
  const int code = sqlite3_extended_errcode(database);
  log::error(what, {{"sqlite_code", static_cast<std::uint64_t>(code)},
                    {"errno", static_cast<std::uint64_t>(sqlite3_system_errno(database))}});
  return store_fail(status_of(code));
}

}  // namespace

Status status_of(int sqlite_code) noexcept {
  switch (sqlite_code & 0xFF) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
    case SQLITE_SCHEMA:
    case SQLITE_ERROR:  // our fixed SQL does not fit the tables in the file
      return Status::corrupt;
    case SQLITE_FULL:
    case SQLITE_TOOBIG:
      return Status::no_space;
    default:
      return Status::io_error;
  }
}

StoreResult<Statement> Statement::prepare(sqlite3* database, const char* sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK)
    return report(database, "the database refuses a statement");
  return Statement(statement);
}

void Statement::bind_integer(int parameter, std::uint64_t value) {
  sqlite3_bind_int64(statement_.get(), parameter, static_cast<sqlite3_int64>(value));
}

void Statement::bind_blob(int parameter, ByteView value) {
  // A null pointer would bind NULL, not an empty blob.
  const void* data = value.empty() ? static_cast<const void*>("") : value.data();
  sqlite3_bind_blob64(statement_.get(), parameter, data, value.size(), SQLITE_STATIC);
}

StoreResult<bool> Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    reset();
    return false;
  }
  const auto failure = report(sqlite3_db_handle(statement_.get()), "the database failed a statement");
  reset();
  return failure;
}

StoreResult<void> Statement::run() {
  for (;;) {
    HF_ASSIGN_OR_RETURN(const bool row, step());
    if (!row) return {};
  }
}

void Statement::reset() noexcept {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

std::uint64_t Statement::integer(int column) const {
  return static_cast<std::uint64_t>(sqlite3_column_int64(statement_.get(), column));
}

ByteView Statement::blob(int column) const {
  const void* data = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  if (data == nullptr || size <= 0) return {};
  return as_bytes(data, static_cast<std::size_t>(size));
}

StoreResult<void> execute(sqlite3* database, const char* sql) {
  HF_ASSIGN_OR_RETURN(Statement statement, Statement::prepare(database, sql));
  return statement.run();
}

}  // namespace holdfast::supplicant
