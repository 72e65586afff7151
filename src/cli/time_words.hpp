// Times as people type and read them. The zone is the local one (TZ) or UTC. Pure but for the zone.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "netlogd/core/result.hpp"

namespace netlogd::cli {

// Microseconds since 1970.
using Micros = std::int64_t;
constexpr Micros second_us = 1'000'000;

// "90s", "15m", "1h", "2d", "1w", and sums of them: "1h30m". In seconds, up to a hundred years.
[[nodiscard]] std::optional<std::int64_t> parse_duration(std::string_view text);
// What --minutes says: more than none, up to ten years.
Result<Micros> minutes_us(double minutes);

// A point in time:
//   1h, 2d, "1h30m ago"            that long before `now`
//   now, today, yesterday          the last two at 00:00
//   14:32, 14:32:15                today
//   yesterday 14:00, monday 08:00  the last day of that name
//   2026-01-17, 2026-01-17 14:32   with seconds, a fraction, a T, and Z or +01:00 if wanted
//   @1768660335                    seconds since 1970
[[nodiscard]] Result<Micros> parse_time(std::string_view text, Micros now, bool utc);

// "2026-01-17 14:32:15.123" with 0, 3 or 6 digits.
[[nodiscard]] std::string time_text(Micros time, int digits, bool utc);
// As records have it: "2026-01-17T14:32:15.123456Z".
[[nodiscard]] std::string iso_text(Micros time, int digits = 6);
// "3 s", "5 min", "2 h", "4 d": roughly how long something is.
[[nodiscard]] std::string span_text(std::int64_t seconds);

// received_at as written by us: "2024-01-17T14:32:15.123456Z", any number of digits. nullopt: no
// such text.
[[nodiscard]] std::optional<Micros> parse_utc(std::string_view text);

[[nodiscard]] Micros now_us();

}  // namespace netlogd::cli
