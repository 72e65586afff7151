// Time stamps as devices write them: found and taken apart here, turned into an instant by parse,
// which knows the year and the zone. Pure; views point into the text that was scanned.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "netlogd/core/time.hpp"

namespace netlogd::wire {

struct SyslogTime {
  enum class Kind : std::uint8_t {
    none,
    date,    // a date and a time of day
    uptime,  // time since the device started: "2y10w", "1d05h", "00:00:46"
    epoch,   // seconds since 1970
  };
  enum class Clock : std::uint8_t { unmarked, never_set, unsynced };  // nothing, '*', '.'
  enum class Zone : std::uint8_t { none, offset, name };

  Kind kind = Kind::none;
  Clock clock = Clock::unmarked;
  Zone zone = Zone::none;
  bool valid = false;  // false: the shape of a time, but 31 September, 25 o'clock, ...
  bool has_year = false;
  bool year_first = false;    // "2024 Jan 17 ...", as NX-OS and EOS write it
  bool iso = false;           // RFC 3339 and its relatives
  bool colon = false;         // a colon ends it, as Cisco writes it
  bool spaced_colon = false;  // with a blank before the colon
  std::uint8_t digits = 0;    // of the fraction
  std::uint32_t nanoseconds = 0;
  std::int32_t offset_seconds = 0;  // east of UTC, for Zone::offset
  std::int64_t epoch_seconds = 0;   // for Kind::epoch
  CivilTime civil;                  // the year only if has_year
  std::string_view zone_name;       // for Zone::name
  std::string_view text;            // as sent, with the zone, without the mark

  explicit operator bool() const noexcept { return kind != Kind::none; }
};

// A time stamp at the front of `text`, with its mark, without a zone name. Returns how many
// characters it has, 0 if there is none. Kind::uptime is taken only if a colon follows.
[[nodiscard]] std::size_t scan_time(std::string_view text, SyslogTime& time) noexcept;

// Whether the date is one: no 31 September. A leap second is counted into the next minute
// (to_seconds does it).
[[nodiscard]] bool is_valid(const SyslogTime& time) noexcept;

// Whether scan_time is worth trying: false for most words, at once.
[[nodiscard]] bool begins_like_time(std::string_view text) noexcept;

// A zone behind a time stamp that ended in front of `text`, for the Cisco form: "CET:", "UTC+1:",
// "MSK/MSD:", "mdt :". Returns how many characters it has without the colon (0: no zone); fills the
// zone and lengthens time.text. A name is anything a user may have configured.
[[nodiscard]] std::size_t scan_zone(std::string_view text, SyslogTime& time) noexcept;

// "UTC", "gmt", "Z", "UTC+07:30", "GMT-3".
[[nodiscard]] bool is_utc_zone(std::string_view name, std::int32_t& offset_seconds) noexcept;

// 1..12 for the English name at the front, in any case, short or in full; 0 if there is none.
[[nodiscard]] int scan_month(std::string_view text, std::size_t& length) noexcept;

}  // namespace netlogd::wire
