#include "netlogd/enrich/zones.hpp"

#include <gtest/gtest.h>

#include "netlogd/core/time.hpp"

namespace netlogd::enrich {
namespace {

std::int64_t utc(ZoneDatabase& zones, const char* name, CivilTime local) {
  const auto zone = zones.find(name);
  EXPECT_TRUE(zone) << name;
  return zone ? (*zone)->to_utc(to_seconds(local), 0).utc_seconds : 0;
}

TEST(ZoneDatabase, knows_daylight_saving_time) {
  ZoneDatabase zones;
  EXPECT_EQ(utc(zones, "America/Los_Angeles", {2024, 1, 17, 14, 32, 15}),
            to_seconds({2024, 1, 17, 22, 32, 15}));
  EXPECT_EQ(utc(zones, "America/Los_Angeles", {2024, 7, 17, 14, 32, 15}),
            to_seconds({2024, 7, 17, 21, 32, 15}));
  EXPECT_EQ(utc(zones, "Asia/Kolkata", {2024, 1, 1, 5, 30, 0}), to_seconds({2024, 1, 1, 0, 0, 0}));
  EXPECT_EQ(utc(zones, "Australia/Sydney", {2024, 1, 1, 11, 0, 0}),
            to_seconds({2024, 1, 1, 0, 0, 0}));
  // Rules of the past: in 1985 it began on the last Sunday of April.
  EXPECT_EQ(utc(zones, "America/New_York", {1985, 4, 20, 12, 0, 0}),
            to_seconds({1985, 4, 20, 17, 0, 0}));
}

TEST(ZoneDatabase, goes_on_after_the_last_listed_transition) {
  ZoneDatabase zones;
  EXPECT_EQ(utc(zones, "America/Los_Angeles", {2050, 7, 1, 0, 0, 0}),
            to_seconds({2050, 7, 1, 7, 0, 0}));
  EXPECT_EQ(utc(zones, "America/Los_Angeles", {2099, 12, 1, 0, 0, 0}),
            to_seconds({2099, 12, 1, 8, 0, 0}));
  EXPECT_EQ(utc(zones, "Europe/Berlin", {2080, 6, 1, 2, 0, 0}), to_seconds({2080, 6, 1, 0, 0, 0}));
  EXPECT_EQ(utc(zones, "Australia/Sydney", {2060, 1, 1, 11, 0, 0}),
            to_seconds({2060, 1, 1, 0, 0, 0}));
}

TEST(ZoneDatabase, reads_offsets) {
  struct Case {
    const char* name;
    std::int32_t offset;
  };
  ZoneDatabase zones("/no/such/folder");
  for (const auto& c :
       {Case{"UTC", 0}, Case{"GMT", 0}, Case{"Z", 0}, Case{"+05:30", 19800}, Case{"-0330", -12600},
        Case{"UTC+2", 7200}, Case{"GMT-07:00", -25200}, Case{"+1", 3600}, Case{"-00:30", -1800}}) {
    const auto zone = zones.find(c.name);
    ASSERT_TRUE(zone) << c.name;
    EXPECT_EQ((*zone)->offset_at(0), c.offset) << c.name;
    EXPECT_EQ((*zone)->name(), c.name);
  }
}

TEST(ZoneDatabase, hands_out_the_same_table_again) {
  ZoneDatabase zones;
  EXPECT_EQ(*zones.find("Europe/Berlin"), *zones.find("Europe/Berlin"));
}

TEST(ZoneDatabase, names_what_may_have_been_meant) {
  ZoneDatabase zones;
  struct Case {
    const char* name;
    const char* sentence;
  };
  for (const auto& c :
       {Case{"America/New_Yrok",
             "unknown time zone \"America/New_Yrok\", the nearest is \"America/New_York\""},
        Case{"america/los_angeles",
             "unknown time zone \"america/los_angeles\", the nearest is \"America/Los_Angeles\""},
        Case{"Berlin", "unknown time zone \"Berlin\", the nearest is \"Europe/Berlin\""},
        Case{"PDT",
             "unknown time zone \"PDT\": an abbreviation may mean several, use a name like "
             "America/New_York or an "
             "offset like -05:00"},
        Case{"", "no name of a time zone"}}) {
    const auto zone = zones.find(c.name);
    ASSERT_FALSE(zone) << c.name;
    EXPECT_EQ(zone.error().sentence, c.sentence);
  }
}

TEST(ZoneDatabase, opens_no_file_by_a_name_that_is_no_zone) {
  ZoneDatabase zones;
  for (const char* name :
       {"../../../etc/passwd", "/etc/passwd", "+24:00", "UTC+99", "+5:3", "-", "+12345"})
    EXPECT_FALSE(zones.find(name)) << name;
  EXPECT_FALSE(zones.find(std::string(100'000, 'A')));
}

}  // namespace
}  // namespace netlogd::enrich
