#include "netlogd/parse/event_time.hpp"

#include "netlogd/core/text_cursor.hpp"

namespace netlogd::parse {
namespace {

constexpr std::int64_t future_allowed = 30 * 86400;

std::int64_t seconds_of(TimePoint instant) noexcept {
  return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}

// How the civil time of a stamp becomes UTC: a fixed offset or a zone with its rules.
struct Reading {
  const TimeZone* zone = nullptr;
  std::int32_t offset = 0;
  EventTime::Zone from = EventTime::Zone::sent;

  [[nodiscard]] TimeZone::Answer to_utc(std::int64_t local, std::int64_t hint) const noexcept {
    if (zone != nullptr) return zone->to_utc(local, hint);
    return {local - offset, false, false};
  }
};

bool fits(const TimeZone& zone, std::int32_t offset, std::int64_t near_local) noexcept {
  return zone.offset_at(near_local - offset) == offset;
}

// An ambiguous name is settled by the first of the device's zone and the default zone that has one
// of its offsets at that time; else the most usual reading is a guess.
Reading settle(const ZoneTable::Zone& name, std::int64_t near_local,
               const TimeContext& context) noexcept {
  const std::pair<const TimeZone*, EventTime::Zone> judges[] = {
      {context.device_zone, EventTime::Zone::inventory},
      {&context.default_zone, EventTime::Zone::from_default}};
  for (const auto& [zone, from] : judges) {
    if (zone == nullptr) continue;
    for (std::size_t i = 0; i < name.count; ++i)
      if (fits(*zone, name.offsets[i], near_local)) return {nullptr, name.offsets[i], from};
  }
  return {nullptr, name.offsets[0], EventTime::Zone::from_default};
}

Reading choose(const wire::SyslogTime& time, const CivilTime& near,
               const TimeContext& context) noexcept {
  if (time.zone == wire::SyslogTime::Zone::offset) return {nullptr, time.offset_seconds};
  if (time.zone == wire::SyslogTime::Zone::name) {
    if (const auto* name = context.zones.find(time.zone_name); name != nullptr)
      return name->count == 1 ? Reading{nullptr, name->offsets[0]}
                              : settle(*name, to_seconds(near), context);
  }
  if (context.device_zone != nullptr) return {context.device_zone, 0, EventTime::Zone::inventory};
  return {&context.default_zone, 0, EventTime::Zone::from_default};
}

int digits_of(const wire::SyslogTime& time) noexcept {
  return time.digits <= 3 ? 3 : time.digits <= 6 ? 6 : 9;
}

// An instant beyond the range of a 64-bit nanosecond clock (1677 to 2262) is not known.
void settle_instant(EventTime& event, std::int64_t seconds, std::uint32_t nanoseconds) noexcept {
  constexpr std::int64_t most = 9'223'372'035;
  event.known = seconds >= -most && seconds <= most;
  if (event.known)
    event.instant =
        TimePoint(std::chrono::seconds(seconds) + std::chrono::nanoseconds(nanoseconds));
}

}  // namespace

EventTime resolve_time(const wire::SyslogTime& time, const TimeContext& context) noexcept {
  EventTime event;
  event.digits = digits_of(time);
  if (!time.valid) return event;
  const auto received = seconds_of(context.received);
  if (time.kind == wire::SyslogTime::Kind::epoch) {
    settle_instant(event, time.epoch_seconds, time.nanoseconds);
    event.year = EventTime::Year::sent;
    event.zone = EventTime::Zone::sent;
    return event;
  }
  if (time.kind != wire::SyslogTime::Kind::date) return event;

  auto civil = time.civil;
  event.year = time.has_year ? EventTime::Year::sent : EventTime::Year::inferred;
  if (!time.has_year) civil.year = context.stated_year.value_or(context.latest_year);
  const auto reading = choose(time, civil, context);
  // Eight years hold a leap year, also around 1900 and 2100 (then none is found: no instant); the
  // latest year may be one too late.
  for (int tries = 0; tries < 10; ++tries, --civil.year) {
    if (civil.day > days_in_month(civil.year, civil.month)) {
      if (time.has_year || context.stated_year) return event;
      continue;
    }
    const auto local = to_seconds(civil);
    const auto answer = reading.to_utc(local, received);
    const bool fixed = time.has_year || context.stated_year.has_value();
    if (!fixed && answer.utc_seconds > received + future_allowed) continue;
    settle_instant(event, answer.utc_seconds, time.nanoseconds);
    event.zone = reading.from;
    event.ambiguous = answer.ambiguous;
    event.skipped = answer.skipped;
    event.is_utc = answer.utc_seconds == local && civil.second < 60;  // no leap second
    event.civil = civil;
    return event;
  }
  return event;
}

int LatestYear::at(TimePoint received) noexcept {
  const auto day = std::chrono::floor<std::chrono::days>(received).time_since_epoch().count();
  if (day != day_) {
    day_ = day;
    // East of UTC a year begins earlier than there, and the day is not over.
    year_ = to_civil((day + 2) * 86400 + future_allowed).year;
  }
  return year_;
}

std::optional<int> year_of_counter(std::string_view digits, TimePoint received) noexcept {
  if (digits.size() != 4) return std::nullopt;
  TextCursor cursor(digits);
  std::uint64_t year = 0;
  if (!cursor.take_number(year, 4)) return std::nullopt;
  const int now = to_civil(seconds_of(received)).year;
  const int stated = static_cast<int>(year);
  if (stated > now || stated < now - 10) return std::nullopt;
  return stated;
}

}  // namespace netlogd::parse
