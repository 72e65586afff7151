// From a time stamp as sent to an instant, with what had to be guessed. Pure, any thread.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "netlogd/core/time.hpp"
#include "netlogd/core/time_zone.hpp"
#include "netlogd/parse/zone_table.hpp"
#include "netlogd/wire/syslog_time.hpp"

namespace netlogd::parse {

struct EventTime {
  enum class Year : std::uint8_t { none, sent, inferred };
  enum class Zone : std::uint8_t { none, sent, inventory, from_default };

  bool known = false;  // false: the stamp gives no instant; nothing below but `year` may be used
  TimePoint instant{};
  int digits = 3;  // of the fraction: as precise as sent, at least milliseconds
  Year year = Year::none;
  Zone zone = Zone::none;
  bool ambiguous = false;  // the fold: the clock showed this time twice
  bool skipped = false;    // the gap: the clock never showed it
  bool is_utc = false;     // the zone is UTC, and `civil` the instant as a date
  CivilTime civil{};
};

// The year of 30 days after reception, in any zone: no stamp without a year means a later one.
// Asked for each message, so the answer for the day is kept. One owner.
class LatestYear {
 public:
  [[nodiscard]] int at(TimePoint received) noexcept;

 private:
  std::int64_t day_ = INT64_MIN;
  int year_ = 0;
};

struct TimeContext {
  TimePoint received;
  const TimeZone* device_zone = nullptr;  // of the inventory; nullptr: not stated
  const TimeZone& default_zone;
  const ZoneTable& zones;
  std::optional<int> stated_year;  // from "NNNN:" in front of the date
  int latest_year;                 // LatestYear of `received`
};

// A stamp without a year gets the latest year that puts it no more than 30 days after reception
// (29 February: the latest leap year). The zone is the one sent, else the device's, else the
// default.
[[nodiscard]] EventTime resolve_time(const wire::SyslogTime& time,
                                     const TimeContext& context) noexcept;

// "NNNN:" in front of a date without a year is that year if it lies within the ten years up to
// reception.
[[nodiscard]] std::optional<int> year_of_counter(std::string_view digits,
                                                 TimePoint received) noexcept;

}  // namespace netlogd::parse
