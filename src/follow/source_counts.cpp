#include "follow/source_counts.hpp"

#include <algorithm>

namespace netlogd::follow {

Result<void> SourceCounts::prepare(SqliteDatabase& database) {
  auto prepared = database.prepare(
      "INSERT INTO source_counts(period, source_id, stream, records, last_us) "
      "VALUES(?1,?2,?3,?4,?5) "
      "ON CONFLICT(period, source_id, stream) DO UPDATE SET records = records + ?4, "
      "last_us = max(last_us, ?5)");
  if (!prepared) return prepared.error();
  add_ = std::move(*prepared);
  forget();
  return {};
}

void SourceCounts::add(std::int64_t source_id, std::int64_t received_us) {
  auto& sum = sums_[{.period = received_us / period_us, .source_id = source_id}];
  ++sum.records;
  sum.last_us = std::max(sum.last_us, received_us);
}

Result<void> SourceCounts::store(Stream stream) {
  for (const auto& [key, sum] : sums_) {
    add_.bind(1, key.period)
        .bind(2, key.source_id)
        .bind(3, static_cast<std::int64_t>(stream))
        .bind(4, sum.records)
        .bind(5, sum.last_us);
    if (auto added = add_.run(); !added) return added;
  }
  forget();
  return {};
}

}  // namespace netlogd::follow
