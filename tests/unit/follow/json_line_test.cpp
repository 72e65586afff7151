#include "follow/json_line.hpp"

#include <gtest/gtest.h>

namespace netlogd::follow {
namespace {

TEST(JsonLine, takes_the_top_level_apart) {
  JsonLine line;
  ASSERT_TRUE(line.parse(R"({"id":1,"a":"x\"}\\","b":{"c":["}",{"d":1}]},"e":null,"f":-1.5})"));
  ASSERT_EQ(line.members().size(), 5u);
  EXPECT_EQ(line.members()[1].value, R"("x\"}\\")");
  EXPECT_EQ(line.members()[2].key, "b");
  EXPECT_EQ(line.members()[2].value, R"({"c":["}",{"d":1}]})");
  EXPECT_EQ(line.members()[4].value, "-1.5");
}

TEST(JsonLine, refuses_what_does_not_end) {
  JsonLine line;
  for (const auto* text : {"", "{", "{}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{\"a\":\"x}",
                           "{\"a\":[1}", "{\"a\":1}}", "[1]", "{\"a\":\"\\\"}", "{\"a\":1}x"}) {
    EXPECT_FALSE(line.parse(text)) << text;
  }
}

TEST(JsonLine, every_prefix_of_a_line_is_refused) {
  const std::string whole = R"({"id":1,"a":"x\"}\\","b":{"c":["}",{"d":1}]},"e":null})";
  JsonLine line;
  for (std::size_t n = 0; n < whole.size(); ++n)
    EXPECT_FALSE(line.parse(std::string(whole, 0, n))) << n;
}

TEST(JsonText, undoes_escapes) {
  std::string scratch;
  EXPECT_EQ(json_text(R"("plain")", scratch), "plain");
  EXPECT_EQ(json_text(R"("a\"\\\/\b\f\n\r\t\u00e9\u20ac\ud83d\ude00z")", scratch),
            "a\"\\/\b\f\n\r\t\u00e9\u20ac\U0001F600z");
  EXPECT_EQ(json_text(R"("")", scratch), "");
  for (const auto* bad : {"", "x", "\"", R"("\x")", R"("\u12")", R"("\ud800")", R"("\ud800\u0041")",
                          R"("\udc00")", R"("\u0000")", "\"\\\"", "null", "1"}) {
    EXPECT_FALSE(json_text(bad, scratch)) << bad;
  }
}

TEST(JsonInteger, takes_what_comes_back_the_same) {
  EXPECT_EQ(json_integer("0"), 0);
  EXPECT_EQ(json_integer("-17"), -17);
  EXPECT_EQ(json_integer("9223372036854775807"), INT64_MAX);
  for (const auto* bad :
       {"", "-", "-0", "01", "1.0", "1e3", "9223372036854775808", "null", "\"1\"", "+1", " 1"}) {
    EXPECT_FALSE(json_integer(bad)) << bad;
  }
}

}  // namespace
}  // namespace netlogd::follow
