// Instants, civil dates and their text. No clock is asked here except by SystemClock; pure code is
// given `received`. Any thread.

#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace netlogd {

using TimePoint = std::chrono::sys_time<std::chrono::nanoseconds>;

// Whoever must ask what time it is gets one of these; tests turn their own.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual TimePoint now() const noexcept = 0;
  // Never steps; for intervals only.
  [[nodiscard]] virtual std::chrono::nanoseconds monotonic() const noexcept = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const noexcept override;
  [[nodiscard]] std::chrono::nanoseconds monotonic() const noexcept override;
};

// A date and time of day without a zone, proleptic Gregorian.
struct CivilTime {
  int year = 1970;
  int month = 1;  // 1..12
  int day = 1;    // 1..31
  int hour = 0;
  int minute = 0;
  int second = 0;  // 60 (a leap second) is carried over by to_seconds
};

[[nodiscard]] constexpr std::int64_t days_from_civil(int year, int month, int day) noexcept {
  // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
  const std::int64_t y = month <= 2 ? year - 1 : year;
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const auto yoe = static_cast<std::uint64_t>(y - era * 400);
  const auto doy =
      static_cast<std::uint64_t>((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1);
  const std::uint64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146097 + static_cast<std::int64_t>(doe) - 719468;
}

// Seconds since 1970-01-01T00:00:00 as if the civil time were UTC.
[[nodiscard]] constexpr std::int64_t to_seconds(const CivilTime& t) noexcept {
  return days_from_civil(t.year, t.month, t.day) * 86400 + t.hour * 3600 + t.minute * 60 + t.second;
}

[[nodiscard]] CivilTime to_civil(std::int64_t seconds) noexcept;

[[nodiscard]] constexpr bool is_leap_year(int year) noexcept {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}
[[nodiscard]] constexpr int days_in_month(int year, int month) noexcept {
  constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap_year(year) ? 29 : days[month - 1];
}

// The longest text of format_utc: "2024-01-17T14:32:15.123456789Z".
constexpr std::size_t max_utc_text = 30;
// ISO 8601 with `digits` (0, 3, 6 or 9) of fraction, rounded down, and Z. Years 0000..9999; an
// instant beyond them is clamped. `out` has room for max_utc_text; returns the length, writes no
// NUL.
std::size_t format_utc(TimePoint instant, int digits, char* out) noexcept;
std::size_t format_utc(const CivilTime& utc, std::uint32_t nanoseconds, int digits,
                       char* out) noexcept;
// Its end alone: the seconds, the fraction and Z, nine digits of room. Returns the place behind it.
char* put_second(char* out, std::uint32_t second, std::uint32_t nanoseconds, int digits) noexcept;
// The same without the seconds.
char* put_fraction(char* out, std::uint32_t nanoseconds, int digits) noexcept;
[[nodiscard]] std::string utc_text(TimePoint instant, int digits = 6);
// The form of segment names: 20240117T143215Z.
[[nodiscard]] std::string utc_compact(TimePoint instant);

}  // namespace netlogd
