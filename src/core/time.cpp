#include "netlogd/core/time.hpp"

#include <array>
#include <cstring>

namespace netlogd {
namespace {

// "00" to "99", one behind the other: two digits are one copy.
constexpr std::array<char, 200> digit_pairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

void put_pair(char* out, std::uint32_t value) noexcept {
  std::memcpy(out, &digit_pairs[2 * value], 2);
}

struct Split {
  CivilTime civil;
  std::uint32_t nanoseconds;
};

Split split(TimePoint instant) noexcept {
  const std::int64_t count = instant.time_since_epoch().count();
  std::int64_t seconds = count / 1'000'000'000;
  std::int64_t nanoseconds = count % 1'000'000'000;
  if (nanoseconds < 0) {
    nanoseconds += 1'000'000'000;
    --seconds;
  }
  return {to_civil(seconds), static_cast<std::uint32_t>(nanoseconds)};
}

}  // namespace

TimePoint SystemClock::now() const noexcept {
  return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
}

std::chrono::nanoseconds SystemClock::monotonic() const noexcept {
  return std::chrono::steady_clock::now().time_since_epoch();
}

CivilTime to_civil(std::int64_t seconds) noexcept {
  std::int64_t days = seconds / 86400;
  std::int64_t rest = seconds % 86400;
  if (rest < 0) {
    rest += 86400;
    --days;
  }
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const auto doe = static_cast<std::uint32_t>(days - era * 146097);
  const std::uint32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const std::uint32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const std::uint32_t mp = (5 * doy + 2) / 153;
  CivilTime civil;
  civil.day = static_cast<int>(doy - (153 * mp + 2) / 5 + 1);
  civil.month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
  civil.year =
      static_cast<int>(static_cast<std::int64_t>(yoe) + era * 400 + (civil.month <= 2 ? 1 : 0));
  const auto second_of_day = static_cast<std::uint32_t>(rest);
  civil.hour = static_cast<int>(second_of_day / 3600);
  civil.minute = static_cast<int>(second_of_day / 60 % 60);
  civil.second = static_cast<int>(second_of_day % 60);
  return civil;
}

// A 64-bit count of nanoseconds spans 1677 to 2262, so four digits of year always do.
std::size_t format_utc(TimePoint instant, int digits, char* out) noexcept {
  const auto [civil, nanoseconds] = split(instant);
  return format_utc(civil, nanoseconds, digits, out);
}

std::size_t format_utc(const CivilTime& civil, std::uint32_t nanoseconds, int digits,
                       char* out) noexcept {
  std::memcpy(out, "0000-00-00T00:00:", 17);
  const auto put = [out](std::size_t at, int value) {
    put_pair(out + at, static_cast<std::uint32_t>(value));
  };
  put(0, civil.year / 100);
  put(2, civil.year % 100);
  put(5, civil.month);
  put(8, civil.day);
  put(11, civil.hour);
  put(14, civil.minute);
  const auto* end =
      put_second(out + 17, static_cast<std::uint32_t>(civil.second), nanoseconds, digits);
  return static_cast<std::size_t>(end - out);
}

char* put_second(char* out, std::uint32_t second, std::uint32_t nanoseconds, int digits) noexcept {
  put_pair(out, second);
  return put_fraction(out + 2, nanoseconds, digits);
}

char* put_fraction(char* out, std::uint32_t nanoseconds, int digits) noexcept {
  if (digits > 0) {
    const auto milliseconds = nanoseconds / 1'000'000;
    *out++ = '.';
    *out++ = static_cast<char>('0' + milliseconds / 100);
    put_pair(out, milliseconds % 100);
    out += 2;
    if (digits > 3) {  // all six that are left; the Z goes over those that are not asked for
      const auto rest = nanoseconds % 1'000'000;
      put_pair(out, rest / 10'000);
      put_pair(out + 2, rest / 100 % 100);
      put_pair(out + 4, rest % 100);
      out += digits - 3;
    }
  }
  *out = 'Z';
  return out + 1;
}

std::string utc_text(TimePoint instant, int digits) {
  char text[max_utc_text];
  return {text, format_utc(instant, digits, text)};
}

std::string utc_compact(TimePoint instant) {
  std::string text = utc_text(instant, 0);
  std::erase(text, '-');
  std::erase(text, ':');
  return text;
}

}  // namespace netlogd
