#include "netlogd/parse/event_time.hpp"

#include <gtest/gtest.h>

#include "golden_file.hpp"

namespace netlogd::parse {
namespace {

struct Stamp {
  explicit Stamp(std::string_view text) {
    const auto length = wire::scan_time(text, time);
    (void)wire::scan_zone(text.substr(length), time);
  }
  wire::SyslogTime time;
};

std::string utc(std::string_view stamp, std::string_view received, const TimeZone* device = nullptr,
                std::optional<int> year = {}) {
  static const auto zone = TimeZone::fixed("UTC", 0);
  static const auto tables = test::shipped_tables();
  const Stamp one(stamp);
  const TimePoint now(std::chrono::seconds(to_seconds(Stamp(received).time.civil)));
  const auto event = resolve_time(one.time, {.received = now,
                                             .device_zone = device,
                                             .default_zone = zone,
                                             .zones = tables->zones,
                                             .stated_year = year,
                                             .latest_year = LatestYear().at(now)});
  return event.known ? utc_text(event.instant, event.digits) : "null";
}

TEST(EventTime, takes_the_latest_year_that_is_at_most_30_days_ahead) {
  EXPECT_EQ(utc("Jan 17 14:32:15", "2024-01-17T14:32:16Z"), "2024-01-17T14:32:15.000Z");
  EXPECT_EQ(utc("Dec 31 23:59:59", "2024-01-01T00:00:00Z"), "2023-12-31T23:59:59.000Z");
  EXPECT_EQ(utc("Jan  1 00:00:05", "2023-12-31T23:59:59Z"), "2024-01-01T00:00:05.000Z");
  EXPECT_EQ(utc("Feb 16 00:00:00", "2024-01-17T00:00:00Z"), "2024-02-16T00:00:00.000Z");
  EXPECT_EQ(utc("Feb 16 00:00:01", "2024-01-17T00:00:00Z"), "2023-02-16T00:00:01.000Z");
  EXPECT_EQ(utc("Jun  1 00:00:00", "2024-03-01T00:00:00Z"), "2023-06-01T00:00:00.000Z");
}

TEST(EventTime, finds_the_leap_year_of_29_february) {
  EXPECT_EQ(utc("Feb 29 12:00:00", "2024-02-29T12:00:01Z"), "2024-02-29T12:00:00.000Z");
  EXPECT_EQ(utc("Feb 29 12:00:00", "2023-03-01T00:00:00Z"), "2020-02-29T12:00:00.000Z");
  EXPECT_EQ(utc("Feb 29 12:00:00", "2024-02-01T00:00:00Z"), "2024-02-29T12:00:00.000Z");
  EXPECT_EQ(utc("Feb 29 2023 12:00:00", "2024-02-01T00:00:00Z"), "null");
}

TEST(EventTime, counts_the_30_days_in_the_zone_of_the_stamp) {
  const auto east = TimeZone::fixed("+14", 14 * 3600);
  const auto west = TimeZone::fixed("-12", -12 * 3600);
  EXPECT_EQ(utc("Jan  1 05:00:00", "2023-12-31T15:00:00Z", &east), "2023-12-31T15:00:00.000Z");
  EXPECT_EQ(utc("Dec 31 20:00:00", "2024-01-01T08:00:00Z", &west), "2024-01-01T08:00:00.000Z");
}

TEST(EventTime, believes_a_stated_year) {
  EXPECT_EQ(utc("Jun  1 00:00:00", "2024-03-01T00:00:00Z", nullptr, 2019),
            "2019-06-01T00:00:00.000Z");
  const auto received = test::at_utc(2024, 1, 17);
  EXPECT_EQ(year_of_counter("2024", received), 2024);
  EXPECT_EQ(year_of_counter("2014", received), 2014);
  EXPECT_FALSE(year_of_counter("2013", received));
  EXPECT_FALSE(year_of_counter("2025", received));
  EXPECT_FALSE(year_of_counter("02024", received));
  EXPECT_FALSE(year_of_counter("202", received));
}

TEST(EventTime, knows_zones_with_one_meaning_and_lets_the_inventory_settle_the_others) {
  const auto shanghai = TimeZone::fixed("Asia/Shanghai", 8 * 3600);
  const auto berlin = test::test_zone("Europe/Berlin");
  EXPECT_EQ(utc("Jan 17 2024 14:32:15 CEST:", "2024-01-17T00:00:00Z", &shanghai),
            "2024-01-17T12:32:15.000Z");
  EXPECT_EQ(utc("Jan 17 2024 14:32:15 CST:", "2024-01-17T00:00:00Z", &shanghai),
            "2024-01-17T06:32:15.000Z");
  EXPECT_EQ(utc("Jan 17 2024 14:32:15 CST:", "2024-01-17T00:00:00Z"), "2024-01-17T20:32:15.000Z");
  EXPECT_EQ(utc("Jan 17 2024 14:32:15 VIENNA:", "2024-01-17T00:00:00Z", &berlin),
            "2024-01-17T13:32:15.000Z");
  EXPECT_EQ(utc("Jul 17 2024 14:32:15 VIENNA:", "2024-01-17T00:00:00Z", &berlin),
            "2024-07-17T12:32:15.000Z");
  EXPECT_EQ(utc("Jan 17 2024 14:32:15 VIENNA:", "2024-01-17T00:00:00Z"),
            "2024-01-17T14:32:15.000Z");
}

TEST(EventTime, gives_no_instant_for_uptime) {
  EXPECT_EQ(utc("2y10w: ", "2024-01-17T00:00:00Z"), "null");
}

TEST(EventTime, survives_years_at_the_ends) {
  EXPECT_NE(utc("0000-01-01T00:00:00Z", "2024-01-17T00:00:00Z"), "");
  EXPECT_NE(utc("9999-12-31T23:59:60Z", "2024-01-17T00:00:00Z"), "");
}

TEST(ZoneTable, says_where_a_line_is_wrong) {
  const auto sentence = [](const char* text) {
    const NamedText files[] = {{"zones.csv", text}};
    const auto table = ZoneTable::load(files);
    return table ? std::string() : table.error().sentence;
  };
  EXPECT_EQ(sentence("# comment\n\nCET,+01:00,note\n"), "");
  EXPECT_EQ(sentence("CET\n"), "zones.csv:1: no comma behind the abbreviation");
  EXPECT_EQ(sentence("CET,+01:00\nC3T,+01:00\n"),
            "zones.csv:2: an abbreviation is one to eight letters");
  EXPECT_EQ(sentence("CET,1\n"), "zones.csv:1: an offset is written +hh:mm or -hh:mm");
  EXPECT_EQ(sentence("CET,,x\n"), "zones.csv:1: no offset behind the abbreviation");
}

TEST(ZoneTable, lets_later_lines_win_and_ignores_case) {
  const NamedText files[] = {{"a", "CST,-06:00 +08:00,x\n"}, {"b", "cst,+08:00,ours\n"}};
  const auto table = ZoneTable::load(files);
  ASSERT_TRUE(table);
  const auto* zone = table->find("Cst");
  ASSERT_NE(zone, nullptr);
  EXPECT_EQ(zone->count, 1);
  EXPECT_EQ(zone->offsets[0], 8 * 3600);
  EXPECT_EQ(table->find("CS"), nullptr);
  EXPECT_EQ(table->find("CST1"), nullptr);
}

}  // namespace
}  // namespace netlogd::parse
