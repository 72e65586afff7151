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
#include "follow/json_line.hpp"
#include "follow/sqlite_database.hpp"
#include "netlogd/core/counters.hpp"
#include "netlogd/core/result.hpp"
#include "netlogd/journal/cursor.hpp"

namespace netlogd::follow {

// The dictionaries that all streams share.
class SharedWords {
 public:
  Result<void> prepare(SqliteDatabase& database);
  void forget() noexcept;

  // The day of the records that follow.
  void use_day_of(std::int64_t received_us) noexcept { day_ = received_us / 86'400'000'000; }
  [[nodiscard]] std::int64_t day() const noexcept { return day_; }

  // `json` is the JSON of a string. 0: it is none.
  Result<std::int64_t> host(SqliteDatabase& database, std::string_view json);
  Result<std::int64_t> event(SqliteDatabase& database, std::string_view json);
  // `source` is the piece of the line from "source_ip" through the device, `device` its value, and
  // `hostname` the JSON of the message's host name (`null` where a stream has none).
  Result<std::int64_t> source(SqliteDatabase& database, std::string_view source,
                              std::string_view source_ip, std::string_view transport,
                              std::string_view relay_ip, const JsonLine& device,
                              std::string_view hostname);

 private:
  Dictionary hosts_;
  Dictionary events_;
  Dictionary sources_;
  std::string key_;
  std::string scratch_;
  std::int64_t day_ = 0;
};

// What every record begins with, up to its device.
struct RecordHead {
  std::int64_t received_us = 0;
  std::string_view source;  // `"source_ip":…,"device":{…}`
  std::string_view source_ip;
  std::string_view transport;
  std::string_view relay_ip;
  std::string_view device;
  std::string_view device_hostname;  // JSON
  std::string_view body;  // what follows the device, without the comma and the closing brace
  bool is_exact = false;  // as the contract has it: can be put together again from its parts
};
// Reads it and leaves the cursor behind the device. `device_line` is given the device's members.
[[nodiscard]] RecordHead read_head(std::string_view line, const JsonLine& members, MemberCursor& at,
                                   std::string_view record_type, JsonLine& device_line);

// The JSON scalar as an SQLite value. False: it is no scalar, or no number that comes back the
// same.
[[nodiscard]] bool bind_scalar(SqliteStatement& statement, int at, std::string_view json,
                               std::string& scratch);

class RowWriter {
 public:
  virtual ~RowWriter() = default;
  virtual Result<void> prepare(SqliteDatabase& database, SharedWords& words) = 0;
  virtual Result<void> add(const journal::RecordLine& record) = 0;
  virtual void forget() noexcept = 0;
};

std::unique_ptr<RowWriter> make_log_rows(Counter& whole_lines);
std::unique_ptr<RowWriter> make_trap_rows(Counter& whole_lines);
std::unique_ptr<RowWriter> make_flow_rows(Counter& whole_lines);

}  // namespace netlogd::follow
