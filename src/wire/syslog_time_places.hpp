// Where the numbers of a date stand in its text, so that another stamp of the same shape is read by
// place: "Jan 17 14:32:15.123 UTC", "2024 Jan  7 04:02:05", "Jan 17 2024 14:32:15". Private to
// wire.

#pragma once

#include <cstdint>
#include <string_view>

#include "netlogd/wire/syslog_time.hpp"

namespace netlogd::wire {

class TimePlaces {
 public:
  // False for a stamp that is written in another way; then nothing can be read by place.
  bool find(const SyslogTime& time) noexcept;
  // `text` begins where the stamp does and has its shape: fills in the numbers of `time`, which is
  // the stamp they were found in. False where the grammar would not take the year for one.
  bool read(const char* text, SyslogTime& time) const noexcept;

 private:
  std::uint8_t day_ = 0;    // its tens, which may be a blank
  std::uint8_t clock_ = 0;  // hh:mm:ss
  std::uint8_t year_ = 0;   // if the stamp has one
};

}  // namespace netlogd::wire
