// How many records each source sent, by periods of five minutes: a few rows a transaction, so that
// "who sends how much" need not read every record of a day. Inside a transaction of the follower;
// after a rollback, forget(). One thread.

#pragma once

#include <cstdint>
#include <unordered_map>

#include "follow/sqlite_database.hpp"
#include "netlogd/core/names.hpp"
#include "netlogd/core/result.hpp"

namespace netlogd::follow {

class SourceCounts {
 public:
  static constexpr std::int64_t period_us = 300'000'000;

  Result<void> prepare(SqliteDatabase& database);
  // `source_id` of the table `sources`.
  void add(std::int64_t source_id, std::int64_t received_us);
  // Adds what was counted to the table source_counts.
  Result<void> store(Stream stream);
  void forget() noexcept { sums_.clear(); }

 private:
  struct Key {
    std::int64_t period;
    std::int64_t source_id;
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const noexcept {
      return std::hash<std::int64_t>{}(key.source_id * 8191 + key.period);
    }
  };
  struct Sum {
    std::int64_t records = 0;
    std::int64_t last_us = 0;
  };

  SqliteStatement add_;
  std::unordered_map<Key, Sum, Hash> sums_;
};

}  // namespace netlogd::follow
