#include "netlogd/enrich/zones.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "enrich/posix_rule.hpp"
#include "netlogd/core/nearest_word.hpp"
#include "netlogd/core/text_cursor.hpp"
#include "netlogd/core/time.hpp"

namespace netlogd::enrich {
namespace {

constexpr int first_year = 1970;
constexpr int last_year = 2100;
constexpr std::size_t max_name = 100;
constexpr std::uint64_t max_zone_file = 1024 * 1024;
constexpr std::int64_t max_offset = 15 * 3600;

// "UTC", "Z", "+05:30", "-0330", "UTC+2", "GMT-7".
std::optional<std::int32_t> fixed_offset(std::string_view name) noexcept {
  TextCursor cursor(name);
  if (name == "Z") return 0;
  if ((cursor.take("UTC") || cursor.take("GMT")) && cursor.at_end()) return 0;
  const bool west = cursor.peek() == '-';
  if (!cursor.take('+') && !cursor.take('-')) return std::nullopt;
  const auto digits = cursor.take_while(is_digit);
  std::int64_t hours = 0;
  std::int64_t minutes = 0;
  for (const char c : digits) hours = hours * 10 + (c - '0');
  if (digits.empty() || digits.size() > 4) return std::nullopt;
  if (digits.size() > 2) {
    minutes = hours % 100;
    hours /= 100;
  } else if (cursor.take(':')) {
    const auto after = cursor.take_while(is_digit);
    if (after.size() != 2) return std::nullopt;
    minutes = (after[0] - '0') * 10 + (after[1] - '0');
  }
  const std::int64_t seconds = hours * 3600 + minutes * 60;
  if (!cursor.at_end() || minutes > 59 || seconds > max_offset) return std::nullopt;
  return static_cast<std::int32_t>(west ? -seconds : seconds);
}

// The last line of a compiled zone; empty when there is none.
std::string footer_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return {};
  const auto size = static_cast<std::uint64_t>(file.tellg());
  if (size == 0 || size > max_zone_file) return {};
  std::string text(static_cast<std::size_t>(size), '\0');
  file.seekg(0);
  if (!file.read(text.data(), static_cast<std::streamsize>(size)) || text.back() != '\n') return {};
  text.pop_back();
  const auto begin = text.rfind('\n');
  return begin == std::string::npos ? std::string() : text.substr(begin + 1);
}

void add(std::vector<TimeZone::Transition>& transitions, TimeZone::Transition next) {
  if (transitions.empty() || transitions.back().offset != next.offset) transitions.push_back(next);
}

// What the database lists; today's libraries and files end in 2037.
std::vector<TimeZone::Transition> listed_transitions(const date::time_zone& zone) {
  std::vector<TimeZone::Transition> transitions;
  const auto end = days_from_civil(last_year + 1, 1, 1) * 86400;
  auto info = zone.get_info(date::sys_seconds(std::chrono::seconds(0)));
  // The first offset holds for everything before it too.
  add(transitions,
      {days_from_civil(first_year, 1, 1) * 86400, static_cast<std::int32_t>(info.offset.count())});
  while (info.end.time_since_epoch().count() < end) {
    info = zone.get_info(info.end);
    add(transitions,
        {info.begin.time_since_epoch().count(), static_cast<std::int32_t>(info.offset.count())});
  }
  return transitions;
}

void extend(std::vector<TimeZone::Transition>& transitions, const PosixRule& rule) {
  const std::int64_t last = transitions.back().from;
  for (int year = to_civil(last).year; year <= last_year; ++year)
    for (const auto& next : rule.transitions_in(year))
      if (next.from > last) add(transitions, next);
}

bool is_abbreviation(std::string_view name) noexcept {
  return name.size() >= 2 && name.size() <= 5 && std::all_of(name.begin(), name.end(), is_upper);
}

}  // namespace

ZoneDatabase::ZoneDatabase(std::string directory) : directory_(std::move(directory)) {}

Result<std::shared_ptr<const TimeZone>> ZoneDatabase::find(std::string_view name) {
  if (const auto known = found_.find(name); known != found_.end()) return known->second;
  if (name.empty() || name.size() > max_name) return Error{Errc::invalid, "no name of a time zone"};
  std::string owned(name);
  if (const auto offset = fixed_offset(name)) {
    auto zone = std::make_shared<const TimeZone>(TimeZone::fixed(owned, *offset));
    found_.emplace(std::move(owned), zone);
    return zone;
  }
  auto zone = build(owned);
  if (zone) found_.emplace(std::move(owned), *zone);
  return zone;
}

Result<std::shared_ptr<const TimeZone>> ZoneDatabase::build(const std::string& name) {
  try {
    const auto& zones = date::get_tzdb().zones;
    const auto found = std::find_if(zones.begin(), zones.end(),
                                    [&](const auto& zone) { return zone.name() == name; });
    if (found == zones.end()) return Error{Errc::not_found, unknown_zone(name)};
    auto transitions = listed_transitions(*found);
    const auto rule = PosixRule::parse(footer_of(directory_ + "/" + name));
    if (rule && rule->has_daylight_time()) extend(transitions, *rule);
    return std::make_shared<const TimeZone>(name, std::move(transitions));
  } catch (const std::exception& error) {
    return Error{
        Errc::unsupported,
        fmt::format(
            "time zone \"{}\": the system's time zone database cannot be read (package tzdata): {}",
            name, error.what())};
  }
}

std::string ZoneDatabase::unknown_zone(std::string_view name) {
  if (is_abbreviation(name))
    return fmt::format(
        "unknown time zone \"{}\": an abbreviation may mean several, use a name like "
        "America/New_York or "
        "an offset like -05:00",
        name);
  // The whole name, or the city alone.
  std::string nearest;
  std::size_t least = static_cast<std::size_t>(-1);
  for (const auto& zone : date::get_tzdb().zones) {
    const std::string& known = zone.name();
    const auto slash = known.rfind('/');
    std::size_t distance = edit_distance(name, known);
    if (slash != std::string::npos)
      distance = std::min(distance, edit_distance(name, std::string_view(known).substr(slash + 1)));
    if (distance >= least) continue;
    least = distance;
    nearest = known;
  }
  return fmt::format("unknown time zone \"{}\", the nearest is \"{}\"", name, nearest);
}

}  // namespace netlogd::enrich
