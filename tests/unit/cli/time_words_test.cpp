#include "cli/time_words.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <ctime>

namespace netlogd::cli {
namespace {

// 2026-01-17T14:32:15Z, a Saturday.
constexpr Micros now = 1768660335LL * second_us;

std::string utc_of(std::string_view words) {
  const auto time = parse_time(words, now, true);
  return time ? time_text(*time, 0, true) : time.error().sentence;
}

class InZone : public testing::Test {
 protected:
  void SetUp() override {
    ::setenv("TZ", "America/New_York", 1);
    ::tzset();
  }
  void TearDown() override {
    ::unsetenv("TZ");
    ::tzset();
  }
};

TEST(TimeWords, reads_spans_as_so_long_ago) {
  EXPECT_EQ(utc_of("90s"), "2026-01-17 14:30:45");
  EXPECT_EQ(utc_of("15m"), "2026-01-17 14:17:15");
  EXPECT_EQ(utc_of("1h"), "2026-01-17 13:32:15");
  EXPECT_EQ(utc_of("1h30m"), "2026-01-17 13:02:15");
  EXPECT_EQ(utc_of("2d"), "2026-01-15 14:32:15");
  EXPECT_EQ(utc_of("1w"), "2026-01-10 14:32:15");
  EXPECT_EQ(utc_of("2h ago"), "2026-01-17 12:32:15");
  EXPECT_EQ(utc_of("-10m"), "2026-01-17 14:22:15");
}

TEST(TimeWords, refuses_spans_that_reach_behind_any_log) {
  EXPECT_EQ(parse_duration("5000w"), 5000LL * 7 * 86400);
  for (const char* text : {"999999999w", "99999d", "5000w5000w", "", "5", "h", "-", "1y", "1.5h"})
    EXPECT_FALSE(parse_duration(text)) << text;
  EXPECT_EQ(*minutes_us(1.5), 90 * second_us);
  for (const double minutes : {0.0, -1.0, 1e300, std::nan("")}) EXPECT_FALSE(minutes_us(minutes));
}

TEST(TimeWords, reads_days_by_their_names) {
  EXPECT_EQ(utc_of("now"), "2026-01-17 14:32:15");
  EXPECT_EQ(utc_of("today"), "2026-01-17 00:00:00");
  EXPECT_EQ(utc_of("today 08:15"), "2026-01-17 08:15:00");
  EXPECT_EQ(utc_of("yesterday"), "2026-01-16 00:00:00");
  EXPECT_EQ(utc_of("Yesterday at 14:00"), "2026-01-16 14:00:00");
  EXPECT_EQ(utc_of("friday 09:00"), "2026-01-16 09:00:00");
  EXPECT_EQ(utc_of("sun"), "2026-01-11 00:00:00");
  EXPECT_EQ(utc_of("saturday"), "2026-01-10 00:00:00")
      << "today is a Saturday: the one before is meant";
}

TEST(TimeWords, reads_dates_and_times_of_day) {
  EXPECT_EQ(utc_of("14:00"), "2026-01-17 14:00:00");
  EXPECT_EQ(utc_of("09:05:07"), "2026-01-17 09:05:07");
  EXPECT_EQ(utc_of("14:32:15"), "2026-01-17 14:32:15");
  EXPECT_EQ(utc_of("14:33"), "2026-01-16 14:33:00") << "the last one that has been";
  EXPECT_EQ(utc_of("today 14:33"), "2026-01-17 14:33:00");
  EXPECT_EQ(utc_of("2026-01-02"), "2026-01-02 00:00:00");
  EXPECT_EQ(utc_of("2026-01-02 03:04"), "2026-01-02 03:04:00");
  EXPECT_EQ(utc_of("2026-01-02T03:04:05"), "2026-01-02 03:04:05");
  EXPECT_EQ(utc_of("2026-01-02T03:04:05Z"), "2026-01-02 03:04:05");
  EXPECT_EQ(utc_of("2026-01-02T03:04:05+02:00"), "2026-01-02 01:04:05");
  EXPECT_EQ(utc_of("2026-01-02T03:04:05-0330"), "2026-01-02 06:34:05");
  EXPECT_EQ(utc_of("@1768660335"), "2026-01-17 14:32:15");
}

TEST(TimeWords, refuses_what_is_no_time_with_an_example) {
  for (const char* words : {"", "soon", "2026-13-01", "2026-02-30", "25:00", "1x", "14:3",
                            "2026-01-02T", "2026-01-02T03:04:05+99:00", "@", "yesterday 25:00"}) {
    const auto time = parse_time(words, now, true);
    ASSERT_FALSE(time) << words;
    EXPECT_NE(time.error().sentence.find("yesterday 14:00"), std::string::npos);
  }
}

TEST_F(InZone, means_the_local_zone_unless_told_otherwise) {
  EXPECT_EQ(*parse_time("2026-01-17 09:32:15", now, false), now);
  EXPECT_EQ(*parse_time("2026-07-01 12:00", now, false), *parse_time("2026-07-01 16:00", now, true))
      << "summer time";
  EXPECT_EQ(time_text(now, 3, false), "2026-01-17 09:32:15.000");
  EXPECT_EQ(*parse_time("2026-01-17T14:32:15Z", now, false), now);
}

TEST(TimeWords, writes_fractions_of_instants_before_1970_too) {
  EXPECT_EQ(time_text(-1, 6, true), "1969-12-31 23:59:59.999999");
  EXPECT_EQ(time_text(now + 123456, 3, true), "2026-01-17 14:32:15.123");
}

TEST(TimeWords, reads_its_own_records_back) {
  EXPECT_EQ(parse_utc("2026-01-17T14:32:15.123456Z"), now + 123456);
  EXPECT_EQ(parse_utc("2026-01-17T14:32:15Z"), now);
  EXPECT_FALSE(parse_utc("2026-01-17T14:32:15"));
  EXPECT_FALSE(parse_utc("2026-01-17T14:32:15.Z"));
}

TEST(TimeWords, says_roughly_how_long) {
  EXPECT_EQ(span_text(5), "5 s");
  EXPECT_EQ(span_text(300), "5 min");
  EXPECT_EQ(span_text(3 * 3600), "3 h");
  EXPECT_EQ(span_text(-90000 * 4), "-4 d");
}

}  // namespace
}  // namespace netlogd::cli
