#include "time_words.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "netlogd/core/text_cursor.hpp"
#include "netlogd/core/time.hpp"

namespace netlogd::cli {
namespace {

constexpr std::int64_t day_seconds = 86400;
constexpr std::int64_t longest_seconds = 36'525 * day_seconds;
constexpr std::array<std::string_view, 7> weekdays = {"sunday",   "monday", "tuesday", "wednesday",
                                                      "thursday", "friday", "saturday"};

std::int64_t floor_seconds(Micros time) {
  return time / second_us - (time % second_us < 0 ? 1 : 0);
}

std::tm broken_down(std::int64_t seconds, bool utc) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  if (utc)
    ::gmtime_r(&time, &parts);
  else
    ::localtime_r(&time, &parts);
  return parts;
}

std::int64_t together(const CivilTime& civil, bool utc) {
  if (utc) return to_seconds(civil);
  std::tm parts{};
  parts.tm_year = civil.year - 1900;
  parts.tm_mon = civil.month - 1;
  parts.tm_mday = civil.day;
  parts.tm_hour = civil.hour;
  parts.tm_min = civil.minute;
  parts.tm_sec = civil.second;
  parts.tm_isdst = -1;
  return std::mktime(&parts);
}

// A civil date some days away, normalised.
CivilTime midnight(std::int64_t seconds, int days, bool utc) {
  const std::tm parts = broken_down(seconds, utc);
  return to_civil(
      to_seconds({.year = parts.tm_year + 1900, .month = parts.tm_mon + 1, .day = parts.tm_mday}) +
      days * day_seconds);
}

bool take_two(TextCursor& cursor, int& value) {
  if (!is_digit(cursor.peek()) || !is_digit(cursor.peek(1)) || is_digit(cursor.peek(2)))
    return false;
  value = (cursor.peek() - '0') * 10 + (cursor.peek(1) - '0');
  cursor.skip(2);
  return true;
}

// HH:MM[:SS[.fraction]].
bool take_clock(TextCursor& cursor, CivilTime& civil, Micros& fraction) {
  if (!take_two(cursor, civil.hour) || !cursor.take(':') || !take_two(cursor, civil.minute))
    return false;
  if (cursor.take(':')) {
    if (!take_two(cursor, civil.second)) return false;
    if (cursor.take('.')) {
      const auto digits = cursor.take_while(is_digit);
      Micros unit = second_us;
      for (const char c : digits.substr(0, 6)) fraction += (c - '0') * (unit /= 10);
      if (digits.empty()) return false;
    }
  }
  return civil.hour < 24 && civil.minute < 60 && civil.second <= 60;
}

bool take_date(TextCursor& cursor, CivilTime& civil) {
  std::uint64_t year = 0;
  if (!cursor.take_number(year, 4) || !cursor.take('-') || !take_two(cursor, civil.month) ||
      !cursor.take('-') || !take_two(cursor, civil.day))
    return false;
  civil.year = static_cast<int>(year);
  return civil.month >= 1 && civil.month <= 12 && civil.day >= 1 &&
         civil.day <= days_in_month(civil.year, civil.month);
}

// Z, +01:00, -0330.
bool take_offset(TextCursor& cursor, std::int64_t& seconds) {
  if (cursor.take('Z') || cursor.take('z')) return true;
  const bool west = cursor.peek() == '-';
  if (!cursor.take('+') && !cursor.take('-')) return false;
  const auto digits = cursor.take_while([](char c) { return is_digit(c) || c == ':'; });
  int hours = 0;
  int minutes = 0;
  TextCursor inner(digits.substr(0, 2));
  TextCursor rest(
      digits.substr(std::min<std::size_t>(digits.size(), digits.find(':') == 2 ? 3 : 2)));
  if (!take_two(inner, hours) || (!rest.at_end() && !take_two(rest, minutes)) || hours > 14 ||
      minutes > 59)
    return false;
  seconds = (hours * 3600 + minutes * 60) * (west ? -1 : 1);
  return true;
}

std::optional<Micros> parse_civil(std::string_view text, Micros now, bool utc) {
  TextCursor cursor(text);
  CivilTime civil = midnight(floor_seconds(now), 0, utc);
  Micros fraction = 0;
  std::int64_t offset = 0;
  bool has_offset = false;
  const bool has_date = text.find('-') == 4;
  if (has_date) {
    if (!take_date(cursor, civil)) return {};
    if (cursor.at_end()) return together(civil, utc) * second_us;
    if (!cursor.take('T') && !cursor.take('t') && cursor.skip_blanks() == 0) return {};
  }
  if (!take_clock(cursor, civil, fraction)) return {};
  cursor.skip_blanks();
  if (!cursor.at_end()) {
    has_offset = true;
    if (!take_offset(cursor, offset) || !cursor.at_end()) return {};
  }
  const auto time = [&] {
    return (has_offset ? to_seconds(civil) - offset : together(civil, utc)) * second_us + fraction;
  };
  if (has_date || time() <= now) return time();
  // At three in the morning 14:32 was yesterday.
  const auto day = midnight(floor_seconds(now), -1, utc);
  civil.year = day.year;
  civil.month = day.month;
  civil.day = day.day;
  return time();
}

// "yesterday", "monday" and what may stand behind: how many days before today; -1: no such word.
int days_back(std::string_view word, int weekday_today) {
  if (word == "today") return 0;
  if (word == "yesterday") return 1;
  for (int i = 0; i < 7; ++i) {
    const auto name = weekdays[static_cast<std::size_t>(i)];
    if (word != name && word != name.substr(0, 3)) continue;
    const int back = (weekday_today - i + 7) % 7;
    return back == 0 ? 7 : back;
  }
  return -1;
}

std::optional<Micros> parse_day_word(std::string_view text, Micros now, bool utc) {
  TextCursor cursor(text);
  const auto word = cursor.take_while(is_alpha);
  const int back = days_back(word, broken_down(floor_seconds(now), utc).tm_wday);
  if (back < 0) return {};
  CivilTime civil = midnight(floor_seconds(now), -back, utc);
  Micros fraction = 0;
  cursor.skip_blanks();
  if (cursor.take("at")) cursor.skip_blanks();
  if (!cursor.at_end() && (!take_clock(cursor, civil, fraction) || !cursor.at_end())) return {};
  return together(civil, utc) * second_us + fraction;
}

}  // namespace

