// The law of the memory of headers: whatever a parser has read before, it says of a message what
// the grammar says. Golden lines with other numbers in them, and with changed octets.

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "netlogd/core/text_cursor.hpp"
#include "netlogd/wire/syslog_parser.hpp"
#include "support/syslog_message_text.hpp"
#include "unit/parse/golden_file.hpp"

namespace netlogd::test {
namespace {

std::vector<std::string> golden_lines() {
  std::vector<std::string> lines;
  for (const auto& path : golden_files())
    for (auto& one : read_golden(path)) lines.push_back(std::move(one.input));
  return lines;
}

class HeaderMemoryLaw : public ::testing::Test {
 protected:
  void agree(std::string_view text) {
    // A heap copy of exactly this size, so that the sanitizer sees a step past the end.
    const std::vector<char> exact(text.begin(), text.end());
    const std::string_view view(exact.data(), exact.size());
    wire::SyslogMessage remembered;
    wire::SyslogMessage read;
    parser_.parse(view, remembered);
    wire::parse_syslog(view, read);
    ASSERT_EQ(text_of(remembered), text_of(read)) << text;
  }

  // Numbers become others of the same length, sometimes longer or shorter.
  std::string with_other_numbers(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
      out += is_digit(text[at]) ? digit() : text[at];
      if (is_digit(text[at]) && random_() % 40 == 0) out += digit();
      if (is_digit(text[at]) && random_() % 40 == 0) out.pop_back();
    }
    return out;
  }
  char digit() { return static_cast<char>('0' + random_() % 10); }

  // Another run of the law: --gtest_random_seed=N --gtest_shuffle.
  std::mt19937 random_{static_cast<unsigned>(::testing::UnitTest::GetInstance()->random_seed())};
  wire::SyslogParser parser_;
};

TEST_F(HeaderMemoryLaw, other_numbers_in_a_line_are_read_as_if_it_were_the_first) {
  for (const auto& line : golden_lines()) {
    agree(line);
    agree(line);
    for (int i = 0; i < 60; ++i) agree(with_other_numbers(line));
  }
}

TEST_F(HeaderMemoryLaw, a_changed_octet_is_read_as_if_it_were_the_first) {
  constexpr char octets[] = {' ', '0', '9', 'a', 'M', '.', ':', '-', '%', '[', '*', '\xff', '\t'};
  for (const auto& line : golden_lines())
    for (std::size_t i = 0; i < line.size(); ++i) {
      auto other = line;
      other[i] = octets[random_() % sizeof octets];
      agree(other);
      agree(with_other_numbers(other));
    }
}

TEST_F(HeaderMemoryLaw, every_prefix_is_read_as_if_it_were_the_first) {
  for (const auto& line : golden_lines())
    for (std::size_t length = 0; length <= line.size(); ++length)
      agree(std::string_view(line).substr(0, length));
}

TEST_F(HeaderMemoryLaw, numbers_whose_value_decides_are_looked_at) {
  for (const char* text : {"<13>Jan 17 14:32:15 host %A-3-B: x",
                           "<13>Jan 17 14:32:15 host %A-8-B: x",
                           "<13>Jan 17 14:32:15 host %A-9-3-B: x",
                           "<13>Jan 17 14:32:15 host %A-2-3-B: x",
                           "<13>Jan 17 14:32:15 2024: %A-3-B: x",
                           "<13>Jan 17 14:32:15 1234: %A-3-B: x",
                           "<13>Jan 17 14:32:15 2024 host %A-3-B: x",
                           "<13>Jan 17 14:32:15 1234 host %A-3-B: x",
                           "<13>Jan 17 2024 14:32:15: %A-3-B: x",
                           "<13>Jan 17 1234 14:32:15: %A-3-B: x",
                           "<13>Jan 37 14:32:15: %A-3-B: x",
                           "<13>Jan 17 24:32:15: %A-3-B: x",
                           "<13>Feb 29 14:32:15: %A-3-B: x",
                           "<13>Feb 30 14:32:15: %A-3-B: x",
                           "<13>Jan  7 14:32:15: %A-3-B: x",
                           "<13>Jan  0 14:32:15: %A-3-B: x",
                           "<13>Jan 17 02:32:15 PM: %A-3-B: x",
                           "<13>Jan 17 22:32:15 PM: %A-3-B: x",
                           "<13>12: Jan 17 14:32:15 UTC+1: %A-3-B: x",
                           "<13>12: Jan 17 14:32:15 UTC+9: %A-3-B: x",
                           "<13>12: Jan 17 14:32:15 UTC+30: %A-3-B: x",
                           "<13>12: Jan 17 14:32:15 -74: %A-3-B: x",
                           "<13>12: Jan 17 14:32:15 -01: %A-3-B: x",
                           "<13>12: Jan 17 14:32:15 1234 %A-3-B: x",
                           "<13>12: Jan 17 14:32:15 2024 %A-3-B: x",
                           "<13>1234567890 host %A-3-B: x",
                           "<13>Jan 17 14:32:15 [10.1.1.999] %A-3-B: x",
                           "<13>Jan 17 14:32:15 [10.1.1.111] %A-3-B: x",
                           "<13>Jan 17 14:32:15 h <999>12: %A-3-B: x",
                           "<13>Jan 17 14:32:15 h <189>12: %A-3-B: x",
                           "<13>Jan 17 14:32:15 ::1: %A-3-B: x",
                           "<13>1 2024-01-17T14:32:15Z h p - - - %A-3-B: x",
                           "<13>0 2024-01-17T14:32:15Z h p - - - %A-3-B: x",
                           "<13>1 2024-01-17T14:32:15Z h %A-9-B - - - x",
                           "<13>1 2024-01-17T14:32:15Z h %A-3-B - - - x",
                           "<13>1 2024-01-17T14:32:15Z h p - %A-9-B - x",
                           "<13>1 2024-01-17T14:32:15Z h p - %A-3-B - x",
                           "<13>Jan 17 14:32:15: %A-3-B    : x",
                           "<13>Jan 17 14:32:15: %A-3-B    x",
                           "<13>Jan 17 14:32:15: %A-3-B",
                           "<13>message repeated 2 times: [Jan 17 14:32:15: %A-3-B: x]",
                           "<13>message repeated 2 times: [Jan 17 14:32:15: %A-3-B: x"})
    for (int twice = 0; twice < 2; ++twice) agree(text);
}

}  // namespace
}  // namespace netlogd::test
