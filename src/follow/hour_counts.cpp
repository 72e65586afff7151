// The table hour_counts: how many records of each source and kind (log_kinds) came in each hour. It
// follows the rows like the text index, up to netlogd_state.counted_id, so that counts over all
// time need not look at rows. Exact but for the hour of the oldest row, of which retention may have
// taken a part.

#include "follow/sqlite_internals.hpp"

namespace netlogd::follow {
namespace {

// Fewer wait for more: each piece touches the counts of most sources.
constexpr std::int64_t worth_counting = 20'000;
constexpr std::chrono::seconds longest_wait{10};
// While rows wait to be written they come first, up to this many that are not counted.
constexpr std::int64_t most_uncounted = 1'000'000;

}  // namespace

Result<bool> SqliteFollower::Internals::count_hours_piece(bool caught_up) {
  const auto counted = database->integer("SELECT counted_id FROM netlogd_state WHERE stream = 0");
  if (!counted) return noticed(counted.error());
  const auto last = database->integer("SELECT max(id) FROM log_rows");
  if (!last) return noticed(last.error());
  const auto waiting = *last - *counted;
  const auto start = clock.monotonic();
  const bool waited = start - counted_hours > longest_wait;
  if (waiting <= 0 || (waiting < worth_counting && !waited)) return false;
  if (!caught_up && waiting < most_uncounted) return false;
  const std::string from = std::to_string(*counted);
  const auto through =
      database->integer("SELECT max(id) FROM (SELECT id FROM log_rows WHERE id > " + from +
                        " ORDER BY id LIMIT " + std::to_string(count_rows) + ")");
  if (!through) return noticed(through.error());
  const std::string to = std::to_string(*through);
  auto done = in_transaction([&]() -> Result<void> {
    auto added = database->execute(
        "INSERT INTO hour_counts SELECT received_us/3600000000, ifnull(source_id, 0), "
        "ifnull(kind_id, 0), count(*), min(id), max(id) FROM log_rows WHERE id > " +
        from + " AND id <= " + to +
        " GROUP BY 1, 2, 3 ON CONFLICT(hour, source_id, kind_id) DO UPDATE SET records = records + "
        "excluded.records, first_id = min(first_id, excluded.first_id), last_id = max(last_id, "
        "excluded.last_id)");
    if (!added) return added;
    return database->execute("UPDATE netlogd_state SET counted_id = " + to + " WHERE stream = 0");
  });
  if (!done) return done.error();
  counted_hours = clock.monotonic();
  count_rows = adapted(count_rows, counted_hours - start, 200'000);
  return *last - *through >= worth_counting;
}

// Rows that were counted are gone: all is counted again, piece by piece.
Result<void> SqliteFollower::Internals::recount_hours(std::uint64_t keep_through) {
  const auto counted = database->integer("SELECT counted_id FROM netlogd_state WHERE stream = 0");
  if (!counted) return counted.error();
  if (static_cast<std::uint64_t>(*counted) <= keep_through) return {};
  return database->execute(
      "DELETE FROM hour_counts; UPDATE netlogd_state SET counted_id = 0 WHERE stream = 0");
}

// Hours before the oldest row, one each time.
Result<bool> SqliteFollower::Internals::forget_hours() {
  const auto oldest_row = database->integer("SELECT min(received_us) FROM log_rows");
  if (!oldest_row) return noticed(oldest_row.error());
  const auto oldest = database->integer("SELECT ifnull(min(hour), -1) FROM hour_counts");
  if (!oldest) return noticed(oldest.error());
  if (*oldest < 0 || *oldest >= *oldest_row / 3'600'000'000) return false;
  auto done = in_transaction([&] {
    return database->execute("DELETE FROM hour_counts WHERE hour = " + std::to_string(*oldest));
  });
  if (!done) return done.error();
  return true;
}

}  // namespace netlogd::follow
