// INSERT of many rows with few statements: a statement of 32 rows keeps its places in the table and
// in the indexes from row to row, which one-row statements find anew each time. One thread.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "follow/sqlite_database.hpp"

namespace netlogd::follow {

class RowInsert {
 public:
  // `columns`: their names, comma-separated; they count from 1 in bind().
  Result<void> prepare(SqliteDatabase& database, std::string_view table, std::string_view columns);

  // Begins a row, all null. `line` stays valid until the last row of its batch has ended, and
  // `rows_left` rows of the batch, this one included, are still to come.
  void begin(std::string_view line, std::size_t rows_left) noexcept;
  RowInsert& bind(int column, std::int64_t value) noexcept;
  // Text outside the line is copied.
  RowInsert& bind(int column, std::string_view text) noexcept;
  RowInsert& bind_null(int column) noexcept;
  // Ends the row. It may be in the table only after the batch's last one.
  Result<void> end();
  // Forgets the rows that are not in the table yet.
  void abandon() noexcept { row_ = 0; }

 private:
  static constexpr std::size_t many = 32;

  [[nodiscard]] int place(int column) const noexcept {
    return static_cast<int>(row_) * columns_ + column;
  }

  SqliteStatement one_;
  SqliteStatement many_;
  SqliteStatement* current_ = nullptr;
  std::string_view line_;
  std::size_t row_ = 0;  // within the current statement
  int columns_ = 0;
};

}  // namespace netlogd::follow
