#include "cli/line_shape.hpp"

#include <gtest/gtest.h>

namespace netlogd::cli {
namespace {

TEST(LineShape, numbers_and_words_make_no_difference) {
  EXPECT_EQ(line_shape("<134>Feb  3 12:34:56 fw1 ACMEFW: src=192.0.2.7 dpt=443"),
            "<9>a 9 9:9:9 a a: a=9.9.9.9 a=9");
  EXPECT_EQ(line_shape("<13>Dec 13 01:02:03 box7 OTHER: dst=198.51.100.200 x=1"),
            "<9>a 9 9:9:9 a a: a=9.9.9.9 a=9");
}

TEST(LineShape, prose_of_any_length_is_the_same) {
  EXPECT_EQ(line_shape("the fan has failed"),
            line_shape("the fan in the second slot has failed again"));
  EXPECT_EQ(line_shape("one two three"), "a …");
  EXPECT_EQ(line_shape("one two three 4 five"), "a … 9 a");
}

TEST(LineShape, hexadecimal_words_with_digits_are_one_kind) {
  EXPECT_EQ(line_shape("id 00ff12ab"), line_shape("id deadbe3f"));
  EXPECT_NE(line_shape("id 00ff12ab"), line_shape("id 12345678"));
}

TEST(LineShape, is_bounded) {
  EXPECT_LE(line_shape(std::string(100'000, '.')).size(), 210U);
  EXPECT_EQ(line_shape(""), "");
  EXPECT_EQ(line_shape("\xff\xfe x"), "a a");
}

}  // namespace
}  // namespace netlogd::cli
