#include "cli/table.hpp"

#include <gtest/gtest.h>

#include "cli/terminal.hpp"

namespace netlogd::cli {
namespace {

TEST(Terminal, counts_columns_and_not_octets) {
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("häß"), 3U);
  EXPECT_EQ(display_width("日本"), 4U);
  EXPECT_EQ(display_width("e\xcc\x81"), 1U) << "a combining accent";
  EXPECT_EQ(display_width("\xe2\x82"), 2U) << "cut off";
}

TEST(Terminal, cuts_between_characters_and_says_so) {
  EXPECT_EQ(cut_to("abcdef", 4), "abc…");
  EXPECT_EQ(cut_to("äöüß", 4), "äöüß");
  EXPECT_EQ(cut_to("日本語", 4), "日…");
  EXPECT_EQ(cut_to("abcdef", 0), "abcdef");
}

TEST(Terminal, paints_only_where_there_are_colours) {
  Terminal plain;
  EXPECT_EQ(plain.paint(Colour::red, "x"), "x");
  Terminal colourful;
  colourful.colours = true;
  EXPECT_EQ(colourful.paint(Colour::red, "x"), "\x1b[31mx\x1b[0m");
  EXPECT_EQ(colourful.paint(Colour::none, "x"), "x");
}

TEST(Table, aligns_and_leaves_no_blanks_at_the_end) {
  testing::internal::CaptureStdout();
  Terminal terminal;
  {
    Table table({{"NAME"}, {"COUNT", Table::Side::right}, {"TEXT"}}, terminal);
    table.add({"a", "1", "x"});
    table.add({"longer", "1000", ""});
  }
  std::fflush(stdout);
  EXPECT_EQ(testing::internal::GetCapturedStdout(),
            "NAME    COUNT  TEXT\na           1  x\nlonger   1000\n");
}

TEST(Table, bars_and_sparklines_are_in_proportion) {
  EXPECT_EQ(bar(8, 8, 2), "██");
  EXPECT_EQ(bar(4, 8, 2), "█");
  EXPECT_EQ(bar(0.001, 8, 2), "▏") << "something is there";
  EXPECT_EQ(bar(0, 8, 2), "");
  EXPECT_EQ(sparkline({0, 1, 8}), " ▁█");
  EXPECT_EQ(sparkline({}), "");
}

}  // namespace
}  // namespace netlogd::cli
