#include "netlogd/wire/syslog_time.hpp"

#include <array>

#include "netlogd/core/text_cursor.hpp"

namespace netlogd::wire {
namespace {

constexpr std::array<std::string_view, 12> months = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};

constexpr std::uint32_t three(char a, char b, char c) noexcept {
  return static_cast<std::uint32_t>(static_cast<unsigned char>(a)) << 16 |
         static_cast<std::uint32_t>(static_cast<unsigned char>(b)) << 8 |
         static_cast<std::uint32_t>(static_cast<unsigned char>(c));
}

constexpr int month_of(std::uint32_t key) noexcept {
  switch (key) {
    case three('j', 'a', 'n'):
      return 1;
    case three('f', 'e', 'b'):
      return 2;
    case three('m', 'a', 'r'):
      return 3;
    case three('a', 'p', 'r'):
      return 4;
    case three('m', 'a', 'y'):
      return 5;
    case three('j', 'u', 'n'):
      return 6;
    case three('j', 'u', 'l'):
      return 7;
    case three('a', 'u', 'g'):
      return 8;
    case three('s', 'e', 'p'):
      return 9;
    case three('o', 'c', 't'):
      return 10;
    case three('n', 'o', 'v'):
      return 11;
    case three('d', 'e', 'c'):
      return 12;
    default:
      return 0;
  }
}

constexpr bool is_weekday(std::uint32_t key) noexcept {
  return key == three('m', 'o', 'n') || key == three('t', 'u', 'e') ||
         key == three('w', 'e', 'd') || key == three('t', 'h', 'u') ||
         key == three('f', 'r', 'i') || key == three('s', 'a', 't') || key == three('s', 'u', 'n');
}

// Of letters; what is none stays none.
std::uint32_t lower_three(const TextCursor& at) noexcept {
  const auto text = at.rest();
  if (text.size() < 3) return 0;
  return three(text[0], text[1], text[2]) | three(' ', ' ', ' ');
}

// Exactly `count` digits.
bool take_digits(TextCursor& at, std::size_t count, int& value) noexcept {
  int v = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!is_digit(at.peek(i))) return false;
    v = v * 10 + (at.peek(i) - '0');
  }
  at.skip(count);
  value = v;
  return true;
}

// One or two digits.
bool take_short(TextCursor& at, int& value) noexcept {
  if (!is_digit(at.peek())) return false;
  value = at.peek() - '0';
  at.skip();
  if (is_digit(at.peek())) {
    value = value * 10 + (at.peek() - '0');
    at.skip();
  }
  return !is_digit(at.peek());
}

bool take_year(TextCursor& at, int& year) noexcept {
  return !is_digit(at.peek(4)) && take_digits(at, 4, year);
}

void take_fraction(TextCursor& at, SyslogTime& time) noexcept {
  const char mark = at.peek();
  if ((mark != '.' && mark != ',') || !is_digit(at.peek(1))) return;
  at.skip();
  std::uint32_t scale = 100'000'000;
  while (is_digit(at.peek())) {
    time.nanoseconds += static_cast<std::uint32_t>(at.peek() - '0') * scale;
    scale /= 10;
    if (time.digits < 255) ++time.digits;
    at.skip();
  }
}

// The value of two digits, the first of which may be a blank where `padded`; negative: they are
// none.
constexpr int two_digits(const char* text, bool padded = false) noexcept {
  const auto tens = static_cast<unsigned>(padded && text[0] == ' ' ? 0 : text[0] - '0');
  const auto ones = static_cast<unsigned>(text[1] - '0');
  return tens > 9 || ones > 9 ? -1 : static_cast<int>(10 * tens + ones);
}

// " dd hh:mm:ss" at its usual width, as most devices write it; what is not is read piece by piece.
bool take_usual_date(TextCursor& at, SyslogTime& time) noexcept {
  constexpr std::size_t width = 12;
  const auto rest = at.rest();
  if (rest.size() < width) return false;
  const char* const text = rest.data();
  if (text[0] != ' ' || text[3] != ' ' || text[6] != ':' || text[9] != ':') return false;
  auto& civil = time.civil;
  const int day = two_digits(text + 1, true);
  const int hour = two_digits(text + 4);
  const int minute = two_digits(text + 7);
  const int second = two_digits(text + 10);
  if ((day | hour | minute | second) < 0 || is_digit(at.peek(width))) return false;
  civil.day = day;
  civil.hour = hour;
  civil.minute = minute;
  civil.second = second;
  at.skip(width);
  return true;
}

