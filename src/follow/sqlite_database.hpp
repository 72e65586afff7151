// The SQLite handles of the follower, each with its close in the destructor. No bare sqlite3*
// leaves this file. One thread at a time.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "netlogd/core/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace netlogd::follow {

class SqliteStatement {
 public:
  SqliteStatement() = default;
  SqliteStatement(SqliteStatement&&) noexcept = default;
  SqliteStatement& operator=(SqliteStatement&&) noexcept = default;

  // Parameters count from 1, columns from 0. Text is copied.
  SqliteStatement& bind(int at, std::int64_t value) noexcept;
  SqliteStatement& bind(int at, std::string_view text) noexcept;
  // Not copied: it must stay valid until run() or reset().
  SqliteStatement& bind_view(int at, std::string_view text) noexcept;
  SqliteStatement& bind_null(int at) noexcept;
  // Every parameter is null again.
  void clear() noexcept;

  // True: a row is there, read it with the functions below.
  Result<bool> step();
  // Steps to the end and resets.
  Result<void> run();
  void reset() noexcept;

  [[nodiscard]] std::int64_t integer(int column) const noexcept;
  [[nodiscard]] std::string_view text(int column) const noexcept;  // until the next step or reset
  [[nodiscard]] bool is_null(int column) const noexcept;

 private:
  friend class SqliteDatabase;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

class SqliteDatabase {
 public:
  static Result<SqliteDatabase> open(const std::string& path);
  SqliteDatabase(SqliteDatabase&&) noexcept = default;
  SqliteDatabase& operator=(SqliteDatabase&&) noexcept = default;

  Result<void> execute(const std::string& sql);
  // Kept for many runs.
  Result<SqliteStatement> prepare(std::string_view sql);
  Result<std::int64_t> integer(
      std::string_view sql);  // the first column of the first row, 0 for none
  [[nodiscard]] std::int64_t last_row_id() const noexcept;
  [[nodiscard]] std::int64_t changes() const noexcept;
  [[nodiscard]] bool is_in_transaction() const noexcept;
  // Gives back what the page cache holds.
  void release_memory() noexcept;

  // Pages in the write-ahead log after the last commit.
  [[nodiscard]] std::int64_t wal_pages() const noexcept { return *wal_pages_; }

  // Empties the write-ahead log as far as readers let it. `restart`: waits (busy_timeout) until the
  // log can begin anew. `*frames` are in it, `*moved` of them are in the database.
  Result<void> checkpoint(bool restart, std::int64_t* frames, std::int64_t* moved);

 private:
  struct Close {
    void operator()(sqlite3* database) const noexcept;
  };
  SqliteDatabase() = default;

  std::string path_;
  std::unique_ptr<std::int64_t> wal_pages_ = std::make_unique<std::int64_t>(0);
  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace netlogd::follow
