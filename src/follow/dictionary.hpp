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

  // `find` takes the key and gives the id; `insert` takes the key as its first parameter, and what
  // else `fill` binds.
  Result<void> prepare(SqliteDatabase& database, std::string_view find, std::string_view insert);

  using Fill = std::function<void(SqliteStatement&)>;
  // The id of `key`. `fill` is called only when the key is new to the table; its Result of nothing
  // left to do. `*is_new` says so.
  Result<std::int64_t> id(SqliteDatabase& database, std::string_view key, const Fill& fill);

  // After a rollback, what was inserted is not there any more.
  void forget() noexcept;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };

  SqliteStatement find_;
  SqliteStatement insert_;
  std::unordered_map<std::string, std::int64_t, Hash, std::equal_to<>> cached_;
  std::size_t cached_bytes_ = 0;
  std::string last_key_;
  std::int64_t last_id_ = -1;
};

}  // namespace netlogd::follow
