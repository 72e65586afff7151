#include "netlogd/follow/sqlite_follower.hpp"

#include <fcntl.h>

#include <filesystem>

#include "follow/sqlite_internals.hpp"
#include "follow/sqlite_schema.hpp"

namespace netlogd::follow {

SqliteFollower::Internals::Internals(SqliteSettings given, FileOps& file_ops, Clock& a_clock,
                                     journal::Report a_report)
    : settings(std::move(given)),
      files(file_ops),
      clock(a_clock),
      report(std::move(a_report), a_clock) {
  for (std::size_t i = 0; i < stream_count; ++i) keep_seconds[i] = settings.keep_age[i].count();
  writers[0] = make_log_rows(counters.whole_lines, hours);
  writers[1] = make_trap_rows(counters.whole_lines);
  writers[2] = make_flow_rows(counters.whole_lines);
}

SqliteFollower::SqliteFollower(SqliteSettings settings, FileOps& files, Clock& clock,
                               journal::Report report)
    : internals_(
          std::make_unique<Internals>(std::move(settings), files, clock, std::move(report))) {}

SqliteFollower::~SqliteFollower() { internals_->close(); }

const SqliteCounters& SqliteFollower::counters() const noexcept { return internals_->counters; }

Follower::Appetite SqliteFollower::appetite() const noexcept {
  return {.records = internals_->settings.batch_records,
          .bytes = 16 << 20,
          .gather = internals_->settings.gather};
}

void SqliteFollower::use_keep_age(
    const std::array<std::chrono::seconds, stream_count>& keep_age) noexcept {
  for (std::size_t i = 0; i < stream_count; ++i) internals_->keep_seconds[i] = keep_age[i].count();
}

Result<std::array<journal::Cursor, stream_count>> SqliteFollower::open() {
  Internals& all = *internals_;
  all.close();
  const std::string& file = all.settings.file;
  if (!all.is_damaged && !all.exists(all.rebuild_path()) && all.exists(file)) {
    auto opened = all.open_at(file);
    if (opened) return all.cursors;
    if (opened.error().code != Errc::corrupt) return opened.error();
    all.close();
    all.is_damaged = true;
    all.report.once(journal::ReportLevel::error,
                    opened.error().sentence + "; building it again from the journal");
  }
  // From here on: a new database beside the old place. One that was begun before is gone on with.
  const bool is_begun = all.exists(all.rebuild_path());
  auto opened = all.open_at(all.rebuild_path());
  if (!opened && opened.error().code == Errc::corrupt) {
    all.close();
    if (auto removed = all.remove_database(all.rebuild_path()); !removed) return removed.error();
    opened = all.open_at(all.rebuild_path());
  }
  if (!opened) {
    all.close();
    return opened.error();
  }
  all.is_rebuilding = true;
  if (!is_begun) count(all.counters.rebuilds);
  return all.cursors;
}

bool SqliteFollower::Internals::exists(const std::string& path) {
  const auto status = files.status(path);
  return status || status.error().code != Errc::not_found;
}

Result<void> SqliteFollower::Internals::open_at(const std::string& path) {
  if (!exists(path)) {
    const auto folder = std::filesystem::path(path).parent_path().string();
    if (!folder.empty()) {
      if (auto made = files.make_directories(folder, 0750); !made) return made;
    }
    // SQLite would give it the rights of the umask. A log that belongs to a file that is gone would
    // spoil the new one.
    for (const auto* suffix : {"-wal", "-shm"}) {
      if (auto gone = files.unlink(path + suffix); !gone && gone.error().code != Errc::not_found)
        return gone;
    }
    auto created = files.open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0640);
    if (!created) return created.error();
  }
  auto opened = SqliteDatabase::open(path);
  if (!opened) return opened.error();
  database.emplace(std::move(*opened));
  open_path = path;
  const auto status = files.status(path);
  if (!status) return status.error();
  inode = status->inode;

