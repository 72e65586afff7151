// A dictionary table: a text that comes again and again gets a small number. The numbers are
// cached; the cache is bounded and emptied when it is full, the table knows the rest. One thread.

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "follow/sqlite_database.hpp"
#include "netlogd/core/result.hpp"

namespace netlogd::follow {

class Dictionary {
 public:
  static constexpr std::size_t max_cached = 50'000;
  static constexpr std::size_t max_cached_bytes = 16 << 20;

  // The table has the columns id, `key_column`, seen_day, and `more_columns` (", a, b" or nothing).
  Result<void> prepare(SqliteDatabase& database, const std::string& table,
                       const std::string& key_column, const std::string& more_columns);

  using Fill = std::function<void(SqliteStatement&)>;
  // The id of `key`, used on `day` (days since 1970). `fill` is called only when the key is new to
  // the table; it binds the further columns, from parameter 3 on.
  Result<std::int64_t> id(SqliteDatabase& database, std::string_view key, std::int64_t day,
                          const Fill& fill);

  // After a rollback, what was inserted is not there any more.
  void forget() noexcept;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };

  struct Entry {
    std::int64_t id = 0;
    std::int64_t day = 0;
  };

  SqliteStatement find_;
  SqliteStatement insert_;
  SqliteStatement touch_;
  std::unordered_map<std::string, Entry, Hash, std::equal_to<>> cached_;
  std::size_t cached_bytes_ = 0;
};

}  // namespace netlogd::follow
