// What the rows written last add to the table hour_counts, added up in memory, so that no row needs
// to be read again. It knows all rows behind after(); those before it that nobody has counted (of
// an earlier process, or of before a rollback) hour_counts.cpp reads. One thread.

#pragma once

#include <cstdint>
#include <unordered_map>

#include "follow/sqlite_database.hpp"
#include "netlogd/core/result.hpp"

namespace netlogd::follow {

class HourSums {
 public:
  Result<void> prepare(SqliteDatabase& database);

  // Begins to add up: `last_id` is the last row that is there already.
  void begin(std::int64_t last_id) noexcept;
  [[nodiscard]] bool has_begun() const noexcept { return has_begun_; }
  [[nodiscard]] std::int64_t after() const noexcept { return after_; }

  // A row, in the order of the ids; 0: no source, no kind.
  void add(std::int64_t id, std::int64_t received_us, std::int64_t source_id, std::int64_t kind_id);
  [[nodiscard]] std::int64_t rows() const noexcept { return rows_; }
  // How many rows of hour_counts store() would touch.
  [[nodiscard]] std::size_t size() const noexcept { return sums_.size(); }

  // Inside a transaction, once all rows through after() are counted.
  Result<void> store();
  // What was added is stored: after() is the last of it.
  void begin_anew() noexcept { begin(last_id_); }
  // Rows that were added may be gone.
  void forget() noexcept;

 private:
  struct Key {
    std::int64_t hour;
    std::int64_t source_id;
    std::int64_t kind_id;
    auto operator<=>(const Key&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const noexcept {
      return std::hash<std::int64_t>{}((key.source_id * 8191 + key.kind_id) * 8191 + key.hour);
    }
  };
  struct Sum {
    std::int64_t records = 0;
    std::int64_t first_id = 0;
    std::int64_t last_id = 0;
  };

  SqliteStatement add_;
  SqliteStatement counted_;
  std::unordered_map<Key, Sum, Hash> sums_;
  bool has_begun_ = false;
  std::int64_t after_ = 0;
  std::int64_t last_id_ = 0;
  std::int64_t rows_ = 0;
};

}  // namespace netlogd::follow
