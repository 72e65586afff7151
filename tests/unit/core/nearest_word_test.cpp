#include "netlogd/core/nearest_word.hpp"

#include <gtest/gtest.h>

#include <string>

namespace netlogd {
namespace {

TEST(NearestWord, counts_the_edits) {
  EXPECT_EQ(edit_distance("message", "message"), 0U);
  EXPECT_EQ(edit_distance("mesage", "message"), 1U);
  EXPECT_EQ(edit_distance("emssage", "message"), 1U);
  EXPECT_EQ(edit_distance("Message", "message"), 0U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

TEST(NearestWord, finds_what_was_meant) {
  constexpr std::string_view known[] = {"message", "memory", "connections", "idle"};
  EXPECT_EQ(nearest_word("mesages", known), "message");
  EXPECT_EQ(nearest_word("memroy", known), "memory");
  EXPECT_EQ(nearest_word("conections", known), "connections");
  EXPECT_EQ(nearest_word("x", {}), "");
}

TEST(NearestWord, stays_bounded_with_long_words) {
  EXPECT_EQ(edit_distance(std::string(1'000'000, 'a'), std::string(1'000'000, 'b')), 64U);
}

}  // namespace
}  // namespace netlogd