// hh:mm:ss with an optional fraction.
bool take_clock(TextCursor& at, SyslogTime& time) noexcept {
  auto& civil = time.civil;
  if (!take_short(at, civil.hour) || !at.take(':')) return false;
  if (!take_digits(at, 2, civil.minute) || !at.take(':')) return false;
  if (!take_digits(at, 2, civil.second) || is_digit(at.peek())) return false;
  take_fraction(at, time);
  return true;
}

// " AM" or " PM" (a 12-hour clock).
void take_half_day(TextCursor& at, SyslogTime& time) noexcept {
  if (!is_blank(at.peek())) return;
  const auto from = at.position();
  if (at.skip_blanks() == 0) return;
  const char half = to_lower(at.peek());
  if ((half != 'a' && half != 'p') || to_lower(at.peek(1)) != 'm' || is_alnum(at.peek(2)) ||
      time.civil.hour < 1 || time.civil.hour > 12) {
    at.move_to(from);
    return;
  }
  at.skip(2);
  time.civil.hour = time.civil.hour % 12 + (half == 'p' ? 12 : 0);
}

std::size_t done(const TextCursor& at, std::size_t begin, SyslogTime& time) noexcept {
  if (time.kind == SyslogTime::Kind::date && !time.valid) time.valid = is_valid(time);
  time.text = at.text().substr(begin, at.position() - begin);
  return at.position();
}

// "+02:00", "-0700", "+03" behind the sign's place; false leaves the cursor where it was.
bool take_numeric_offset(TextCursor& at, SyslogTime& time) noexcept {
  const char sign = at.peek();
  if (sign != '+' && sign != '-') return false;
  auto ahead = at;
  ahead.skip();
  int hours = 0;
  int minutes = 0;
  if (!take_digits(ahead, 2, hours)) return false;
  // The colon of "+03:" ends the stamp, that of "+03:30" does not.
  auto minute = ahead;
  minute.take(':');
  if (take_digits(minute, 2, minutes))
    ahead = minute;
  else if (hours > 14)
    return false;
  if (is_alnum(ahead.peek())) return false;
  at = ahead;
  // RFC 3339 stops at 23:59; what claims more is no instant.
  if (hours > 23 || minutes > 59) {
    time.civil.hour = 99;
    return true;
  }
  time.zone = SyslogTime::Zone::offset;
  time.offset_seconds = (hours * 60 + minutes) * (sign == '-' ? -60 : 60);
  return true;
}

// An offset or "Z" (small too) glued to the clock, or an offset behind one blank; anything else
// leaves the zone open.
void take_offset(TextCursor& at, SyslogTime& time) noexcept {
  if (at.peek() == 'Z' || at.peek() == 'z') {
    if (is_alnum(at.peek(1))) return;
    at.skip();
    time.zone = SyslogTime::Zone::offset;
    return;
  }
  if (take_numeric_offset(at, time) || !is_blank(at.peek())) return;
  auto ahead = at;
  ahead.skip();
  if (!take_numeric_offset(ahead, time)) return;
  at = ahead;
}

// 2024-01-17T14:32:15.123+01:00; a blank or an underscore may stand for the T, and Huawei writes
// 2024-1-7.
bool take_iso(TextCursor& at, SyslogTime& time) noexcept {
  auto& civil = time.civil;
  if (!take_digits(at, 4, civil.year)) return false;
  const char separator = at.peek();
  if (separator != '-' && separator != '/') return false;
  at.skip();
  if (!take_short(at, civil.month) || !at.take(separator) || !take_short(at, civil.day))
    return false;
  const char between = at.peek();
  if (between != 'T' && between != 't' && between != ' ' && between != '_') return false;
  at.skip();
  if (!take_clock(at, time)) return false;
  if (at.peek() == '.' && !is_alnum(at.peek(1))) at.skip();  // a bare dot
  take_offset(at, time);
  time.kind = SyslogTime::Kind::date;
  time.has_year = true;
  time.iso = true;
  return true;
}

