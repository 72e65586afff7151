#include "records.hpp"

#include <algorithm>
#include <deque>
#include <tuple>

#include "journal_files.hpp"

namespace netlogd::cli {
namespace {

constexpr std::uint64_t no_end = UINT64_MAX >> 12;
constexpr std::size_t page_rows = 5'000;
// The clock may step; the name of a file says when it was closed by the clock of that moment.
constexpr Micros clock_slack = 3600 * second_us;
constexpr Micros hour_us = 3600 * second_us;
// So many are found in the index that holds kind and host; of more, the newest are near.
constexpr std::uint64_t rare_records = 20'000;

bool is_out_of_time(const Filter& filter, const JournalFile& file) {
  if (filter.since && file.closed > 0 && file.closed + clock_slack < *filter.since) return true;
  return filter.until && file.opened > 0 && file.opened - clock_slack > *filter.until;
}

// The files that may hold ids of the range, oldest first.
Result<std::vector<JournalFile>> files_of(const std::string& folder, const Filter& filter,
                                          Stream stream, std::uint64_t first_id,
                                          std::uint64_t last_id) {
  auto listed = list_journal(folder, stream);
  if (!listed) return listed.error();
  std::vector<JournalFile> files;
  for (std::size_t i = 0; i < listed->size(); ++i) {
    const auto& file = (*listed)[i];
    const bool ends_before = i + 1 < listed->size() && (*listed)[i + 1].first_id > 0 &&
                             (*listed)[i + 1].first_id <= first_id;
    if (!ends_before && file.first_id <= last_id && !is_out_of_time(filter, file))
      files.push_back(file);
  }
  return files;
}

bool read_into(std::string_view line, Stream stream, RecordReader& reader, StoredRecord& record) {
  if (!reader.read(line)) return false;
  record.stream = stream;
  record.id = reader.id();
  record.received = reader.received();
  return true;
}

}  // namespace

Result<RecordSource> RecordSource::open(const Session::Data& data, bool journal_only) {
  RecordSource source;
  source.folder_ = data.folder;
  if (journal_only) return source;
  auto database = Database::open(data.sqlite_file);
  if (database && database->has_table("hour_counts"))
    source.database_ = std::move(*database);
  else if (database && database->has_table("logs"))
    source.troubles_.push_back(data.sqlite_file +
                               ": has the tables of another version of netlogd, which builds it "
                               "again at its next start");
  else if (database)
    source.troubles_.push_back(data.sqlite_file + ": no database of netlogd (it has no logs)");
  else if (database.error().code != Errc::not_found)
    source.troubles_.push_back(database.error().sentence);
  return source;
}

Result<RecordSource::Held> RecordSource::held(Stream stream) {
  Held held;
  if (!database_) return held;
  const auto view = view_of(stream);
  const auto first = database_->integer("SELECT min(id) FROM " + view);
  if (!first) return first.error();
  const auto last = database_->integer("SELECT max(id) FROM " + view);
  if (!last) return last.error();
  held.first = static_cast<std::uint64_t>(*first);
  held.last = static_cast<std::uint64_t>(*last);
  if (stream == Stream::syslog && database_->has_table("log_text")) {
    const auto indexed =
        database_->integer("SELECT text_indexed_id FROM netlogd_state WHERE stream = 0");
    if (indexed) held.text_indexed = static_cast<std::uint64_t>(*indexed);
  }
  return held;
}

// What the text index knows, and what it has not reached yet; newest first.
Result<std::vector<IdRange>> RecordSource::ranges(const Held& held, const Filter& filter,
                                                  Stream stream) {
  std::vector<IdRange> all;
  if (held.last == 0) return all;
  const bool asks_text = has_indexed_words(filter);
  if (asks_text && held.text_indexed >= held.first) {
    if (held.text_indexed < held.last)
      all.push_back({std::max(held.first, held.text_indexed + 1), held.last, false});
    all.push_back({held.first, std::min(held.text_indexed, held.last), true});
  } else {
    all.push_back({held.first, held.last, false});
  }
  const bool no_index_has_it = !filter.sites.empty() || !filter.roles.empty() ||
                               !filter.vendors.empty() || !filter.statuses.empty() ||
                               (!filter.message_ids.empty() && !asks_text);
  if (stream != Stream::syslog || !no_index_has_it) return all;
  return narrowed(std::move(all), filter);
}

// The counts by hour know of what kinds and from whom there are records, and between which ids.
Result<std::vector<IdRange>> RecordSource::narrowed(std::vector<IdRange> ranges,
                                                    const Filter& filter) {
  const auto counted = counted_id();
  if (!counted) return counted.error();
  const auto hours = hours_sql(filter, *database_, filter.since.value_or(0) / hour_us,
                               filter.until ? *filter.until / hour_us + 1 : INT64_MAX);
  if (!hours) return hours.error();
  std::uint64_t records = 0;
  IdRange found;
  if (*hours) {
    auto sums = database_->prepare("SELECT sum(records), min(first_id), max(last_id) " + **hours);
    if (!sums) return sums.error();
    if (const auto row = sums->step(); !row) return row.error();
    records = static_cast<std::uint64_t>(sums->integer(0));
    found.first = static_cast<std::uint64_t>(sums->integer(1));
    found.last = static_cast<std::uint64_t>(sums->integer(2));
  }
  if (records > 0 && records <= rare_records) {
    auto words = database_->prepare(
        "SELECT group_concat(DISTINCT kind_id), group_concat(DISTINCT ifnull(host_id, 0)) " +
        **hours);
    if (!words) return words.error();
    if (const auto row = words->step(); !row) return row.error();
    found.among =
        "SELECT id FROM log_rows INDEXED BY log_rows_by_received_us WHERE ifnull(kind_id, 0) IN (" +
        std::string(words->text(0)) + ") AND host_id IN (" + std::string(words->text(1)) + ")";
  }
  std::vector<IdRange> all;
  for (auto& range : ranges) {
    if (range.last > *counted)
      all.push_back({std::max(range.first, *counted + 1), range.last, range.text_indexed});
    if (records == 0) continue;
    range.first = std::max(range.first, found.first);
    range.last = std::min({range.last, found.last, *counted});
    range.among = found.among;
    if (range.first <= range.last) all.push_back(std::move(range));
  }
  return all;
}

Result<std::uint64_t> RecordSource::counted_id() {
  const auto counted = database_->integer("SELECT counted_id FROM netlogd_state WHERE stream = 0");
  if (!counted) return counted.error();
  return static_cast<std::uint64_t>(*counted);
}

Result<std::vector<StoredRecord>> RecordSource::newest(const Filter& filter, std::size_t limit) {
  std::vector<StoredRecord> all;
  for (const auto stream : filter.streams) {
    std::vector<StoredRecord> found;
    if (auto done = newest_of(filter, stream, limit, found); !done) return done.error();
    for (auto& record : found) all.push_back(std::move(record));
  }
  // Ids follow arrival; between streams there is only the time.
  const bool one_stream = filter.streams.size() == 1;
  std::sort(all.begin(), all.end(), [one_stream](const auto& a, const auto& b) {
    if (one_stream || a.received == b.received)
      return std::tie(a.stream, a.id) < std::tie(b.stream, b.id);
    return a.received < b.received;
  });
  if (all.size() > limit) all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(limit));
  return all;
}

