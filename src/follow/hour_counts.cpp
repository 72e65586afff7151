// The table hour_counts: how many records of each source and kind (log_kinds) came in each hour. It
// follows the rows like the text index, up to netlogd_state.counted_id, so that counts over all
// time need not look at rows. Exact but for the hour of the oldest row, of which retention may have
// taken a part. What this process has written is added up in memory (hour_sums.hpp); other rows are
// read again, piece by piece.

#include "follow/sqlite_internals.hpp"

namespace netlogd::follow {
namespace {

// What is in memory is stored when so many rows wait, or so many counts, or after so long: each
// time touches the counts of most sources.
constexpr std::int64_t most_rows = 200'000;
constexpr std::size_t most_sums = 30'000;
constexpr std::chrono::seconds longest_wait{10};
// While rows wait to be written, reading rows again waits, up to this many that are not counted.
constexpr std::int64_t most_uncounted = 1'000'000;

}  // namespace

// True: there is more to count at once.
Result<bool> SqliteFollower::Internals::count_hours(bool caught_up) {
  const auto counted = database->integer("SELECT counted_id FROM netlogd_state WHERE stream = 0");
  if (!counted) return noticed(counted.error());
  std::int64_t unread = hours.after();
  if (!hours.has_begun()) {
    const auto last = database->integer("SELECT max(id) FROM log_rows");
    if (!last) return noticed(last.error());
    unread = *last;
  }
  if (*counted < unread) {
    // Too many to be kept until those before them are counted: they are read again too.
    if (hours.size() >= most_sums) hours.forget();
    if (!caught_up && unread - *counted + hours.rows() < most_uncounted) return false;
    return count_hours_piece(*counted, unread);
  }
  const auto now = clock.monotonic();
  if (hours.rows() == 0 ||
      (hours.rows() < most_rows && hours.size() < most_sums && now - counted_hours <= longest_wait))
    return false;
  counted_hours = now;
  if (auto done = in_transaction([&] { return hours.store(); }); !done) return done.error();
  hours.begin_anew();
  return false;
}

// The next rows behind `counted`, `last` at most, by reading them.
Result<bool> SqliteFollower::Internals::count_hours_piece(std::int64_t counted, std::int64_t last) {
  const auto start = clock.monotonic();
  const std::string range =
      "id > " + std::to_string(counted) + " AND id <= " + std::to_string(last);
  const auto through = database->integer("SELECT ifnull(max(id), " + std::to_string(last) +
                                         ") FROM (SELECT id FROM log_rows WHERE " + range +
                                         " ORDER BY id LIMIT " + std::to_string(count_rows) + ")");
  if (!through) return noticed(through.error());
  const std::string to = std::to_string(*through);
  auto done = in_transaction([&]() -> Result<void> {
    auto added = database->execute(
        "INSERT INTO hour_counts SELECT received_us/3600000000, ifnull(source_id, 0), "
        "ifnull(kind_id, 0), count(*), min(id), max(id) FROM log_rows WHERE " +
        range + " AND id <= " + to +
        " GROUP BY 1, 2, 3 ON CONFLICT(hour, source_id, kind_id) DO UPDATE SET records = records + "
        "excluded.records, first_id = min(first_id, excluded.first_id), last_id = max(last_id, "
        "excluded.last_id)");
    if (!added) return added;
    return database->execute("UPDATE netlogd_state SET counted_id = " + to + " WHERE stream = 0");
  });
  if (!done) return done.error();
  counted_hours = clock.monotonic();
  count_rows = adapted(count_rows, counted_hours - start, 200'000);
  return *through < last;
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
