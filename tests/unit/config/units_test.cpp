#include "config/units.hpp"

#include <gtest/gtest.h>

namespace netlogd::config {
namespace {

using std::chrono::milliseconds;

TEST(Units, read_sizes) {
  struct Case {
    const char* text;
    std::uint64_t bytes;
  };
  for (const auto& c : {Case{"0", 0}, Case{"4096", 4096}, Case{"512B", 512}, Case{"64KiB", 65536},
                        Case{"64 kib", 65536}, Case{"64k", 65536}, Case{"2M", 2097152},
                        Case{"1GiB", 1073741824}, Case{"3T", 3298534883328}})
    EXPECT_EQ(parse_size(c.text), c.bytes) << c.text;
  for (const char* text : {"", "KiB", "64KB", "64MB", "1.5GiB", "-1", "64 KiB x",
                           "18446744073709551616", "18446744073709551615KiB", "0x10", " 1"})
    EXPECT_FALSE(parse_size(text)) << text;
}

TEST(Units, read_durations) {
  struct Case {
    const char* text;
    std::int64_t count;
  };
  for (const auto& c : {Case{"0", 0}, Case{"500ms", 500}, Case{"10s", 10'000}, Case{"5m", 300'000},
                        Case{"1h30m", 5'400'000}, Case{"30d", 2'592'000'000},
                        Case{"2w", 1'209'600'000}, Case{"0s", 0}})
    EXPECT_EQ(parse_duration(c.text), milliseconds(c.count)) << c.text;
  for (const char* text : {"", "10", "s", "10 s", "-1s", "1.5h", "10S", "1h30",
                           "99999999999999999999s", "40000000d", "1y"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(Units, read_rates_and_whole_numbers) {
  EXPECT_EQ(parse_rate("10000/s"), 10000U);
  for (const char* text : {"", "10000", "/s", "10/m", "10/s "})
    EXPECT_FALSE(parse_rate(text)) << text;
  EXPECT_EQ(parse_whole("10000"), 10000U);
  for (const char* text : {"", "1x", "-1", "+1", "1 "}) EXPECT_FALSE(parse_whole(text)) << text;
}

TEST(Units, write_what_they_read) {
  for (const char* text : {"64KiB", "1500B", "500MiB", "50GiB", "1TiB"})
    EXPECT_EQ(size_text(*parse_size(text)), text);
  for (const char* text : {"500ms", "10s", "90m", "1h", "30d", "0"})
    EXPECT_EQ(duration_text(*parse_duration(text)), text);
  EXPECT_EQ(size_text(0), "0B");
  EXPECT_EQ(rate_text(10000), "10000/s");
}

}  // namespace
}  // namespace netlogd::config