Result<void> RecordSource::newest_of(const Filter& filter, Stream stream, std::size_t limit,
                                     std::vector<StoredRecord>& into) {
  const auto have = held(stream);
  if (!have) return have.error();
  if (auto done = newest_from_journal(filter, stream, have->last + 1, no_end, limit, into); !done)
    return done.error();
  const auto parts = ranges(*have, filter, stream);
  if (!parts) return parts.error();
  for (const auto& range : *parts) {
    if (into.size() >= limit) return {};
    auto done = from_sqlite(filter, stream, range, limit - into.size(),
                            [&](const StoredRecord& record, const RecordReader&) {
                              into.push_back(record);
                              return true;
                            });
    if (!done) return done.error();
  }
  if (into.size() >= limit || have->first <= 1) return {};
  return newest_from_journal(filter, stream, 0, have->first - 1, limit - into.size(), into);
}

Result<void> RecordSource::from_sqlite(const Filter& filter, Stream stream, const IdRange& range,
                                       std::size_t limit, const RecordVisitor& visit) {
  const auto query = sql_of(filter, stream, *database_, range);
  if (!query) return query.error();
  used_sqlite_ = true;
  if (query->holds_nothing) return {};
  // What matches() still sorts out must not use up the limit.
  auto statement =
      database_->prepare(query->rows(view_of(stream), "raw_json", query->needs_match ? 0 : limit));
  if (!statement) return statement.error();
  RecordReader reader;
  StoredRecord record;
  std::deque<StoredRecord> kept;
  for (;;) {
    const auto row = statement->step();
    if (!row) return row.error();
    if (!*row) break;
    if (!read_into(statement->text(0), stream, reader, record)) continue;
    if (query->needs_match && !matches(filter, stream, reader)) continue;
    record.line = std::string(statement->text(0));
    if (!query->needs_match) {
      if (!visit(record, reader)) return {};
      continue;
    }
    kept.push_back(record);
    if (kept.size() > limit) kept.pop_front();
  }
  for (const auto& one : kept) {
    reader.read(one.line);
    if (!visit(one, reader)) return {};
  }
  return {};
}

