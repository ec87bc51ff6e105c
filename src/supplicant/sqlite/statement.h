#pragma once

#include <memory>
#include <sqlite3.h>

#include "base/bytes.h"
#include "supplicant/record_store.h"

namespace holdfast::supplicant {

struct DatabaseCloser {
  void operator()(sqlite3* database) const noexcept { sqlite3_close_v2(database); }
};
using Database = std::unique_ptr<sqlite3, DatabaseCloser>;

/// status_of sorts SQLite's result codes into what the secure world is told.
wire::rpc::Status status_of(int sqlite_code) noexcept;

/// Statement is one prepared statement, used again and again. A step that fails leaves it reset.
class Statement {
 public:
  static StoreResult<Statement> prepare(sqlite3* database, const char* sql);

  /// bind_… number their parameters from 1. A blob must outlive the step.
  void bind_integer(int parameter, std::uint64_t value);
  void bind_blob(int parameter, ByteView value);

  /// step is true on a row, false at the end; at the end the statement is reset and its bindings are gone.
  StoreResult<bool> step();
  /// run steps to the end of a statement that gives no row.
  StoreResult<void> run();
  void reset() noexcept;

  std::uint64_t integer(int column) const;
  /// blob is valid until the next step or reset.
  ByteView blob(int column) const;

 private:
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
};

/// execute runs SQL that has neither parameters nor interesting rows.
StoreResult<void> execute(sqlite3* database, const char* sql);

}  // namespace holdfast::supplicant