// "Jan 17 14:32:15", "Jan 17 2024 14:32:15", "Jan 17 14:32:15 2024", each also with an offset
// behind the clock; the cursor is behind the month.
bool take_month_date(TextCursor& at, SyslogTime& time) noexcept {
  auto& civil = time.civil;
  if (take_usual_date(at, time)) {
    take_fraction(at, time);
  } else {
    if (at.skip_blanks() == 0 || !take_short(at, civil.day)) return false;
    at.take(',');
    if (at.skip_blanks() == 0) return false;
    if (is_digit(at.peek(1)) && is_digit(at.peek(2)) && !time.has_year) {
      if (!take_year(at, civil.year) || at.skip_blanks() == 0) return false;
      time.has_year = true;
    }
    if (!take_clock(at, time)) return false;
  }
  take_half_day(at, time);
  time.kind = SyslogTime::Kind::date;
  take_offset(at, time);
  if (time.has_year || !is_blank(at.peek()) || !is_digit(at.peek(1))) return true;
  auto ahead = at;
  int year = 0;
  if (ahead.skip_blanks() == 1 && take_year(ahead, year) && year >= 1970 && year < 2100 &&
      (is_blank(ahead.peek()) || ahead.at_end())) {
    civil.year = year;
    time.has_year = true;
    at = ahead;
    if (time.zone == SyslogTime::Zone::none) take_offset(at, time);
  }
  return true;
}

// 05/21/2017:00:00:00 (Netscaler), 06/25/2022 16:24:52 (IOS-XE's on-board log).
bool take_slashed(TextCursor& at, SyslogTime& time) noexcept {
  auto& civil = time.civil;
  if (!take_digits(at, 2, civil.month) || !at.take('/')) return false;
  if (!take_digits(at, 2, civil.day) || !at.take('/')) return false;
  if (!take_digits(at, 4, civil.year)) return false;
  if (!at.take(':') && !at.take(' ')) return false;
  if (!take_clock(at, time)) return false;
  time.kind = SyslogTime::Kind::date;
  time.has_year = true;
  return true;
}

// Seconds since 1970, with a fraction as Meraki writes them; ten digits without one, thirteen are
// milliseconds.
bool take_epoch(TextCursor& at, SyslogTime& time) noexcept {
  std::uint64_t seconds = 0;
  constexpr std::size_t of_seconds = 10;
  constexpr std::size_t of_milliseconds = 13;
  const auto from = at.position();
  if (!at.take_number(seconds, of_milliseconds)) return false;
  const auto digits = at.position() - from;
  if (at.peek() == '.' && is_digit(at.peek(1))) {
    if (digits > of_seconds || seconds < 100'000'000) return false;
    take_fraction(at, time);
    if (!is_blank(at.peek()) && !at.at_end()) return false;
  } else if (!is_blank(at.peek())) {
    return false;
  } else if (digits == of_milliseconds) {
    time.nanoseconds = static_cast<std::uint32_t>(seconds % 1000) * 1'000'000;
    time.digits = 3;
    seconds /= 1000;
  } else if (digits != of_seconds) {
    return false;
  }
  time.kind = SyslogTime::Kind::epoch;
  time.epoch_seconds = static_cast<std::int64_t>(seconds);
  time.valid = true;
  return true;
}

constexpr bool is_uptime_unit(char c) noexcept {
  return c == 'y' || c == 'w' || c == 'd' || c == 'h';
}

// "2y10w", "20w2d", "1d05h", "00:00:46", "00:00:46.123"; only with a colon behind it.
bool take_uptime(TextCursor& at, SyslogTime& time) noexcept {
  std::uint64_t number = 0;
  if (!at.take_number(number, 5)) return false;
  if (is_uptime_unit(at.peek())) {
    at.skip();
    if (!at.take_number(number, 3) || !is_uptime_unit(at.peek())) return false;
    at.skip();
  } else {
    int ignored = 0;
    if (!at.take(':') || !take_digits(at, 2, ignored) || !at.take(':')) return false;
    if (!take_digits(at, 2, ignored) || is_digit(at.peek())) return false;
    if (at.peek() == '.' && is_digit(at.peek(1))) {
      at.skip();
      at.take_while(is_digit);
    }
  }
  if (at.peek() != ':' && !(at.peek() == ' ' && at.peek(1) == ':')) return false;
  time.kind = SyslogTime::Kind::uptime;
  return true;
}

using Taker = bool (*)(TextCursor&, SyslogTime&) noexcept;

std::size_t attempt(Taker take, const TextCursor& from, SyslogTime& time) noexcept {
  auto at = from;
  if (take(at, time)) return done(at, from.position(), time);
  const auto clock = time.clock;
  time = {};
  time.clock = clock;
  return 0;
}

