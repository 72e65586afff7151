// A golden file: cases of a note, an input, "----" and the expected keys of the record.
//
//   # Why the case is there.
//   #@ received=2024-01-17T14:32:15Z vendor=cisco model=Nexus zone=Europe/Berlin
//   <134>Feb  3 12:34:56 fw1 ACMEFW: …
//   ----
//   {"vendor":"acme_fw","hostname":"fw1"}
//
// "#@" sets what is not in the line: the time of reception and the inventory's words for the
// sender. Only the keys that are there are compared; an empty line ends a case.

#pragma once

#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "syslog_fixture.hpp"

namespace netlogd::test {

struct GoldenCase {
  std::vector<std::string> notes;  // all lines that begin with '#'
  std::map<std::string, std::string> settings;
  std::string input;
  std::string expected;
  std::size_t line = 0;
};

inline std::vector<GoldenCase> read_golden(const std::filesystem::path& path) {
  std::vector<GoldenCase> cases;
  std::istringstream text(read_text(path));
  GoldenCase one;
  bool behind_rule = false;
  std::size_t number = 0;
  const auto finish = [&] {
    if (!one.input.empty()) cases.push_back(one);
    one = {};
    behind_rule = false;
  };
  for (std::string line; std::getline(text, line);) {
    ++number;
    if (line.empty() && (behind_rule || one.input.empty())) {
      if (behind_rule) finish();
    } else if (line == "----") {
      behind_rule = true;
    } else if (behind_rule) {
      one.expected = line;
    } else if (line.starts_with('#') && one.input.empty()) {
      one.notes.push_back(line);
      if (!line.starts_with("#@")) continue;
      std::istringstream words(line.substr(2));
      for (std::string word; words >> word;)
        one.settings[word.substr(0, word.find('='))] = word.substr(word.find('=') + 1);
    } else {
      if (one.input.empty()) one.line = number;
      one.input += one.input.empty() ? line : "\n" + line;
    }
  }
  finish();
  return cases;
}

inline std::vector<std::filesystem::path> golden_files() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(NETLOGD_SOURCE_DIR) / "tests/golden/syslog"))
    if (entry.path().extension() == ".golden") paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  return paths;
}

// Zones with daylight saving as the tz database has them for 2020 to 2030.
inline TimeZone test_zone(const std::string& name) {
  struct Rule {
    const char* name;
    int standard;
    int first_month, first_week;    // of summer time: the n-th Sunday, -1 the last
    int second_month, second_week;  // of standard time
    int change_utc;                 // seconds after midnight UTC in standard time; -1: 02:00 local
  };
  static const Rule rules[] = {{"Europe/Berlin", 3600, 3, -1, 10, -1, 3600},
                               {"America/New_York", -18000, 3, 2, 11, 1, -1},
                               {"America/Los_Angeles", -28800, 3, 2, 11, 1, -1}};
  const auto sunday = [](int year, int month, int week) {
    const int last = days_in_month(year, month);
    int day = week < 0 ? last : 1;
    const auto weekday = [&](int d) { return (days_from_civil(year, month, d) % 7 + 7 + 4) % 7; };
    while (weekday(day) != 0) day += week < 0 ? -1 : 1;
    return days_from_civil(year, month, week > 1 ? day + 7 * (week - 1) : day) * 86400;
  };
  for (const auto& rule : rules) {
    if (name != rule.name) continue;
    std::vector<TimeZone::Transition> changes = {{0, rule.standard}};
    for (int year = 2020; year <= 2030; ++year) {
      const auto spring = rule.change_utc >= 0 ? rule.change_utc : 7200 - rule.standard;
      const auto autumn = rule.change_utc >= 0 ? rule.change_utc : 3600 - rule.standard;
      changes.push_back(
          {sunday(year, rule.first_month, rule.first_week) + spring, rule.standard + 3600});
      changes.push_back(
          {sunday(year, rule.second_month, rule.second_week) + autumn, rule.standard});
    }
    return {name, std::move(changes)};
  }
  const int hours = std::atoi(name.c_str());
  return TimeZone::fixed(name, hours * 3600);
}

// The record of a case, as the daemon would write it.
inline std::string record_of(const GoldenCase& one) {
  static const auto tables = shipped_tables();
  SyslogFixture fixture(tables);
  Device device;
  TimeZone zone = TimeZone::fixed("UTC", 0);
  for (const auto& [key, value] : one.settings) {
    if (key == "received") {
      wire::SyslogTime time;
      (void)wire::scan_time(value, time);
      fixture.raw.received = TimePoint(std::chrono::seconds(to_seconds(time.civil)));
    } else if (key == "vendor") {
      device.vendor = value;
    } else if (key == "model") {
      device.model = value;
    } else if (key == "hostname") {
      device.hostname = value;
    } else if (key == "shared") {
      device.shared = true;
    } else if (key == "zone") {
      zone = test_zone(value);
      device.zone = &zone;
    }
  }
  if (one.settings.contains("vendor") || device.zone != nullptr) fixture.devices.device = &device;
  return fixture.record(one.input);
}

}  // namespace netlogd::test
