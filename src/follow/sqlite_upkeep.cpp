// What the SQLite follower does between batches: is the file still there, how large is the
// write-ahead log, what is too old, what is not in the text index yet. Always in small pieces.

#include <algorithm>

#include "follow/sqlite_internals.hpp"
#include "follow/sqlite_schema.hpp"

namespace netlogd::follow {
namespace {

// Written back this often: seldom enough that a page which changes with every batch (the hot ends
// of the indexes) goes to the database once for many changes.
constexpr std::uint64_t checkpoint_bytes = 64 << 20;

}  // namespace

// Deleted or replaced under us: SQLite would go on writing to a file without a name.
Result<void> SqliteFollower::Internals::check_file() {
  const auto now = clock.monotonic();
  if (now - checked_file < std::chrono::seconds{1}) return {};
  checked_file = now;
  const auto status = files.status(open_path);
  if (status && status->inode == inode) return {};
  if (!status && status.error().code != Errc::not_found) return status.error();
  close();
  return Error{Errc::not_found, open_path + ": somebody else has removed or replaced it"};
}

// A reader that stays in an old snapshot keeps the log from beginning anew. Up to the limit it
// grows; then the follower waits, and the journal holds what comes meanwhile.
Result<void> SqliteFollower::Internals::bound_wal() {
  const auto bytes = static_cast<std::uint64_t>(database->wal_pages() * page_bytes);
  if (bytes < checkpoint_bytes) return {};
  std::int64_t frames = 0;
  std::int64_t moved = 0;
  auto done = database->checkpoint(false, &frames, &moved);
  if (!done && done.error().code != Errc::busy) return noticed(done.error());
  if (bytes < settings.max_wal_bytes ||
      (done && frames == moved && database->wal_pages() == 0 && bytes < 2 * settings.max_wal_bytes))
    return {};
  done = database->checkpoint(true, &frames, &moved);
  if (done) return {};
  count(counters.wal_waits);
  report.say(wal_trouble, journal::ReportLevel::warn,
             settings.file +
                 ": a reader has kept the write-ahead log from being emptied, it holds " +
                 std::to_string(bytes >> 20) + " MiB; waiting for it");
  return Error{Errc::busy, settings.file + ": its write-ahead log is full"};
}

Result<bool> SqliteFollower::Internals::retain_piece() {
  const auto begun = clock.monotonic();
  if (begun - retained < std::chrono::milliseconds{100}) return false;
  retained = begun;
  const auto newest = database->integer("SELECT max(received_us) FROM log_rows");
  if (!newest) return noticed(newest.error());
  const auto now = credible.now(
      journal::load_believed_time(files, settings.clock_file).value_or(*newest / 1'000'000));
  if (!now) return false;
  for (std::size_t i = 0; i < stream_count; ++i) {
    const auto keep = keep_seconds[i].load(std::memory_order_relaxed);
    if (keep <= 0) continue;
    const std::string table(row_tables[i]);
    const std::string cutoff = std::to_string((*now - keep) * 1'000'000);
    const auto oldest = database->integer("SELECT min(received_us) FROM " + table);
    if (!oldest) return noticed(oldest.error());
    if (*oldest == 0 || *oldest >= (*now - keep) * 1'000'000) continue;
    std::uint64_t removed = 0;
    const auto start = clock.monotonic();
    auto done = in_transaction([&]() -> Result<void> {
      auto gone = remove_ids(static_cast<Stream>(i),
                             "SELECT id FROM " + table + " WHERE received_us < " + cutoff +
                                 " ORDER BY received_us LIMIT " + std::to_string(retain_rows));
      removed = static_cast<std::uint64_t>(database->changes());
      return gone;
    });
    if (!done) return done.error();
    count(counters.removed_rows, removed);
    const bool more = removed == static_cast<std::uint64_t>(retain_rows);
    retain_rows = adapted(retain_rows, clock.monotonic() - start, 20'000);
    if (more) {
      retained = {};
      return true;
    }
  }
  return false;
}

// Words that no row can use any more: last used before the oldest row of any stream.
Result<void> SqliteFollower::Internals::forget_words() {
  const auto now = clock.monotonic();
  if (now - forgot_words < std::chrono::minutes{10}) return {};
  forgot_words = now;
  std::int64_t oldest = 0;
  for (const auto table : row_tables) {
    const auto first = database->integer("SELECT min(received_us) FROM " + std::string(table));
    if (!first) return noticed(first.error());
    if (*first > 0 && (oldest == 0 || *first < oldest)) oldest = *first;
  }
  if (oldest == 0) return {};
  const auto more_hours = forget_hours();
  if (!more_hours) return more_hours.error();
  if (*more_hours) forgot_words = {};
  const std::string day = std::to_string(oldest / 86'400'000'000 - 1);
  for (const auto* table :
       {"event_names", "hosts", "sources", "log_kinds", "field_shapes", "trap_kinds"}) {
    const std::string name(table);
    const auto unused =
        database->integer("SELECT count(*) FROM " + name + " WHERE seen_day < " + day);
    if (!unused) return noticed(unused.error());
    if (*unused == 0) continue;
    auto done = in_transaction([&] {
      return database->execute("DELETE FROM " + name + " WHERE id IN (SELECT id FROM " + name +
                               " WHERE seen_day < " + day + " LIMIT 2000)");
    });
    if (!done) return done;
    words.forget();
    for (auto& writer : writers) writer->forget();
    if (*unused > 2000) forgot_words = {};
  }
  return forget_counts();
}

// What sources sent more than two days before the newest: a period or two each time.
Result<void> SqliteFollower::Internals::forget_counts() {
  constexpr std::int64_t kept_periods = 2 * 86'400'000'000 / SourceCounts::period_us;
  const auto newest = database->integer("SELECT max(period) FROM source_counts");
  if (!newest) return noticed(newest.error());
  const std::string old =
      "FROM source_counts WHERE period < " + std::to_string(*newest - kept_periods);
  const auto oldest = database->integer("SELECT ifnull(min(period), -1) " + old);
  if (!oldest) return noticed(oldest.error());
  if (*oldest < 0) return {};
  forgot_words = {};  // there may be more
  return in_transaction([&] {
    return database->execute("DELETE " + old + " AND period <= " + std::to_string(*oldest + 1));
  });
}

// `which` selects ids. The text index is told first, while the text is still there.
Result<void> SqliteFollower::Internals::remove_ids(Stream stream, const std::string& which) {
  const std::string table(row_tables[static_cast<std::size_t>(stream)]);
  if (stream == Stream::syslog && has_text_index) {
    auto forgotten = database->execute(
        "INSERT INTO log_text(log_text, rowid, text) SELECT 'delete', id, text FROM log_texts "
        "WHERE id IN (" +
        which + ") AND id <= (SELECT text_indexed_id FROM netlogd_state WHERE stream = 0)");
    if (!forgotten) return forgotten;
  }
  return database->execute("DELETE FROM " + table + " WHERE id IN (" + which + ")");
}

// The text index follows the rows at its own speed: whenever nothing is pending, and else every now
// and then. What it has not reached yet is scanned (docs/queries.md).
Result<bool> SqliteFollower::Internals::index_text_piece(bool caught_up) {
  if (!has_text_index || is_rebuilding) return false;
  if (!caught_up && ++upkeep_calls % 8 != 0) return false;
  const auto indexed =
      database->integer("SELECT text_indexed_id FROM netlogd_state WHERE stream = 0");
  if (!indexed) return noticed(indexed.error());
  const auto last = database->integer("SELECT max(id) FROM (SELECT id FROM log_rows WHERE id > " +
                                      std::to_string(*indexed) + " ORDER BY id LIMIT " +
                                      std::to_string(text_rows) + ")");
  if (!last) return noticed(last.error());
  if (*last <= *indexed) return false;
  const auto start = clock.monotonic();
  std::int64_t added = 0;
  auto done = in_transaction([&]() -> Result<void> {
    const std::string range =
        " WHERE id > " + std::to_string(*indexed) + " AND id <= " + std::to_string(*last);
    auto inserted = database->execute(
        "INSERT INTO log_text(rowid, text) SELECT id, text FROM log_texts" + range);
    if (!inserted) return inserted;
    added = database->changes();
    return database->execute("UPDATE netlogd_state SET text_indexed_id = " + std::to_string(*last) +
                             " WHERE stream = 0");
  });
  if (!done) return done.error();
  count(counters.indexed_texts, static_cast<std::uint64_t>(added));
  const bool more = added >= text_rows;
  text_rows = adapted(text_rows, clock.monotonic() - start, 20'000);
  return more;
}

}  // namespace netlogd::follow
