#include "follow/dictionary.hpp"

namespace netlogd::follow {

Result<void> Dictionary::prepare(SqliteDatabase& database, std::string_view find,
                                 std::string_view insert) {
  auto found = database.prepare(find);
  if (!found) return found.error();
  auto inserted = database.prepare(insert);
  if (!inserted) return inserted.error();
  find_ = std::move(*found);
  insert_ = std::move(*inserted);
  forget();
  return {};
}

Result<std::int64_t> Dictionary::id(SqliteDatabase& database, std::string_view key,
                                    const Fill& fill) {
  if (last_id_ >= 0 && key == last_key_) return last_id_;
  auto known = cached_.find(key);
  if (known == cached_.end()) {
    std::int64_t id = 0;
    find_.bind(1, key);
    auto row = find_.step();
    if (!row) return row.error();
    if (*row) {
      id = find_.integer(0);
      find_.reset();
    } else {
      find_.reset();
      insert_.bind(1, key);
      if (fill) fill(insert_);
      if (auto inserted = insert_.run(); !inserted) return inserted.error();
      id = database.last_row_id();
    }
    if (cached_.size() >= max_cached || cached_bytes_ + key.size() > max_cached_bytes) {
      cached_.clear();
      cached_bytes_ = 0;
    }
    cached_bytes_ += key.size();
    known = cached_.emplace(std::string(key), id).first;
  }
  last_key_.assign(key);
  last_id_ = known->second;
  return last_id_;
}

void Dictionary::forget() noexcept {
  cached_.clear();
  cached_bytes_ = 0;
  last_id_ = -1;
}

}  // namespace netlogd::follow
