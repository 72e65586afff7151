// Where the numbers of a date stand in its text, so that another stamp of the same shape is read by
// place: "Jan 17 14:32:15.123 UTC", "2024 Jan  7 04:02:05", "Jan 17 2024 14:32:15",
// "2024-01-17T14:32:15.123+01:00". Private to wire.

#pragma once

#include <cstdint>
#include <string_view>

#include "netlogd/core/text_cursor.hpp"
#include "netlogd/wire/syslog_time.hpp"

namespace netlogd::wire {

class TimePlaces {
 public:
  // False for a stamp that is written in another way; then nothing can be read by place.
  bool find(const SyslogTime& time) noexcept;
  // `text` begins where the stamp does and has its shape: fills in the numbers of `time`, which is
  // the stamp they were found in. False where the grammar would not take the year or the offset for
  // one.
  bool read(const char* text, SyslogTime& time) const noexcept;

 private:
  bool find_iso(const SyslogTime& time) noexcept;
  bool read_iso(const char* text, SyslogTime& time) const noexcept;
  bool find_zone(TextCursor& at, const SyslogTime& time) noexcept;
  bool find_sign(TextCursor& at) noexcept;
  bool read_offset(const char* text, SyslogTime& time) const noexcept;

  std::uint8_t day_ = 0;    // its tens, which may be a blank
  std::uint8_t clock_ = 0;  // hh:mm:ss
  std::uint8_t year_ = 0;   // if the stamp has one
  std::uint8_t zone_ = 0;   // "UTC+1"
  std::uint8_t zone_size_ = 0;
  std::uint8_t sign_ = 0;  // of an offset; 0: it has none
  std::uint8_t offset_minute_ = 0;
};

}  // namespace netlogd::wire
