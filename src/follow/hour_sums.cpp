#include "follow/hour_sums.hpp"

#include <algorithm>
#include <vector>

namespace netlogd::follow {

Result<void> HourSums::prepare(SqliteDatabase& database) {
  auto add = database.prepare(
      "INSERT INTO hour_counts VALUES(?1,?2,?3,?4,?5,?6) ON CONFLICT(hour, source_id, kind_id) DO "
      "UPDATE SET records = records + ?4, first_id = min(first_id, ?5), last_id = max(last_id, "
      "?6)");
  if (!add) return add.error();
  add_ = std::move(*add);
  auto counted = database.prepare("UPDATE netlogd_state SET counted_id = ?1 WHERE stream = 0");
  if (!counted) return counted.error();
  counted_ = std::move(*counted);
  forget();
  return {};
}

void HourSums::begin(std::int64_t last_id) noexcept {
  forget();
  has_begun_ = true;
  after_ = last_id_ = last_id;
}

void HourSums::add(std::int64_t id, std::int64_t received_us, std::int64_t source_id,
                   std::int64_t kind_id) {
  auto& sum =
      sums_[{.hour = received_us / 3'600'000'000, .source_id = source_id, .kind_id = kind_id}];
  if (sum.records++ == 0) sum.first_id = id;
  sum.last_id = last_id_ = id;
  ++rows_;
}

Result<void> HourSums::store() {
  // By the order of the table, so that each of its pages is changed once.
  std::vector<std::pair<Key, Sum>> sorted(sums_.begin(), sums_.end());
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [key, sum] : sorted) {
    add_.bind(1, key.hour)
        .bind(2, key.source_id)
        .bind(3, key.kind_id)
        .bind(4, sum.records)
        .bind(5, sum.first_id)
        .bind(6, sum.last_id);
    if (auto added = add_.run(); !added) return added;
  }
  counted_.bind(1, last_id_);
  return counted_.run();
}

void HourSums::forget() noexcept {
  sums_.clear();
  has_begun_ = false;
  rows_ = 0;
}

}  // namespace netlogd::follow
