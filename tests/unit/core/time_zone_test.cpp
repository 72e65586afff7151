#include "netlogd/core/time_zone.hpp"

#include <gtest/gtest.h>

#include "netlogd/core/time.hpp"

namespace netlogd {
namespace {

// Los Angeles in 2024: daylight saving from 10 March 10:00 UTC to 3 November 09:00 UTC.
const TimeZone los_angeles("America/Los_Angeles", {{-1'000'000'000'000, -28800},
                                                   {to_seconds({2024, 3, 10, 10, 0, 0}), -25200},
                                                   {to_seconds({2024, 11, 3, 9, 0, 0}), -28800}});

TEST(TimeZone, converts_plain_times) {
  const auto winter = los_angeles.to_utc(to_seconds({2024, 1, 17, 14, 32, 15}), 0);
  EXPECT_EQ(winter.utc_seconds, to_seconds({2024, 1, 17, 22, 32, 15}));
  EXPECT_FALSE(winter.ambiguous || winter.skipped);
  EXPECT_EQ(los_angeles.to_utc(to_seconds({2024, 7, 1, 0, 0, 0}), 0).utc_seconds, to_seconds({2024, 7, 1, 7, 0, 0}));
}

TEST(TimeZone, takes_the_reading_that_reception_allows_in_the_fold) {
  const auto local = to_seconds({2024, 11, 3, 1, 30, 0});
  const auto early = los_angeles.to_utc(local, to_seconds({2024, 11, 3, 8, 30, 1}));
  EXPECT_TRUE(early.ambiguous);
  EXPECT_EQ(early.utc_seconds, to_seconds({2024, 11, 3, 8, 30, 0}));
  EXPECT_EQ(los_angeles.to_utc(local, to_seconds({2024, 11, 3, 9, 30, 1})).utc_seconds, to_seconds({2024, 11, 3, 9, 30, 0}));
}

TEST(TimeZone, reads_the_gap_with_the_offset_before_it) {
  const auto answer = los_angeles.to_utc(to_seconds({2024, 3, 10, 2, 30, 0}), 0);
  EXPECT_TRUE(answer.skipped);
  EXPECT_EQ(answer.utc_seconds, to_seconds({2024, 3, 10, 10, 30, 0}));
}

}  // namespace
}  // namespace netlogd