std::optional<std::int64_t> parse_duration(std::string_view text) {
  TextCursor cursor(text);
  std::int64_t total = 0;
  do {
    std::uint64_t number = 0;
    if (!cursor.take_number(number, 9)) return {};
    const auto unit = cursor.take_while(is_alpha);
    std::int64_t seconds = 0;
    if (unit == "s" || unit == "sec")
      seconds = 1;
    else if (unit == "m" || unit == "min")
      seconds = 60;
    else if (unit == "h")
      seconds = 3600;
    else if (unit == "d")
      seconds = day_seconds;
    else if (unit == "w")
      seconds = 7 * day_seconds;
    else
      return {};
    total += static_cast<std::int64_t>(number) * seconds;
    if (total > longest_seconds) return {};
    cursor.skip_blanks();
  } while (!cursor.at_end());
  return total;
}

Result<Micros> minutes_us(double minutes) {
  constexpr double longest = 10 * 366 * 24 * 60;
  if (minutes > 0 && minutes <= longest) return static_cast<Micros>(minutes * 60 * second_us);
  return Error{Errc::invalid, "--minutes must be more than 0 and no more than ten years"};
}

Result<Micros> parse_time(std::string_view text, Micros now, bool utc) {
  std::string word(text);
  while (!word.empty() && is_blank(word.back())) word.pop_back();
  word.erase(0, std::min(word.find_first_not_of(" \t"), word.size()));
  std::string lower = word;
  std::transform(lower.begin(), lower.end(), lower.begin(), to_lower);
  if (lower == "now") return now;
  std::string_view span = lower;
  if (span.ends_with(" ago")) span.remove_suffix(4);
  if (span.starts_with("-")) span.remove_prefix(1);
  if (const auto back = parse_duration(span)) return now - *back * second_us;
  if (word.starts_with('@')) {
    TextCursor cursor(std::string_view(word).substr(1));
    std::uint64_t seconds = 0;
    if (cursor.take_number(seconds, 11) && cursor.at_end())
      return static_cast<Micros>(seconds) * second_us;
  }
  if (const auto time = parse_day_word(lower, now, utc)) return *time;
  if (const auto time = parse_civil(word, now, utc)) return *time;
  return Error{
      Errc::invalid,
      "\"" + std::string(text) +
          "\" is no time; write 15m, 1h, 2d, 14:32, \"yesterday 14:00\", or 2026-01-17T14:32"};
}

std::string time_text(Micros time, int digits, bool utc) {
  const auto seconds = floor_seconds(time);
  const std::tm parts = broken_down(seconds, utc);
  char text[64];
  auto length = std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
  const auto micros = static_cast<int>(time - seconds * second_us);
  if (digits == 3)
    length += static_cast<std::size_t>(
        std::snprintf(text + length, sizeof text - length, ".%03d", micros / 1000));
  if (digits == 6)
    length += static_cast<std::size_t>(
        std::snprintf(text + length, sizeof text - length, ".%06d", micros));
  return {text, length};
}

std::string iso_text(Micros time, int digits) {
  return utc_text(TimePoint(std::chrono::microseconds(time)), digits);
}

std::string span_text(std::int64_t seconds) {
  if (seconds < 0) return "-" + span_text(-seconds);
  if (seconds < 120) return std::to_string(seconds) + " s";
  if (seconds < 7200) return std::to_string(seconds / 60) + " min";
  if (seconds < 2 * day_seconds) return std::to_string(seconds / 3600) + " h";
  return std::to_string(seconds / day_seconds) + " d";
}

std::optional<Micros> parse_utc(std::string_view text) {
  TextCursor cursor(text);
  CivilTime civil;
  Micros fraction = 0;
  if (!take_date(cursor, civil) || !cursor.take('T') || !take_clock(cursor, civil, fraction) ||
      !cursor.take('Z') || !cursor.at_end())
    return {};
  return to_seconds(civil) * second_us + fraction;
}

Micros now_us() {
  return std::chrono::floor<std::chrono::microseconds>(SystemClock().now())
      .time_since_epoch()
      .count();
}

}  // namespace netlogd::cli
