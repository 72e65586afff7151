// Laws of the syslog path, over every line of the golden files.

#include <gtest/gtest.h>

#include <ctime>
#include <nlohmann/json.hpp>
#include <set>

#include "netlogd/wire/framing.hpp"
#include "support/base64.hpp"
#include "unit/parse/golden_file.hpp"

namespace netlogd::test {
namespace {

std::vector<GoldenCase> all_cases() {
  std::vector<GoldenCase> cases;
  for (const auto& path : golden_files())
    for (auto& one : read_golden(path)) cases.push_back(std::move(one));
  return cases;
}

// Every input is one record that is JSON and has the raw text, octet by octet.
void expect_kept(SyslogFixture& fixture, std::string_view text) {
  // A heap copy of exactly this size, so that the address sanitizer sees a read past the end.
  const std::vector<char> exact(text.begin(), text.end());
  const auto line = fixture.record({exact.data(), exact.size()});
  if (text.empty()) {
    ASSERT_TRUE(line.empty());
    ASSERT_EQ(fixture.batch().no_record_count(), 1U);
    return;
  }
  ASSERT_EQ(fixture.batch().lines().size(), 1U);
  ASSERT_EQ(line.find('\n'), std::string::npos);
  const auto record = nlohmann::json::parse(line, nullptr, false);
  ASSERT_FALSE(record.is_discarded()) << line;
  // Invalid UTF-8 is replaced in the text and exact beside it.
  const bool replaced = record.contains("raw_base64");
  ASSERT_EQ(replaced ? from_base64(record["raw_base64"].get<std::string>())
                     : record["raw_message"].get<std::string>(),
            text);
}

TEST(SyslogLaws, every_prefix_of_every_line_is_kept) {
  SyslogFixture fixture;
  for (const auto& one : all_cases())
    for (std::size_t length = 0; length <= one.input.size(); ++length)
      expect_kept(fixture, std::string_view(one.input).substr(0, length));
}

TEST(SyslogLaws, every_suffix_of_every_line_is_kept) {
  SyslogFixture fixture;
  for (const auto& one : all_cases())
    for (std::size_t from = 0; from < one.input.size(); ++from)
      expect_kept(fixture, std::string_view(one.input).substr(from));
}

TEST(SyslogLaws, every_line_with_one_octet_changed_is_kept) {
  SyslogFixture fixture;
  constexpr char changes[] = {'\0', ' ', ':', '%', '"', '9', '\xff', '*'};
  for (const auto& one : all_cases()) {
    std::string text = one.input;
    for (std::size_t at = 0; at < text.size(); ++at) {
      const char kept = text[at];
      for (const char change : changes) {
        text[at] = change;
        expect_kept(fixture, text);
      }
      text[at] = kept;
    }
  }
}

TEST(SyslogLaws, every_line_with_one_octet_left_out_or_doubled_is_kept) {
  SyslogFixture fixture;
  for (const auto& one : all_cases())
    for (std::size_t at = 0; at < one.input.size(); ++at) {
      std::string text = one.input;
      text.erase(at, 1);
      expect_kept(fixture, text);
      text = one.input;
      text.insert(at, 1, text[at]);
      expect_kept(fixture, text);
    }
}

TEST(SyslogLaws, any_two_lines_glued_together_are_one_record) {
  SyslogFixture fixture;
  const auto cases = all_cases();
  for (const auto& first : cases)
    for (const auto& second : cases) expect_kept(fixture, first.input + second.input);
}

TEST(SyslogLaws, hostile_lengths_take_bounded_time) {
  SyslogFixture fixture;
  const std::string blocks[] = {
      "1: ",   "a: ",          "[a b=\"c\"]", "%A-1-B: ", "Jan 17 14:32:15 ",
      "*",     "\\\"",         "<1>",         "::",       "00:00:",
      "x=\"",  "\xe2\x80\x9c", "a@b [",       " ",        "-",
      "[a@1 ", "[syslog@9 ",   " +02:00",     "a:%",      "Jan 17 14:32:15 h a: "};
  const std::string heads[] = {"",
                               "<13>",
                               "<13>1 - - - - - ",
                               "<13>1 2024-01-17T14:32:15Z h a p m [a@1 ",
                               "<13>Jan 17 14:32:15 h ",
                               "<189>date=2024-01-17 devid= "};
  for (const auto& head : heads)
    for (const auto& block : blocks) {
      std::string text = head;
      while (text.size() < 65536) text += block;
      const auto before = std::clock();
      expect_kept(fixture, text);
      // Of the processor's time, so that a busy machine does not count; generous, for sanitizers.
      // What is quadratic takes minutes.
      EXPECT_LT(std::clock() - before, 5 * CLOCKS_PER_SEC) << head << block;
    }
}

TEST(SyslogLaws, the_same_message_gives_the_same_record_whatever_came_before) {
  const auto cases = all_cases();
  SyslogFixture busy;
  for (const auto& one : cases) {
    SyslogFixture fresh;
    EXPECT_EQ(busy.record(one.input), fresh.record(one.input));
  }
}

TEST(SyslogLaws, records_have_the_keys_of_the_contract_in_its_order) {
  const std::vector<std::string> order = {"id",
                                          "record_type",
                                          "received_at",
                                          "source_ip",
                                          "transport",
                                          "device",
                                          "raw_message",
                                          "truncated",
                                          "raw_base64",
                                          "vendor",
                                          "facility",
                                          "severity",
                                          "severity_text",
                                          "timestamp",
                                          "timestamp_normalized",
                                          "time_quality",
                                          "clock_skew_ms",
                                          "hostname",
                                          "process",
                                          "pid",
                                          "message_id",
                                          "sequence",
                                          "node",
                                          "message",
                                          "structured_data",
                                          "extracted_fields",
                                          "event_type",
                                          "parse_status"};
  const std::set<std::string> optional = {"truncated", "raw_base64", "sequence", "node",
                                          "structured_data"};
  SyslogFixture fixture;
  for (const auto& one : all_cases()) {
    const auto record = nlohmann::ordered_json::parse(fixture.record(one.input));
    std::size_t at = 0;
    for (const auto& [key, value] : record.items()) {
      while (at < order.size() && order[at] != key) {
        EXPECT_TRUE(optional.contains(order[at])) << order[at] << " is missing: " << one.input;
        ++at;
      }
      ASSERT_LT(at, order.size()) << key;
      ++at;
    }
    EXPECT_EQ(at, order.size());
  }
}

// The frames of a stream do not depend on how it is cut into reads, and every octet of a message
// comes back.
TEST(SyslogLaws, a_stream_of_all_lines_cut_anywhere_gives_the_same_frames) {
  std::string stream;
  std::vector<std::string> messages;
  for (const auto& one : all_cases()) {
    // A message without a priority that begins with digits could be a count.
    if (!one.input.starts_with('<')) continue;
    messages.push_back(one.input);
    stream += messages.size() % 3 == 0   ? std::to_string(one.input.size()) + " " + one.input
              : messages.size() % 3 == 1 ? one.input + "\n"
                                         : one.input + "\r\n";
  }
  for (const std::size_t piece : {1UL, 2UL, 3UL, 7UL, 64UL, 1000UL, 4096UL, stream.size()}) {
    wire::SyslogFramer framer(65536);
    std::vector<std::string> frames;
    const auto sink = [&](std::span<const std::uint8_t> bytes, std::uint32_t) {
      frames.emplace_back(bytes.begin(), bytes.end());
      return true;
    };
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      const auto part = std::string_view(stream).substr(at, piece);
      const std::vector<std::uint8_t> bytes(part.begin(), part.end());
      framer.feed(bytes, sink);
    }
    framer.finish(sink);
    EXPECT_EQ(frames, messages) << "in pieces of " << piece;
  }
}

}  // namespace
}  // namespace netlogd::test
