// The state of the SqliteFollower, and its work split by subject: opening and taking
// (sqlite_follower.cpp), upkeep (sqlite_upkeep.cpp), counts by hour (hour_counts.cpp).

#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "follow/row_writer.hpp"
#include "follow/sqlite_database.hpp"
#include "netlogd/follow/sqlite_follower.hpp"
#include "netlogd/journal/credible_clock.hpp"

namespace netlogd::follow {

// Kinds of trouble, for HeldReport.
enum SqliteTrouble : std::size_t { wal_trouble, damage_trouble };

struct SqliteFollower::Internals {
  Internals(SqliteSettings given, FileOps& file_ops, Clock& a_clock, journal::Report a_report);

  SqliteSettings settings;
  FileOps& files;
  Clock& clock;
  journal::HeldReport report;
  SqliteCounters counters;
  std::array<std::atomic<std::int64_t>, stream_count> keep_seconds{};

  std::optional<SqliteDatabase> database;
  std::string open_path;
  std::uint64_t inode = 0;
  bool is_damaged = false;  // the file under its name: rebuild beside it
  bool is_rebuilding = false;
  bool has_text_index = false;
  std::array<journal::Cursor, stream_count> cursors{};
  SharedWords words;
  HourSums hours;
  std::array<std::unique_ptr<RowWriter>, stream_count> writers;
  SqliteStatement begin;
  SqliteStatement commit;
  SqliteStatement save_cursor;

  // sqlite_follower.cpp
  [[nodiscard]] std::string rebuild_path() const { return settings.file + ".rebuild"; }
  bool exists(const std::string& path);
  Result<void> open_at(const std::string& path);
  Result<void> create_schema();
  Result<void> prepare();
  Result<void> remove_database(const std::string& path);
  Result<void> finish_rebuild();
  void close();
  Result<void> write(Stream stream, const journal::ReadBatch& batch);
  Result<void> store_cursor(Stream stream, const journal::Cursor& cursor);
  // Runs `work` in a transaction; after an error nothing of it is there.
  template <typename Work>
  Result<void> in_transaction(Work&& work);
  Error noticed(const Error& error);

  // sqlite_upkeep.cpp
  Result<void> check_file();
  Result<void> bound_wal();
  Result<bool> retain_piece();
  Result<bool> index_text_piece(bool caught_up);
  Result<void> forget_words();
  Result<void> forget_counts();
  Result<void> remove_ids(Stream stream, const std::string& which);

  // hour_counts.cpp
  Result<bool> count_hours(bool caught_up);
  Result<bool> count_hours_piece(std::int64_t counted, std::int64_t last);
  Result<void> recount_hours(std::uint64_t keep_through);
  Result<bool> forget_hours();

  journal::CredibleClock credible{clock};
  std::chrono::nanoseconds checked_file{};
  std::chrono::nanoseconds retained{};
  std::chrono::nanoseconds forgot_words{};
  std::chrono::nanoseconds last_taken{};
  bool is_idle = false;
  std::int64_t retain_rows = 500;
  std::int64_t text_rows = 500;
  std::int64_t count_rows = 20'000;
  std::chrono::nanoseconds counted_hours{};
  unsigned upkeep_calls = 0;
};

// One piece of retention, of the text index or of counting should take about this long.
constexpr std::chrono::milliseconds piece_time{30};

// So many rows for the next piece, after one that took so long.
constexpr std::int64_t adapted(std::int64_t rows, std::chrono::nanoseconds took,
                               std::int64_t most) {
  if (took < piece_time / 2) return std::min(rows * 2, most);
  if (took > piece_time * 2) return std::max<std::int64_t>(rows / 2, 50);
  return rows;
}

constexpr std::array<std::string_view, stream_count> row_tables = {"log_rows", "trap_rows",
                                                                   "flow_rows"};

template <typename Work>
Result<void> SqliteFollower::Internals::in_transaction(Work&& work) {
  if (auto begun = begin.run(); !begun) return noticed(begun.error());
  Result<void> done = work();
  if (done) {
    const auto start = clock.monotonic();
    done = commit.run();
    const auto us =
        std::chrono::duration_cast<std::chrono::microseconds>(clock.monotonic() - start).count();
    count(counters.commits);
    const auto longest = static_cast<std::uint64_t>(us);
    if (longest > read(counters.longest_commit_us))
      counters.longest_commit_us.store(longest, std::memory_order_relaxed);
  }
  if (done) return done;
  if (database->is_in_transaction()) static_cast<void>(database->execute("ROLLBACK"));
  words.forget();
  hours.forget();
  for (auto& writer : writers) writer->forget();
  return noticed(done.error());
}

}  // namespace netlogd::follow
