#include "parse/event_words.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace netlogd::parse {
namespace {

struct Words : ::testing::Test {
  Words() {
    EXPECT_TRUE(matcher.add_row({"link down"}));
    EXPECT_TRUE(matcher.add_row({"fan", "fail*"}));
    EXPECT_TRUE(matcher.add_row({"x*"}));
    EXPECT_TRUE(matcher.add_row({"down"}));
    matcher.finish();
  }
  std::uint32_t find(std::string_view first, std::string_view second) {
    return matcher.find(first, second, *seen);
  }
  WordMatcher matcher;
  std::unique_ptr<WordMatcher::Seen> seen = std::make_unique<WordMatcher::Seen>();
};

TEST_F(Words, finds_whole_words_at_any_place) {
  EXPECT_EQ(find("", "Link  down"), 0U);
  EXPECT_EQ(find("", "the link, DOWN: again"), 0U);
  EXPECT_EQ(find("", "uplink down"), 3U);
  EXPECT_EQ(find("", "linked downs"), WordMatcher::none);
  EXPECT_EQ(find("", ""), WordMatcher::none);
  for (std::size_t n = 0; n < 200; ++n) {
    EXPECT_EQ(find("", std::string(n, '.') + "link down"), 0U) << n;
    EXPECT_EQ(find("", std::string(n, 'a') + "link down"), n == 0 ? 0U : 3U) << n;
  }
}

TEST_F(Words, an_open_phrase_is_the_beginning_of_a_word) {
  EXPECT_EQ(find("", "fan 3 failed"), 1U);
  EXPECT_EQ(find("", "failure of fan"), 1U);
  EXPECT_EQ(find("", "fan 3 prefail"), WordMatcher::none);
  EXPECT_EQ(find("", "an xray"), 2U);
  EXPECT_EQ(find("", "x"), 2U);
}

TEST_F(Words, a_phrase_may_begin_in_the_first_text_and_end_in_the_second) {
  EXPECT_EQ(find("SW-LINK", "down"), 0U);
  EXPECT_EQ(find("SW-LINK-", "  down"), 0U);
  EXPECT_EQ(find("SWLINK", "down"), 3U);
}

TEST_F(Words, nothing_of_the_text_before_is_remembered) {
  EXPECT_EQ(find("", "fan"), WordMatcher::none);
  EXPECT_EQ(find("", "fail"), WordMatcher::none);
}

}  // namespace
}  // namespace netlogd::parse
