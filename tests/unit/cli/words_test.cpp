#include "cli/words.hpp"

#include <gtest/gtest.h>

namespace netlogd::cli {
namespace {

using Words = std::vector<std::string>;

TEST(Words, knows_every_usual_word_for_a_severity) {
  EXPECT_EQ(parse_severity("err"), 3);
  EXPECT_EQ(parse_severity("ERROR"), 3);
  EXPECT_EQ(parse_severity("Warning"), 4);
  EXPECT_EQ(parse_severity("informational"), 6);
  EXPECT_EQ(parse_severity("0"), 0);
  EXPECT_EQ(parse_severity("7"), 7);
  for (const char* word : {"", "8", "-1", "bad", "33"}) EXPECT_FALSE(parse_severity(word)) << word;
}

TEST(Words, finds_event_types_by_a_part_of_their_name) {
  EXPECT_EQ(event_types_of("bgp"), Words{"routing_protocol_bgp"});
  EXPECT_EQ(event_types_of("interface"),
            (Words{"interface_down", "interface_up", "interface_error"}));
  EXPECT_EQ(event_types_of("hardware_fan"), Words{"hardware_fan"});
  EXPECT_EQ(event_types_of("authentication"), Words{"authentication"})
      << "an event type of its own";
  EXPECT_EQ(event_types_of("my_own_type"), Words{"my_own_type"}) << "a user's";
  EXPECT_EQ(event_types_of("BFD"), Words{"bfd"});
  EXPECT_EQ(all_event_types().size(), 45U);
  EXPECT_EQ(all_event_types().front(), "routing_protocol_bgp");
  EXPECT_EQ(all_event_types().back(), "other");
}

TEST(Words, matches_globs_as_sqlite_does) {
  EXPECT_TRUE(glob_matches("%BGP-*", "%BGP-5-ADJCHANGE"));
  EXPECT_FALSE(glob_matches("%BGP-*", "%bgp-5-ADJCHANGE")) << "case counts";
  EXPECT_TRUE(glob_matches("*", ""));
  EXPECT_TRUE(glob_matches("a*b*c", "aXbYbZc"));
  EXPECT_FALSE(glob_matches("a*b*c", "aXbYb"));
  EXPECT_TRUE(glob_matches("core-0[1-3]", "core-02"));
  EXPECT_FALSE(glob_matches("core-0[^1-3]", "core-02"));
  EXPECT_TRUE(glob_matches("a?c", "abc"));
  EXPECT_TRUE(glob_matches("[]x]", "]"));
  EXPECT_FALSE(glob_matches("[abc", "a")) << "not closed";
  EXPECT_FALSE(glob_matches("abc", "abcd"));
  EXPECT_FALSE(glob_matches("", "a"));
}

TEST(Words, a_glob_of_many_stars_ends_in_time) {
  const std::string text(2000, 'a');
  EXPECT_FALSE(glob_matches("*a*a*a*a*a*a*a*a*b", text));
}

TEST(Words, a_word_that_is_nearly_known_is_named) {
  const std::vector<std::string> known = {"core-01", "core-02", "edge-01"};
  EXPECT_EQ(did_you_mean("cor-01", known), "; did you mean core-01?");
  EXPECT_EQ(did_you_mean("printer-in-the-hall", known), "");
  EXPECT_EQ(did_you_mean("x", {}), "");
}

TEST(Words, a_phrase_is_whole_words_in_their_order) {
  EXPECT_TRUE(holds_phrase("neighbor 10.0.0.1 Down", "10.0.0.1"));
  EXPECT_FALSE(holds_phrase("neighbor 10.0.0.11 Down", "10.0.0.1"));
  EXPECT_FALSE(holds_phrase("neighbor 110.0.0.1 Down", "10.0.0.1"));
  EXPECT_TRUE(holds_phrase("Line protocol on Interface Gi1/0/1", "interface gi1/0/1"));
  EXPECT_FALSE(holds_phrase("Interface Line", "line interface"));
  EXPECT_TRUE(holds_phrase("anything", ""));
}

}  // namespace
}  // namespace netlogd::cli