// "2024 Jan 17 14:32:15.123" (NX-OS, EOS).
bool take_year_first(TextCursor& at, SyslogTime& time) noexcept {
  if (!take_year(at, time.civil.year) || at.skip_blanks() == 0) return false;
  std::size_t length = 0;
  time.civil.month = scan_month(at.rest(), length);
  if (time.civil.month == 0) return false;
  at.skip(length);
  time.has_year = time.year_first = true;
  return take_month_date(at, time);
}

// "12 Nov 2026 10:01:02", "12-Nov-2026 10:01:02.123", "12/Nov/2026:10:01:02 +0100".
bool take_day_first(TextCursor& at, SyslogTime& time) noexcept {
  if (!take_short(at, time.civil.day)) return false;
  const char separator = at.peek();
  at.skip();
  std::size_t length = 0;
  time.civil.month = scan_month(at.rest(), length);
  if (time.civil.month == 0) return false;
  at.skip(length);
  if (!at.take(separator) || !take_year(at, time.civil.year)) return false;
  if (!at.take(' ') && !at.take(':')) return false;
  if (!take_clock(at, time)) return false;
  take_offset(at, time);
  time.kind = SyslogTime::Kind::date;
  time.has_year = true;
  return true;
}

std::size_t scan_digits(const TextCursor& at, SyslogTime& time) noexcept {
  if (const char c = at.peek(4); (c == '-' || c == '/') && is_digit(at.peek(3)))
    if (const auto length = attempt(take_iso, at, time)) return length;
  if (is_blank(at.peek(4)))
    if (const auto length = attempt(take_year_first, at, time)) return length;
  if (at.peek(2) == '/')
    if (const auto length = attempt(take_slashed, at, time)) return length;
  if (at.peek(1) == ' ' || at.peek(1) == '-' || at.peek(1) == '/' || at.peek(2) == ' ' ||
      at.peek(2) == '-' || at.peek(2) == '/')
    if (const auto length = attempt(take_day_first, at, time)) return length;
  if (is_digit(at.peek(8)))
    if (const auto length = attempt(take_epoch, at, time)) return length;
  return attempt(take_uptime, at, time);
}

std::size_t scan_letters(const TextCursor& from, SyslogTime& time) noexcept {
  auto at = from;
  if (is_weekday(lower_three(at))) {
    at.skip(3);
    at.take(',');
    if (at.skip_blanks() == 0) return 0;
    // "Thu, 12 Nov 2026 10:01:02 +0100"
    if (is_digit(at.peek())) {
      if (take_day_first(at, time)) return done(at, from.position(), time);
      time = {};
      return 0;
    }
  }
  std::size_t length = 0;
  const int month = scan_month(at.rest(), length);
  if (month == 0) return 0;
  time.civil.month = month;
  at.skip(length);
  if (take_month_date(at, time)) return done(at, from.position(), time);
  time = {};
  return 0;
}

constexpr bool is_zone_character(char c) noexcept { return is_alpha(c) || c == '/' || c == '_'; }

// "E.S.T": a dot between single letters; "fw.example.com" is a host.
void take_dotted(TextCursor& at) noexcept {
  while (at.peek() == '.' && is_alpha(at.peek(1)) && !is_alpha(at.peek(2))) at.skip(2);
}

// `end`: where the stamp ends with its zone.
void set_zone(std::string_view name, const char* end, SyslogTime& time) noexcept {
  if (is_utc_zone(name, time.offset_seconds)) {
    time.zone = SyslogTime::Zone::offset;
  } else {
    time.zone = SyslogTime::Zone::name;
    time.zone_name = name;
  }
  time.text = {time.text.data(), static_cast<std::size_t>(end - time.text.data())};
}

// "(UTC)" with a colon behind it; the cursor is at the bracket.
std::size_t scan_bracketed_zone(std::string_view text, TextCursor at, SyslogTime& time) noexcept {
  at.skip();
  const auto name = at.take_while(is_zone_character);
  if (name.empty() || !at.take(')')) return 0;
  auto behind = at;
  behind.skip_blanks();
  if (behind.peek() != ':') return 0;
  set_zone(name, text.data() + at.position(), time);
  return at.position();
}

// "CLT-4", not "FW-1" or "fw-1".
bool is_zone_with_offset(std::string_view letters) noexcept {
  if (letters.size() < 3 || letters.size() > 4 || letters.back() != 'T') return false;
  for (const char c : letters)
    if (!is_upper(c)) return false;
  return true;
}

}  // namespace

