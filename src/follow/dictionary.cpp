#include "follow/dictionary.hpp"

#include <algorithm>

namespace netlogd::follow {

Result<void> Dictionary::prepare(SqliteDatabase& database, const std::string& table,
                                 const std::string& key_column, const std::string& more_columns) {
  std::string places = "?1, ?2";
  for (auto i = std::count(more_columns.begin(), more_columns.end(), ','), n = decltype(i){3};
       i > 0; --i, ++n) {
    places += ", ?" + std::to_string(n);
  }
  const std::string sql[] = {"SELECT id, seen_day FROM " + table + " WHERE " + key_column + " = ?1",
                             "INSERT INTO " + table + "(" + key_column + ", seen_day" +
                                 more_columns + ") VALUES(" + places + ")",
                             "UPDATE " + table + " SET seen_day = ?2 WHERE id = ?1"};
  SqliteStatement* const statements[] = {&find_, &insert_, &touch_};
  for (std::size_t i = 0; i < std::size(sql); ++i) {
    auto prepared = database.prepare(sql[i]);
    if (!prepared) return prepared.error();
    *statements[i] = std::move(*prepared);
  }
  forget();
  return {};
}

Result<std::int64_t> Dictionary::id(SqliteDatabase& database, std::string_view key,
                                    std::int64_t day, const Fill& fill) {
  auto known = cached_.find(key);
  if (known == cached_.end()) {
    Entry entry{.id = 0, .day = day};
    find_.bind_view(1, key);
    auto row = find_.step();
    if (!row) return row.error();
    const bool is_new = !*row;
    if (!is_new) entry = {.id = find_.integer(0), .day = find_.integer(1)};
    find_.reset();
    if (is_new) {
      insert_.bind_view(1, key).bind(2, day);
      if (fill) fill(insert_);
      if (auto inserted = insert_.run(); !inserted) return inserted.error();
      entry.id = database.last_row_id();
    }
    if (cached_.size() >= max_cached || cached_bytes_ + key.size() > max_cached_bytes) {
      cached_.clear();
      cached_bytes_ = 0;
    }
    cached_bytes_ += key.size();
    known = cached_.emplace(std::string(key), entry).first;
  }
  Entry& entry = known->second;
  if (entry.day < day) {
    entry.day = day;
    touch_.bind(1, entry.id).bind(2, day);
    if (auto touched = touch_.run(); !touched) return touched.error();
  }
  return entry.id;
}

void Dictionary::forget() noexcept {
  cached_.clear();
  cached_bytes_ = 0;
}

}  // namespace netlogd::follow
