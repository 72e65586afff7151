#include "netlogd/core/time.hpp"


namespace netlogd {
namespace {

char* put_digits(char* out, std::uint64_t value, int width) noexcept {
  for (int i = width - 1; i >= 0; --i) {
    out[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  return out + width;
}

struct Split {
  CivilTime civil;
  std::uint64_t nanoseconds;
};

Split split(TimePoint instant) noexcept {
  const std::int64_t count = instant.time_since_epoch().count();
  std::int64_t seconds = count / 1'000'000'000;
  std::int64_t nanoseconds = count % 1'000'000'000;
  if (nanoseconds < 0) {
    nanoseconds += 1'000'000'000;
    --seconds;
  }
  return {to_civil(seconds), static_cast<std::uint64_t>(nanoseconds)};
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
  const auto doe = static_cast<std::uint64_t>(days - era * 146097);
  const std::uint64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const std::uint64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const std::uint64_t mp = (5 * doy + 2) / 153;
  CivilTime civil;
  civil.day = static_cast<int>(doy - (153 * mp + 2) / 5 + 1);
  civil.month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
  civil.year = static_cast<int>(static_cast<std::int64_t>(yoe) + era * 400 + (civil.month <= 2 ? 1 : 0));
  civil.hour = static_cast<int>(rest / 3600);
  civil.minute = static_cast<int>(rest / 60 % 60);
  civil.second = static_cast<int>(rest % 60);
  return civil;
}

// A 64-bit count of nanoseconds spans 1677 to 2262, so four digits of year always do.
std::size_t format_utc(TimePoint instant, int digits, char* out) noexcept {
  const auto [civil, nanoseconds] = split(instant);
  char* at = put_digits(out, static_cast<std::uint64_t>(civil.year), 4);
  *at++ = '-';
  at = put_digits(at, static_cast<std::uint64_t>(civil.month), 2);
  *at++ = '-';
  at = put_digits(at, static_cast<std::uint64_t>(civil.day), 2);
  *at++ = 'T';
  at = put_digits(at, static_cast<std::uint64_t>(civil.hour), 2);
  *at++ = ':';
  at = put_digits(at, static_cast<std::uint64_t>(civil.minute), 2);
  *at++ = ':';
  at = put_digits(at, static_cast<std::uint64_t>(civil.second), 2);
  if (digits > 0) {
    *at++ = '.';
    std::uint64_t fraction = nanoseconds;
    for (int i = digits; i < 9; ++i) fraction /= 10;
    at = put_digits(at, fraction, digits);
  }
  *at++ = 'Z';
  return static_cast<std::size_t>(at - out);
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
