#include "netlogd/wire/syslog_time.hpp"

#include <gtest/gtest.h>

#include <string>

namespace netlogd::wire {
namespace {

struct Case {
  const char* text;
  const char* taken;  // what scan_time takes, without the mark
  SyslogTime::Kind kind = SyslogTime::Kind::date;
};

constexpr Case cases[] = {
    {"Jan 17 14:32:15 host", "Jan 17 14:32:15"},
    {"Jan  7 14:32:15 host", "Jan  7 14:32:15"},
    {"Jan 7 4:32:15: ", "Jan 7 4:32:15"},
    {"JAN 17 14:32:15 host", "JAN 17 14:32:15"},
    {"January 17 14:32:15", "January 17 14:32:15"},
    {"Sept 17 14:32:15", "Sept 17 14:32:15"},
    {"Wed Jan 17 14:32:15 2024 x", "Wed Jan 17 14:32:15 2024"},
    {"Jan 17 2024 14:32:15.123: ", "Jan 17 2024 14:32:15.123"},
    {"Jan 17 14:32:15 2024 host", "Jan 17 14:32:15 2024"},
    {"Jan 17 14:32:15 2024: %A", "Jan 17 14:32:15"},
    {"Jan 17 14:32:15,663 x", "Jan 17 14:32:15,663"},
    {"Jan 17 02:32:15 PM: x", "Jan 17 02:32:15 PM"},
    {"Jan 17 14:32:15 PM x", "Jan 17 14:32:15"},
    {"2024 Jan 17 14:32:15.123 x", "2024 Jan 17 14:32:15.123"},
    {"2024-01-17T14:32:15Z x", "2024-01-17T14:32:15Z"},
    {"2024-01-17 14:32:15.1+0130", "2024-01-17 14:32:15.1+0130"},
    {"2024-01-17T14:32:15.-07:00", "2024-01-17T14:32:15.-07:00"},
    {"2024/01/17 14:32:15 x", "2024/01/17 14:32:15"},
    {"2024-1-7 14:32:15 x", "2024-1-7 14:32:15"},
    {"05/21/2017:00:00:00 GMT", "05/21/2017:00:00:00"},
    {"1563249630.774247467 x", "1563249630.774247467", SyslogTime::Kind::epoch},
    {"1563249630 x", "1563249630", SyslogTime::Kind::epoch},
    {"1563249630774 x", "1563249630774", SyslogTime::Kind::epoch},
    {"12 Nov 2026 10:01:02 x", "12 Nov 2026 10:01:02"},
    {"2-Nov-2026 10:01:02.5 x", "2-Nov-2026 10:01:02.5"},
    {"12/Nov/2026:10:01:02 -0700 x", "12/Nov/2026:10:01:02 -0700"},
    {"Thu, 12 Nov 2026 10:01:02 +0100 x", "Thu, 12 Nov 2026 10:01:02 +0100"},
    {"Jan 17 14:32:15+02:00 host", "Jan 17 14:32:15+02:00"},
    {"Jan 17 14:32:15 +0200 host", "Jan 17 14:32:15 +0200"},
    {"Jan 17 14:32:15.123 +03: %A", "Jan 17 14:32:15.123 +03"},
    {"Jan 17 14:32:15 +05:30: %A", "Jan 17 14:32:15 +05:30"},
    {"Jan 17 14:32:15 -0300 2024 host", "Jan 17 14:32:15 -0300 2024"},
    {"Jan 17 14:32:15 2024 -0300 host", "Jan 17 14:32:15 2024 -0300"},
    {"Jan 17 14:32:15Z host", "Jan 17 14:32:15Z"},
    {"Jan 17 14:32:15 -3 x", "Jan 17 14:32:15"},
    {"Jan 17 14:32:15 -20 x", "Jan 17 14:32:15"},
    {"Jan 17 14:32:15 - x", "Jan 17 14:32:15"},
    {"Jan 17 14:32:15 +02nd", "Jan 17 14:32:15"},
    {"2024 Jan 17 14:32:15 -03:30 : %A", "2024 Jan 17 14:32:15 -03:30"},
    {"2024-01-17 14:32:15 +0200 host", "2024-01-17 14:32:15 +0200"},
    {"2024-01-17 14:32:15.123+02 host", "2024-01-17 14:32:15.123+02"},
    {"2y10w: x", "2y10w", SyslogTime::Kind::uptime},
    {"1d05h: x", "1d05h", SyslogTime::Kind::uptime},
    {"00:00:46: x", "00:00:46", SyslogTime::Kind::uptime},
    {"00:00:46.123 : x", "00:00:46.123", SyslogTime::Kind::uptime},
    {"*Mar  1 00:00:10: x", "Mar  1 00:00:10"},
    {".Mar  1 00:00:10: x", "Mar  1 00:00:10"},
};

TEST(SyslogTime, takes_every_shape_and_no_more) {
  for (const auto& one : cases) {
    SyslogTime time;
    EXPECT_GT(scan_time(one.text, time), 0U) << one.text;
    EXPECT_EQ(time.text, one.taken);
    EXPECT_EQ(time.kind, one.kind) << one.text;
  }
}

TEST(SyslogTime, takes_nothing_that_only_begins_like_one) {
  for (const char* text : {"",
                           "Jan",
                           "Jan ",
                           "Jan 17",
                           "Jan 17 14",
                           "Jan 17 14:32",
                           "Jan 17 14:32:1",
                           "Janet 17 14:32:15",
                           "Juno",
                           "12:30",
                           "00:00:46 x",
                           "2024",
                           "2024-01-17",
                           "2024-01-17T14:32",
                           "2024 Jan 17",
                           "2y10w x",
                           "1234567890",
                           "123456789 x",
                           "12345678901 x",
                           "12-Nov-26 10:01:02",
                           "12 Nov 10:01:02",
                           "*",
                           ".",
                           "*spamApTask1: ",
                           "Marvin 1 00:00:10"}) {
    SyslogTime time;
    EXPECT_EQ(scan_time(text, time), 0U) << text;
    EXPECT_FALSE(time) << text;
  }
}

TEST(SyslogTime, keeps_what_is_no_date_but_says_so) {
  for (const char* text :
       {"Sep 31 02:00:00", "Feb 30 2024 02:00:00", "Feb 29 2023 02:00:00", "Jan 17 24:00:00",
        "Jan 17 14:60:00", "2024-13-17T14:32:15Z", "2024-01-17T14:32:15-24:00", "Jan 0 14:32:15"}) {
    SyslogTime time;
    EXPECT_GT(scan_time(text, time), 0U) << text;
    EXPECT_FALSE(time.valid) << text;
  }
  SyslogTime time;
  EXPECT_GT(scan_time("2016-12-31T23:59:60Z", time), 0U);
  EXPECT_TRUE(time.valid);
  EXPECT_GT(scan_time("Feb 29 02:00:00", time), 0U);
  EXPECT_TRUE(time.valid);
}

TEST(SyslogTime, reads_the_parts) {
  SyslogTime time;
  (void)scan_time("*Jan 17 2024 14:32:15.234567: ", time);
  EXPECT_EQ(time.clock, SyslogTime::Clock::never_set);
  EXPECT_TRUE(time.has_year);
  EXPECT_EQ(to_seconds(time.civil), 1705501935);
  EXPECT_EQ(time.nanoseconds, 234567000U);
  EXPECT_EQ(time.digits, 6);
  (void)scan_time("2024-01-17T14:32:15.5-07:30", time);
  EXPECT_EQ(time.zone, SyslogTime::Zone::offset);
  EXPECT_EQ(time.offset_seconds, -27000);
  EXPECT_EQ(time.clock, SyslogTime::Clock::unmarked);
  (void)scan_time("Jan 17 12:00:00 AM: ", time);
  EXPECT_EQ(time.civil.hour, 0);
  (void)scan_time("Jan 17 12:00:00 PM: ", time);
  EXPECT_EQ(time.civil.hour, 12);
}

TEST(SyslogTime, takes_a_zone_only_in_front_of_a_colon) {
  const std::pair<std::string, std::string> zones[] = {{" CET: x", "CET"},
                                                       {" mdt : x", "mdt"},
                                                       {" UTC+07:30: x", "UTC+07:30"},
                                                       {" UTC+1: x", "UTC+1"},
                                                       {" MSK/MSD: x", "MSK/MSD"},
                                                       {" VIENNA: x", "VIENNA"},
                                                       {" GMT-3: x", "GMT-3"},
                                                       {" CET x", ""},
                                                       {" fw-1: x", ""},
                                                       {" fw1: x", ""},
                                                       {" FW-1: x", ""},
                                                       {" CLT-4: x", "CLT-4"},
                                                       {" UTC1: x", "UTC1"},
                                                       {" UTC123: x", ""},
                                                       {" (UTC): x", "(UTC)"},
                                                       {" (UTC) x", ""},
                                                       {" (U1): x", ""},
                                                       {" E.S.T: x", "E.S.T"},
                                                       {" fw.example: x", ""},
                                                       {": x", ""},
                                                       {" CET", ""},
                                                       {"  %ASA-6-1: x", ""}};
  for (const auto& [rest, zone] : zones) {
    const std::string text = "Jan 17 14:32:15" + rest;
    SyslogTime time;
    const auto length = scan_time(text, time);
    const auto taken = scan_zone(std::string_view(text).substr(length), time);
    EXPECT_EQ(taken > 0, !zone.empty()) << text;
    if (taken > 0) {
      EXPECT_EQ(time.text, "Jan 17 14:32:15 " + zone);
    }
  }
}

}  // namespace
}  // namespace netlogd::wire
