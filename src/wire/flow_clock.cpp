#include "netlogd/wire/flow_clock.hpp"

#include <limits>

namespace netlogd::wire {
namespace {

using Nanoseconds = std::chrono::nanoseconds;

constexpr std::int64_t nanoseconds_a_second = 1'000'000'000;
constexpr std::int64_t ntp_to_unix_seconds = 2'208'988'800;
constexpr std::int64_t era_seconds = std::int64_t{1} << 32;
constexpr std::int64_t max_seconds =
    std::numeric_limits<std::int64_t>::max() / nanoseconds_a_second - 1;
constexpr Nanoseconds ten_years = std::chrono::hours(24 * 3653);

bool is_near(TimePoint instant, TimePoint near) noexcept {
  return instant > near - ten_years && instant < near + ten_years;
}

// `fraction_ns` of the second is already rounded and may be a whole second.
TimePoint ntp_instant(std::uint64_t value, std::int64_t fraction_ns, TimePoint near) noexcept {
  const auto since_1900 = static_cast<std::int64_t>(value >> 32);
  const auto era0 = since_1900 - ntp_to_unix_seconds;
  const auto near_seconds = near.time_since_epoch().count() / nanoseconds_a_second;
  const auto era1 = era0 + era_seconds;
  const auto seconds = near_seconds - era0 <= era1 - near_seconds ? era0 : era1;
  return TimePoint(Nanoseconds(seconds * nanoseconds_a_second + fraction_ns));
}

std::optional<TimePoint> plain_count(std::uint64_t value, std::uint64_t a_second) noexcept {
  if (value / a_second > static_cast<std::uint64_t>(max_seconds)) return std::nullopt;
  const auto scale = static_cast<std::uint64_t>(nanoseconds_a_second) / a_second;
  return TimePoint(Nanoseconds(static_cast<std::int64_t>(value * scale)));
}

std::optional<TimePoint> nearer(TimePoint ntp, std::optional<TimePoint> plain,
                                TimePoint near) noexcept {
  if (!is_near(ntp, near) && plain && is_near(*plain, near)) return plain;
  return ntp;
}

}  // namespace

std::optional<TimePoint> unix_seconds(std::uint64_t seconds) noexcept {
  return plain_count(seconds, 1);
}

std::optional<TimePoint> unix_milliseconds(std::uint64_t milliseconds) noexcept {
  return plain_count(milliseconds, 1000);
}

std::optional<TimePoint> ntp_microseconds(std::uint64_t value, TimePoint near) noexcept {
  if (value == 0) return std::nullopt;
  // The eleven low bits of the fraction carry nothing; what is left is finer than a microsecond, so
  // the nearest one is the one that was meant.
  const std::uint64_t fraction = value & 0xffff'f800U;
  const auto microseconds = static_cast<std::int64_t>((fraction * 1'000'000 + 0x8000'0000U) >> 32);
  return nearer(ntp_instant(value, microseconds * 1000, near), plain_count(value, 1'000'000), near);
}

std::optional<TimePoint> ntp_nanoseconds(std::uint64_t value, TimePoint near) noexcept {
  if (value == 0) return std::nullopt;
  const std::uint64_t fraction = value & 0xffff'ffffU;
  const auto nanoseconds =
      static_cast<std::int64_t>((fraction * 1'000'000'000 + 0x8000'0000U) >> 32);
  return nearer(ntp_instant(value, nanoseconds, near), plain_count(value, 1'000'000'000), near);
}

UptimeBase uptime_since(std::uint64_t system_init_ms, TimePoint exported) noexcept {
  const auto exported_ms = static_cast<std::uint64_t>(
      std::chrono::floor<std::chrono::milliseconds>(exported.time_since_epoch()).count());
  return {.known = true,
          .uptime_ms = static_cast<std::uint32_t>(exported_ms - system_init_ms),
          .exported = exported};
}

}  // namespace netlogd::wire