bool is_valid(const SyslogTime& time) noexcept {
  const auto& c = time.civil;
  const int year = time.has_year ? c.year : 2000;  // a leap year: 29 February may be meant
  return c.month >= 1 && c.month <= 12 && c.day >= 1 && c.day <= days_in_month(year, c.month) &&
         c.hour <= 23 && c.minute <= 59 && c.second <= 60;
}

int scan_month(std::string_view text, std::size_t& length) noexcept {
  const TextCursor at(text);
  const int month = month_of(lower_three(at));
  if (month == 0) return 0;
  length = 3;
  if (!is_alpha(at.peek(3))) return month;
  const auto name = months[static_cast<std::size_t>(month - 1)];
  while (length < name.size() && to_lower(at.peek(length)) == name[length]) ++length;
  const bool september = month == 9 && length == 4;  // "Sept"
  return (length == name.size() || september) && !is_alpha(at.peek(length)) ? month : 0;
}

bool begins_like_time(std::string_view text) noexcept {
  const TextCursor at(text);
  const char first = at.peek();
  if (is_digit(first) || first == '*' || first == '.') return true;
  if (!is_alpha(first)) return false;
  const auto key = lower_three(at);
  return month_of(key) != 0 || is_weekday(key);
}

std::size_t scan_time(std::string_view text, SyslogTime& time) noexcept {
  TextCursor at(text);
  time = {};
  if (at.peek() == '*' || at.peek() == '.') {
    time.clock = at.peek() == '*' ? SyslogTime::Clock::never_set : SyslogTime::Clock::unsynced;
    at.skip();
  }
  if (is_alpha(at.peek())) return scan_letters(at, time);
  if (is_digit(at.peek())) return scan_digits(at, time);
  return 0;
}

bool is_utc_zone(std::string_view name, std::int32_t& offset_seconds) noexcept {
  TextCursor at(name);
  offset_seconds = 0;
  if (name == "Z") return true;
  const auto key = lower_three(at);
  if (key != three('u', 't', 'c') && key != three('g', 'm', 't')) return false;
  at.skip(3);
  if (at.at_end()) return true;
  const char sign = at.peek();
  if (sign != '+' && sign != '-') return false;
  at.skip();
  int hours = 0;
  int minutes = 0;
  if (!(is_digit(at.peek(2)) ? take_digits(at, 2, hours) : take_short(at, hours))) return false;
  at.take(':');
  if (!at.at_end() && !take_digits(at, 2, minutes)) return false;
  if (!at.at_end() || hours > 23 || minutes > 59) return false;
  offset_seconds = (hours * 60 + minutes) * (sign == '-' ? -60 : 60);
  return true;
}

std::size_t scan_zone(std::string_view text, SyslogTime& time) noexcept {
  if (time.zone != SyslogTime::Zone::none) return 0;
  TextCursor at(text);
  constexpr std::size_t longest = 24;
  if (at.skip_blanks() > 2) return 0;
  if (at.peek() == '(') return scan_bracketed_zone(text, at, time);
  if (!is_alpha(at.peek())) return 0;
  const auto begin = at.position();
  const auto letters = at.take_while(is_zone_character);
  if (letters.size() == 1) take_dotted(at);
  // "UTC+1", "GMT-03:30"; "CMT+2" too, but "fw-1:" is a host. "UTC1" does not say which way.
  std::int32_t ignored = 0;
  const bool utc = is_utc_zone(letters, ignored);
  if (utc && letters.size() == 3 && is_digit(at.peek()) && !is_digit(at.peek(2))) {
    at.take_while(is_digit);
  } else if (at.peek() == '+' ||
             (at.peek() == '-' && (utc || is_zone_with_offset(letters)) && is_digit(at.peek(1)))) {
    at.skip();
    // The colon of "+07:30" has two digits behind it, the one that ends the stamp has not.
    at.take_while(is_digit);
    if (at.peek() == ':' && is_digit(at.peek(1)) && is_digit(at.peek(2)) && !is_digit(at.peek(3)))
      at.skip(3);
  }
  const auto name = text.substr(begin, at.position() - begin);
  auto behind = at;
  behind.skip_blanks();
  if (behind.peek() != ':' || name.size() > longest) return 0;
  set_zone(name, name.data() + name.size(), time);
  return at.position();
}

}  // namespace netlogd::wire
