#include "netlogd/parse/key_value.hpp"

#include <gtest/gtest.h>

namespace netlogd::parse {
namespace {

TEST(KeyValueCursor, reads_pairs_with_and_without_quotes) {
  KeyValueCursor pairs(R"(a=1 b="two words", c= d="q\"q" e-f.g=x)");
  const std::pair<const char*, const char*> wanted[] = {
      {"a", "1"}, {"b", "two words"}, {"c", ""}, {"d", R"(q\"q)"}, {"e-f.g", "x"}};
  for (const auto& [key, value] : wanted) {
    const auto pair = pairs.next();
    ASSERT_TRUE(pair);
    EXPECT_EQ(pair->key, key);
    EXPECT_EQ(pair->value, value);
  }
  EXPECT_FALSE(pairs.next());
  EXPECT_TRUE(pairs.clean());
}

TEST(KeyValueCursor, stops_at_what_is_no_pair) {
  for (const char* text : {"a=1 b", "a=1 b=\"x", "a=1 =x", "a=1 b=\"x\\", "a=1 \"b\"=x"}) {
    KeyValueCursor pairs(text);
    EXPECT_TRUE(pairs.next()) << text;
    EXPECT_FALSE(pairs.next()) << text;
    EXPECT_FALSE(pairs.clean()) << text;
  }
}

}  // namespace
}  // namespace netlogd::parse
