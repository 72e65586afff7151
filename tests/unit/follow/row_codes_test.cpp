#include "follow/row_codes.hpp"

#include <gtest/gtest.h>

namespace netlogd::follow {
namespace {

TEST(ParseUtc, reads_our_own_form_only) {
  EXPECT_EQ(parse_utc_us("2024-01-17T14:32:15.123456Z", 6), 1705501935123456);
  EXPECT_EQ(parse_utc_us("2024-01-17T14:32:15.123Z", 3), 1705501935123000);
  for (const auto* bad :
       {"", "2024-01-17T14:32:15.123Z", "2024-01-17T14:32:15.12345xZ",
        "2024-02-30T14:32:15.123456Z", "1969-12-31T23:59:59.999999Z", "2024-01-17 14:32:15.123456Z",
        "2024-01-17T14:32:60.123456Z", "2024-01-17T14:32:15.1234567Z"}) {
    EXPECT_FALSE(parse_utc_us(bad, 6)) << bad;
  }
}

TEST(EncodeTime, keeps_the_form_and_the_difference) {
  constexpr std::int64_t received = 1705501935123456;
  EXPECT_EQ(encode_time("2024-01-17T14:32:15.123Z", received), 0);
  EXPECT_EQ(encode_time("2024-01-17T14:32:15.120Z", received), 3 * 4);
  EXPECT_EQ(encode_time("2024-01-17T14:32:16.123Z", received), -1000 * 4);
  EXPECT_EQ(encode_time("2024-01-17T14:32:15.123455Z", received), 1 * 4 + 1);
  EXPECT_FALSE(encode_time("2024-01-17T14:32:15.123456789Z", received));
}

TEST(FindPiece, counts_characters_as_sqlite_does) {
  const auto end = find_piece("<1>a: text", "text", true);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->from, 7);
  EXPECT_TRUE(end->reaches_end);
  const auto later = find_piece("\u00e9 text \u00e9 text", "text", true);
  ASSERT_TRUE(later);
  EXPECT_EQ(later->from, 10);
  const auto middle = find_piece("\u00e9 text\r\n", "text", true);
  ASSERT_TRUE(middle);
  EXPECT_EQ(middle->from, 3);
  EXPECT_EQ(middle->length, 4);
  EXPECT_FALSE(middle->reaches_end);
  EXPECT_FALSE(find_piece("abc", "x", true));
  EXPECT_FALSE(find_piece("abc", "", true));
}

}  // namespace
}  // namespace netlogd::follow