  const auto version = database->integer("PRAGMA user_version");
  if (!version) return version.error();
  const auto tables = database->integer("SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.error();
  if (*version == 0 && *tables == 0) {
    if (auto created = create_schema(); !created) return created;
  } else if (*version != schema_version) {
    return Error{Errc::corrupt, path + ": has the tables of another version"};
  }
  if (auto set = database->execute(connection_sql()); !set) return set;
  return prepare();
}

Result<void> SqliteFollower::Internals::create_schema() {
  if (auto set = database->execute(new_database_sql()); !set) return set;
  return database->execute("BEGIN IMMEDIATE;" + schema_sql(settings.text_index) + "COMMIT;");
}

Result<void> SqliteFollower::Internals::prepare() {
  for (const auto& [statement, sql] :
       {std::pair{&begin, "BEGIN IMMEDIATE"}, std::pair{&commit, "COMMIT"},
        std::pair{&save_cursor,
                  "UPDATE netlogd_state SET segment = ?2, offset = ?3, last_id = ?4 WHERE stream = "
                  "?1"}}) {
    auto prepared = database->prepare(sql);
    if (!prepared) return prepared.error();
    *statement = std::move(*prepared);
  }
  if (auto prepared = words.prepare(*database); !prepared) return prepared;
  if (auto prepared = hours.prepare(*database); !prepared) return prepared;
  for (auto& writer : writers) {
    if (auto prepared = writer->prepare(*database, words); !prepared) return prepared;
  }
  const auto text = database->integer("SELECT count(*) FROM sqlite_schema WHERE name = 'log_text'");
  if (!text) return text.error();
  has_text_index = *text > 0;
  auto state = database->prepare("SELECT stream, segment, offset, last_id FROM netlogd_state");
  if (!state) return state.error();
  cursors = {};
  for (;;) {
    auto row = state->step();
    if (!row) return row.error();
    if (!*row) break;
    const auto stream = state->integer(0);
    if (stream < 0 || stream >= static_cast<std::int64_t>(stream_count)) continue;
    cursors[static_cast<std::size_t>(stream)] = {
        .segment = static_cast<std::uint64_t>(state->integer(1)),
        .offset = static_cast<std::uint64_t>(state->integer(2)),
        .last_id = static_cast<std::uint64_t>(state->integer(3))};
  }
  return {};
}

void SqliteFollower::Internals::close() {
  begin = {};
  commit = {};
  save_cursor = {};
  words = {};
  hours = {};
  writers[0] = make_log_rows(counters.whole_lines, hours);
  writers[1] = make_trap_rows(counters.whole_lines);
  writers[2] = make_flow_rows(counters.whole_lines);
  database.reset();
  is_rebuilding = false;
}

Result<void> SqliteFollower::Internals::remove_database(const std::string& path) {
  for (const auto* suffix : {"-wal", "-shm", ""}) {
    if (auto gone = files.unlink(path + suffix); !gone && gone.error().code != Errc::not_found)
      return gone;
  }
  return {};
}

// The rebuilt database takes its place. Readers that have the old one open keep it.
Result<void> SqliteFollower::Internals::finish_rebuild() {
  if (auto emptied = database->checkpoint(true, nullptr, nullptr); !emptied) return emptied;
  close();
  const std::string aside = settings.file + ".damaged-" + utc_compact(clock.now());
  for (const auto* suffix : {"-wal", "-shm", ""}) {
    if (!exists(settings.file + suffix)) continue;
    if (auto moved = files.rename(settings.file + suffix, aside + suffix); !moved) return moved;
    if (*suffix == '\0') {
      count(counters.damaged_files);
      report.once(journal::ReportLevel::warn, settings.file + ": the damaged file is now " + aside);
    }
  }
  if (auto moved = files.rename(rebuild_path(), settings.file); !moved) return moved;
  const auto folder = std::filesystem::path(settings.file).parent_path().string();
  if (auto synced = files.sync_directory(folder.empty() ? "." : folder); !synced) return synced;
  is_damaged = false;
  return open_at(settings.file);
}

Error SqliteFollower::Internals::noticed(const Error& error) {
  if (error.code == Errc::busy) count(counters.busy);
  if (error.code == Errc::corrupt && !is_rebuilding) is_damaged = true;
  if (error.code == Errc::corrupt && is_rebuilding) {
    close();
    static_cast<void>(remove_database(rebuild_path()));
  }
  return {error.code, settings.file + ": " + error.sentence};
}

Result<void> SqliteFollower::Internals::store_cursor(Stream stream, const journal::Cursor& cursor) {
  save_cursor.bind(1, static_cast<std::int64_t>(stream))
      .bind(2, static_cast<std::int64_t>(cursor.segment))
      .bind(3, static_cast<std::int64_t>(cursor.offset))
      .bind(4, static_cast<std::int64_t>(cursor.last_id));
  return save_cursor.run();
}

Result<void> SqliteFollower::take(Stream stream, const journal::ReadBatch& batch) {
  Internals& all = *internals_;
  if (!all.database) return Error{Errc::io, all.settings.file + ": not open"};
  if (auto bounded = all.bound_wal(); !bounded) return bounded;
  all.last_taken = all.clock.monotonic();
  all.is_idle = false;
  return all.in_transaction([&] { return all.write(stream, batch); });
}

Result<void> SqliteFollower::Internals::write(Stream stream, const journal::ReadBatch& batch) {
  const auto index = static_cast<std::size_t>(stream);
  if (stream == Stream::syslog && !hours.has_begun()) {
    const auto last = database->integer("SELECT max(id) FROM log_rows");
    if (!last) return last.error();
    hours.begin(*last);
  }
  std::size_t left = batch.records.size();
  for (const auto& record : batch.records) {
    if (auto added = writers[index]->add(record, left--); !added) return added;
  }
  if (auto counted = words.store_counts(stream); !counted) return counted;
  return store_cursor(stream, batch.end);
}

Result<void> SqliteFollower::roll_back(Stream stream, std::uint64_t keep_through,
                                       std::uint64_t drop_through, const journal::Cursor& cursor) {
  Internals& all = *internals_;
  if (!all.database) return Error{Errc::io, all.settings.file + ": not open"};
  return all.in_transaction([&]() -> Result<void> {
    const std::string which = "SELECT id FROM " +
                              std::string(row_tables[static_cast<std::size_t>(stream)]) +
                              " WHERE id > " + std::to_string(keep_through) +
                              " AND id <= " + std::to_string(drop_through);
    if (auto removed = all.remove_ids(stream, which); !removed) return removed;
    count(all.counters.rolled_back_rows, static_cast<std::uint64_t>(all.database->changes()));
    if (stream == Stream::syslog) {
      auto clamped =
          all.database->execute("UPDATE netlogd_state SET text_indexed_id = min(text_indexed_id, " +
                                std::to_string(keep_through) + ") WHERE stream = 0");
      if (!clamped) return clamped;
      all.hours.forget();
      if (auto again = all.recount_hours(keep_through); !again) return again;
    }
    return all.store_cursor(stream, cursor);
  });
}

Result<bool> SqliteFollower::maintain(bool caught_up) {
  Internals& all = *internals_;
  if (!all.database) return Error{Errc::io, all.settings.file + ": not open"};
  if (auto there = all.check_file(); !there) return there.error();
  if (all.is_rebuilding && caught_up) {
    if (auto finished = all.finish_rebuild(); !finished) return finished.error();
  }
  if (auto bounded = all.bound_wal(); !bounded) return bounded.error();
  auto more = all.retain_piece();
  if (!more) return more.error();
  if (auto forgotten = all.forget_words(); !forgotten) return forgotten.error();
  auto more_counts = all.count_hours(caught_up);
  if (!more_counts) return more_counts.error();
  auto more_text = all.index_text_piece(caught_up);
  if (!more_text) return more_text.error();
  const bool wants_more = *more || *more_counts || *more_text;
  if (caught_up && !wants_more && !all.is_idle &&
      all.clock.monotonic() - all.last_taken > std::chrono::seconds{5}) {
    // Nothing comes: the write-ahead log goes into the database, the page cache back to the system.
    all.is_idle = true;
    static_cast<void>(all.database->checkpoint(false, nullptr, nullptr));
    all.database->release_memory();
  }
  return wants_more;
}

}  // namespace netlogd::follow
