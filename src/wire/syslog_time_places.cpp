#include "syslog_time_places.hpp"

#include <algorithm>

#include "netlogd/core/text_cursor.hpp"

namespace netlogd::wire {
namespace {

constexpr std::size_t clock_length = 8;
constexpr std::size_t iso_clock = 11;  // behind "2024-01-17T"

constexpr int pair(const char* text) noexcept { return (text[0] - '0') * 10 + (text[1] - '0'); }

std::uint32_t fraction(const char* text, std::size_t digits) noexcept {
  std::uint32_t nanoseconds = 0;
  std::uint32_t scale = 100'000'000;
  for (std::size_t i = 0; i < digits; ++i, scale /= 10)
    nanoseconds += static_cast<std::uint32_t>(text[i] - '0') * scale;
  return nanoseconds;
}

bool is_pair(const TextCursor& at, std::size_t ahead) noexcept {
  return is_digit(at.peek(ahead)) && is_digit(at.peek(ahead + 1));
}

// Four digits and blanks.
bool take_year(TextCursor& at, std::uint8_t& place) noexcept {
  if (!is_pair(at, 0) || !is_pair(at, 2) || !is_blank(at.peek(4))) return false;
  place = static_cast<std::uint8_t>(at.position());
  at.skip(4);
  at.skip_blanks();
  return true;
}

bool is_same(const SyslogTime& one, const SyslogTime& other) noexcept {
  const auto& a = one.civil;
  const auto& b = other.civil;
  return a.year == b.year && a.month == b.month && a.day == b.day && a.hour == b.hour &&
         a.minute == b.minute && a.second == b.second && one.nanoseconds == other.nanoseconds &&
         one.offset_seconds == other.offset_seconds && one.valid == other.valid;
}

}  // namespace

bool TimePlaces::find(const SyslogTime& time) noexcept {
  constexpr std::size_t longest = 64;
  if (time.kind != SyslogTime::Kind::date || time.text.size() > longest) return false;
  if (time.iso) return find_iso(time);
  TextCursor at(time.text);
  bool year = take_year(at, year_);
  at.take_while(is_alpha);
  if (at.skip_blanks() == 0) return false;
  day_ = static_cast<std::uint8_t>(at.position() - (is_pair(at, 0) ? 0 : 1));
  if (time.text[day_] != ' ' && !is_digit(time.text[day_])) return false;
  at.take_while(is_digit);
  at.take(',');
  at.skip_blanks();
  if (!year) year = take_year(at, year_);
  if (!is_pair(at, 0) || at.peek(2) != ':' || !is_pair(at, 3) || at.peek(5) != ':' ||
      !is_pair(at, 6))
    return false;
  clock_ = static_cast<std::uint8_t>(at.position());
  at.skip(clock_length);
  if (at.peek() == '.' || at.peek() == ',') at.skip();
  at.take_while(is_digit);
  if (year != time.has_year || at.rest().ends_with('M') || at.rest().ends_with('m')) return false;
  if (!find_zone(at, time)) return false;
  auto again = time;
  return read(time.text.data(), again) && is_same(time, again);
}

bool TimePlaces::read(const char* text, SyslogTime& time) const noexcept {
  if (time.iso) return read_iso(text, time);
  auto& civil = time.civil;
  const char* const day = text + day_;
  civil.day = (*day == ' ' ? 0 : 10 * (*day - '0')) + (day[1] - '0');
  const char* const clock = text + clock_;
  civil.hour = pair(clock);
  civil.minute = pair(clock + 3);
  civil.second = pair(clock + 6);
  if (time.has_year) {
    civil.year = 100 * pair(text + year_) + pair(text + year_ + 2);
    if (civil.year < 1970 || civil.year > 2099) return false;
  }
  time.nanoseconds = fraction(clock + clock_length + 1, time.digits);
  time.valid = is_valid(time);
  return read_offset(text, time);
}

// Behind the clock: a name, "UTC+1", "+01:00"; any other number is a year.
bool TimePlaces::find_zone(TextCursor& at, const SyslogTime& time) noexcept {
  zone_ = zone_size_ = sign_ = 0;
  at.skip_blanks();
  if (at.peek() == '+' || at.peek() == '-') return find_sign(at);
  const auto name = at.rest();
  if (std::none_of(name.begin(), name.end(), is_digit)) return true;
  if (time.zone != SyslogTime::Zone::offset) return false;
  zone_ = static_cast<std::uint8_t>(at.position());
  zone_size_ = static_cast<std::uint8_t>(name.size());
  return true;
}

// "+01:00", "+0100", and nothing behind.
bool TimePlaces::find_sign(TextCursor& at) noexcept {
  sign_ = static_cast<std::uint8_t>(at.position());
  at.skip(3);
  at.take(':');
  offset_minute_ = static_cast<std::uint8_t>(at.position());
  if (!is_pair(at, 0)) return false;
  at.skip(2);
  return at.at_end();
}

bool TimePlaces::read_offset(const char* text, SyslogTime& time) const noexcept {
  if (zone_size_ > 0) return is_utc_zone({text + zone_, zone_size_}, time.offset_seconds);
  if (sign_ == 0) return true;
  const int hours = pair(text + sign_ + 1);
  const int minutes = pair(text + offset_minute_);
  time.offset_seconds = (hours * 60 + minutes) * (text[sign_] == '-' ? -60 : 60);
  return hours <= 23 && minutes <= 59;
}

// "2024-01-17T14:32:15", a fraction, and "Z", "+01:00" or "+0100", or none of them.
bool TimePlaces::find_iso(const SyslogTime& time) noexcept {
  TextCursor at(time.text);
  if (!is_pair(at, 0) || !is_pair(at, 2) || !is_pair(at, 5) || !is_pair(at, 8) ||
      !is_pair(at, iso_clock) || !is_pair(at, iso_clock + 3) || !is_pair(at, iso_clock + 6))
    return false;
  at.skip(iso_clock + clock_length);
  if (at.peek() == '.' || at.peek() == ',') at.skip();
  at.take_while(is_digit);
  zone_size_ = sign_ = 0;
  const bool offset = at.peek() == '+' || at.peek() == '-';
  if (offset ? !find_sign(at) : !at.at_end() && at.rest() != "Z" && at.rest() != "z") return false;
  auto again = time;
  return read(time.text.data(), again) && is_same(time, again);
}

bool TimePlaces::read_iso(const char* text, SyslogTime& time) const noexcept {
  const char* const clock = text + iso_clock;
  time.civil = {.year = 100 * pair(text) + pair(text + 2),
                .month = pair(text + 5),
                .day = pair(text + 8),
                .hour = pair(clock),
                .minute = pair(clock + 3),
                .second = pair(clock + 6)};
  time.nanoseconds = fraction(clock + clock_length + 1, time.digits);
  time.valid = is_valid(time);
  return read_offset(text, time);
}

}  // namespace netlogd::wire
