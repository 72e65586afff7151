#include "enrich/posix_rule.hpp"

#include <utility>

#include "netlogd/core/text_cursor.hpp"
#include "netlogd/core/time.hpp"

namespace netlogd::enrich {

class PosixRule::Reader {
 public:
  explicit Reader(std::string_view text) noexcept : cursor_(text) {}

  std::optional<PosixRule> read() noexcept {
    PosixRule rule;
    std::int32_t west = 0;
    if (!name() || !seconds(west, 24)) return std::nullopt;
    rule.standard_ = rule.daylight_ = -west;
    if (cursor_.at_end()) return rule;
    if (!name()) return std::nullopt;
    rule.daylight_ = rule.standard_ + 3600;
    if (cursor_.peek() != ',') {
      if (!seconds(west, 24)) return std::nullopt;
      rule.daylight_ = -west;
    }
    if (!cursor_.take(',') || !change(rule.start_)) return std::nullopt;
    if (!cursor_.take(',') || !change(rule.end_) || !cursor_.at_end()) return std::nullopt;
    rule.has_daylight_ = true;
    return rule;
  }

 private:
  bool name() noexcept {
    if (!cursor_.take('<')) return cursor_.take_while(is_alpha).size() >= 3;
    cursor_.take_while([](char c) { return c != '>'; });
    return cursor_.take('>');
  }

  // [+-]hh[:mm[:ss]]
  bool seconds(std::int32_t& value, std::uint64_t most_hours) noexcept {
    const bool negative = cursor_.take('-');
    if (!negative) cursor_.take('+');
    std::uint64_t parts[3] = {};
    if (!cursor_.take_number(parts[0], 3) || parts[0] > most_hours) return false;
    for (int i = 1; i < 3 && cursor_.take(':'); ++i)
      if (!cursor_.take_number(parts[i], 2) || parts[i] > 59) return false;
    value = static_cast<std::int32_t>(parts[0] * 3600 + parts[1] * 60 + parts[2]);
    if (negative) value = -value;
    return true;
  }

  bool number(int& value, std::uint64_t least, std::uint64_t most) noexcept {
    std::uint64_t read = 0;
    if (!cursor_.take_number(read, 3) || read < least || read > most) return false;
    value = static_cast<int>(read);
    return true;
  }

  bool change(Change& change) noexcept {
    if (cursor_.take('M')) {
      change.form = DayForm::month_week_day;
      if (!number(change.month, 1, 12) || !cursor_.take('.') || !number(change.week, 1, 5) ||
          !cursor_.take('.') || !number(change.day, 0, 6))
        return false;
    } else if (cursor_.take('J')) {
      change.form = DayForm::julian;
      if (!number(change.day, 1, 365)) return false;
    } else {
      change.form = DayForm::day_of_year;
      if (!number(change.day, 0, 365)) return false;
    }
    return !cursor_.take('/') || seconds(change.seconds, 167);
  }

  TextCursor cursor_;
};

std::optional<PosixRule> PosixRule::parse(std::string_view text) noexcept {
  return Reader(text).read();
}

std::int64_t PosixRule::local_seconds(const Change& change, int year) noexcept {
  std::int64_t day = 0;
  switch (change.form) {
    case DayForm::month_week_day: {
      const std::int64_t first = days_from_civil(year, change.month, 1);
      const auto weekday = static_cast<int>((first + 4) % 7);  // 1970-01-01 was a Thursday
      int of_month = (change.day - weekday + 7) % 7 + 7 * (change.week - 1);
      if (of_month >= days_in_month(year, change.month)) of_month -= 7;
      day = first + of_month;
      break;
    }
    case DayForm::julian:  // February 29 is never counted
      day = days_from_civil(year, 1, 1) + change.day - 1 +
            (is_leap_year(year) && change.day >= 60 ? 1 : 0);
      break;
    case DayForm::day_of_year:
      day = days_from_civil(year, 1, 1) + change.day;
      break;
  }
  return day * 86400 + change.seconds;
}

std::array<TimeZone::Transition, 2> PosixRule::transitions_in(int year) const noexcept {
  TimeZone::Transition start{local_seconds(start_, year) - standard_, daylight_};
  TimeZone::Transition end{local_seconds(end_, year) - daylight_, standard_};
  if (end.from < start.from) std::swap(start, end);
  return {start, end};
}

}  // namespace netlogd::enrich