Result<void> RecordSource::newest_from_journal(const Filter& filter, Stream stream,
                                               std::uint64_t first_id, std::uint64_t last_id,
                                               std::size_t limit, std::vector<StoredRecord>& into) {
  auto files = files_of(folder_, filter, stream, first_id, last_id);
  if (!files) return files.error();
  RecordReader reader;
  StoredRecord record;
  std::size_t found = 0;
  for (auto file = files->rbegin(); file != files->rend() && found < limit; ++file) {
    std::deque<StoredRecord> kept;  // newest last
    bool any = false;
    const auto keep = [&](std::string_view line, bool backwards) {
      if (!read_into(line, stream, reader, record) || !matches(filter, stream, reader)) return;
      record.line = std::string(line);
      backwards ? kept.push_front(record) : kept.push_back(record);
      if (found + kept.size() > limit) kept.pop_front();
    };
    Result<bool> done = true;
    if (file->gzip) {
      done = read_forward(*file, 0, [&](std::string_view line, std::uint64_t) {
        const auto id = line_id(line);
        if (id >= first_id && id <= last_id) any = true, keep(line, false);
        return id <= last_id;
      });
    } else {
      done = read_backward(*file, [&](std::string_view line, std::uint64_t) {
        const auto id = line_id(line);
        if (id > last_id) return true;
        if (id < first_id) return id == 0;
        any = true;
        keep(line, true);
        return found + kept.size() < limit;
      });
    }
    if (!done) troubles_.push_back(done.error().sentence);
    if (any) ++journal_files_;
    found += kept.size();
    for (auto& one : kept) into.push_back(std::move(one));
  }
  return {};
}

Result<void> RecordSource::each(const Filter& filter, const RecordVisitor& visit) {
  for (const auto stream : filter.streams) {
    const auto have = held(stream);
    if (!have) return have.error();
    if (have->first > 1 || have->last == 0) {
      const auto more =
          from_journal(filter, stream, 0, have->last == 0 ? no_end : have->first - 1, visit);
      if (!more) return more.error();
      if (!*more) return {};
      if (have->last == 0) continue;
    }
    auto parts = ranges(*have, filter, stream);
    if (!parts) return parts.error();
    std::reverse(parts->begin(), parts->end());
    for (const auto& range : *parts) {
      const auto more = page_through(filter, stream, range, visit);
      if (!more) return more.error();
      if (!*more) return {};
    }
    const auto more = from_journal(filter, stream, have->last + 1, no_end, visit);
    if (!more) return more.error();
    if (!*more) return {};
  }
  return {};
}

