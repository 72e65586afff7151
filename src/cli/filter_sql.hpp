// A filter as SQL over the views `logs`, `traps` and `flows` of docs/queries.md, in the form that
// uses their indexes. `netlog query --sql` prints what is made here.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "database.hpp"
#include "filter.hpp"

namespace netlogd::cli {

// How the rows are found.
enum class Plan : std::uint8_t {
  by_id,    // newest ids first, or by device, event type or severity
  by_time,  // a stretch of received_us
  by_text,  // the full-text index
  among,    // ids that are known to hold all that fit
};

struct SqlQuery {
  Plan plan = Plan::by_id;
  std::string
      from;  // "FROM logs WHERE …" without order and limit; "id" and "received_us" are at hand
  std::string order;  // "received_us" or "id"
  std::string id;     // how the id is called in `from`
  // What SQL cannot say exactly (a phrase without the text index): ask matches() too.
  bool needs_match = false;
  bool holds_nothing = false;  // no such device: nothing to look for

  // The newest `limit` (0: all) ids, then `columns` of them, oldest first.
  [[nodiscard]] std::string rows(const std::string& view, const std::string& columns,
                                 std::size_t limit) const;
};

[[nodiscard]] std::string view_of(Stream stream);
// Whether the text index narrows what the filter asks for.
[[nodiscard]] bool has_indexed_words(const Filter& filter);
// The part of the stream that is asked for, and whether the text index knows all of it.
struct IdRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  bool text_indexed = false;
  std::string among = {};  // SQL that gives the ids that may fit; empty: all of them
};
// What the rows are for: the index by time alone answers most sums.
enum class Purpose : std::uint8_t { rows, sums };
Result<SqlQuery> sql_of(const Filter& filter, Stream stream, Database& database,
                        const IdRange& range, Purpose purpose = Purpose::rows);
// "FROM log_hours WHERE …": the counts of the hours first <= hour < end that the filter means, but
// for its texts. nullopt: no such device.
Result<std::optional<std::string>> hours_sql(const Filter& filter, Database& database,
                                             std::int64_t first, std::int64_t end);

}  // namespace netlogd::cli
