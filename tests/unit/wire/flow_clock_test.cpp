#include "netlogd/wire/flow_clock.hpp"

#include <gtest/gtest.h>

namespace netlogd::wire {
namespace {

constexpr TimePoint near_2023{std::chrono::seconds(1'700'000'000)};
constexpr std::uint64_t ntp_2023 = (1'700'000'000ULL + 2'208'988'800ULL) << 32;

std::string text(std::optional<TimePoint> instant) {
  return instant ? utc_text(*instant, 9) : "none";
}

TEST(FlowClock, reads_seconds_and_milliseconds_and_refuses_what_no_instant_holds) {
  EXPECT_EQ(text(unix_seconds(1'700'000'000)), "2023-11-14T22:13:20.000000000Z");
  EXPECT_EQ(text(unix_milliseconds(1'700'000'000'123)), "2023-11-14T22:13:20.123000000Z");
  EXPECT_EQ(text(unix_seconds(UINT64_MAX)), "none");
  EXPECT_EQ(text(unix_milliseconds(UINT64_MAX)), "none");
}

TEST(FlowClock, reads_the_ntp_form_to_the_microsecond_and_nanosecond_that_was_meant) {
  for (const std::uint64_t us : {0ULL, 1ULL, 123'456ULL, 499'999ULL, 999'999ULL}) {
    const std::uint64_t fraction = ((us << 32) / 1'000'000) & 0xfffff800U;
    const auto read = ntp_microseconds(ntp_2023 | fraction, near_2023);
    // The eleven bits that a sender clears are worth half a microsecond.
    EXPECT_LE(std::chrono::abs(*read - near_2023 - std::chrono::microseconds(us)),
              std::chrono::microseconds(1))
        << us;
  }
  EXPECT_EQ(text(ntp_nanoseconds(ntp_2023 | 0x80000000U, near_2023)),
            "2023-11-14T22:13:20.500000000Z");
  EXPECT_EQ(text(ntp_nanoseconds(0, near_2023)), "none");
}

TEST(FlowClock, takes_the_ntp_era_that_is_near) {
  constexpr TimePoint near_2040{std::chrono::seconds(2'208'988'800)};
  const std::uint64_t ntp = ((2'208'988'800ULL + 2'208'988'800ULL) & 0xffffffffULL) << 32;
  EXPECT_EQ(text(ntp_microseconds(ntp, near_2040)), "2040-01-01T00:00:00.000000000Z");
}

TEST(FlowClock, reads_a_plain_count_where_that_is_what_lies_near) {
  EXPECT_EQ(text(ntp_microseconds(1'700'000'000'123'456, near_2023)),
            "2023-11-14T22:13:20.123456000Z");
  EXPECT_EQ(text(ntp_nanoseconds(1'700'000'000'123'456'789, near_2023)),
            "2023-11-14T22:13:20.123456789Z");
}

TEST(FlowClock, ties_the_uptime_to_the_time_it_began) {
  const auto uptime = uptime_since(1'699'999'990'000, near_2023);
  EXPECT_TRUE(uptime.known);
  EXPECT_EQ(uptime.uptime_ms, 10'000U);
  EXPECT_EQ(utc_text(uptime.at(9'500), 3), "2023-11-14T22:13:19.500Z");
}

}  // namespace
}  // namespace netlogd::wire
