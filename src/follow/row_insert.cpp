#include "follow/row_insert.hpp"

#include <algorithm>
#include <functional>

namespace netlogd::follow {

Result<void> RowInsert::prepare(SqliteDatabase& database, std::string_view table,
                                std::string_view columns) {
  columns_ = static_cast<int>(std::count(columns.begin(), columns.end(), ',')) + 1;
  std::string row = "(?";
  for (int i = 1; i < columns_; ++i) row += ",?";
  row += ")";
  // A statement that fails takes its transaction with it, as the follower would anyway: SQLite then
  // keeps no copy of the pages to undo the statement alone.
  std::string sql = "INSERT OR ROLLBACK INTO ";
  sql.append(table).append("(").append(columns).append(") VALUES").append(row);
  auto one = database.prepare(sql);
  if (!one) return one.error();
  for (std::size_t i = 1; i < many; ++i) sql.append(",").append(row);
  auto more = database.prepare(sql);
  if (!more) return more.error();
  one_ = std::move(*one);
  many_ = std::move(*more);
  current_ = nullptr;
  row_ = 0;
  return {};
}

void RowInsert::begin(std::string_view line, std::size_t rows_left) noexcept {
  if (row_ == 0) {
    current_ = rows_left >= many ? &many_ : &one_;
    current_->clear();
  }
  line_ = line;
}

RowInsert& RowInsert::bind(int column, std::int64_t value) noexcept {
  current_->bind(place(column), value);
  return *this;
}

RowInsert& RowInsert::bind(int column, std::string_view text) noexcept {
  const std::less_equal<const char*> before;
  if (before(line_.data(), text.data()) &&
      before(text.data() + text.size(), line_.data() + line_.size())) {
    current_->bind_view(place(column), text);
  } else {
    current_->bind(place(column), text);
  }
  return *this;
}

RowInsert& RowInsert::bind_null(int column) noexcept {
  current_->bind_null(place(column));
  return *this;
}

Result<void> RowInsert::end() {
  if (current_ == &many_ && ++row_ < many) return {};
  row_ = 0;
  return current_->run();
}

}  // namespace netlogd::follow
