// One record line becomes one row: log_rows.cpp, trap_rows.cpp, flow_rows.cpp. Each is told how to
// keep a row small and how to say so when a line has an unusual shape: then the whole line is kept
// beside the columns, so that `raw_json` is always the journal's line. Inside a transaction of the
// follower; after a rollback, forget().

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "follow/dictionary.hpp"
#include "follow/hour_sums.hpp"
#include "follow/json_line.hpp"
#include "follow/row_insert.hpp"
#include "follow/source_counts.hpp"
#include "follow/sqlite_database.hpp"
#include "netlogd/core/counters.hpp"
#include "netlogd/core/result.hpp"
#include "netlogd/journal/cursor.hpp"

namespace netlogd::follow {

// What every record begins with, up to its device.
struct RecordHead {
  std::int64_t received_us = 0;  // 0: cannot be read
  std::string_view received_at;  // the same as text, in our form
  std::string_view source;       // `"source_ip":…,"device":{…}`
  std::string_view source_ip;
  std::string_view transport;
  std::string_view relay_ip;
  std::string_view device;
  std::string_view device_hostname;  // JSON
  std::string_view body;  // what follows the device, without the comma and the closing brace
  bool is_exact = false;  // as the contract has it: can be put together again from its parts
};

// The dictionaries that all streams share.
class SharedWords {
 public:
  Result<void> prepare(SqliteDatabase& database);
  void forget() noexcept;

  // The day of the last record.
  [[nodiscard]] std::int64_t day() const noexcept { return last_received_us_ / 86'400'000'000; }

  // The columns that every row begins with. `hostname` is the JSON of the message's host name
  // (`null` where a stream has none).
  static constexpr std::string_view head_columns =
      "id, received_us, received_at, host_id, host_bucket, source_id";
  static constexpr int first_own_column = 7;
  Result<void> bind_head(SqliteDatabase& database, RowInsert& insert, const RecordHead& head,
                         std::string_view hostname);
  // For a line of which nothing can be read: the time of the one before, and no host.
  void bind_unread(RowInsert& insert);
  // What the row has that was bound last; 0: no source.
  [[nodiscard]] std::int64_t last_received_us() const noexcept { return last_received_us_; }
  [[nodiscard]] std::int64_t last_source_id() const noexcept { return last_source_id_; }

  // `json` is the JSON of a string. no_event: it is none.
  static constexpr std::int64_t no_event = 0;
  static constexpr std::int64_t no_host = 0;
  Result<std::int64_t> event(SqliteDatabase& database, std::string_view json);

  // Stores what the sources of the rows since the last call sent.
  Result<void> store_counts(Stream stream) { return counts_.store(stream); }

 private:
  Result<std::int64_t> source(SqliteDatabase& database, const RecordHead& head,
                              std::string_view hostname);

  void bind_host(RowInsert& insert, std::int64_t id);

  Dictionary events_;
  Dictionary hosts_;
  Dictionary sources_;
  SourceCounts counts_;
  std::string key_;
  std::string scratch_;
  JsonLine device_;
  std::int64_t last_received_us_ = 0;
  std::int64_t last_source_id_ = 0;
};

// Reads a record's head and leaves the cursor behind the device.
[[nodiscard]] RecordHead read_head(std::string_view line, const JsonLine& members, MemberCursor& at,
                                   std::string_view record_type);

// The JSON scalar as an SQLite value. False: it is no scalar, or no number that comes back the
// same.
template <typename Statement>
[[nodiscard]] bool bind_scalar(Statement& statement, int at, std::string_view json,
                               std::string& scratch) {
  if (const auto number = json_integer(json)) {
    statement.bind(at, *number);
    return true;
  }
  if (const auto text = json_text(json, scratch)) {
    statement.bind(at, *text);
    return true;
  }
  statement.bind_null(at);
  return json == "null";
}

class RowWriter {
 public:
  virtual ~RowWriter() = default;
  virtual Result<void> prepare(SqliteDatabase& database, SharedWords& words) = 0;
  // `rows_left` of the batch, this one included; their lines stay valid until the last is added.
  virtual Result<void> add(const journal::RecordLine& record, std::size_t rows_left) = 0;
  virtual void forget() noexcept = 0;
};

// `hours` outlives it.
std::unique_ptr<RowWriter> make_log_rows(Counter& whole_lines, HourSums& hours);
std::unique_ptr<RowWriter> make_trap_rows(Counter& whole_lines);
std::unique_ptr<RowWriter> make_flow_rows(Counter& whole_lines);

}  // namespace netlogd::follow
