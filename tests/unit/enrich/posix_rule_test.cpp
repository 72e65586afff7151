#include "enrich/posix_rule.hpp"

#include <gtest/gtest.h>

#include "netlogd/core/time.hpp"

namespace netlogd::enrich {
namespace {

TEST(PosixRule, finds_the_changes_of_a_year) {
  struct Case {
    const char* rule;
    int year;
    CivilTime first;
    std::int32_t first_offset;
    CivilTime second;
    std::int32_t second_offset;
  };
  const Case cases[] = {
      {"PST8PDT,M3.2.0,M11.1.0",
       2024,
       {2024, 3, 10, 10, 0, 0},
       -25200,
       {2024, 11, 3, 9, 0, 0},
       -28800},
      {"CET-1CEST,M3.5.0,M10.5.0/3",
       2024,
       {2024, 3, 31, 1, 0, 0},
       7200,
       {2024, 10, 27, 1, 0, 0},
       3600},
      {"AEST-10AEDT,M10.1.0,M4.1.0/3",
       2024,
       {2024, 4, 6, 16, 0, 0},
       36000,
       {2024, 10, 5, 16, 0, 0},
       39600},
      {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
       2024,
       {2024, 3, 31, 1, 0, 0},
       -3600,
       {2024, 10, 27, 1, 0, 0},
       -7200},
      {"IST-1GMT0,M10.5.0,M3.5.0/1",
       2024,
       {2024, 3, 31, 1, 0, 0},
       3600,
       {2024, 10, 27, 1, 0, 0},
       0},
      {"XXX3YYY2:30,J60,J300/1:30",
       2024,
       {2024, 3, 1, 5, 0, 0},
       -9000,
       {2024, 10, 27, 4, 0, 0},
       -10800},
      {"XXX0YYY,59,300", 2024, {2024, 2, 29, 2, 0, 0}, 3600, {2024, 10, 27, 1, 0, 0}, 0},
  };
  for (const auto& c : cases) {
    const auto rule = PosixRule::parse(c.rule);
    ASSERT_TRUE(rule && rule->has_daylight_time()) << c.rule;
    const auto changes = rule->transitions_in(c.year);
    EXPECT_EQ(changes[0].from, to_seconds(c.first)) << c.rule;
    EXPECT_EQ(changes[0].offset, c.first_offset) << c.rule;
    EXPECT_EQ(changes[1].from, to_seconds(c.second)) << c.rule;
    EXPECT_EQ(changes[1].offset, c.second_offset) << c.rule;
  }
}

TEST(PosixRule, reads_zones_without_daylight_time) {
  const auto rule = PosixRule::parse("IST-5:30");
  ASSERT_TRUE(rule);
  EXPECT_FALSE(rule->has_daylight_time());
  EXPECT_EQ(rule->standard_offset(), 19800);
}

TEST(PosixRule, refuses_what_is_no_rule) {
  for (const char* text : {"", "AB8", "PST", "PST8PDT", "PST8PDT,M3.2.0", "PST8PDT,M13.1.0,M11.1.0",
                           "PST8PDT,M3.6.0,M11.1.0", "PST8PDT,M3.2.7,M11.1.0", "PST8PDT,J0,J1",
                           "PST8PDT,366,1", "PST99PDT,M3.2.0,M11.1.0", "PST8PDT,M3.2.0/168,M11.1.0",
                           "<PST8", "PST8PDT,M3.2.0,M11.1.0x"})
    EXPECT_FALSE(PosixRule::parse(text)) << text;
}

}  // namespace
}  // namespace netlogd::enrich
