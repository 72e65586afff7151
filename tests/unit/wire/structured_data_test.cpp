#include "netlogd/wire/structured_data.hpp"

#include <gtest/gtest.h>

#include <string>

namespace netlogd::wire {
namespace {

TEST(StructuredData, reads_elements_and_undoes_escapes) {
  StructuredData data;
  const std::string_view text = R"([a@1 b="c" d="\"x\" \\ \] \n"][e f=""] text)";
  EXPECT_EQ(data.parse(text), text.find(" text"));
  EXPECT_TRUE(data.clean());
  ASSERT_EQ(data.elements().size(), 2U);
  EXPECT_EQ(data.elements()[0].id, "a@1");
  ASSERT_EQ(data.parameters().size(), 3U);
  EXPECT_EQ(data.parameters()[0].value, "c");
  EXPECT_EQ(data.parameters()[1].value, R"("x" \ ] \n)");
  EXPECT_EQ(data.parameters()[2].name, "f");
  EXPECT_EQ(data.parameters()[2].value, "");
}

TEST(StructuredData, keeps_nothing_of_a_first_element_that_is_malformed) {
  StructuredData data;
  for (const char* text : {"[", "[]", "[=]", "[a", "[a b", "[a b=", "[a b=\"", "[a b=\"c",
                           "[a b=\"c\\\"]", "[a b=c]", "[a =\"c\"]", "[ a=\"b\"]"}) {
    EXPECT_EQ(data.parse(text), 0U) << text;
    EXPECT_TRUE(data.empty());
    EXPECT_FALSE(data.clean());
  }
}

TEST(StructuredData, keeps_the_elements_in_front_of_a_malformed_one) {
  StructuredData data;
  EXPECT_EQ(data.parse("[a b=\"c\"][d e"), 9U);
  EXPECT_EQ(data.elements().size(), 1U);
  EXPECT_FALSE(data.clean());
}

TEST(StructuredData, reads_over_more_parameters_than_it_keeps) {
  StructuredData data;
  std::string text = "[a";
  for (int i = 0; i < 20000; ++i) text += " p" + std::to_string(i) + "=\"v\"";
  text += "]";
  EXPECT_EQ(data.parse(text), text.size());
  EXPECT_EQ(data.parameters().size(), StructuredData::max_parameters);
  EXPECT_FALSE(data.clean());
}

TEST(StructuredData, reads_over_more_elements_than_it_keeps) {
  std::string text;
  for (int i = 0; i < 300; ++i) text += "[e k=\"v\"]";
  StructuredData data;
  EXPECT_EQ(data.parse(text), text.size());
  EXPECT_EQ(data.elements().size(), StructuredData::max_elements);
  EXPECT_EQ(data.parameters().size(), StructuredData::max_elements);
}

TEST(StructuredData, takes_curly_quotes) {
  StructuredData data;
  EXPECT_GT(data.parse("[a b=\xe2\x80\x9c"
                       "c d\xe2\x80\x9d]"),
            0U);
  EXPECT_EQ(data.parameters()[0].value, "c d");
}

}  // namespace
}  // namespace netlogd::wire
