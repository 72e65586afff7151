#include "netlogd/core/time.hpp"

#include <gtest/gtest.h>

namespace netlogd {
namespace {

TimePoint at(std::int64_t seconds, std::int64_t nanoseconds = 0) {
  return TimePoint(std::chrono::seconds(seconds) + std::chrono::nanoseconds(nanoseconds));
}

TEST(Time, formats_with_every_precision_and_rounds_down) {
  EXPECT_EQ(utc_text(at(1705501935, 234999999), 3), "2024-01-17T14:32:15.234Z");
  EXPECT_EQ(utc_text(at(1705501935, 234567999), 6), "2024-01-17T14:32:15.234567Z");
  EXPECT_EQ(utc_text(at(1705501935, 1), 9), "2024-01-17T14:32:15.000000001Z");
  EXPECT_EQ(utc_text(at(1705501935), 0), "2024-01-17T14:32:15Z");
  EXPECT_EQ(utc_text(at(-1, 999000000), 3), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(utc_compact(at(1705501935)), "20240117T143215Z");
}

TEST(Time, civil_days_go_there_and_back) {
  for (std::int64_t day = -200000; day < 200000; day += 17) {
    const CivilTime civil = to_civil(day * 86400 + 3661);
    EXPECT_EQ(to_seconds(civil), day * 86400 + 3661);
    EXPECT_LE(civil.day, days_in_month(civil.year, civil.month));
  }
  EXPECT_EQ(to_seconds({2024, 2, 29, 23, 59, 60}), to_seconds({2024, 3, 1, 0, 0, 0}));
}

}  // namespace
}  // namespace netlogd
