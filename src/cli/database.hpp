// DATA/netlogd.db, for reading only: nothing here can change it, and nothing here holds it for
// long. One thread.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "netlogd/core/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace netlogd::cli {

class Statement {
 public:
  // True: a row is there.
  Result<bool> step();
  [[nodiscard]] std::int64_t integer(int column) const noexcept;
  [[nodiscard]] double real(int column) const noexcept;
  [[nodiscard]] std::string_view text(int column) const noexcept;  // until the next step
  [[nodiscard]] bool is_null(int column) const noexcept;
  [[nodiscard]] bool is_number(int column) const noexcept;
  [[nodiscard]] int columns() const noexcept;
  [[nodiscard]] std::string name(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

class Database {
 public:
  // Errc::not_found: there is none.
  static Result<Database> open(const std::string& path);

  Result<Statement> prepare(std::string_view sql);
  // The first column of the first row; 0 when there is none.
  Result<std::int64_t> integer(std::string_view sql);
  // The first column of every row, at most `limit`.
  Result<std::vector<std::string>> texts(std::string_view sql, std::size_t limit);
  [[nodiscard]] bool has_table(std::string_view name);

  // While it lives, all questions are answered from one state of the database. Not for long: it
  // keeps the write-ahead log from being emptied.
  class Snapshot {
   public:
    explicit Snapshot(Database& database);
    ~Snapshot();
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

   private:
    Database& database_;
  };

 private:
  struct Close {
    void operator()(sqlite3* database) const noexcept;
  };
  std::string path_;
  std::unique_ptr<sqlite3, Close> database_;
};

// 'it''s' for SQL. Text with a NUL ends there.
[[nodiscard]] std::string sql_text(std::string_view text);

}  // namespace netlogd::cli
