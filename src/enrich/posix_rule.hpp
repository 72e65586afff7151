// The rule that stands at the end of a compiled zone (RFC 8536, 3.3): a POSIX TZ string such as
// "PST8PDT,M3.2.0,M11.1.0", good for every year after the last listed transition. Pure.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "netlogd/core/time_zone.hpp"

namespace netlogd::enrich {

class PosixRule {
 public:
  // Nothing when the text is no such rule. With the extensions of RFC 8536, 3.3.1: hours from -167
  // to 167.
  [[nodiscard]] static std::optional<PosixRule> parse(std::string_view text) noexcept;

  [[nodiscard]] bool has_daylight_time() const noexcept { return has_daylight_; }
  [[nodiscard]] std::int32_t standard_offset() const noexcept { return standard_; }
  // The two changes of a year, the earlier first; for a rule with daylight time.
  [[nodiscard]] std::array<TimeZone::Transition, 2> transitions_in(int year) const noexcept;

 private:
  enum class DayForm : std::uint8_t { month_week_day, julian, day_of_year };
  struct Change {
    DayForm form = DayForm::month_week_day;
    int month = 1;
    int week = 1;                 // 5 is the last
    int day = 0;                  // of the week, from Sunday; or of the year
    std::int32_t seconds = 7200;  // local time of the change
  };
  class Reader;
  [[nodiscard]] static std::int64_t local_seconds(const Change& change, int year) noexcept;

  std::int32_t standard_ = 0;
  std::int32_t daylight_ = 0;
  bool has_daylight_ = false;
  Change start_;
  Change end_;
};

}  // namespace netlogd::enrich