// In pages, so that no read transaction keeps the write-ahead log from being emptied.
Result<bool> RecordSource::page_through(const Filter& filter, Stream stream, IdRange range,
                                        const RecordVisitor& visit) {
  RecordReader reader;
  StoredRecord record;
  used_sqlite_ = true;
  while (range.first <= range.last) {
    const auto query = sql_of(filter, stream, *database_, range);
    if (!query) return query.error();
    if (query->holds_nothing) return true;
    const bool paged = query->plan != Plan::by_time && query->plan != Plan::among;
    const std::string inner = "SELECT " + query->id + " " + query->from + " ORDER BY " + query->id +
                              (paged ? " LIMIT " + std::to_string(page_rows) : "");
    auto statement = database_->prepare("SELECT raw_json FROM " + view_of(stream) +
                                        " WHERE id IN (" + inner + ") ORDER BY id");
    if (!statement) return statement.error();
    std::size_t rows = 0;
    for (;; ++rows) {
      const auto row = statement->step();
      if (!row) return row.error();
      if (!*row) break;
      if (!read_into(statement->text(0), stream, reader, record)) continue;
      range.first = record.id + 1;
      if (query->needs_match && !matches(filter, stream, reader)) continue;
      record.line = std::string(statement->text(0));
      if (!visit(record, reader)) return false;
    }
    if (!paged || rows < page_rows) break;
  }
  return true;
}

// Adds up the whole hours that hour_counts knows. What is left to be counted row by row: before and
// behind them, and what came since.
Result<std::vector<RecordSource::Part>> RecordSource::sum_hours(const Filter& filter, Stream stream,
                                                                const Held& held, const Sums& sums,
                                                                const RowVisitor& visit) {
  std::vector<Part> left;
  const auto all_rows = [&]() -> Result<std::vector<Part>> {
    const auto parts = ranges(held, filter, stream);
    if (!parts) return parts.error();
    for (const auto& range : *parts) left.push_back({filter, range});
    return left;
  };
  if (!sums.may_use_hours || stream != Stream::syslog || !filter.texts.empty()) return all_rows();
  const auto counted = counted_id();
  if (!counted) return counted.error();
  const auto oldest = database_->integer("SELECT min(received_us) FROM log_rows");
  if (!oldest) return oldest.error();
  // Retention may have taken a part of the oldest hour.
  auto first = *oldest / hour_us + 1;
  if (filter.since) first = std::max(first, (*filter.since + hour_us - 1) / hour_us);
  const auto end = filter.until ? *filter.until / hour_us : INT64_MAX / hour_us;
  if (*counted < held.first || first >= end) return all_rows();
  const auto hours = hours_sql(filter, *database_, first, end);
  if (!hours) return hours.error();
  if (*hours) {
    auto done =
        each_row("SELECT " + sums.keys + "sum(records) " + **hours + " " + sums.group, visit);
    if (!done) return done.error();
  }
  const auto add = [&](std::optional<Micros> since, std::optional<Micros> until, IdRange range) {
    if ((since && until && *since >= *until) || range.first > range.last) return;
    Part part{filter, std::move(range)};
    part.filter.since = since;
    part.filter.until = until;
    left.push_back(std::move(part));
  };
  const IdRange known = {held.first, std::min(*counted, held.last), false};
  add(filter.since, first * hour_us, known);
  if (filter.until) add(end * hour_us, filter.until, known);
  add(filter.since, filter.until, {*counted + 1, held.last, false});
  return left;
}

Result<void> RecordSource::each_row(const std::string& sql, const RowVisitor& visit) {
  auto statement = database_->prepare(sql);
  if (!statement) return statement.error();
  for (;;) {
    const auto row = statement->step();
    if (!row) return row.error();
    if (!*row) return {};
    visit(*statement);
  }
}

