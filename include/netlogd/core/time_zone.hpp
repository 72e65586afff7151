// A time zone as a table of transitions: local time to instant without a lock, a file or a library
// call. Built by enrich from the system's tz database. Immutable after construction, any thread.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace netlogd {

class TimeZone {
 public:
  struct Transition {
    std::int64_t from;      // UTC seconds from which the offset holds
    std::int32_t offset;    // seconds east of UTC
  };

  // `transitions` is sorted by `from`; the first holds for everything before it too.
  TimeZone(std::string name, std::vector<Transition> transitions);
  [[nodiscard]] static TimeZone fixed(std::string name, std::int32_t offset_seconds);

  struct Answer {
    std::int64_t utc_seconds;
    bool ambiguous;  // the fold: the clock showed this time twice; the later reading is not past `hint`, else the earlier
    bool skipped;    // the gap: the clock never showed this time; read with the offset before it
  };
  // Local civil seconds (to_seconds of the local time) to UTC. In the fold the reading nearest to
  // `hint_utc` (the time of reception) that is not after it is taken, else the earlier one.
  [[nodiscard]] Answer to_utc(std::int64_t local_seconds, std::int64_t hint_utc) const noexcept;
  [[nodiscard]] std::int32_t offset_at(std::int64_t utc_seconds) const noexcept;
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  [[nodiscard]] std::size_t index_at(std::int64_t utc_seconds) const noexcept;

  std::string name_;
  std::vector<Transition> transitions_;
};

}  // namespace netlogd
