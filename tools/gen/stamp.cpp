#include "stamp.hpp"

#include <fmt/format.h>

#include <chrono>

namespace netlogd::gen {

void Stamps::set(TimePoint now) {
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  if (milliseconds == milliseconds_) return;
  milliseconds_ = milliseconds;

  constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto seconds = milliseconds / 1000;
  const auto fraction = milliseconds % 1000;
  const auto t = to_civil(seconds);
  const auto day = fmt::format("{} {:2}", months[t.month - 1], t.day);
  const auto time = fmt::format("{:02}:{:02}:{:02}", t.hour, t.minute, t.second);
  const auto text = [this](StampStyle style) -> std::string& {
    return texts_[static_cast<std::size_t>(style)];
  };
  text(StampStyle::bsd) = fmt::format("{} {}", day, time);
  text(StampStyle::msec) = fmt::format("{} {}.{:03}", day, time, fraction);
  text(StampStyle::year_msec_zone) = fmt::format("{} {} {}.{:03} UTC", day, t.year, time, fraction);
  text(StampStyle::year) = fmt::format("{} {} {}", day, t.year, time);
  text(StampStyle::year_first) = fmt::format("{} {} {}", t.year, day, time);
  text(StampStyle::year_first_zone) = fmt::format("{} {} {} UTC", t.year, day, time);
  text(StampStyle::rfc3339) =
      fmt::format("{:04}-{:02}-{:02}T{}.{:03}Z", t.year, t.month, t.day, time, fraction);

  const auto there = to_civil(seconds + 3600);
  text(StampStyle::rfc3339_offset) =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}+01:00", there.year, there.month,
                  there.day, there.hour, there.minute, there.second, fraction);
}

}  // namespace netlogd::gen