Result<bool> RecordSource::aggregate(const Filter& filter, Stream stream, const Sums& sums,
                                     const RowVisitor& visit_row, const RecordVisitor& outside) {
  Held have;
  if (database_) {
    // One snapshot for the question what there is, and the sums over it.
    const Database::Snapshot snapshot(*database_);
    auto asked = held(stream);
    if (!asked) return asked.error();
    have = *asked;
    const auto parts = sum_hours(filter, stream, have, sums, visit_row);
    if (!parts) return parts.error();
    used_sqlite_ = used_sqlite_ || have.last > 0;
    for (const auto& [part, range] : *parts) {
      const auto query = sql_of(part, stream, *database_, range, Purpose::sums);
      if (!query) return query.error();
      if (query->needs_match) return false;
      if (query->holds_nothing) continue;
      auto done = each_row(
          "SELECT " + sums.keys + sums.values + " " + query->from + " " + sums.group, visit_row);
      if (!done) return done.error();
    }
  }
  if (have.first > 1 || have.last == 0) {
    const auto older =
        from_journal(filter, stream, 0, have.last == 0 ? no_end : have.first - 1, outside);
    if (!older) return older.error();
    if (have.last == 0) return true;
  }
  const auto newer = from_journal(filter, stream, have.last + 1, no_end, outside);
  if (!newer) return newer.error();
  return true;
}

Result<bool> RecordSource::from_journal(const Filter& filter, Stream stream, std::uint64_t first_id,
                                        std::uint64_t last_id, const RecordVisitor& visit) {
  auto files = files_of(folder_, filter, stream, first_id, last_id);
  if (!files) return files.error();
  RecordReader reader;
  StoredRecord record;
  for (const auto& file : *files) {
    std::uint64_t offset = 0;
    if (!file.gzip && first_id > file.first_id)
      offset = [&] {
        const auto at = offset_of_id(file, first_id);
        return at ? *at : 0;
      }();
    bool any = false;
    bool enough = false;
    const auto done = read_forward(file, offset, [&](std::string_view line, std::uint64_t) {
      const auto id = line_id(line);
      if (id < first_id) return true;
      if (id > last_id) return false;
      any = true;
      if (!read_into(line, stream, reader, record) || !matches(filter, stream, reader)) return true;
      record.line = std::string(line);
      enough = !visit(record, reader);
      return !enough;
    });
    if (!done) troubles_.push_back(done.error().sentence);
    if (any) ++journal_files_;
    if (enough) return false;
  }
  return true;
}

Result<std::optional<StoredRecord>> RecordSource::by_id(Stream stream, std::uint64_t id) {
  RecordReader reader;
  StoredRecord record;
  if (database_) {
    auto statement = database_->prepare("SELECT raw_json FROM " + view_of(stream) +
                                        " WHERE id = " + std::to_string(id));
    if (!statement) return statement.error();
    const auto row = statement->step();
    if (!row) return row.error();
    if (*row && read_into(statement->text(0), stream, reader, record)) {
      used_sqlite_ = true;
      record.line = std::string(statement->text(0));
      return std::optional(record);
    }
  }
  Filter filter;
  filter.streams = {stream};
  std::optional<StoredRecord> found;
  const auto done =
      from_journal(filter, stream, id, id, [&](const StoredRecord& one, const RecordReader&) {
        found = one;
        return false;
      });
  if (!done) return done.error();
  return found;
}

Result<std::string> RecordSource::sql(const Filter& filter, std::size_t limit) {
  if (!database_) return Error{Errc::not_found, folder_ + ": there is no database"};
  std::string text;
  for (const auto stream : filter.streams) {
    const auto have = held(stream);
    if (!have) return have.error();
    const auto parts = ranges(*have, filter, stream);
    if (!parts) return parts.error();
    for (const auto& range : *parts) {
      const auto query = sql_of(filter, stream, *database_, range);
      if (!query) return query.error();
      text += query->rows(view_of(stream), "received_at, device_hostname, raw_json", limit) + ";\n";
    }
  }
  return text;
}

std::string RecordSource::provenance() const {
  std::string files =
      std::to_string(journal_files_) + (journal_files_ == 1 ? " journal file" : " journal files");
  if (used_sqlite_) return journal_files_ == 0 ? "from SQLite" : "from SQLite and " + files;
  return "from " + files;
}

}  // namespace netlogd::cli
